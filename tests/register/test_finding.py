"""From a code to an item: codes of every kind, labels, GS1, price checks and search."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import LabelRule
from domain.barcode import check_digit
from domain.basket import PriceOrigin, QuantityOrigin
from domain.outcome import ItemsFound, PriceFound
from domain.refusal import Refused
from tests.kit.catalog import (
    BOOK,
    COFFEE,
    COFFEE_SIX,
    GIFT,
    OLD,
    SALMON,
    SOAP,
    WATER,
    price_label,
    weight_label,
)
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.lane import Shop, make_shop

COFFEE_GS1 = "0107501000111206"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready."""
    return make_shop(tmp_path)


@pytest.mark.parametrize(
    ("code", "sku"),
    [
        (COFFEE, "CAFE"),
        (f" {COFFEE}\n", "CAFE"),
        ("07501000111206", "CAFE"),
        ("]E07501000111206", "CAFE"),
        (COFFEE_GS1, "CAFE"),
        (f"https://id.gs1.org/01/0{COFFEE}/10/L1", "CAFE"),
        (WATER, "AGUA"),
        (BOOK, "LIBRO"),
        (SOAP, "JABON"),
        ("0" + SOAP, "JABON"),
        ("00" + SOAP, "JABON"),
        ("CAFE", "CAFE"),
        ("cafe", "CAFE"),
    ],
)
def test_an_item_is_found_by_each_of_its_codes(code: str, sku: str, shop: Shop) -> None:
    shop.register.scan(code)
    assert [line.sku for line in shop.register.basket.lines] == [sku]


def test_a_weight_label_sells_its_weight_at_the_items_price(shop: Shop) -> None:
    shop.register.scan(weight_label(SALMON, 1_234))
    (line,) = shop.register.basket.lines
    assert (line.sku, line.quantity_micro, line.tax.amount_minor) == (SALMON, 1_234_000, 40_599)
    assert (line.price_origin, line.quantity_origin) == (PriceOrigin.CATALOG, QuantityOrigin.LABEL)


def test_a_price_label_sells_one_at_its_price(shop: Shop) -> None:
    shop.register.scan(price_label(SALMON, 12_345))
    (line,) = shop.register.basket.lines
    assert (line.sku, line.tax.amount_minor, line.price_origin) == (SALMON, 12_345, PriceOrigin.LABEL)


def test_labels_follow_the_stores_own_patterns(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, labels=(LabelRule("price", "21.....{NNNDD}"),))
    shop.register.scan(weight_label(SALMON, 1_234))
    assert shop.register.basket.lines[0].tax.amount_minor == 1_234


def test_a_label_that_is_nobodys_may_still_be_a_plain_code(shop: Shop) -> None:
    code = weight_label("77777", 500)
    with shop.db.atomic():
        shop.db.run("INSERT INTO item_code VALUES (?, 1, 1000000)", (code.rjust(14, "0"),))
    shop.register.scan(code)
    assert shop.register.basket.lines[0].sku == "CAFE"


def test_a_weight_label_of_something_sold_by_the_piece_is_refused(shop: Shop) -> None:
    with shop.db.atomic():
        shop.db.run("INSERT INTO item_code VALUES ('77777', 1, 1000000)")
    answer = shop.register.scan(weight_label("77777", 500))
    assert isinstance(answer, Refused)
    assert answer.facts["uom"] == "pc"


@pytest.mark.parametrize(
    ("ai", "grams"),
    [("3103001235", 1_235), ("3102000124", 1_240), ("3202000220", 998), ("3205000220", 1)],
    ids=["kg", "kg with two decimals", "2.20 lb", "0.0022 lb"],
)
def test_a_gs1_weight_is_sold_in_whole_grams_also_from_pounds(ai: str, grams: int, shop: Shop) -> None:
    gtin = "0901234567890" + check_digit("0901234567890")
    with shop.db.atomic():
        shop.db.run("INSERT INTO item_code VALUES (?, 5, 1000000)", (gtin,))
    answer = shop.register.scan(f"01{gtin}{ai}")
    assert not isinstance(answer, Refused), answer
    assert shop.register.basket.lines[0].quantity_micro == grams * 1_000


