"""A store's year through a real pipe: gross, discounts, coupons and what was paid, to the cent of every day."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

from domain.intent import Intent
from domain.report import Report
from storage.connection import LedgerDatabase
from tests.journeys.replay import replay_intents
from tests.journeys.store import Store
from tests.journeys.year import (
    FEES,
    LOYALTY,
    MAKER_COUPON,
    STORE_COUPON,
    YearBasket,
    cents,
    import_year,
    needs_year,
    open_year_store,
    read_oracle_year,
    read_year,
    year_intents,
)

pytestmark = needs_year

DAYS: Final = 45
"""Of the fast run: the first ones, with fuel, coupons of both kinds and lines that sell nothing."""

_SOLD = """
    SELECT shift_id, count(*), sum(CASE WHEN uom = 'gal' THEN 0 ELSE quantity_micro END) / 1000000,
        sum(CASE WHEN uom = 'gal' THEN quantity_micro ELSE 0 END) / 1000, sum(gross_minor)
    FROM sale_line JOIN sale USING (receipt_number) WHERE sale_line.kind = 'item' AND department <> ?
    GROUP BY shift_id"""
_CUSTOMERS = """
    SELECT shift_id, count(DISTINCT json_extract(record, '$.body.customer')) FROM journal
    WHERE kind = 'sale_posted' GROUP BY shift_id"""

Days = list[tuple[str, list[YearBasket]]]


def test_days_with_coupons_and_fuel_equal_the_oracle(fast_folder: Path) -> None:
    hold_to_the_oracle(fast_folder, list(read_year())[:DAYS])


@pytest.mark.slow
def test_the_whole_year_equals_the_oracle(fast_folder: Path) -> None:
    days = list(read_year())
    assert len(days) == len(read_oracle_year())
    hold_to_the_oracle(fast_folder, days)


def hold_to_the_oracle(folder: Path, days: Days) -> None:
    """Sell the days through a pipe and compare every column of the oracle."""
    store = open_year_store(folder)
    import_year(store, days)
    intents: list[Intent] = list(year_intents(days))
    replayed = replay_intents(store, intents, len(days))
    assert replayed.refusals == []
    assert len(replayed.reports) == len(days)
    oracle = read_oracle_year()
    found = columns(store, days, replayed.reports)
    for number, (date, _) in enumerate(days):
        assert found[number] == {name: _as_whole(name, value) for name, value in oracle[date].items()}, date


def columns(store: Store, days: Days, reports: list[Report]) -> list[dict[str, int]]:
    """Return the oracle's columns, by day, from the Zs and the ledger; what is no sale is counted from the log."""
    with store.ledger() as db:
        sold = {row[0]: row[1:] for row in db.all(_SOLD, (FEES,))}
        customers = dict(db.all(_CUSTOMERS))
        taken = _taken_off(db)
    found = []
    for shift_id, ((_, baskets), report) in enumerate(zip(days, reports, strict=True), 1):
        lines, units, mills, gross = sold[shift_id]
        fees = sum(line.gross for basket in baskets for line in basket.lines if not line.quantity_micro)
        idle = [line for basket in baskets for line in basket.lines if not line.quantity_micro]
        unsold = [basket for basket in baskets if not basket.is_sold]
        only_unsold = {b.customer for b in unsold} - {b.customer for b in baskets if b.is_sold}
        maker = sum(row.net_minor for row in report.tenders if row.kind == MAKER_COUPON)
        found.append(
            {
                "baskets": report.sales.count + len(unsold),
                "lines": lines + len(idle),
                "customers": customers[shift_id] + len(only_unsold),
                "gross": gross + fees,
                "disc_loyalty": -taken[shift_id, LOYALTY],
                "disc_store_coupon": -taken[shift_id, STORE_COUPON],
                "net_sales": report.sales.amount_minor,
                "mfr_coupon": maker,
                "paid": sum(row.net_minor for row in report.tenders if row.kind == "cash"),
                "coupon_lines": sum(1 for b in baskets for line in b.lines if line.maker or line.coupon),
                "zero_qty_lines": len(idle),
                "each_units": units,
                "fuel_gallons": mills,
            }
        )
    return found


def _taken_off(db: LedgerDatabase) -> dict[tuple[int, str], int]:
    """Return what was taken off by shift and name, from the running totals."""
    rows = db.all("SELECT shift_id, key, amount_minor FROM shift_total WHERE kind = 'deduction'")
    found: dict[tuple[int, str], int] = defaultdict(int)
    for shift_id, name, amount in rows:
        found[shift_id, name] += amount
    return found


def _as_whole(name: str, value: object) -> int:
    """Return an oracle's figure as a whole number: cents, or thousandths of a gallon."""
    if isinstance(value, int):
        return value
    return cents(str(value)) if name != "fuel_gallons" else int(str(value).replace(".", ""))
