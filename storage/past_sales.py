"""Looking for posted sales from the newest on, some thousand receipts at a time: no question takes long."""

from __future__ import annotations

import json
from typing import Any, Final

from domain.money import MAX_WHOLE
from domain.past_sale import PastPage, PastSale, SaleSearch
from domain.sale import folio_of
from storage.catalog import search_items
from storage.connection import LedgerDatabase

WINDOW: Final = 4_000
"""Receipts whose lines one question looks at; it looks at the tenders of twice, the totals of eight times as many."""

ITEMS: Final = 50
"""Items of the catalogue that a text may mean, accents ignored: what was sold is found by their SKUs."""

_DAY: Final = """
    SELECT (SELECT min(receipt_number) FROM sale WHERE shift_id = s.shift_id),
        (SELECT max(receipt_number) FROM sale WHERE shift_id = s.shift_id)
    FROM shift s WHERE business_date = ?"""
_PAGE: Final = """
    SELECT receipt_number, sale_id, at, business_date, operator, is_return, line_count, total_minor
    FROM sale s
    WHERE receipt_number BETWEEN ?1 AND ?2 AND (?3 = '' OR business_date = ?3) AND (?4 IS NULL OR total_minor = ?4)
        AND (?5 = '' OR EXISTS (SELECT 1 FROM sale_line l WHERE l.receipt_number = s.receipt_number
            AND (l.code = ?5 OR l.sku IN (SELECT value FROM json_each(?9))
                OR l.name LIKE '%' || ?6 || '%' ESCAPE '\\')))
        AND (?7 = '' OR EXISTS (SELECT 1 FROM sale_tender t WHERE t.receipt_number = s.receipt_number
            AND substr(t.reference, -length(?7)) = ?7))
        AND (?8 = '' OR journal_seq IN (SELECT seq FROM journal WHERE kind = 'sale_posted'
            AND CASE WHEN json_valid(record) THEN json_extract(record, '$.body.customer') ELSE '' END = ?8
            AND CASE WHEN json_valid(record) THEN json_extract(record, '$.body.customer') ELSE '' END <> ''))
    ORDER BY receipt_number DESC LIMIT ?10"""


def search_sales(db: LedgerDatabase, lane: str, wanted: SaleSearch, before: int, limit: int) -> PastPage:
    """Return the newest sales below a receipt number (0: of all) that fit, at most `limit` of them.

    Fewer may come, and none, although there are more further down: go on from `PastPage.before` until that is 0.
    """
    row = db.one("SELECT coalesce(max(receipt_number), 0) FROM sale WHERE receipt_number < ?", (before or MAX_WHOLE,))
    last = int(row[0]) if row else 0
    lowest = 1
    if wanted.business_date:
        days = [(first, end) for first, end in db.all(_DAY, (wanted.business_date,)) if first]
        lowest = min((int(first) for first, _ in days), default=last + 1)
        last = min(last, max((int(end) for _, end in days), default=0))
    first = max(lowest, last - _window(wanted) + 1)
    text = wanted.item.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = (wanted.business_date, wanted.total_minor, wanted.item, text, wanted.last_four, wanted.customer)
    skus = json.dumps([wanted.item, *(item.sku for item in search_items(db, wanted.item, ITEMS))])
    rows = db.all(_PAGE, (first, last, *asked, skus, limit))
    back = _returned(db, [folio_of(lane, row[0]) for row in rows])
    sales = tuple(_past_sale(lane, row, back) for row in rows)
    looked = sales[-1].receipt_number if len(sales) == limit else first
    return PastPage(sales, 0 if looked <= lowest else looked)


def _window(wanted: SaleSearch) -> int:
    """Return how many receipts one question looks at, by what it has to read of each."""
    if wanted.customer:
        return MAX_WHOLE  # there is an index of a customer's sales
    if wanted.item:
        return WINDOW
    return 2 * WINDOW if wanted.last_four else 8 * WINDOW


def _returned(db: LedgerDatabase, folios: list[str]) -> dict[str, int]:
    """Return what came back of receipts, by folio."""
    marks = ", ".join("?" * len(folios))
    sql = f"SELECT of_folio, sum(amount_minor) FROM sale_return WHERE of_folio IN ({marks}) GROUP BY of_folio"  # noqa: S608
    return {folio: int(amount) for folio, amount in db.all(sql, folios)}


def _past_sale(lane: str, row: tuple[Any, ...], back: dict[str, int]) -> PastSale:
    """Return one row of the list."""
    number, sale_id, at, date, operator, is_return, lines, total = row
    folio = folio_of(lane, number)
    return PastSale(number, folio, sale_id, at, date, operator, bool(is_return), lines, total, back.get(folio, 0))
