"""Copies of receipts: counted per receipt, journalled, printed from the journal's own record of the sale."""

from __future__ import annotations

from domain.journal import Kind
from domain.sale import Sale
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.personal import reveal_sale

_INSERT = "INSERT INTO receipt_copy (receipt_number, copy, at, operator, journal_seq) VALUES (?, ?, ?, ?, ?)"
_QUEUE = "INSERT INTO print_job (document, number, copy, paper, created_at) VALUES ('receipt', ?, ?, '', ?)"
"""By name, as the receipt itself: what is personal on it lies in no queue that never forgets."""


def read_sale(db: LedgerDatabase, receipt_number: int) -> tuple[Sale, str] | None:
    """Return a posted sale and its journal hash, or None."""
    row = db.one(
        "SELECT j.seq, j.record, j.hash FROM sale s JOIN journal j ON j.seq = s.journal_seq WHERE s.receipt_number = ?",
        (receipt_number,),
    )
    return (reveal_sale(db, row[0], row[1]), row[2]) if row else None


def print_copy(db: LedgerDatabase, mark: Mark, receipt_number: int) -> int | None:
    """Queue a copy and return its number; None where there is no such receipt. Raises `NotSaved`."""
    with saving(), db.atomic():
        found = read_sale(db, receipt_number)
        if found is None:
            return None
        row = db.one("SELECT max(copy) FROM receipt_copy WHERE receipt_number = ?", (receipt_number,))
        copy = int(row[0] or 0) + 1 if row else 1
        body = {"receipt_number": receipt_number, "copy": copy, "sale_id": found[0].sale_id}
        head = journal_event(db, mark, Kind.COPY_PRINTED, body)
        db.run(_INSERT, (receipt_number, copy, mark.at, mark.operator, head.seq))
        db.run(_QUEUE, (receipt_number, copy, mark.at))
    return copy
