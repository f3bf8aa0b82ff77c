"""Acts that are journalled but are no documents for the ERP: sign-ons, voids, suspended baskets, copies, X."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.journal import Head, JournalEntry, Kind
from domain.tally import tally_event
from storage import journal
from storage.connection import LedgerDatabase
from storage.totals import add_tallies


class Mark(msgspec.Struct, frozen=True):
    """Where, when and by whom something happens; `shift_id` 0 is outside of any shift."""

    lane: str
    at: str
    operator: str
    shift_id: int


def journal_event(db: LedgerDatabase, mark: Mark, kind: Kind, body: Mapping[str, Any]) -> Head:
    """Append an event inside the caller's transaction; it counts in its shift, if one is open."""
    entry = JournalEntry(kind, mark.at, mark.operator, mark.shift_id, body)
    head = journal.append(db, mark.lane, entry)
    if mark.shift_id:
        add_tallies(db, mark.shift_id, tally_event(kind.value, mark.operator, body))
    return head
