"""Copies of receipts: counted per receipt, journalled, printed from the journal's own record of the sale."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.journal import Kind
from domain.paper import Paper
from domain.sale import Sale
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.ledger import put_print_job

ComposeCopy = Callable[[Sale, str, int], Paper]


class _SaleRecord(msgspec.Struct):
    """The part of a sale's journal record that a copy needs."""

    body: Sale


_RECORD = msgspec.json.Decoder(_SaleRecord).decode
_INSERT = "INSERT INTO receipt_copy (receipt_number, copy, at, operator, journal_seq) VALUES (?, ?, ?, ?, ?)"


def read_sale(db: LedgerDatabase, receipt_number: int) -> tuple[Sale, str] | None:
    """Return a posted sale and its journal hash, or None."""
    row = db.one(
        "SELECT j.record, j.hash FROM sale s JOIN journal j ON j.seq = s.journal_seq WHERE s.receipt_number = ?",
        (receipt_number,),
    )
    return (_RECORD(row[0]).body, row[1]) if row else None


def print_copy(
    db: LedgerDatabase,
    mark: Mark,
    receipt_number: int,
    compose: ComposeCopy,
) -> int | None:
    """Queue a copy and return its number; None where there is no such receipt. Raises `NotSaved`."""
    with saving(), db.atomic():
        found = read_sale(db, receipt_number)
        if found is None:
            return None
        sale, row_hash = found
        row = db.one("SELECT max(copy) FROM receipt_copy WHERE receipt_number = ?", (receipt_number,))
        copy = int(row[0] or 0) + 1 if row else 1
        body = {"receipt_number": receipt_number, "copy": copy, "sale_id": sale.sale_id}
        head = journal_event(db, mark, Kind.COPY_PRINTED, body)
        db.run(_INSERT, (receipt_number, copy, mark.at, mark.operator, head.seq))
        put_print_job(db, "receipt", receipt_number, compose(sale, row_hash, copy), mark.at, copy)
    return copy
