"""What is on hand of an item: what the ERP told, how long ago, and what this lane has sold since."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import UNSET

from domain.instant import stamp
from domain.money import MICRO
from domain.outcome import OnHand, PriceFound
from domain.refusal import Refused
from storage import outbox, stock
from storage.stock import StockLevel, put_stock
from tests.kit.catalog import COFFEE, WATER
from tests.kit.lane import Shop, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready."""
    return make_shop(tmp_path)


def tell(shop: Shop, on_hand: int) -> str:
    """Let the ERP say what there is of coffee, and return when."""
    at = stamp(shop.clock())
    with shop.db.atomic():
        put_stock(shop.db, [StockLevel("CAFE", on_hand * MICRO, at)])
    return at


def sell(shop: Shop, times: int) -> str:
    """Sell some coffee and a water, and return the sale's id."""
    for code in (*[COFFEE] * times, WATER):
        shop.register.scan(code)
    answer = shop.register.add_tender("cash")
    assert not isinstance(answer, Refused), answer
    row = shop.db.one("SELECT sale_id FROM sale ORDER BY receipt_number DESC LIMIT 1")
    assert row
    return str(row[0])


def send(shop: Shop, sale_id: str) -> None:
    """Let the ERP take a sale now."""
    with shop.db.atomic():
        outbox.mark_sent(shop.db, [sale_id], "batch-1", stamp(shop.clock()))


def on_hand(shop: Shop, code: str = COFFEE) -> OnHand:
    """Return what a price check says is on hand."""
    found = shop.register.price_check(code)
    assert isinstance(found, PriceFound)
    assert isinstance(found.on_hand, OnHand)
    return found.on_hand


def test_nothing_is_said_of_what_the_erp_has_told_nothing(shop: Shop) -> None:
    tell(shop, 24)
    found = shop.register.price_check(WATER)
    assert isinstance(found, PriceFound)
    assert found.on_hand is UNSET


def test_what_was_told_has_its_age(shop: Shop) -> None:
    at = tell(shop, 24)
    shop.clock.advance(2 * 3600)
    assert on_hand(shop) == OnHand(24 * MICRO, at, 120, 0)


def test_sales_count_until_the_erp_tells_anew_after_it_has_taken_them(shop: Shop) -> None:
    before = sell(shop, 1)
    send(shop, before)
    tell(shop, 24)
    sold = sell(shop, 3)
    assert (on_hand(shop).sold_micro, on_hand(shop).left_micro) == (3 * MICRO, 21 * MICRO)
    tell(shop, 23)
    assert on_hand(shop).sold_micro == 3 * MICRO, "the ERP has not taken the sale yet"
    send(shop, sold)
    assert on_hand(shop).sold_micro == 3 * MICRO, "it spoke before it took the sale"
    tell(shop, 20)
    assert (on_hand(shop).sold_micro, on_hand(shop).left_micro) == (0, 20 * MICRO)


def test_how_much_was_sold_is_not_known_where_that_is_too_long_ago(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(shop, 24)
    monkeypatch.setattr(stock, "LOOKED_BACK", 2)
    for _ in range(2):
        sell(shop, 1)
    assert on_hand(shop).sold_micro == 2 * MICRO
    sell(shop, 1)
    assert on_hand(shop).sold_micro is None
    assert on_hand(shop).left_micro == 24 * MICRO
