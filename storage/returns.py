"""What came back: read from the index of returns, and from what the ERP told of other places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

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
_PUT_ELSEWHERE = """
    INSERT INTO returned_elsewhere (folio, line_no, quantity_micro) VALUES (?, ?, ?)
    ON CONFLICT (folio, line_no) DO UPDATE SET quantity_micro = excluded.quantity_micro"""


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


def put_returned_elsewhere(db: LedgerDatabase, folio: str, quantities: Mapping[int, int]) -> None:
    """Take over what the ERP tells of a receipt: all that came back elsewhere, by line, for what it told before.

    Call it inside a write transaction.
    """
    db.run("DELETE FROM returned_elsewhere WHERE folio = ?", (folio,))
    rows: Iterable[tuple[str, int, int]] = [
        (folio, line, quantity) for line, quantity in quantities.items() if quantity
    ]
    db.many(_PUT_ELSEWHERE, list(rows))
