"""Selling: what a code, a SKU and a department put into the basket, and how a line is changed and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SellingSettings
from domain.basket import PriceOrigin, QuantityOrigin
from domain.item import Item
from domain.outcome import BasketChanged, BasketVoided
from domain.refusal import Refused
from tests.kit.catalog import COFFEE, COFFEE_SIX, GIFT, OPEN_DEPARTMENT, ROPE, SALMON, SOAP, WATER, weight_label
from tests.kit.lane import BETO, Shop, make_shop
from tests.register.reading import events

NEGATIVE = SellingSettings(negative_lines=True)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready."""
    return make_shop(tmp_path)


def lines(shop: Shop) -> list[tuple[str, int, int]]:
    return [(line.sku, line.quantity_micro // 1_000, line.tax.amount_minor) for line in shop.register.basket.lines]


def test_a_scan_answers_the_line_and_what_the_basket_comes_to(shop: Shop) -> None:
    answer = shop.register.scan(COFFEE)
    assert isinstance(answer, BasketChanged)
    (line,) = answer.lines
    assert (line.name, line.quantity_micro, line.unit_price_micro) == ("Café Ñandú 250 g", 1_000_000, 45_500_000)
    assert (answer.total_minor, answer.balance_minor, answer.line_count) == (4_550, 4_550, 1)
    assert (line.operator, line.at) == ("1", "2026-11-24T18:05:09.128Z")


def test_the_same_item_again_adds_to_its_line_until_another_is_touched(shop: Shop) -> None:
    for code in (COFFEE, COFFEE, WATER, COFFEE):
        shop.register.scan(code)
    assert lines(shop) == [("CAFE", 2_000, 9_100), ("AGUA", 1_000, 1_000), ("CAFE", 1_000, 4_550)]


def test_three_times_means_three(shop: Shop) -> None:
    shop.register.scan(COFFEE, 3_000_000)
    assert lines(shop) == [("CAFE", 3_000, 13_650)]


def test_a_code_on_a_six_pack_means_six(shop: Shop) -> None:
    shop.register.scan(COFFEE_SIX)
    shop.register.scan(COFFEE_SIX, 2_000_000)
    assert lines(shop) == [("CAFE", 18_000, 81_900)]


def test_a_price_with_three_decimals_is_rounded_once_a_line(shop: Shop) -> None:
    shop.register.scan(SOAP, 3_000_000)
    assert lines(shop) == [("JABON", 3_000, 3_704)]


def test_a_weight_typed_by_hand_is_marked_so_and_one_of_a_label_too(shop: Shop) -> None:
    shop.register.scan(SALMON, 1_250_000)
    shop.register.scan(weight_label(SALMON, 1_250))
    assert [line.quantity_origin for line in shop.register.basket.lines] == [
        QuantityOrigin.TYPED,
        QuantityOrigin.LABEL,
    ]


def test_pieces_and_metres_are_counted_and_never_marked_as_weighed_by_hand(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2_000_000)
    shop.register.add_item(ROPE, 2_250_000)
    shop.register.change_quantity(2, 3_500_000)
    assert {line.quantity_origin for line in shop.register.basket.lines} == {QuantityOrigin.COUNTED}


def test_a_weight_typed_anew_stays_marked(shop: Shop) -> None:
    shop.register.scan(SALMON, 1_250_000)
    shop.register.change_quantity(1, 1_300_000)
    shop.clock.advance(61)
    shop.register.change_quantity(1, 1_400_000)
    assert {line.quantity_origin for line in shop.register.basket.lines} == {QuantityOrigin.TYPED}


def test_an_item_is_sold_by_its_sku_and_one_without_a_price_at_a_typed_one(shop: Shop) -> None:
    shop.register.add_item(ROPE, 2_250_000)
    shop.register.add_item(GIFT, None, 35_000_000)
    assert lines(shop) == [(ROPE, 2_250, 1_913), (GIFT, 1_000, 3_500)]
    assert shop.register.basket.lines[1].price_origin is PriceOrigin.OPEN


@pytest.mark.parametrize("price", [1_000_000, 1_000_000_000])
def test_an_open_department_is_rung_up_between_its_limits(price: int, shop: Shop) -> None:
    shop.register.ring_department(OPEN_DEPARTMENT, price)
    (line,) = shop.register.basket.lines
    assert (line.sku, line.name, line.department, line.unit_price_micro) == ("dept-09", "Varios", "09", price)


def test_two_open_prices_are_two_lines(shop: Shop) -> None:
    shop.register.ring_department(OPEN_DEPARTMENT, 5_000_000)
    shop.register.ring_department(OPEN_DEPARTMENT, 5_000_000)
    assert len(shop.register.basket.lines) == 2


def test_a_return_line_is_sold_where_the_store_allows_it(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=NEGATIVE)
    shop.register.scan(COFFEE, -2_000_000)
    shop.register.scan(COFFEE)
    assert lines(shop) == [("CAFE", -2_000, -9_100), ("CAFE", 1_000, 4_550)]


def test_a_young_line_is_changed_in_place_and_told_to_the_journal(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.clock.advance(59)
    answer = shop.register.change_quantity(1, 4_000_000)
    assert isinstance(answer, BasketChanged)
    assert lines(shop) == [("CAFE", 4_000, 18_200)]
    (event,) = events(shop, "line_changed")
    assert event["quantity_micro"] == 4_000_000


def test_an_old_line_is_voided_and_sold_anew(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.clock.advance(61)
    answer = shop.register.change_quantity(1, 4_000_000)
    assert isinstance(answer, BasketChanged)
    assert [(line.line_no, line.quantity_micro, line.voids) for line in answer.lines] == [
        (2, -1_000_000, 1),
        (3, 4_000_000, 0),
    ]
    assert answer.total_minor == 18_200


def test_another_operators_line_is_never_changed_in_place(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.sign_on(BETO)
    shop.register.change_quantity(1, 2_000_000)
    assert [line.voids for line in shop.register.basket.lines] == [0, 1, 0]
    assert [line.operator for line in shop.register.basket.lines] == ["1", "2", "2"]


def test_a_line_from_before_the_clock_went_back_is_not_changed_in_place(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.clock.advance(-3_600)
    shop.register.change_quantity(1, 2_000_000)
    assert len(shop.register.basket.lines) == 3


@pytest.mark.parametrize("sold", ["department", "open price", "gone", "dearer"])
def test_an_old_line_keeps_its_name_price_and_tax_whatever_the_catalogue_says(sold: str, shop: Shop) -> None:
    match sold:
        case "department":
            shop.register.ring_department(OPEN_DEPARTMENT, 5_000_000)
        case "open price":
            shop.register.add_item(GIFT, None, 5_000_000)
        case _:
            shop.register.scan(COFFEE)
    with shop.db.atomic():
        if sold == "gone":
            shop.db.run("DELETE FROM item_code WHERE item_id = 1")
            shop.db.run("DELETE FROM item WHERE item_id = 1")
        shop.db.run("UPDATE item SET name = 'other', unit_price_micro = 99000000, tax_class = 'exempt'")
    shop.clock.advance(61)
    answer = shop.register.change_quantity(1, 3_000_000)
    assert isinstance(answer, BasketChanged), answer
    old, _, new = shop.register.basket.lines
    kept = ("sku", "code", "name", "department", "tax_class", "uom", "unit_price_micro", "price_origin")
    assert [getattr(new, field) for field in kept] == [getattr(old, field) for field in kept]
    assert new.quantity_micro == 3_000_000


def test_a_voided_line_stays_with_its_counter_line_and_is_told_in_clear(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2_000_000)
    shop.register.scan(WATER)
    answer = shop.register.void_line(1)
    assert isinstance(answer, BasketChanged)
    assert answer.total_minor == 1_000
    assert [(line.line_no, line.voids) for line in shop.register.basket.lines] == [(1, 0), (2, 0), (3, 1)]
    (event,) = events(shop, "line_voided")
    assert event["line"]["name"] == "Café Ñandú 250 g"


def test_a_basket_given_up_is_gone_but_for_its_record(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.scan(WATER)
    basket = shop.register.basket
    assert shop.register.void_basket() == BasketVoided(basket.basket_id)
    assert shop.register.basket.lines == ()
    (event,) = events(shop, "basket_voided")
    assert event["total_minor"] == 5_550
    assert len(event["lines"]) == 2
    assert shop.db.one("SELECT count(*) FROM basket_line") == (0,)
    shop.register.scan(COFFEE)
    assert shop.register.basket.basket_id != basket.basket_id


def test_an_open_basket_keeps_its_prices_while_the_catalogue_changes(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    with shop.db.atomic():
        shop.db.run("UPDATE item SET unit_price_micro = 99000000 WHERE item_id = 1")
    shop.register.scan(COFFEE)
    assert lines(shop) == [("CAFE", 1_000, 4_550), ("CAFE", 1_000, 9_900)]


def test_the_basket_is_there_after_a_restart_and_nobody_is_signed_on(shop: Shop) -> None:
    for code in (COFFEE, WATER, weight_label(SALMON, 500)):
        shop.register.scan(code)
    shop.register.void_line(2)
    before = shop.register.basket
    register = shop.reopen()
    assert register.basket == before
    assert register.operator is None
    assert register.shift is not None
    assert isinstance(register.scan(COFFEE), Refused)


def test_the_line_last_touched_is_still_so_after_a_restart(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.reopen()
    shop.sign_on()
    shop.register.scan(COFFEE)
    assert lines(shop) == [("CAFE", 2_000, 9_100)]


def test_departments_are_those_of_the_catalogue(shop: Shop) -> None:
    assert [department.code for department in shop.register.departments()] == ["01", "02", "09"]


def test_an_item_is_not_the_departments_stand_in(shop: Shop) -> None:
    found = shop.register.search("varios")
    assert not isinstance(found, Refused)
    assert [item for item in found.items if isinstance(item, Item) and item.sku.startswith("dept-")] == []