def test_a_gs1_price_in_the_lanes_currency_is_sold_at_it(shop: Shop) -> None:
    shop.register.scan(f"{COFFEE_GS1}39324841234")
    (line,) = shop.register.basket.lines
    assert (line.tax.amount_minor, line.price_origin) == (1_234, PriceOrigin.LABEL)


def test_what_expires_today_is_still_sold_in_the_stores_own_time(shop: Shop) -> None:
    """It is 18:05 UTC on the 24th, noon in Mexico; at 23:30 there, UTC has the 25th already."""
    assert not isinstance(shop.register.scan(f"{COFFEE_GS1}17261124"), Refused)
    shop.clock.advance(11.4 * 3600)
    assert not isinstance(shop.register.scan(f"{COFFEE_GS1}17261124"), Refused)
    shop.clock.advance(3600)
    assert isinstance(shop.register.scan(f"{COFFEE_GS1}17261124"), Refused)


@pytest.mark.parametrize(
    ("code", "quantity_micro", "price_minor"),
    [
        (COFFEE, 1_000_000, 4_550),
        (COFFEE_SIX, 6_000_000, 27_300),
        (SOAP, 1_000_000, 1_235),
        (weight_label(SALMON, 1_234), 1_234_000, 40_599),
        (price_label(SALMON, 500), 1_000_000, 500),
        (SALMON, 1_000_000, 32_900),
        (OLD, 1_000_000, 500),
        (GIFT, 1_000_000, None),
    ],
)
def test_a_price_check_tells_and_sells_nothing(
    code: str, quantity_micro: int, price_minor: int | None, shop: Shop
) -> None:
    answer = shop.register.price_check(code)
    assert isinstance(answer, PriceFound)
    assert (answer.quantity_micro, answer.price_minor) == (quantity_micro, price_minor)
    assert shop.register.basket.lines == ()


def found(shop: Shop, text: str, limit: int = 20) -> list[str]:
    answer = shop.register.search(text, limit)
    assert isinstance(answer, ItemsFound)
    return [item.sku for item in answer.items]


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("café", ["CAFE"]),
        ("CAFE", ["CAFE"]),
        ("cafe na", ["CAFE"]),
        ("ñandu", ["CAFE"]),
        ("nandu cafe", ["CAFE"]),
        ("pescad", [SALMON]),
        ("salmon pescaderia", [SALMON]),
        ("750100", ["CAFE"]),
        ("0750100", ["CAFE"]),
        ("036000", ["JABON"]),
        ("7501234", ["AGUA"]),
        ("2000", [SALMON]),
        ("zzz", []),
        ("", []),
        ("   ", []),
        ('"', []),
        ("AND OR NOT", []),
        ("caf*", ["CAFE"]),
        ("name:caf", []),
        ("c++ -x", []),
        ("%", []),
        ("_", []),
    ],
)
def test_search_by_words_and_by_the_beginning_of_a_code(text: str, skus: list[str], shop: Shop) -> None:
    assert found(shop, text) == skus


def test_search_stays_within_its_limit_whatever_is_asked(shop: Shop) -> None:
    assert len(found(shop, "abarrotes")) == 9
    assert len(found(shop, "abarrotes", 3)) == 3
    assert len(found(shop, "abarrotes", 0)) == 1
    assert len(found(shop, "abarrotes", -5)) == 1
    assert len(found(shop, "abarrotes", 10**30)) == 9


@pytest.mark.parametrize("name", HOSTILE_NAMES[:-1])
def test_a_hostile_text_is_searched_like_any_other(name: str, shop: Shop) -> None:
    assert isinstance(shop.register.search(name), ItemsFound)
