"""Detailed reports against the posted sales added up plainly; they tell how far they are and can be stopped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from config.settings import SellingSettings
from domain.outcome import ShiftClosed
from domain.refusal import Refused
from domain.report_detail import DetailBy, DetailReport
from storage import reporting
from tests.kit.catalog import BOOK, COFFEE, SALMON, SOAP, WATER, weight_label
from tests.kit.lane import BETO, FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events

CODES = (COFFEE, WATER, SOAP, BOOK, weight_label(SALMON, 750))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A lane that has sold for nine hours, added up three receipts at a time."""
    monkeypatch.setattr(reporting, "PART", 3)
    shop = make_shop(tmp_path, selling=SellingSettings(negative_lines=True))
    for number in range(10):
        if number == 5:
            shop.sign_on(BETO)
        for code in CODES[number % 3 : number % 3 + 3]:
            shop.register.scan(code, -1_000_000 if number == 2 else 2_000_000)
        shop.register.void_line(1)
        shop.register.add_tender("voucher", 100)
        shop.register.add_tender("cash", None if number == 2 else 100_000)
        shop.clock.advance(3_000)
    return shop


def details(shop: Shop, by: DetailBy, first: str = "", last: str = "9999") -> DetailReport:
    drawn = shop.register.draw_details(by, first, last)
    assert isinstance(drawn, DetailReport)
    return drawn


@pytest.mark.parametrize("by", list(DetailBy))
def test_every_detailed_report_comes_to_what_was_sold(by: DetailBy, shop: Shop) -> None:
    sales = events(shop, "sale_posted")
    assert len(sales) == 10
    assert details(shop, by).total_minor == sum(sale["total_minor"] for sale in sales)


def test_rows_are_those_of_the_sales(shop: Shop) -> None:
    sales = events(shop, "sale_posted")
    operators, items, pieces, tenders = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for sale in sales:
        operators[sale["operator"]] += sale["total_minor"]
        gone = {line["voids"] for line in sale["lines"]}
        for line in sale["lines"]:
            if not line["voids"] and line["line_no"] not in gone:
                items[line["sku"]] += line["gross_minor"]
                pieces[line["sku"]] += line["quantity_micro"]
        for tender in sale["tenders"]:
            tenders[tender["kind"]] += tender["amount_minor"] - tender["change_minor"]
    assert {row.code: row.amount_minor for row in details(shop, DetailBy.OPERATOR).rows} == operators
    assert {row.code: row.amount_minor for row in details(shop, DetailBy.TENDER).rows} == tenders
    by_item = {row.code: row for row in details(shop, DetailBy.ITEM).rows if row.count}
    assert {sku: (row.amount_minor, row.quantity_micro) for sku, row in by_item.items()} == {
        sku: (items[sku], pieces[sku]) for sku in items
    }
    assert {row.name for row in details(shop, DetailBy.OPERATOR).rows} == {"Ana", "Beto"}


def test_hours_are_those_of_the_store(shop: Shop) -> None:
    rows = details(shop, DetailBy.HOUR).rows
    assert rows[0].name == "12:00"  # 18:05 in UTC
    assert sum(row.count for row in rows) == 10


def test_only_the_days_that_are_asked_for_are_added_up(shop: Shop) -> None:
    expected = shop.register.draw_x()
    assert not isinstance(expected, Refused)
    shop.register.close_shift(expected.report.till.expected_minor)
    shop.clock.advance(24 * 3600)
    shop.register.open_shift(FLOAT_MINOR)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    date = shop.register.shift.business_date if shop.register.shift else ""
    assert details(shop, DetailBy.TENDER, date, date).total_minor == 4_550
    assert details(shop, DetailBy.TENDER, "2020-01-01", "2020-12-31").rows == ()
    assert details(shop, DetailBy.DEPARTMENT).total_minor == expected.report.total_minor + 4_550


def test_a_report_tells_how_far_it_is_and_stops_when_it_is_told(shop: Shop) -> None:
    told: list[tuple[int, int]] = []

    def until_half(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 6

    assert shop.register.draw_details(DetailBy.ITEM, "", "9999", until_half) is None
    assert told == [(3, 10), (6, 10)]


def test_closings_are_made_of_the_zs_of_their_days(shop: Shop) -> None:
    for _ in range(2):
        drawn = shop.register.draw_x()
        assert not isinstance(drawn, Refused)
        closed = shop.register.close_shift(drawn.report.till.expected_minor)
        assert isinstance(closed, ShiftClosed)
        shop.clock.advance(24 * 3600)
        shop.register.open_shift(0)
        shop.register.scan(COFFEE)
        shop.register.add_tender("cash")
    month, day = shop.register.draw_period("month"), shop.register.draw_period("day")
    assert not isinstance(month, Refused)
    assert not isinstance(day, Refused)
    assert (month.period, len(month.zs), month.is_gapless) == ("2026-11", 2, True)
    assert (day.period, len(day.zs), day.total_minor) == ("2026-11-25", 1, 4_550)
    assert month.total_minor == month.perpetual_net_minor == day.perpetual_net_before_minor + 4_550
    assert isinstance(shop.register.draw_period("day", "2026-01-01"), Refused)
    assert isinstance(shop.register.draw_period("day", "yesterday"), Refused)
