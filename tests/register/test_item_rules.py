"""Selling what asks for something: lots, serials, expiry dates, ages, quantities; on the real ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.settings import SellingSettings
from domain.outcome import AgeChecked, BasketChanged, SalePosted
from domain.refusal import Reason, Refused
from domain.trace import Trace
from storage.traces import find_serial
from storage.verify import verify
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, make_shop
from tests.kit.ruled import BEER, CABLE, CHEESE, CHEESE_GTIN, EGGS, PHONE, PHONE_GTIN, RUM, WINE, YOGURT, put_ruled
from tests.register.reading import events, papers

GS1_CHEESE = f"01{CHEESE_GTIN}1727013110LOTE7"
GS1_PHONE = f"01{PHONE_GTIN}21SN-001"
LATER = "2027-01-31"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path, selling=SellingSettings(negative_lines=True))
    put_ruled(made.db)
    return made


def reason_of(answer: Any) -> Reason:
    assert isinstance(answer, Refused), answer
    return answer.reason


def sell(shop: Shop, sku: str, quantity: int | None = None, **trace: str) -> Any:
    return shop.register.add_item(sku, quantity, None, Trace(**trace) if trace else None)


def pay(shop: Shop) -> None:
    assert not isinstance(shop.register.add_tender("cash"), Refused)


def traces(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.db.all("SELECT line_no, sku, lot, serial, expires_on, quantity_micro FROM stock_trace ORDER BY 1, 2")


# lots, serials and expiry dates


def test_a_gs1_code_answers_for_lot_and_expiry(shop: Shop) -> None:
    assert isinstance(shop.register.scan(GS1_CHEESE), BasketChanged)
    assert shop.register.basket.lines[0].trace == Trace("LOTE7", "", LATER)


def test_a_plain_code_asks_one_after_the_other_and_what_the_code_says_goes_before(shop: Shop) -> None:
    scan = shop.register.scan
    assert reason_of(scan(CHEESE_GTIN)) is Reason.NEEDS_LOT
    assert reason_of(scan(CHEESE_GTIN, trace=Trace("L1"))) is Reason.NEEDS_EXPIRY
    assert isinstance(scan(f"01{CHEESE_GTIN}10L9", trace=Trace("L1", "", LATER)), BasketChanged)
    assert shop.register.basket.lines[0].trace == Trace("L9", "", LATER)


def test_pieces_of_one_lot_are_one_line_and_those_of_another_are_not(shop: Shop) -> None:
    for lot in ("L1", "L1", "L2"):
        sell(shop, CHEESE, lot=lot, expires_on=LATER)
    assert [line.quantity_micro for line in shop.register.basket.lines] == [2_000_000, 1_000_000]


def test_an_expired_lot_is_refused_typed_or_scanned(shop: Shop) -> None:
    assert reason_of(sell(shop, YOGURT, expires_on="2026-11-23")) is Reason.EXPIRED
    assert reason_of(shop.register.scan(f"01{CHEESE_GTIN}1726112310L")) is Reason.EXPIRED
    assert isinstance(sell(shop, YOGURT, expires_on="2026-11-24"), BasketChanged)


def test_a_serial_is_sold_once_until_it_comes_back(shop: Shop) -> None:
    assert isinstance(shop.register.scan(GS1_PHONE), BasketChanged)
    assert reason_of(shop.register.scan(GS1_PHONE)) is Reason.SERIAL_TAKEN
    pay(shop)
    assert find_serial(shop.db, PHONE, "SN-001") == -1_000_000
    assert reason_of(sell(shop, PHONE, serial="SN-001")) is Reason.SERIAL_TAKEN
    shop.reopen()
    shop.sign_on()
    assert reason_of(sell(shop, PHONE, serial="SN-001")) is Reason.SERIAL_TAKEN
    assert isinstance(sell(shop, PHONE, -1_000_000, serial="SN-001"), BasketChanged)
    pay(shop)
    assert isinstance(sell(shop, PHONE, serial="SN-001"), BasketChanged)
    assert verify(shop.db).discrepancies == ()


def test_a_voided_serial_may_be_sold_again(shop: Shop) -> None:
    sell(shop, PHONE, serial="A")
    shop.register.void_line(1)
    assert isinstance(sell(shop, PHONE, serial="A"), BasketChanged)
    pay(shop)
    assert find_serial(shop.db, PHONE, "A") == -1_000_000


def test_of_a_serial_there_is_one(shop: Shop) -> None:
    assert reason_of(sell(shop, PHONE, 2_000_000, serial="A")) is Reason.SERIAL_QUANTITY
    sell(shop, PHONE, serial="A")
    assert reason_of(shop.register.change_quantity(1, 2_000_000)) is Reason.SERIAL_QUANTITY
    sell(shop, PHONE, serial="B")
    assert len(shop.register.basket.lines) == 2


def test_lots_and_serials_are_in_sale_receipt_and_ledger_and_nowhere_else(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.scan(GS1_CHEESE)
    sell(shop, PHONE, serial="SN-2")
    shop.reopen()
    shop.sign_on()
    pay(shop)
    (sale,) = events(shop, "sale_posted")
    told = [line.get("trace") for line in sale["lines"]]
    assert told == [None, {"lot": "LOTE7", "expires_on": LATER}, {"serial": "SN-2"}]
    assert traces(shop) == [
        (2, CHEESE, "LOTE7", "", LATER, -1_000_000),
        (3, PHONE, "", "SN-2", "", -1_000_000),
    ]
    (paper,) = papers(shop)
    assert "Lote LOTE7" in paper
    assert "Caduca 31/01/2027" in paper
    assert "No. serie SN-2" in paper
    assert verify(shop.db).discrepancies == ()


def test_a_trace_that_was_tampered_with_is_found(shop: Shop) -> None:
    sell(shop, PHONE, serial="SN-2")
    pay(shop)
    shop.db.connection().authorizer = None
    shop.db.run("DROP TRIGGER stock_trace_keeps")
    shop.db.run("UPDATE stock_trace SET serial = 'SN-3'")
    assert verify(shop.db).discrepancies


def test_a_line_that_is_sold_anew_keeps_its_lot(shop: Shop) -> None:
    sell(shop, CHEESE, lot="L1", expires_on=LATER)
    shop.clock.advance(120)
    shop.register.change_quantity(1, 3_000_000)
    assert shop.register.basket.lines[-1].trace == Trace("L1", "", LATER)


# ages


def test_an_age_is_asked_once_a_basket_for_the_highest(shop: Shop) -> None:
    register = shop.register
    refused = register.add_item(WINE)
    assert isinstance(refused, Refused)
    assert refused.facts == {"sku": WINE, "name": "Vino tinto", "age": 18, "date": "2008-11-24"}
    assert register.check_age(WINE, is_older=True) == AgeChecked(WINE, 18, True)
    for sku in (WINE, BEER):
        assert isinstance(register.add_item(sku), BasketChanged)
    assert reason_of(register.add_item(RUM)) is Reason.NEEDS_AGE
    register.check_age(RUM, born_on="1990-05-31")
    assert isinstance(register.add_item(RUM), BasketChanged)
    pay(shop)
    assert reason_of(register.add_item(WINE)) is Reason.NEEDS_AGE
    assert [event["by"] for event in events(shop, "age_confirmed")] == ["sight", "birth_date"]
    assert "1990" not in str(events(shop, "age_confirmed"))


def test_a_birth_date_is_good_for_every_age_below(shop: Shop) -> None:
    shop.register.check_age(WINE, born_on="2000-01-01")
    shop.reopen()
    shop.sign_on()
    assert isinstance(shop.register.add_item(RUM), BasketChanged)


@pytest.mark.parametrize("born_on", ["", "2008-11-25", "2020-01-01"])
def test_who_is_too_young_is_refused_and_noted(shop: Shop, born_on: str) -> None:
    register = shop.register
    before = register.basket
    assert register.check_age(WINE, born_on) == AgeChecked(WINE, 18, False)
    assert reason_of(register.add_item(WINE)) is Reason.NEEDS_AGE
    (event,) = events(shop, "age_refused")
    assert (event["sku"], event["name"], event["min_age"]) == (WINE, "Vino tinto", 18)
    assert register.basket == before
    x = register.read_x()
    assert not isinstance(x, Refused)
    assert x.report.counters["age_refused"] == 1


def test_on_the_very_day_one_is_old_enough(shop: Shop) -> None:
    assert shop.register.check_age(WINE, "2008-11-24") == AgeChecked(WINE, 18, True)


@pytest.mark.parametrize("born_on", ["ayer", "2027-01-01", "1850-01-01", "2008-02-30"])
def test_a_birth_date_that_is_none_is_refused_and_not_noted(shop: Shop, born_on: str) -> None:
    assert reason_of(shop.register.check_age(WINE, born_on)) is Reason.BAD_DATE
    assert not events(shop, "age_refused")


# quantities


def test_a_least_quantity_and_a_multiple_are_kept_line_by_line(shop: Shop) -> None:
    register = shop.register
    assert reason_of(register.add_item(EGGS)) is Reason.TOO_FEW
    assert reason_of(register.add_item(EGGS, 14_000_000)) is Reason.WRONG_MULTIPLE
    assert isinstance(register.add_item(EGGS, 12_000_000), BasketChanged)
    assert reason_of(register.add_item(EGGS)) is Reason.WRONG_MULTIPLE
    assert isinstance(register.add_item(EGGS, 6_000_000), BasketChanged)
    assert register.basket.lines[0].quantity_micro == 18_000_000
    assert reason_of(register.change_quantity(1, 6_000_000)) is Reason.TOO_FEW
    assert reason_of(register.change_quantity(1, 20_000_000)) is Reason.WRONG_MULTIPLE
    assert isinstance(register.change_quantity(1, 24_000_000), BasketChanged)
    register.add_item(COFFEE)
    assert reason_of(register.add_item(CABLE, 1_490_000)) is Reason.TOO_FEW
    assert isinstance(register.add_item(CABLE, 1_500_000), BasketChanged)


def test_of_what_comes_back_there_may_be_any(shop: Shop) -> None:
    assert isinstance(shop.register.add_item(EGGS, -1_000_000), BasketChanged)
    assert isinstance(shop.register.add_item(WINE, -1_000_000), BasketChanged)


def test_a_basket_put_aside_does_not_sell_a_piece_that_another_has_sold_since(shop: Shop) -> None:
    sell(shop, PHONE, serial="SN-1")
    first = shop.register.basket.basket_id
    shop.register.suspend("Juan")
    sell(shop, PHONE, serial="SN-1")
    pay(shop)
    shop.register.resume(first)
    assert reason_of(shop.register.add_tender("cash", confirmed=True)) is Reason.SERIAL_TAKEN
    shop.register.void_line(1)
    sell(shop, PHONE, serial="SN-2")
    assert isinstance(shop.register.add_tender("cash", confirmed=True), SalePosted)


def test_what_has_expired_while_it_was_put_aside_is_not_sold(shop: Shop) -> None:
    sell(shop, YOGURT, expires_on="2026-11-24")
    sell(shop, YOGURT, expires_on="2026-11-26")
    first = shop.register.basket.basket_id
    shop.register.suspend("Juan")
    shop.clock.advance(86_400)
    shop.register.resume(first)
    refused = shop.register.add_tender("cash", confirmed=True)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.facts["date"]) == (Reason.LINE_EXPIRED, "2026-11-24")
    shop.register.void_line(1)
    assert isinstance(shop.register.add_tender("cash", confirmed=True), SalePosted)
