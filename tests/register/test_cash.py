"""Cash without a sale: its slip, its document, its place in X and Z; the drawer; the shift that is too old."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SellingSettings, ShiftSettings
from domain.cash import CashKind, CashMove
from domain.outcome import CashMoved, DrawerOpened, ShiftClosed, StatusTold, XRead, ZCopyPrinted, ZRead
from domain.paper import Kick
from domain.refusal import Reason, Refused
from domain.report import Correction, OperatorRow, Sum, TillRow
from domain.shift import ShiftAge
from storage.outbox import mark_rejected
from storage.verify import verify
from tests.kit.catalog import COFFEE, WATER
from tests.kit.lane import BETO, FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events, papers, queue


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready."""
    return make_shop(tmp_path)


def move_all(shop: Shop) -> int:
    """Move cash in each way, sell for cash, and return what should be in the till."""
    register = shop.register
    register.loan(20_000, "monedas")
    register.paid_in(5_000, "Dueño")
    register.paid_out(3_000, "Gastos", "hielo")
    register.pickup(40_000)
    register.scan(COFFEE)
    register.add_tender("cash", 5_000)
    return FLOAT_MINOR + 20_000 + 5_000 - 3_000 - 40_000 + 4_550


def told(shop: Shop) -> StatusTold:
    answer = shop.register.status()
    assert isinstance(answer, StatusTold)
    return answer


def test_a_move_has_a_number_a_row_a_document_and_a_slip_that_opens_the_drawer(shop: Shop) -> None:
    answer = shop.register.paid_out(3_000, "Gastos", " hielo\x1b ")
    assert answer == CashMoved(CashMove(CashKind.PAID_OUT, 1, 3_000, "Gastos", "hielo"))
    assert shop.register.loan(100) == CashMoved(CashMove(CashKind.LOAN, 2, 100))
    assert events(shop, "paid_out") == [
        {"kind": "paid_out", "number": 1, "amount_minor": 3_000, "reason": "Gastos", "note": "hielo"}
    ]
    assert shop.db.all("SELECT document_id, kind FROM outbox WHERE document_id LIKE '%cash%' ORDER BY journal_seq") == [
        ("1-cash-1", "paid_out"),
        ("1-cash-2", "loan"),
    ]
    slip = papers(shop)[0]
    assert "SALIDA 1" in slip.upper()
    assert "Gastos" in slip
    assert "hielo" in slip
    assert "$30.00" in slip
    assert isinstance(queue(shop)[0][0], Kick)
    assert verify(shop.db).is_sound


def test_expected_cash_counts_every_move_and_nothing_of_it_is_turnover(shop: Shop) -> None:
    expected = move_all(shop)
    answer = shop.register.read_x()
    assert isinstance(answer, XRead)
    report = answer.report
    assert report.till == TillRow(
        float_minor=FLOAT_MINOR,
        cash_net_minor=4_550,
        expected_minor=expected,
        loans=Sum(1, 20_000),
        paid_in=Sum(1, 5_000),
        paid_out=Sum(1, 3_000),
        pickups=Sum(1, 40_000),
    )
    assert report.total_minor == report.perpetual_net_minor == 4_550
    closed = shop.register.close_shift(expected)
    assert isinstance(closed, ShiftClosed)
    assert verify(shop.db).is_sound


def test_a_no_sale_opens_the_drawer_and_is_counted_for_its_operator(shop: Shop) -> None:
    shop.sign_on(BETO)
    assert shop.register.no_sale("Otro") == DrawerOpened("Otro")
    assert isinstance(queue(shop)[0][0], Kick)
    answer = shop.register.read_x()
    assert isinstance(answer, XRead)
    assert answer.report.counters["no_sale"] == 1
    assert answer.report.operators == (OperatorRow("2", "Beto", no_sales=1),)


def test_the_stores_own_reasons_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, shift=ShiftSettings(paid_out_reasons=("Fiesta",)))
    assert shop.register.reasons("paid_out") == ("Fiesta",)
    assert shop.register.reasons("paid_in") == ("Dueño", "Reembolso", "Otro")
    assert isinstance(shop.register.paid_out(100, "Fiesta"), CashMoved)
    assert shop.register.paid_out(100, "Gastos") == Refused(
        Reason.NO_SUCH_REASON, {"reason": "Gastos", "known": "Fiesta"}
    )


def test_what_was_counted_before_a_move_says_nothing_of_the_till_after_it(shop: Shop) -> None:
    assert shop.register.close_shift(1) == Refused(Reason.COUNT_AGAIN)
    shop.register.pickup(10_000)
    assert shop.register.close_shift(1) == Refused(Reason.COUNT_AGAIN)
    shop.register.loan(100)
    shop.reopen()
    shop.sign_on()
    assert shop.register.close_shift(1) == Refused(Reason.COUNT_AGAIN)


