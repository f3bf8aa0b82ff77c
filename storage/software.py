"""Which program has written the ledger: a change of it is an event of the journal."""

from __future__ import annotations

from domain.journal import Kind
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event

_READ = "SELECT value FROM ledger_info WHERE key = 'software'"
_KEEP = """
    INSERT INTO ledger_info (key, value) VALUES ('software', ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


def note_software(db: LedgerDatabase, mark: Mark, software: str) -> bool:
    """Journal that another program, or another version, works the ledger from now on; say whether it does.

    Raises `NotSaved`.
    """
    row = db.one(_READ)
    before = str(row[0]) if row else ""
    if before == software:
        return False
    with saving(), db.atomic():
        journal_event(db, mark, Kind.SOFTWARE_CHANGED, {"from": before, "to": software})
        db.run(_KEEP, (software,))
    return True
