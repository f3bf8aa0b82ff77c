"""Tender kinds that were changed after the sale: journalled, counted, and told to the ERP in one transaction."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.journal import Kind
from domain.past_sale import TenderChange
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.ledger import put_outbox

CHANGE_COLUMNS: Final = "journal_seq, receipt_number, position, shift_id, from_kind, to_kind, amount_minor, reference"
_INSERT = f"INSERT INTO tender_change ({CHANGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_READ = """
    SELECT j.record FROM tender_change t JOIN journal j ON j.seq = t.journal_seq
    WHERE t.receipt_number = ? ORDER BY t.journal_seq"""


class _ChangeRecord(msgspec.Struct):
    """The part of a record that is the change."""

    body: TenderChange


_RECORD = msgspec.json.Decoder(_ChangeRecord).decode


def post_change(db: LedgerDatabase, mark: Mark, change: TenderChange) -> None:
    """Post a change of a tender's kind. Raises `NotSaved`."""
    with saving(), db.atomic():
        head = journal_event(db, mark, Kind.TENDER_CHANGED, msgspec.to_builtins(change))
        db.run(_INSERT, change_row(change, mark.shift_id, head.seq))
        put_outbox(db, document_id(mark.lane, head.seq), Kind.TENDER_CHANGED, head.seq)


def read_changes(db: LedgerDatabase, receipt_number: int) -> list[TenderChange]:
    """Return the changes of a sale's tenders, oldest first."""
    return [_RECORD(record).body for (record,) in db.all(_READ, (receipt_number,))]


def document_id(lane: str, seq: int) -> str:
    """Return the permanent name of a change's document."""
    return f"{lane}-tender-{seq}"


def change_row(change: TenderChange, shift_id: int, seq: int) -> tuple[int | str, ...]:
    """Return the row of a change."""
    return (
        seq,
        change.receipt_number,
        change.position,
        shift_id,
        change.from_kind,
        change.to_kind,
        change.net_minor,
        change.reference,
    )
