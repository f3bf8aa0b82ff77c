"""Totals rounded to coins, and foreign currencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest

from config.settings import ExchangeSettings, RolesSettings, SellingSettings
from domain.money import MICRO
from domain.outcome import BasketChanged, ReturnBegun, SalePosted, ShiftClosed, TenderAdded
from domain.refusal import Reason, Refused
from storage.copies import read_sale
from storage.verify import verify
from tests.kit.catalog import COFFEE, SOAP, WATER
from tests.kit.lane import BETO, FLOAT_MINOR, Shop, make_shop
from tests.register.reading import papers

Way = Literal["half_up", "up", "down"]


def shop_with(folder: Path, exchange: tuple[ExchangeSettings, ...] = (), **selling: Any) -> Shop:
    """Return a shop with rules of coins and foreign money."""
    return make_shop(folder, selling=SellingSettings(**selling), exchange=exchange)


@pytest.mark.parametrize(("way", "due"), [("half_up", 1_250), ("up", 1_250), ("down", 1_200)])
def test_cash_is_rounded_to_the_smallest_coin(way: str, due: int, tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=50, cash_rounding_way=way)
    shop.register.scan(SOAP)  # 12.345 is 12.35
    answer = shop.register.add_tender("cash", 2_000)
    assert isinstance(answer, SalePosted)
    assert (answer.total_minor, answer.change_minor) == (1_235, 2_000 - due)
    found = read_sale(shop.db, 1)
    assert found is not None
    assert found[0].rounding_minor == due - 1_235
    assert "Redondeo" in papers(shop)[0]
    assert verify(shop.db).is_sound


def test_what_is_paid_by_card_is_not_rounded_and_cash_for_the_rest_is(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=50)
    shop.register.scan(SOAP)
    first = shop.register.add_tender("voucher", 1_010)
    assert isinstance(first, TenderAdded)
    assert first.balance_minor == 225
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert answer.tendered_minor == 1_010 + 250
    assert verify(shop.db).is_sound


def test_every_total_is_rounded_where_the_country_says_so(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=50, cash_rounding="all")
    shop.register.scan(SOAP)
    answer = shop.register.add_tender("credit_card", reference="A1")
    assert isinstance(answer, SalePosted)
    assert answer.tendered_minor == 1_250


def test_expected_cash_is_what_was_really_paid(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=50)
    shop.register.scan(SOAP)
    shop.register.add_tender("cash", 2_000)
    assert isinstance(shop.register.close_shift(FLOAT_MINOR + 1_250), ShiftClosed)
    assert verify(shop.db).is_sound


def test_a_total_below_half_a_coin_costs_nothing_in_cash(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=5_000)
    shop.register.scan(WATER)
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert (answer.total_minor, answer.tendered_minor) == (1_000, 0)
    assert verify(shop.db).is_sound


DOLLARS = (ExchangeSettings("USD", "17.05"),)


def test_dollars_are_taken_at_their_rate_and_change_is_the_stores_own_money(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, DOLLARS)
    shop.register.scan(COFFEE)  # 45.50
    answer = shop.register.add_tender("cash_usd", 500)
    assert isinstance(answer, SalePosted)
    assert (answer.tendered_minor, answer.change_minor) == (8_525, 3_975)
    found = read_sale(shop.db, 1)
    assert found is not None
    (tender,) = found[0].tenders
    assert (tender.currency, tender.foreign_minor, tender.change_kind) == ("USD", 500, "cash")
    assert "5.00 USD" in papers(shop)[0]


def test_the_change_for_dollars_leaves_the_till_in_the_stores_own_money(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, DOLLARS)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash_usd", 500)
    assert isinstance(shop.register.close_shift(FLOAT_MINOR - 3_975), ShiftClosed)
    assert verify(shop.db).is_sound


def test_an_exact_amount_in_dollars_is_the_least_that_is_enough(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, DOLLARS)
    shop.register.scan(COFFEE)
    answer = shop.register.add_tender("cash_usd")
    assert isinstance(answer, SalePosted)
    found = read_sale(shop.db, 1)
    assert found is not None
    assert found[0].tenders[0].foreign_minor == 267  # 45.52; 2.66 would be 45.35
    assert answer.change_minor == 2


def test_dollars_are_not_paid_out(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, DOLLARS, negative_lines=True)
    shop.register.scan(COFFEE, -1_000_000)
    answer = shop.register.add_tender("cash_usd", 100)
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.NO_CHANGE_FROM_KIND


@pytest.mark.parametrize("pieces", [1, 3])  # 12.345 is 12.35, 37.035 is 37.04
@pytest.mark.parametrize("step", [5, 50])
@pytest.mark.parametrize("way", ["half_up", "up", "down"])
@pytest.mark.parametrize("is_said", [False, True])
def test_a_cashier_gives_back_the_coins_that_were_paid(
    pieces: int, step: int, way: Way, is_said: bool, tmp_path: Path
) -> None:
    coins = SellingSettings(cash_rounding_minor=step, cash_rounding_way=way)
    shop = make_shop(tmp_path, selling=coins, roles=RolesSettings())
    shop.register.scan(SOAP, pieces * MICRO)
    sold = shop.register.add_tender("cash")
    assert isinstance(sold, SalePosted)
    begun = shop.register.begin_return("1")
    assert isinstance(begun, ReturnBegun)
    assert begun.refunds == {"cash": max(sold.total_minor, sold.tendered_minor)}
    assert isinstance(shop.register.return_lines("1", "Otro"), BasketChanged)
    assert shop.register.next_refund == ("cash", None)
    shop.sign_on(BETO)
    back = shop.register.add_tender("cash", sold.tendered_minor if is_said else None)
    assert isinstance(back, SalePosted), back
    assert back.tendered_minor == -sold.tendered_minor
    assert shop.db.one("SELECT sum(rounding_minor) FROM sale") == (0,)
    begun = shop.register.begin_return("1")
    assert isinstance(begun, ReturnBegun)
    assert begun.refunds == {}
    assert verify(shop.db).is_sound


def test_a_refund_in_parts_is_one_that_coins_can_pay(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=50, cash_rounding_way="down")
    shop.register.scan(SOAP)
    shop.register.scan(WATER)
    assert isinstance(shop.register.add_tender("voucher", 300), TenderAdded)
    sold = shop.register.add_tender("cash")  # 19.35 is 19.00
    assert isinstance(sold, SalePosted)
    said = []
    for line_no in ("1", "2"):
        assert isinstance(shop.register.return_lines("1", "Otro", {line_no: MICRO}), BasketChanged)
        while shop.register.next_refund is not None:
            said.append(shop.register.next_refund)
            answer = shop.register.add_tender(*shop.register.next_refund)
            assert not isinstance(answer, Refused), answer
    assert said == [("cash", None), ("cash", 700), ("voucher", None)], "7.35 are left in cash, of which coins pay 7.00"
    rows = shop.db.all("SELECT kind, sum(amount_minor) FROM sale_tender GROUP BY kind")
    assert rows == [("cash", 0), ("voucher", 0)]
    assert verify(shop.db).is_sound


@pytest.mark.parametrize("way", ["half_up", "up"])
def test_what_was_rounded_up_is_left_no_more_when_all_is_back(way: str, tmp_path: Path) -> None:
    shop = shop_with(tmp_path, cash_rounding_minor=50, cash_rounding_way=way)
    shop.register.scan(SOAP)
    shop.register.scan(WATER)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)  # 22.35 is 22.50
    for line_no, left in (("2", {"cash": 1_250}), ("1", {})):
        assert isinstance(shop.register.return_lines("1", "Otro", {line_no: MICRO}), BasketChanged)
        assert isinstance(shop.register.add_tender("cash"), SalePosted)
        begun = shop.register.begin_return("1")
        assert isinstance(begun, ReturnBegun)
        assert begun.refunds == left
