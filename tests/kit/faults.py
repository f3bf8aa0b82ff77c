"""Making SQLite fail at a chosen statement, or at the commit, on a real connection; and telling what a ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from storage.connection import LedgerDatabase


@dataclass
class Fault:
    """How many statements were seen, and whether the fault has come about."""

    seen: int = 0
    has_struck: bool = False


@contextmanager
def failing_at(db: LedgerDatabase, number: int) -> Iterator[Fault]:
    """Abort the n-th statement that this thread's connection begins; a rollback always works."""
    fault = Fault()

    def trace(_cursor: apsw.Cursor, sql: str, _bindings: Any) -> bool:
        if sql.lstrip().upper().startswith("ROLLBACK"):
            return True
        fault.seen += 1
        fault.has_struck = fault.has_struck or fault.seen == number
        return fault.seen != number

    connection = db.connection()
    connection.exec_trace = trace
    try:
        yield fault
    finally:
        connection.exec_trace = None


@contextmanager
def failing_commit(db: LedgerDatabase) -> Iterator[None]:
    """Turn every commit of this thread's connection into a rollback, as a full medium does at the last moment."""
    connection = db.connection()
    connection.set_commit_hook(lambda: True)
    try:
        yield
    finally:
        connection.set_commit_hook(None)


def dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a ledger, read by a connection of its own."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        names = [
            str(name)
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            if not str(name).startswith(("item_fts", "customer_fts", "sqlite_"))
        ]
        return {name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall() for name in names}  # noqa: S608
    finally:
        connection.close()
