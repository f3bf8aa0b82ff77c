"""Appending to the journal and reading it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.journal import Head, JournalEntry, Record, canonical, digest, follow, make_record
from storage.connection import LedgerDatabase

PAGE = 500
"""Rows read at a time: a long reader would keep the WAL from being reset."""

_HEAD = "SELECT seq, hash, at, perpetual_net_minor, perpetual_absolute_minor FROM journal ORDER BY seq DESC LIMIT 1"
_INSERT = """
    INSERT INTO journal (seq, chain, kind, at, operator, shift_id, perpetual_net_minor, perpetual_absolute_minor,
        record, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_PAGE = """
    SELECT seq, chain, kind, at, operator, shift_id, perpetual_net_minor, perpetual_absolute_minor, record, hash
    FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"""


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


def append(db: LedgerDatabase, lane: str, entry: JournalEntry) -> Head:
    """Append one record inside the caller's transaction and return the new head."""
    head = read_head(db)
    record = make_record(lane, head, entry)
    text = canonical(record)
    row_hash = digest(text)
    db.run(_INSERT, row_of(record, text.decode(), row_hash))
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


def read_rows(db: LedgerDatabase, after: int = 0) -> Iterator[JournalRow]:
    """Yield the journal's rows in order, page by page."""
    while page := db.all(_PAGE, (after, PAGE)):
        for row in page:
            yield JournalRow(*row)
        after = page[-1][0]
