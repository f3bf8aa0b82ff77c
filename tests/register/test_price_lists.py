"""Price lists at the register: which price a line has, how it follows quantity and list, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from config.settings import ExchangeSettings, SellingSettings
from domain.basket import PriceOrigin
from domain.price_rule import PriceBasis, PriceList, PriceRule, PriceWay, RuleScope
from domain.refusal import Reason, Refused
from storage.copies import read_sale
from storage.prices import put_price_lists
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE
from tests.kit.lane import Shop, make_shop
from tests.kit.promotions import THREE_FOR_TWO, bring_promotions
from tests.register.reading import papers

AT: Final = "2026-11-24T12:00:00.000Z"
SIX: Final = 6_000_000
CLUB: Final = PriceList(
    "CLUB",
    "Club",
    rules=(
        PriceRule(1, RuleScope.ITEM, "CAFE", way=PriceWay.FIXED, fixed_price_micro=44_000_000),
        PriceRule(2, RuleScope.ITEM, "CAFE", SIX, way=PriceWay.FIXED, fixed_price_micro=40_000_000),
    ),
)
WHOLE: Final = PriceList("WHOLE", "Mayoreo", counts_basket=True, rules=CLUB.rules)
COST: Final = PriceList(
    "COST",
    "Costo",
    rules=(PriceRule(1, way=PriceWay.FORMULA, basis=PriceBasis.COST, markup_micro=10_000_000),),
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that sells by the club's list."""
    shop = make_shop(tmp_path, selling=SellingSettings(price_list="CLUB"))
    put_price_lists(shop.db, (CLUB, WHOLE, COST), AT)
    return shop


def prices(shop: Shop) -> list[int]:
    """Return the unit prices of the basket's lines."""
    return [line.unit_price_micro // 1_000_000 for line in shop.register.basket.lines]


def test_a_line_has_the_lists_price_its_name_and_what_it_was(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    (line,) = shop.register.basket.lines
    assert (line.unit_price_micro, line.price_origin, line.price_from, line.regular_price_micro) == (
        44_000_000,
        PriceOrigin.LIST,
        "Club",
        45_500_000,
    )
    shop.register.add_tender("cash")
    assert "45.50" in papers(shop)[0]
    assert verify(shop.db).is_sound


def test_an_item_without_a_rule_has_its_own_price(shop: Shop) -> None:
    shop.register.scan(BOOK)
    assert shop.register.basket.lines[0].price_origin is PriceOrigin.CATALOG


def test_the_same_item_again_joins_and_the_price_follows_the_quantity(shop: Shop) -> None:
    for count in range(1, 7):
        shop.register.scan(COFFEE)
        assert len(shop.register.basket.lines) == 1
        assert prices(shop) == [40 if count == 6 else 44]
    shop.register.change_quantity(1, 5_000_000)
    assert prices(shop) == [44]
    assert shop.register.basket.total_minor == 5 * 4_400


def test_a_list_that_counts_the_basket_counts_all_lines_of_an_item(shop: Shop) -> None:
    shop.register.choose_price_list("WHOLE")
    shop.register.scan(COFFEE, 3_000_000)
    shop.register.scan(BOOK)
    assert prices(shop) == [44, 199]
    shop.register.scan(COFFEE, 3_000_000)
    assert prices(shop) == [40, 199, 40]
    shop.register.void_line(3)
    assert prices(shop)[0] == 44
    assert shop.register.basket.total_minor == 3 * 4_400 + 19_990


def test_another_list_changes_the_lines_that_are_there(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.scan(BOOK)
    with shop.db.atomic():
        shop.db.run("UPDATE item SET cost_micro = 30000000")
    answer = shop.register.choose_price_list("COST")
    assert not isinstance(answer, Refused)
    assert prices(shop) == [33, 33]
    shop.reopen()
    assert prices(shop) == [33, 33]
    assert shop.register.basket.terms.price_list == "COST"


def test_a_price_made_of_a_cost_that_nobody_knows_is_refused(shop: Shop) -> None:
    shop.register.choose_price_list("COST")
    answer = shop.register.scan(COFFEE)
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.NO_LIST_PRICE
    assert shop.register.basket.lines == ()


def test_a_price_by_hand_stays_whatever_the_list_says(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.override_price(1, 10_000_000, "")
    shop.register.scan(BOOK)
    shop.register.choose_price_list("WHOLE")
    assert prices(shop) == [10, 199]


def test_promotions_are_given_on_the_lists_prices(shop: Shop) -> None:
    bring_promotions(shop, THREE_FOR_TWO)
    shop.register.scan(COFFEE, 3_000_000)
    assert shop.register.basket.total_minor == 2 * 4_400


def test_a_voided_line_comes_back_at_the_price_it_was_sold_for(shop: Shop) -> None:
    for _ in range(6):
        shop.register.scan(COFFEE)
    shop.register.void_line(1)
    assert prices(shop) == [40, 40]
    assert shop.register.basket.total_minor == 0
    shop.register.scan(BOOK)
    shop.register.add_tender("cash")
    found = read_sale(shop.db, 1)
    assert found is not None
    assert found[0].total_minor == 19_990
    assert verify(shop.db).is_sound


def test_a_list_in_dollars_is_worth_what_the_rate_says(tmp_path: Path) -> None:
    dollars = PriceList("USD", "Dólares", "USD", rules=(PriceRule(1, way=PriceWay.FIXED, fixed_price_micro=2_000_000),))
    shop = make_shop(tmp_path, selling=SellingSettings(price_list="USD"), exchange=(ExchangeSettings("USD", "17.05"),))
    put_price_lists(shop.db, (dollars,), AT)
    shop.register.scan(COFFEE)
    assert shop.register.basket.lines[0].unit_price_micro == 34_100_000


def test_another_quantity_after_a_minute_starts_from_the_regular_price(shop: Shop) -> None:
    less = PriceRule(1, way=PriceWay.PERCENTAGE, percent_micro=20_000_000)
    put_price_lists(shop.db, (PriceList("CLUB", "Club", rules=(less,)),), "2026-11-24T13:00:00.000Z")
    shop.register.scan(COFFEE)
    shop.clock.advance(3_600)
    shop.register.change_quantity(1, 2_000_000)
    assert shop.register.basket.total_minor == 2 * 3_640


def test_a_line_whose_price_the_list_has_lost_can_still_be_voided(shop: Shop) -> None:
    with shop.db.atomic():
        shop.db.run("UPDATE item SET cost_micro = 30000000")
    shop.register.choose_price_list("COST")
    shop.register.scan(COFFEE)
    shop.register.scan(BOOK)
    shop.register.scan(COFFEE)
    with shop.db.atomic():
        shop.db.run("UPDATE item SET cost_micro = NULL")
    assert not isinstance(shop.register.void_line(1), Refused)
    assert prices(shop) == [33, 33, 33, 33]
