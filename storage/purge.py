"""Deleting personal texts beside the journal, with a sealed record that says which.

The record names kind and rows, so that `verify` knows what may be missing. A text whose document the ERP has not
taken yet stays: it would go out without it. Deleted pages are overwritten, and the write-ahead log is emptied; what
earlier changes have left in unused parts of the file goes when the file is written anew (`rewrite`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import apsw
import msgspec

from domain.journal import Kind
from domain.personal import PersonalKind
from domain.personal_check import Purge
from storage.connection import BUSY_SECONDS, LedgerDatabase
from storage.customers import find_customer
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.seals import seal_head

RETENTION: Final = "retention"
REQUEST: Final = "request"

# The first row that is not old: what stands before it is older, whatever a clock that was never set has dated it. A row
# dated after now, with one behind it that is not, is the work of a clock that ran ahead.
_LIMIT: Final = """
    SELECT min(seq) FROM journal WHERE at >= ?1
    AND (at <= ?2 OR seq > coalesce((SELECT max(seq) FROM journal WHERE at <= ?2), 0))"""
_ROWS: Final = """
    SELECT p.seq, count(*), {wanted}, EXISTS (SELECT 1 FROM outbox o WHERE o.journal_seq = p.seq AND o.state <> 'sent')
    FROM personal p JOIN journal j ON j.seq = p.seq WHERE p.kind = ? GROUP BY p.seq ORDER BY p.seq"""
_OLD: Final = _ROWS.format(wanted="p.seq < ?")
_IS_WHOSE: Final = """
    CASE WHEN json_valid(j.record)
    THEN json_extract(j.record, '$.body.customer') IN (SELECT value FROM json_each(?)) ELSE 0 END"""
_WHOSE: Final = _ROWS.format(wanted=_IS_WHOSE)
_KEPT: Final = f"""
    SELECT p.seq, j.at, j.kind, p.kind, p.field, p.value FROM personal p JOIN journal j ON j.seq = p.seq
    WHERE {_IS_WHOSE} ORDER BY p.seq, p.field"""  # noqa: S608
_NAME: Final = "INSERT INTO personal_purge (journal_seq, kind, first_seq, last_seq) VALUES (?, ?, ?, ?)"
_DELETE: Final = "DELETE FROM personal WHERE kind = ? AND seq BETWEEN ? AND ?"


class Due(msgspec.Struct, frozen=True):
    """What is to be deleted of one kind: ranges of rows, how many texts, and how many stay for the ERP."""

    kind: PersonalKind
    ranges: tuple[tuple[int, int], ...] = ()
    count: int = 0
    waiting: int = 0


class Kept(msgspec.Struct, frozen=True):
    """A personal text as the ledger has it: beside which row, of which record and kind, where in its body."""

    seq: int
    at: str
    record: str
    kind: str
    field: str
    value: str


def read_kept(db: LedgerDatabase, customer: str) -> list[Kept]:
    """Return what the ledger keeps beside the records of a customer, by the customer's code."""
    return [Kept(*row) for row in db.all(_KEPT, (_codes(db, customer),))]


def find_old(db: LedgerDatabase, kind: PersonalKind, before_at: str, now_at: str, rows: int = 0) -> list[Due]:
    """Return what of a kind was journalled before an instant, in parts of so many rows; 0 is one part."""
    row = db.one(_LIMIT, (before_at, now_at))
    newest = db.one("SELECT coalesce(max(seq), 0) + 1 FROM journal") or (0,)
    found = db.all(_OLD, (row[0] if row and row[0] else newest[0], kind.value))
    size = rows or max(1, len(found))
    return [_due(kind, found[begin : begin + size]) for begin in range(0, len(found), size)]


def find_of(db: LedgerDatabase, kind: PersonalKind, customer: str) -> Due:
    """Return what of a kind stands beside the records of a customer, by the customer's code."""
    return _due(kind, db.all(_WHOSE, (_codes(db, customer), kind.value)))


def _codes(db: LedgerDatabase, customer: str) -> str:
    """Return a customer's codes as JSON: the records from before the ERP gave one have the lane's."""
    known = find_customer(db, customer)
    return msgspec.json.encode([customer, *(known.was if known else ())]).decode()


def _due(kind: PersonalKind, rows: Iterable[tuple[int, int, int | None, int]]) -> Due:
    """Return rows that go, as ranges that have no row in them which stays."""
    ranges: list[tuple[int, int]] = []
    count = waiting = 0
    is_open = False
    for seq, texts, is_wanted, is_waiting in rows:
        goes = bool(is_wanted) and not is_waiting
        if goes:
            first = ranges.pop()[0] if is_open else seq
            ranges.append((first, seq))
            count += texts
        elif is_wanted:
            waiting += texts
        is_open = goes
    return Due(kind, tuple(ranges), count, waiting)


def purge(db: LedgerDatabase, mark: Mark, reason: str, dues: Iterable[Due]) -> None:
    """Delete what is due, with a record for each kind and a seal, in one transaction. Raises `NoKey`, `NotSaved`.

    Without a seal nothing is deleted: `verify` could not tell a purge from a theft.
    """
    with saving(), db.purging(), db.atomic():
        for due in dues:
            if not due.ranges:
                continue
            body = Purge(due.kind.value, reason, due.ranges, due.count)
            head = journal_event(db, mark, Kind.PERSONAL_PURGED, msgspec.structs.asdict(body))
            db.many(_NAME, [(head.seq, due.kind.value, first, last) for first, last in due.ranges])
            db.many(_DELETE, [(due.kind.value, first, last) for first, last in due.ranges])
        seal_head(db, mark.lane, mark.at)


def empty_log_aside(db: LedgerDatabase) -> bool:
    """Empty the write-ahead log without keeping a sale waiting for a reader that holds it; say whether it is empty."""
    connection = db.connection()
    connection.set_busy_timeout(0)
    try:
        with saving():
            db.one("PRAGMA wal_checkpoint(PASSIVE)")
        return empty_log(db)
    finally:
        connection.set_busy_timeout(BUSY_SECONDS * 1000)


def empty_log(db: LedgerDatabase) -> bool:
    """Write the write-ahead log into the ledger and empty it; say whether it is empty: a reader can hold it."""
    with saving():
        row = db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    return bool(row) and row is not None and not row[0]


def rewrite(path: Path) -> None:
    """Write a ledger's file anew, without its unused parts. Nobody may have it open meanwhile."""
    with saving():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.setbusytimeout(BUSY_SECONDS * 1000)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
