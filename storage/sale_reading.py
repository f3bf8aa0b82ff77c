"""Posted sales as the journal has them, page by page: for exports."""

from __future__ import annotations

from collections.abc import Iterator

from domain.sale import Sale
from storage.connection import LedgerDatabase
from storage.personal import reveal_sale

PAGE = 200
FIRST_DATE, LAST_DATE = "0000-00-00", "9999-99-99"

_READ = """
    SELECT s.receipt_number, j.seq, j.record FROM sale s JOIN journal j ON j.seq = s.journal_seq
    WHERE s.receipt_number > ? AND s.business_date BETWEEN ? AND ? ORDER BY s.receipt_number LIMIT ?"""


def read_sales(db: LedgerDatabase, first_date: str = "", last_date: str = "") -> Iterator[Sale]:
    """Yield the sales and returns of the business days from one date to another (both included), oldest first."""
    after = 0
    while page := db.all(_READ, (after, first_date or FIRST_DATE, last_date or LAST_DATE, PAGE)):
        for _, seq, record in page:
            yield reveal_sale(db, seq, record)
        after = page[-1][0]
