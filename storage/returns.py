"""What came back: read from the index of returns, and from what the ERP told of other places."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.returned_row import ReturnedElsewhere
from domain.sale import Sale
from storage.connection import LedgerDatabase


class _SaleRecord(msgspec.Struct):
    """The part of a record that is the sale."""

    body: Sale


_RECORD = msgspec.json.Decoder(_SaleRecord).decode
_BY_ID = "SELECT receipt_number FROM sale WHERE sale_id = ?"
_RETURNS = """
    SELECT j.record FROM sale s JOIN journal j ON j.seq = s.journal_seq
    WHERE s.receipt_number IN (SELECT receipt_number FROM sale_return WHERE of_folio = ?) ORDER BY s.receipt_number"""
_ELSEWHERE = "SELECT line_no, quantity_micro FROM returned_elsewhere WHERE folio = ?"
_ALL_ELSEWHERE = "SELECT folio, line_no, quantity_micro FROM returned_elsewhere"
_PUT_ELSEWHERE = """
    INSERT INTO returned_elsewhere (folio, line_no, quantity_micro) VALUES (?, ?, ?)
    ON CONFLICT (folio, line_no) DO UPDATE SET quantity_micro = excluded.quantity_micro
    WHERE quantity_micro <> excluded.quantity_micro"""
_DROP_ELSEWHERE = "DELETE FROM returned_elsewhere WHERE folio = ? AND line_no = ?"


def find_sale(db: LedgerDatabase, sale_id: str) -> int | None:
    """Return the receipt number of a sale by its id, or None."""
    row = db.one(_BY_ID, (sale_id,))
    return int(row[0]) if row else None


def read_returns(db: LedgerDatabase, folio: str) -> list[Sale]:
    """Return the documents that bring something back of a receipt, oldest first."""
    return [_RECORD(record).body for (record,) in db.all(_RETURNS, (folio,))]


def has_returns(db: LedgerDatabase, folio: str) -> bool:
    """Say whether anything came back of a receipt on this lane."""
    return db.one("SELECT 1 FROM sale_return WHERE of_folio = ? LIMIT 1", (folio,)) is not None


def read_elsewhere(db: LedgerDatabase, folio: str) -> dict[int, int]:
    """Return how much of each line of a receipt came back elsewhere, in millionths, as the ERP told."""
    return {int(line): int(quantity) for line, quantity in db.all(_ELSEWHERE, (folio,))}


def read_all_elsewhere(db: LedgerDatabase) -> list[ReturnedElsewhere]:
    """Return all that the ERP has told of returns at other places."""
    return [ReturnedElsewhere(*row) for row in db.all(_ALL_ELSEWHERE)]


def put_elsewhere(db: LedgerDatabase, rows: Iterable[ReturnedElsewhere]) -> None:
    """Take over how much of each line came back elsewhere, for what was told of it before.

    Call it inside a write transaction. What is told twice writes nothing.
    """
    rows = list(rows)
    told = [(row.folio, row.line_no, row.quantity_micro) for row in rows if row.quantity_micro]
    gone = [(row.folio, row.line_no) for row in rows if not row.quantity_micro]
    db.many(_PUT_ELSEWHERE, told)
    db.many(_DROP_ELSEWHERE, gone)
