"""The shift: float, X, the blind count and its second, the Z that is drawn once and never changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from config.settings import SellingSettings
from domain.outcome import ShiftClosed, ShiftOpened, XRead, ZRead
from domain.refusal import Reason, Refused
from domain.report import Report, Sum
from domain.shift import CashCount, Shift
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE, SALMON, SOAP, WATER, weight_label
from tests.kit.lane import BETO, FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events, papers
from tests.register.scenes import suspend_one

DAY_MINOR = 4_550 + 1_000 + 19_990 + 16_450 - 4_550


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready and sells returns too."""
    return make_shop(tmp_path, selling=SellingSettings(negative_lines=True))


def work_a_day(shop: Shop) -> None:
    """Sell in cash and by card, void, return, suspend, copy, refuse a PIN."""
    register = shop.register
    register.scan(COFFEE)
    register.scan(SOAP)
    register.void_line(2)
    register.add_tender("cash", 5_000)
    register.scan(WATER)
    register.add_tender("cash")
    register.scan(BOOK)
    register.add_tender("credit_card", None, "A1")
    register.resume(suspend_one(shop))
    register.void_basket()
    register.scan(weight_label(SALMON, 500))
    register.add_tender("voucher", 10_000)
    register.add_tender("cash", 7_000)
    register.scan(COFFEE, -1_000_000)
    register.add_tender("cash")
    register.print_copy()
    register.sign_on("1", "0000")


def close(shop: Shop, counted_minor: int, **other: Any) -> Report:
    answer = shop.register.close_shift(counted_minor, **other)
    assert isinstance(answer, ShiftClosed), answer
    return answer.report


def test_a_shift_opens_with_its_float_on_the_stores_own_date(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, is_ready=False)
    shop.sign_on()
    shop.clock.advance(7 * 3600)  # 01:05 UTC of the 25th, 19:05 of the 24th in Mexico
    answer = shop.register.open_shift(30_000)
    assert answer == ShiftOpened(Shift(1, "2026-11-25T01:05:09.125Z", "1", "2026-11-24", 30_000))
    assert events(shop, "shift_opened")[0]["float_minor"] == 30_000
    assert shop.db.one("SELECT document_id FROM outbox") == ("1-shift-1",)


def test_an_x_tells_the_day_and_resets_nothing(shop: Shop) -> None:
    work_a_day(shop)
    first, second = shop.register.read_x(), shop.register.read_x()
    assert isinstance(first, XRead)
    assert isinstance(second, XRead)
    report = first.report
    assert (report.kind, report.number, report.total_minor) == ("x", 0, DAY_MINOR)
    assert report.sales == Sum(4, 4_550 + 1_000 + 19_990 + 16_450)
    assert report.returns == Sum(1, -4_550)
    assert {row.kind: row.net_minor for row in report.tenders} == {
        "cash": 4_550 + 1_000 + 6_450 - 4_550,
        "credit_card": 19_990,
        "voucher": 10_000,
    }
    assert report.till.expected_minor == FLOAT_MINOR + 7_450
    assert (report.first_receipt, report.last_receipt, report.is_gapless) == (1, 5, True)
    assert {name: count for name, count in report.counters.items() if count} == {
        "basket_resumed": 1,
        "basket_suspended": 1,
        "basket_voided": 1,
        "copy_printed": 1,
        "line_voided": 1,
        "pin_refused": 1,
    }
    assert second.report.total_minor == report.total_minor
    assert second.report.counters["x_read"] == 1


def test_an_x_is_printed_only_where_it_is_asked_for(shop: Shop) -> None:
    shop.register.read_x()
    assert papers(shop) == []
    shop.register.read_x(paper=True)
    assert "CORTE X" in papers(shop)[0]


def test_a_program_that_looks_on_draws_an_x_without_a_trace(shop: Shop) -> None:
    work_a_day(shop)
    rows = shop.db.one("SELECT count(*) FROM journal")
    answer = shop.register.draw_x()
    assert isinstance(answer, XRead)
    assert answer.report.total_minor == DAY_MINOR
    assert shop.db.one("SELECT count(*) FROM journal") == rows


def test_a_right_count_closes_at_once_with_a_numbered_z(shop: Shop) -> None:
    work_a_day(shop)
    report = close(shop, FLOAT_MINOR + 7_450)
    assert (report.kind, report.number, report.total_minor) == ("z", 1, DAY_MINOR)
    assert (report.till.counted_minor, report.till.over_short_minor) == (FLOAT_MINOR + 7_450, 0)
    assert shop.register.shift is None
    assert verify(shop.db).is_sound


def test_a_wrong_count_asks_for_a_second_and_keeps_both(shop: Shop) -> None:
    assert shop.register.close_shift(49_000) == Refused(Reason.COUNT_AGAIN)
    assert events(shop, "cash_counted") == [{"counted_minor": 49_000, "pieces": {}}]
    report = close(shop, 49_500, pieces={"50000": 0, "100": 495})
    assert report.till.counts == (CashCount(49_000), CashCount(49_500, {"50000": 0, "100": 495}))
    assert (report.till.counted_minor, report.till.over_short_minor) == (49_500, -500)
    assert "Faltante" in papers(shop)[-1]
    assert "Primer conteo" in papers(shop)[-1]


