"""X and Z: running totals against a plain recomputation from the sales, and the cash that should be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.report import Report, ReportFacts, ReportNames
from domain.report_total import COUNTERS, build_report
from domain.sale import Sale
from domain.shift import CashCount, Shift, expected_cash, needs_second_count
from domain.tally import Tally, TallyKind, absolute_minor, add_up, real_lines, tally_event, tally_sale
from domain.tax import TaxRounding
from tests.kit.sales import KINDS, sales
from tests.kit.strategies import RATES, make_book

LINE: Final = make_book(TaxRounding.LINE)
DOCUMENT: Final = make_book(TaxRounding.DOCUMENT)
shifts_drawn = st.sampled_from((LINE, DOCUMENT)).flatmap(lambda book: sales(book))
SHIFT: Final = Shift(7, "2026-11-24T14:00:00.000Z", "1", "2026-11-24", 50_000)
NAMES: Final = ReportNames(
    departments={"01": "Abarrotes"},
    operators={"1": "Ana"},
    rates={rate.code: rate for rate in RATES},
    tenders={kind.code: kind for kind in KINDS},
)


def facts(kind: Any = "x", last: int = 0, first: int = 1, counts: tuple[CashCount, ...] = ()) -> ReportFacts:
    return ReportFacts(
        kind=kind,
        lane="1",
        store="Tienda",
        tax_id="XAXX010101000",
        currency="MXN",
        software="Mostrador",
        shift=SHIFT,
        at="2026-11-24T23:00:00.000Z",
        operator="1",
        operator_name="Ana",
        first_receipt=first,
        last_receipt=last,
        suspended=0,
        perpetual_net_minor=0,
        perpetual_absolute_minor=0,
        outbox_waiting=0,
        outbox_rejected=0,
        oldest_waiting_at="",
        previous_hash="",
        journal_seq=1,
        counts=counts,
    )


def report_of(some: Iterable[Sale], **other: Any) -> Report:
    posted = list(some)
    tallies = add_up(row for sale in posted for row in tally_sale(sale))
    return build_report(facts(last=len(posted), **other), tallies, NAMES)


def real(sale: Sale) -> list[Any]:
    """Return a sale's kept lines, found in another way than the tally finds them."""
    gone = {line.voids for line in sale.lines} - {0}
    return [line for line in sale.lines if line.voids == 0 and line.line_no not in gone]


@given(shifts_drawn)
def test_a_report_from_running_totals_is_what_the_sales_say(some: list[Sale]) -> None:
    report = report_of(some)
    sold = [sale for sale in some if not sale.is_return]
    back = [sale for sale in some if sale.is_return]
    assert (report.sales.count, report.sales.amount_minor) == (len(sold), sum(s.total_minor for s in sold))
    assert (report.returns.count, report.returns.amount_minor) == (len(back), sum(s.total_minor for s in back))
    lines = [line for sale in some for line in real(sale)]
    plus = [line.gross_minor for line in lines if line.quantity_micro > 0]
    minus = [line.gross_minor for line in lines if line.quantity_micro < 0]
    assert (report.sold.count, report.sold.amount_minor) == (len(plus), sum(plus))
    assert (report.returned.count, report.returned.amount_minor) == (len(minus), sum(minus))
    assert report.net_minor == sum(sale.net_minor for sale in some)
    assert report.total_minor == sum(sale.total_minor for sale in some)
    assert report.is_gapless


@given(shifts_drawn)
def test_every_block_of_a_report_adds_up_to_its_total(some: list[Sale]) -> None:
    report = report_of(some)
    assert sum(row.amount_minor for row in report.departments) == report.total_minor
    assert sum(row.amount_minor for row in report.operators) == report.total_minor
    assert report.sold.amount_minor + report.returned.amount_minor == report.total_minor
    assert report.net_minor + sum(row.tax_minor for row in report.taxes) == report.total_minor
    assert sum(row.net_minor for row in report.tenders) == report.total_minor


