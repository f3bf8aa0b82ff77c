"""Suspending and resuming: a basket by its name, and the question before a resumed one is paid."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.outcome import BasketResumed, BasketSuspended, SalePosted, SuspendedBasket, SuspendedListed, TenderAdded
from domain.refusal import Reason, Refused
from tests.kit.catalog import COFFEE, WATER
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.lane import BETO, FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events
from tests.register.scenes import suspend_one


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready."""
    return make_shop(tmp_path)


def listed(shop: Shop) -> tuple[SuspendedBasket, ...]:
    answer = shop.register.list_suspended()
    assert isinstance(answer, SuspendedListed)
    return answer.baskets


def test_a_suspended_basket_is_listed_with_its_name_and_total(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2_000_000)
    shop.register.scan(WATER)
    basket = shop.register.basket
    assert shop.register.suspend("  Señora Nuñez ") == BasketSuspended(basket.basket_id, "Señora Nuñez")
    assert shop.register.basket.lines == ()
    (entry,) = listed(shop)
    assert (entry.name, entry.operator, entry.line_count, entry.total_minor) == ("Señora Nuñez", "1", 2, 10_100)


def test_they_are_listed_oldest_first(shop: Shop) -> None:
    for name in ("b", "a", "c"):
        shop.register.scan(COFFEE)
        shop.register.suspend(name)
        shop.clock.advance(60)
    assert [entry.name for entry in listed(shop)] == ["b", "a", "c"]


def test_a_resumed_basket_is_the_one_that_was_suspended(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.scan(WATER)
    shop.register.void_line(1)
    before = shop.register.basket
    shop.register.suspend("Juan")
    shop.sign_on(BETO)
    answer = shop.register.resume(before.basket_id)
    assert isinstance(answer, BasketResumed)
    assert answer.basket == msgspec.structs.replace(before, name="Juan", is_resumed=True, touched=0)
    assert shop.register.basket == answer.basket
    assert listed(shop) == ()


def test_the_same_item_after_a_resume_is_a_line_of_its_own(shop: Shop) -> None:
    shop.register.resume(suspend_one(shop))
    shop.register.scan(COFFEE)
    assert len(shop.register.basket.lines) == 2


def test_a_resumed_basket_wants_a_yes_once(shop: Shop) -> None:
    shop.register.resume(suspend_one(shop))
    assert shop.register.add_tender("cash", 100) == Refused(Reason.RESUMED_NEEDS_YES, {"name": "Juan"})
    assert isinstance(shop.register.add_tender("cash", 100, confirmed=True), TenderAdded)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)


def test_a_resumed_basket_still_wants_its_yes_after_a_restart(shop: Shop) -> None:
    shop.register.resume(suspend_one(shop))
    before = shop.register.basket
    shop.reopen()
    assert shop.register.basket == before
    shop.sign_on()
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.RESUMED_NEEDS_YES


def test_a_basket_suspended_again_is_one_basket(shop: Shop) -> None:
    basket_id = suspend_one(shop)
    shop.register.resume(basket_id)
    shop.register.scan(WATER)
    shop.register.suspend("Juan otra vez")
    assert [(entry.basket_id, entry.name, entry.line_count) for entry in listed(shop)] == [
        (basket_id, "Juan otra vez", 2)
    ]


def test_suspended_baskets_are_there_after_a_restart(shop: Shop) -> None:
    suspend_one(shop)
    before = listed(shop)
    shop.reopen()
    assert listed(shop) == before
    assert shop.register.basket.lines == ()


def test_baskets_are_carried_over_to_the_next_shift_and_sold_there(shop: Shop) -> None:
    basket_id = suspend_one(shop)
    closed = shop.register.close_shift(FLOAT_MINOR, carry_over=True)
    assert not isinstance(closed, Refused)
    assert closed.report.suspended == 1
    shop.register.open_shift(0)
    shop.register.resume(basket_id)
    assert isinstance(shop.register.add_tender("cash", confirmed=True), SalePosted)
    assert shop.db.one("SELECT shift_id FROM sale") == (2,)


def test_both_acts_are_journalled_with_what_the_basket_came_to(shop: Shop) -> None:
    basket_id = suspend_one(shop)
    shop.register.resume(basket_id)
    assert events(shop, "basket_suspended") == [
        {"basket_id": basket_id, "line_count": 1, "name": "Juan", "total_minor": 4_550}
    ]
    assert events(shop, "basket_resumed") == [{"basket_id": basket_id, "name": "Juan"}]


@pytest.mark.parametrize("name", HOSTILE_NAMES[:-1])
def test_a_hostile_name_is_kept_without_its_teeth(name: str, shop: Shop) -> None:
    shop.register.scan(COFFEE)
    answer = shop.register.suspend(name)
    assert isinstance(answer, BasketSuspended)
    assert answer.name.isprintable()
    assert len(answer.name) <= 40