def test_the_refusal_of_a_first_count_tells_nothing_of_what_should_be_there(shop: Shop) -> None:
    answer = shop.register.close_shift(49_000)
    assert isinstance(answer, Refused)
    assert answer.facts == {}


def test_the_first_count_is_not_asked_for_again_after_a_restart(shop: Shop) -> None:
    shop.register.close_shift(49_000)
    shop.reopen()
    shop.sign_on()
    report = close(shop, 49_500)
    assert [count.counted_minor for count in report.till.counts] == [49_000, 49_500]


def test_a_new_shift_begins_its_counts_anew(shop: Shop) -> None:
    shop.register.close_shift(49_000)
    close(shop, 49_000)
    shop.register.open_shift(1_000)
    assert shop.register.close_shift(0) == Refused(Reason.COUNT_AGAIN)


@pytest.mark.parametrize(("counted", "is_closed"), [(49_900, True), (50_100, True), (49_899, False), (50_101, False)])
def test_a_count_within_the_tolerance_closes_at_once(counted: int, is_closed: bool, tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=SellingSettings(count_tolerance_minor=100))
    assert isinstance(shop.register.close_shift(counted), ShiftClosed) is is_closed


def test_a_shift_without_a_sale_has_a_z_of_its_own(shop: Shop) -> None:
    report = close(shop, FLOAT_MINOR)
    assert (report.number, report.total_minor, report.is_gapless) == (1, 0, True)
    assert (report.first_receipt, report.last_receipt) == (1, 0)


def test_zs_are_numbered_without_a_gap_and_chained(shop: Shop) -> None:
    hashes = [""]
    for number in (1, 2, 3):
        report = close(shop, shop.register.shift.float_minor if shop.register.shift else 0)
        assert (report.number, report.previous_hash) == (number, hashes[-1])
        read = shop.register.read_z()
        assert isinstance(read, ZRead)
        hashes.append(read.hash)
        shop.register.open_shift(number * 100)
    rows = shop.db.all("SELECT shift_id, hash FROM z_report ORDER BY shift_id")
    assert rows == list(enumerate(hashes[1:], 1))


def test_a_z_is_read_again_as_it_was_drawn(shop: Shop) -> None:
    work_a_day(shop)
    drawn = close(shop, FLOAT_MINOR + 7_450)
    shop.register.open_shift(0)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    with shop.db.atomic():
        shop.db.run("UPDATE department SET name = 'other'")
    shop.reopen()
    for number in (None, 1):
        read = shop.register.read_z(number)
        assert isinstance(read, ZRead)
        assert read.report == drawn


def test_a_z_is_kept_as_data_as_paper_for_the_printer_and_for_the_erp(shop: Shop) -> None:
    drawn = close(shop, FLOAT_MINOR)
    text, paper, row_hash = shop.db.one("SELECT report, paper, hash FROM z_report") or ("", "", "")
    assert json.loads(text)["number"] == drawn.number
    assert shop.db.one("SELECT paper FROM print_job WHERE document = 'z'") == (paper,)
    assert row_hash[:16] in paper
    assert shop.db.one("SELECT document_id, state FROM outbox WHERE kind = 'shift_closed'") == ("1-z-1", "waiting")


def test_the_perpetual_totals_go_on_over_shifts(shop: Shop) -> None:
    work_a_day(shop)
    first = close(shop, FLOAT_MINOR + 7_450)
    shop.register.open_shift(0)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    second = close(shop, 4_550)
    assert (first.perpetual_net_minor, second.perpetual_net_minor) == (DAY_MINOR, DAY_MINOR + 4_550)
    assert (first.perpetual_absolute_minor, second.perpetual_absolute_minor) == (
        DAY_MINOR + 2 * 4_550,
        DAY_MINOR + 3 * 4_550,
    )


def test_a_z_counts_its_own_shift_only_and_every_operator_of_it(shop: Shop) -> None:
    work_a_day(shop)
    close(shop, FLOAT_MINOR + 7_450)
    shop.register.open_shift(0)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    shop.sign_on(BETO)
    shop.register.scan(WATER)
    shop.register.add_tender("cash")
    report = close(shop, 5_550)
    assert report.sales == Sum(2, 5_550)
    assert [(row.code, row.name, row.amount_minor) for row in report.operators] == [
        ("1", "Ana", 4_550),
        ("2", "Beto", 1_000),
    ]
    assert (report.first_receipt, report.last_receipt) == (6, 7)


def test_the_zs_taxes_come_from_their_names(shop: Shop) -> None:
    work_a_day(shop)
    report = close(shop, FLOAT_MINOR + 7_450)
    assert [(row.code, row.name, row.base_minor, row.tax_minor) for row in report.taxes] == [
        ("exempt:exempt", "Exento de IVA", 19_990, 0),
        ("iva0", "IVA 0 %", 17_450, 0),
        ("iva16", "IVA 16 %", 0, 0),
    ]