@given(shifts_drawn)
def test_the_rows_of_departments_taxes_and_tenders_are_those_of_the_sales(some: list[Sale]) -> None:
    report = report_of(some)
    departments, taxes, bases, nets = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    change, refund, counts = Counter[str](), Counter[str](), Counter[str]()
    for sale in some:
        for line in real(sale):
            departments[line.department] += line.gross_minor
        for tax in sale.taxes:
            taxes[tax.code] += tax.tax_minor
            bases[tax.code] += tax.base_minor
        for tender in sale.tenders:
            nets[tender.kind] += tender.amount_minor - tender.change_minor
            change[tender.kind] += tender.change_minor
            refund[tender.kind] += min(tender.amount_minor, 0)
            counts[tender.kind] += 1
    assert {row.code: row.amount_minor for row in report.departments} == departments
    assert {row.code: row.tax_minor for row in report.taxes} == taxes
    assert {row.code: row.base_minor for row in report.taxes} == bases
    assert {row.kind: row.net_minor for row in report.tenders} == nets
    assert {row.kind: row.change_minor for row in report.tenders} == change
    assert {row.kind: row.refund_minor for row in report.tenders} == refund
    assert {row.kind: row.count for row in report.tenders} == counts


@given(shifts_drawn)
def test_expected_cash_is_the_float_and_what_cash_was_taken_less_change_and_refunds(some: list[Sale]) -> None:
    """erpnext#25638 and its like added the cash tendered and forgot the change."""
    report = report_of(some)
    expected = SHIFT.float_minor
    for sale in some:
        for tender in sale.tenders:
            if tender.kind in ("cash", "dollars"):
                expected += tender.amount_minor - tender.change_minor
    assert report.till.expected_minor == expected
    assert report.till.counted_minor is None


@given(shifts_drawn, st.lists(st.integers(0, 10**7), min_size=1, max_size=2))
def test_a_z_keeps_every_count_and_takes_the_last(some: list[Sale], counted: list[int]) -> None:
    report = report_of(some, kind="z", counts=tuple(CashCount(amount) for amount in counted))
    assert [count.counted_minor for count in report.till.counts] == counted
    assert report.till.counted_minor == counted[-1]
    assert report.till.over_short_minor == counted[-1] - report.till.expected_minor
    assert report.number == SHIFT.shift_id


@given(shifts_drawn)
def test_the_absolute_total_is_what_was_sold_plus_what_came_back(some: list[Sale]) -> None:
    for sale in some:
        assert absolute_minor(sale) == sum(abs(line.gross_minor) for line in real(sale))
        assert absolute_minor(sale) >= abs(sale.total_minor)


@given(shifts_drawn)
def test_adding_up_twice_changes_nothing(some: list[Sale]) -> None:
    rows = [row for sale in some for row in tally_sale(sale)]
    assert add_up(add_up(rows)) == add_up(rows)
    assert len({(row.kind, row.key) for row in add_up(rows)}) == len(add_up(rows))


@given(shifts_drawn)
def test_real_lines_are_those_that_were_kept(some: list[Sale]) -> None:
    for sale in some:
        assert real_lines(sale.lines) == real(sale)


def test_an_x_has_no_number_and_a_shift_without_sales_has_no_gap() -> None:
    empty = build_report(facts(last=41, first=42), (), NAMES)
    assert (empty.number, empty.is_gapless, empty.total_minor) == (0, True, 0)
    assert empty.till.expected_minor == SHIFT.float_minor


def test_a_missing_receipt_shows() -> None:
    one = (Tally(TallyKind.DOCUMENT, "sale", 1, 100),)
    assert not build_report(facts(last=2), one, NAMES).is_gapless
    assert build_report(facts(last=1), one, NAMES).is_gapless


def test_events_are_counted_by_their_names() -> None:
    rows = add_up([*tally_event("line_voided"), *tally_event("line_voided"), *tally_event("x_read")])
    counters = build_report(facts(), rows, NAMES).counters
    assert {name: count for name, count in counters.items() if count} == {"line_voided": 2, "x_read": 1}
    assert set(counters) == {*COUNTERS, "x_read"}


def test_what_has_no_name_any_more_is_shown_by_its_code() -> None:
    rows = (
        Tally(TallyKind.DEPARTMENT, "99", 1, 100),
        Tally(TallyKind.TAX, "old", 1, 16),
        Tally(TallyKind.TENDERED, "cheque", 1, 100),
    )
    report = build_report(facts(), rows, NAMES)
    assert (report.departments[0].name, report.taxes[0].name, report.tenders[0].name) == ("99", "old", "cheque")


@pytest.mark.parametrize(
    ("counted", "tolerance", "again"), [(100, 0, False), (99, 0, True), (95, 5, False), (106, 5, True)]
)
def test_a_count_off_by_more_than_the_tolerance_asks_for_a_second(counted: int, tolerance: int, again: bool) -> None:
    assert needs_second_count(counted, 100, tolerance) is again


def test_expected_cash_of_a_day_that_paid_out_more_than_it_took() -> None:
    assert expected_cash(50_000, -12_345) == 37_655
