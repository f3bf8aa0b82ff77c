"""Asking SQLite whether a ledger's file is whole."""

from __future__ import annotations

from storage.connection import LedgerDatabase
from storage.errors import BrokenLedger


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
