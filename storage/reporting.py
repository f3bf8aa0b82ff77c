"""Detailed reports from the posted sales, by hand SQL over some thousand receipts at a time.

Posted rows never change, so the parts need no snapshot in common: whoever sells goes on meanwhile, and whoever waits
sees how far it is and may stop it between two parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from domain.report_detail import DetailBy
from storage.connection import LedgerDatabase

PART: Final = 20_000
"""Receipts added up at a time."""

Progress = Callable[[int, int], bool]
"""Is told how many receipts of how many are done; False stops the report."""
Sums = dict[str, tuple[str, int, int, int]]
"""Name, count, quantity in millionths and amount in minor units, by code."""

_SQL: Final = {
    DetailBy.HOUR: """
        SELECT substr(at, 1, 16), '', count(*), 0, sum(total_minor) FROM sale
        WHERE receipt_number BETWEEN ? AND ? GROUP BY 1""",
    DetailBy.OPERATOR: """
        SELECT operator, '', count(*), 0, sum(total_minor) FROM sale
        WHERE receipt_number BETWEEN ? AND ? GROUP BY operator""",
    DetailBy.DEPARTMENT: """
        SELECT department, '', sum(CASE WHEN kind <> 'item' THEN 0 WHEN voids = 0 THEN 1 ELSE -1 END), 0,
            sum(gross_minor) FROM sale_line WHERE receipt_number BETWEEN ? AND ? GROUP BY department""",
    DetailBy.ITEM: """
        SELECT sku, max(name), sum(CASE WHEN voids = 0 THEN 1 ELSE -1 END), sum(quantity_micro), sum(gross_minor)
        FROM sale_line WHERE receipt_number BETWEEN ? AND ? AND kind = 'item' GROUP BY sku""",
    DetailBy.SALESPERSON: """
        SELECT salesperson, '', sum(CASE WHEN kind <> 'item' THEN 0 WHEN voids = 0 THEN 1 ELSE -1 END), 0,
            sum(gross_minor) FROM sale_line WHERE receipt_number BETWEEN ? AND ? GROUP BY salesperson""",
    DetailBy.TENDER: """
        SELECT kind, '', count(*), 0, sum(amount_minor) - sum(change_minor) FROM sale_tender
        WHERE receipt_number BETWEEN ? AND ? GROUP BY kind""",
}
_RANGES: Final = """
    SELECT (SELECT min(receipt_number) FROM sale WHERE shift_id = s.shift_id),
        (SELECT max(receipt_number) FROM sale WHERE shift_id = s.shift_id)
    FROM shift s WHERE business_date BETWEEN ? AND ? ORDER BY shift_id"""


_CHANGED_TENDERS: Final = """
    SELECT from_kind, -count(*), -sum(amount_minor) FROM tender_change
    WHERE receipt_number BETWEEN ?1 AND ?2 GROUP BY from_kind
    UNION ALL SELECT to_kind, count(*), sum(amount_minor) FROM tender_change
    WHERE receipt_number BETWEEN ?1 AND ?2 GROUP BY to_kind"""


def add_up_sales(
    db: LedgerDatabase, by: DetailBy, first_date: str, last_date: str, progress: Progress = lambda done, total: True
) -> Sums | None:
    """Return the sums of the business days from one date to another; None where `progress` has stopped it.

    An hour's code is its minute in UTC, `2026-11-24T18:05`: what hour that is depends on the store's zone.
    """
    ranges = [(first, last) for first, last in db.all(_RANGES, (first_date, last_date)) if first]
    total, done = sum(last - first + 1 for first, last in ranges), 0
    sums: Sums = {}
    for first, last in _parts(ranges):
        for code, name, count, quantity, amount in db.all(_SQL[by], (first, last)):
            _, counted, moved, sold = sums.get(code, ("", 0, 0, 0))
            sums[code] = (name, counted + count, moved + quantity, sold + amount)
        if by is DetailBy.TENDER:
            _follow_changes(db, first, last, sums)
        done += last - first + 1
        if not progress(done, total):
            return None
    return sums


def _follow_changes(db: LedgerDatabase, first: int, last: int, sums: Sums) -> None:
    """Count the tenders of some receipts in the kinds that they turned out to be of."""
    for kind, count, amount in db.all(_CHANGED_TENDERS, (first, last)):
        name, counted, moved, sold = sums.get(kind, ("", 0, 0, 0))
        sums[kind] = (name, counted + count, moved, sold + amount)
        if not (counted + count or sold + amount):
            del sums[kind]


def _parts(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield ranges of receipts of at most `PART`."""
    for first, last in ranges:
        for start in range(first, last + 1, PART):
            yield start, min(last, start + PART - 1)