def test_a_pickup_is_proposed_above_the_limit_and_only_there(tmp_path: Path) -> None:
    shop = make_shop(
        tmp_path,
        shift=ShiftSettings(pickup_limit_minor=FLOAT_MINOR + 4_550),
        selling=SellingSettings(negative_lines=True),
    )
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash", 100_000)
    assert not told(shop).has_too_much_cash
    shop.register.scan(WATER)
    shop.register.add_tender("cash")
    assert told(shop).has_too_much_cash
    shop.register.scan(WATER, -1_000_000)
    shop.register.add_tender("cash")
    assert not told(shop).has_too_much_cash
    shop.register.loan(1)
    assert told(shop).has_too_much_cash
    shop.register.pickup(1)
    assert not told(shop).has_too_much_cash


def test_a_shift_that_grows_old_is_shown_then_sells_no_more_but_what_is_begun_can_be_paid(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, shift=ShiftSettings(warn_hours=12, block_hours=24))
    assert told(shop).shift_age is ShiftAge.FRESH
    shop.clock.advance(12 * 3600)
    assert told(shop).shift_age is ShiftAge.OLD
    shop.register.scan(COFFEE)
    shop.clock.advance(12 * 3600)
    assert told(shop).shift_age is ShiftAge.TOO_OLD
    assert shop.register.scan(COFFEE) == Refused(Reason.SHIFT_TOO_OLD, {"hours": 24})
    assert not isinstance(shop.register.add_tender("cash"), Refused)
    assert isinstance(shop.register.close_shift(FLOAT_MINOR + 4_550), ShiftClosed)
    shop.register.open_shift(0)
    assert not isinstance(shop.register.scan(COFFEE), Refused)


def test_what_is_left_and_what_is_removed_stand_on_the_z_and_wait_for_the_next_shift(shop: Shop) -> None:
    assert shop.register.next_float() is None
    closed = shop.register.close_shift(FLOAT_MINOR, next_float_minor=30_000)
    assert isinstance(closed, ShiftClosed)
    till = closed.report.till
    assert (till.next_float_minor, till.removed_minor) == (30_000, FLOAT_MINOR - 30_000)
    assert shop.register.next_float() == 30_000
    assert "Queda como fondo" in papers(shop)[-1]


def test_a_z_is_copied_from_its_own_paper_numbered_and_journalled(shop: Shop) -> None:
    shop.register.close_shift(FLOAT_MINOR)
    first = papers(shop)[-1]
    with shop.db.atomic():
        shop.db.run("UPDATE operator SET name = 'other'")
    assert shop.register.print_z() == ZCopyPrinted(1, 1)
    assert shop.register.print_z(1) == ZCopyPrinted(1, 2)
    copies = papers(shop)[1:]
    assert [copy.endswith(first) for copy in copies] == [True, True]
    assert ["COPIA 1" in copies[0], "COPIA 2" in copies[1]] == [True, True]
    assert events(shop, "z_copied") == [{"number": 1, "copy": 1}, {"number": 1, "copy": 2}]
    assert verify(shop.db).is_sound


def test_a_late_refusal_by_the_erp_is_a_correction_in_the_next_z_and_no_other(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    sale = events(shop, "sale_posted")[0]
    shop.register.close_shift(FLOAT_MINOR + 4_550)
    kept = shop.register.read_z(1)
    shop.clock.advance(60)
    at = shop.register._lane.now()
    with shop.db.atomic():
        mark_rejected(shop.db, sale["sale_id"], "unknown tax", at)
    found = []
    for number in (2, 3):
        shop.register.open_shift(0)
        shop.register.close_shift(0)
        read = shop.register.read_z(number)
        assert isinstance(read, ZRead)
        found.append(read.report.corrections)
    assert found == [(Correction(sale["sale_id"], "sale_posted", 3, 4_550, at, "unknown tax"),), ()]
    assert shop.register.read_z(1) == kept
    assert "unknown tax" in papers(shop)[-2]


def test_every_z_says_how_it_stands_with_the_erp_and_which_machine_drew_it(shop: Shop) -> None:
    move_all(shop)
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'sent' WHERE kind IN ('shift_opened', 'loan')")
    answer = shop.register.draw_x()
    assert isinstance(answer, XRead)
    report = answer.report
    assert (report.outbox_sent, report.outbox_waiting, report.outbox_rejected, report.erp) == (2, 4, 0, "files")
    assert report.device
    assert report.journal_head == (shop.db.one("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1") or ("",))[0]
    assert report.reset_count == 0


@pytest.mark.parametrize("sql", ["UPDATE cash_move SET amount_minor = 1", "DELETE FROM cash_move"])
def test_a_move_never_changes(sql: str, shop: Shop) -> None:
    shop.register.loan(100)
    with pytest.raises(Exception, match=r"posted|not authorized"):
        shop.db.run(sql)


def test_a_move_that_is_not_in_the_journal_shows(shop: Shop) -> None:
    move_all(shop)
    with shop.db.atomic():
        shop.db.run("UPDATE shift_total SET amount_minor = 1 WHERE kind = 'cash' AND key = 'loan'")
    assert [d.detail for d in verify(shop.db).discrepancies] == ["shift 1 cash loan"]
