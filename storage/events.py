"""Acts that are journalled but are no documents for the ERP: sign-ons, voids, suspended baskets, copies, X."""

from __future__ import annotations

from typing import Any

from domain.journal import Head, JournalEntry, Kind
from domain.tally import tally_event
from storage import journal
from storage.connection import LedgerDatabase
from storage.totals import add_tallies


def journal_event(
    db: LedgerDatabase,
    lane: str,
    kind: Kind,
    at: str,
    operator: str,
    shift_id: int,
    body: dict[str, Any],
) -> Head:
    """Append an event inside the caller's transaction; it counts in its shift, if one is open."""
    head = journal.append(db, lane, JournalEntry(kind, at, operator, shift_id, body))
    if shift_id:
        add_tallies(db, shift_id, tally_event(kind.value))
    return head
