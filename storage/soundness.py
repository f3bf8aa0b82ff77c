"""Asking SQLite whether a ledger's file is whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

import apsw

from storage.connection import LedgerDatabase
from storage.errors import BrokenLedger

TOLD_FLAWS: Final = 5
"""How many flaws the quick check looks for: one is enough to act, some more help whoever mends the file."""


def check_soundness(db: LedgerDatabase, *, quick: bool = False) -> None:
    """Raise `BrokenLedger` unless SQLite finds the file and its foreign keys sound."""
    check_pages(db, quick=quick)
    check_references(db)


def check_pages(db: LedgerDatabase, *, quick: bool = False) -> None:
    """Raise `BrokenLedger` unless SQLite finds the file's pages and constraints sound."""
    pragma = "quick_check" if quick else "integrity_check"
    found = [str(row[0]) for row in db.all(f"PRAGMA {pragma}")]
    if found != ["ok"]:
        raise BrokenLedger(f"the ledger is damaged ({found[0]}): restore the last backup")


def check_references(db: LedgerDatabase) -> None:
    """Raise `BrokenLedger` where a row names another that is not there."""
    if broken := db.all("PRAGMA foreign_key_check"):
        raise BrokenLedger(f"the ledger's rows do not hold together ({broken[0]}): restore the last backup")


class Pages(StrEnum):
    """What a look at a ledger's pages says. `unknown`: it was broken off, or the file would not open just now."""

    OK = "ok"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


class PageCheck:
    """SQLite's quick check of a ledger that is in use: one thread runs it, another may break it off.

    Its connection is its own and cannot write; writers go on meanwhile, because a WAL has room for both.
    """

    def __init__(self, path: Path) -> None:
        """Take the ledger's file; nothing is opened yet."""
        self._path = path
        self._lock = threading.Lock()
        self._is_stopped = False
        self._connection: apsw.Connection | None = None

    def run(self) -> tuple[Pages, str]:
        """Read every page; return what was found, and SQLite's words for it where that is not good."""
        try:
            with self._open() as connection:
                found = [str(row[0]) for row in connection.execute(f"PRAGMA quick_check({TOLD_FLAWS})")]
        except (apsw.CorruptError, apsw.NotADBError, apsw.IOError) as error:
            return Pages.DAMAGED, str(error)
        except apsw.Error as error:
            return Pages.UNKNOWN, str(error)
        return (Pages.OK, "") if found == ["ok"] else (Pages.DAMAGED, "; ".join(found))

    def stop(self) -> None:
        """Break the check off, also one that is yet to begin."""
        with self._lock:
            self._is_stopped = True
            if self._connection is not None:
                self._connection.interrupt()

    @contextmanager
    def _open(self) -> Iterator[apsw.Connection]:
        """Open the connection, known to `stop` for as long as it can be interrupted."""
        with self._lock:
            if self._is_stopped:
                raise apsw.InterruptError("stopped before it began")
            connection = apsw.Connection(str(self._path), flags=apsw.SQLITE_OPEN_READONLY)
            self._connection = connection
        try:
            connection.execute("PRAGMA cell_size_check=ON")
            connection.execute("PRAGMA cache_size=-64")  # each page is read once: none is worth keeping
            yield connection
        finally:
            with self._lock:
                self._connection = None
                connection.close()
