"""Appending to the journal and reading it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from domain.journal import (
    Head,
    JournalEntry,
    Kind,
    Record,
    canonical,
    digest,
    follow,
    make_record,
    went_back_seconds,
)
from domain.money import MAX_WHOLE
from domain.tally import tally_event
from storage.connection import LedgerDatabase
from storage.personal import keep_openings, seal_entry
from storage.totals import add_tallies

PAGE = 500
"""Rows read at a time: a long reader would keep the WAL from being reset."""

_HEAD = "SELECT seq, hash, at, perpetual_net_minor, perpetual_absolute_minor FROM journal ORDER BY seq DESC LIMIT 1"
_BEFORE = _HEAD.replace("ORDER BY", "WHERE seq < ? ORDER BY")
_INSERT = """
    INSERT INTO journal (seq, chain, kind, at, operator, shift_id, perpetual_net_minor, perpetual_absolute_minor,
        record, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_PAGE = """
    SELECT seq, chain, kind, at, operator, shift_id, perpetual_net_minor, perpetual_absolute_minor, record, hash
    FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"""


class JournalRow(NamedTuple):
    """One row as it lies in the table: the columns taken from the record, its text and its hash."""

    seq: int
    chain: str
    kind: str
    at: str
    operator: str
    shift_id: int
    perpetual_net_minor: int
    perpetual_absolute_minor: int
    text: str
    hash: str


def read_head(db: LedgerDatabase) -> Head:
    """Return where the journal ends."""
    row = db.one(_HEAD)
    return Head(*row) if row else Head()


def read_head_before(db: LedgerDatabase, seq: int) -> Head:
    """Return the head as it was before a row, by the columns of the row above it."""
    row = db.one(_BEFORE, (seq,))
    return Head(*row) if row else Head()


def append(db: LedgerDatabase, lane: str, entry: JournalEntry) -> Head:
    """Append one record inside the caller's transaction and return the new head.

    No act stands silently before the record above it: where the clock has gone back by more than two minutes, that
    is a record of its own first.
    """
    head = read_head(db)
    if entry.at < head.at and entry.kind is not Kind.CLOCK_JUMPED and tell_jump(db, lane, entry):
        head = read_head(db)
    return _append(db, lane, head, entry)


def tell_jump(db: LedgerDatabase, lane: str, entry: JournalEntry) -> bool:
    """Append that the clock has gone back before an entry, if so far that it must be said, and say whether it was."""
    head = read_head(db)
    seconds = went_back_seconds(head, entry.at)
    if not seconds:
        return False
    shift_id = 0 if entry.kind is Kind.SHIFT_OPENED else entry.shift_id
    body = {"from": head.at, "to": entry.at, "seconds": -seconds}
    if shift_id:
        add_tallies(db, shift_id, tally_event(Kind.CLOCK_JUMPED.value, entry.operator, body))
    _append(db, lane, head, JournalEntry(Kind.CLOCK_JUMPED, entry.at, entry.operator, shift_id, body))
    return True


def _append(db: LedgerDatabase, lane: str, head: Head, entry: JournalEntry) -> Head:
    """Append one record after a head."""
    if db.clock_doubt and not entry.clock:
        entry = msgspec.structs.replace(entry, clock=db.clock_doubt)
    if db.approver and not entry.approver:
        entry = msgspec.structs.replace(entry, approver=db.approver)
    entry, openings = seal_entry(db, entry)
    record = make_record(lane, head, entry)
    text = canonical(record)
    row_hash = digest(text)
    db.run(_INSERT, row_of(record, text.decode(), row_hash))
    if openings:
        keep_openings(db, record.seq, entry.personal, openings)
    return follow(head, record, row_hash)


def row_of(record: Record, text: str, row_hash: str) -> JournalRow:
    """Return the row that a record has in the table."""
    return JournalRow(
        record.seq,
        record.chain,
        record.kind,
        record.at,
        record.operator,
        record.shift_id,
        record.perpetual_net_minor,
        record.perpetual_absolute_minor,
        text,
        row_hash,
    )


def read_rows(db: LedgerDatabase, after: int = 0, last: int = 0) -> Iterator[JournalRow]:
    """Yield the journal's rows in order, page by page, from the one after `after` to `last` (0 is the end)."""
    while page := db.all(_PAGE, (after, last or MAX_WHOLE, PAGE)):
        for row in page:
            yield JournalRow(*row)
        after = page[-1][0]
