"""Loyalty points: earned by what is paid, redeemed as a discount, counted once; offline on one lane."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import LoyaltySettings, SellingSettings
from domain.instant import latest_told
from domain.loyalty import (
    LoyaltyRules,
    PointsBalance,
    earned_points,
    points_to_give,
    points_to_take,
    used_points,
)
from domain.money import MICRO
from domain.outcome import BasketChanged, SalePosted
from domain.refusal import Reason, Refused
from storage.customers import put_customers
from storage.loyalty import points_left, put_points, read_points
from storage.verify import verify
from sync.points import PointsKind
from sync.small_import import import_small
from tests.kit.cards import TAKEN, load, put_card_items
from tests.kit.catalog import BOOK, COFFEE
from tests.kit.customers import LUZ, MAX, bring_customers
from tests.kit.lane import Shop, make_shop
from tests.register.reading import events, papers
from tests.sync.catalogs import OPTIONS, put

RULES = LoyaltySettings(earn_minor=1_000, point_minor=10)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return make_shop(tmp_path, loyalty=RULES, selling=SellingSettings(negative_lines=True), cards=TAKEN)


def reason_of(answer: Any) -> Reason:
    assert isinstance(answer, Refused), answer
    return answer.reason


def tell(shop: Shop, points: int, at: str = "") -> None:
    with shop.db.atomic():
        lane = shop.register.lane_at_work
        put_points(shop.db, [PointsBalance("C1", points, at or lane.now())], latest_told(shop.clock.at))


def sell(shop: Shop, *codes: str, points: int = 0) -> Any:
    register = shop.register
    for code in codes:
        register.scan(code)
    register.set_customer("C1")
    if points:
        answer = register.redeem_points(points)
        assert isinstance(answer, BasketChanged), answer
    return register.add_tender("cash")


def x(shop: Shop) -> Any:
    return shop.register.draw_x().report  # type: ignore[union-attr]


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**6))
def test_a_return_takes_back_just_what_its_sale_earned(total: int, earn: int) -> None:
    rules = LoyaltyRules(earn)
    assert earned_points(-total, rules) == -earned_points(total, rules)
    assert abs(earned_points(total, rules)) * earn <= abs(total)


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_points_that_are_used_cover_the_discount_and_one_fewer_does_not(amount: int, worth: int) -> None:
    used = used_points(amount, worth, 10**9)
    assert used * worth >= amount
    assert not amount or (used - 1) * worth < amount
    assert used_points(amount, worth, 3) <= 3


def test_what_is_paid_earns_points_for_its_customer(shop: Shop) -> None:
    assert isinstance(sell(shop, BOOK, COFFEE), SalePosted)
    (sale,) = events(shop, "sale_posted")
    assert sale["points"] == {"earned": 24}
    assert points_left(shop.db, "C1") == 24
    assert [(row.code, row.amount_minor) for row in x(shop).points] == [("earned", 24), ("redeemed", 0)]
    assert "Puntos ganados" in papers(shop)[0]
    assert verify(shop.db).discrepancies == ()


def test_points_are_a_discount_by_their_name_and_earn_on_what_remains(shop: Shop) -> None:
    tell(shop, 500)
    posted = sell(shop, BOOK, COFFEE, points=500)
    assert isinstance(posted, SalePosted)
    assert posted.total_minor == 24_540 - 5_000
    (sale,) = events(shop, "sale_posted")
    assert sale["points"] == {"earned": 19, "redeemed": 500}
    assert [(one["name"], one["amount_minor"]) for one in sale["deductions"]] == [("Puntos", 5_000)]
    assert points_left(shop.db, "C1") == 19
    assert events(shop, "points_redeemed")[0]["amount_minor"] == 5_000
    assert verify(shop.db).discrepancies == ()


def test_no_more_than_there_is_and_nothing_twice(shop: Shop) -> None:
    tell(shop, 100)
    sell(shop, COFFEE, points=100)
    tell(shop, 100)  # told again: the sale is still here
    shop.register.scan(COFFEE)
    shop.register.set_customer("C1")
    assert reason_of(shop.register.redeem_points(100)) is Reason.NO_POINTS
    assert points_left(shop.db, "C1") == 0
    tell(shop, 900)
    assert reason_of(shop.register.redeem_points(500)) is Reason.BAD_DISCOUNT
    assert isinstance(shop.register.redeem_points(300), BasketChanged)
    assert isinstance(shop.register.redeem_points(0), BasketChanged)
    assert shop.register.basket.total_minor == 4_550


def test_another_customer_does_not_spend_them(shop: Shop) -> None:
    tell(shop, 100)
    shop.register.scan(COFFEE)
    shop.register.set_customer("C1")
    shop.register.redeem_points(100)
    shop.register.set_customer("C2")
    assert shop.register.basket.total_minor == 4_550
    shop.register.add_tender("cash")
    assert events(shop, "sale_posted")[0]["points"] == {"earned": 4}


def test_a_discount_by_hand_leaves_the_points_and_comes_after_them(shop: Shop) -> None:
    tell(shop, 100)
    shop.register.scan(COFFEE)
    shop.register.set_customer("C1")
    shop.register.redeem_points(100)
    shop.register.discount_basket(percent_ppm=500_000)
    assert shop.register.basket.total_minor == 1_775
    shop.register.discount_basket()
    assert shop.register.basket.total_minor == 3_550


def test_a_basket_that_shrinks_uses_fewer_points(shop: Shop) -> None:
    tell(shop, 1_000)
    shop.register.scan(BOOK)
    shop.register.scan(COFFEE)
    shop.register.set_customer("C1")
    shop.register.redeem_points(1_000)
    shop.register.void_line(1)
    assert shop.register.basket.total_minor == 0
    shop.register.add_tender("cash")
    assert events(shop, "sale_posted")[0]["points"] == {"redeemed": 455}
    assert points_left(shop.db, "C1") == 545


def test_without_rules_there_are_no_points(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    sell(shop, BOOK)
    assert "points" not in events(shop, "sale_posted")[0]
    assert shop.db.one("SELECT count(*) FROM loyalty_entry") == (0,)


def test_a_file_of_points_is_taken(shop: Shop) -> None:
    rows = (("C1", "150", "2026-11-24T18:00:00Z"), ("", "1", ""), ("C2", "muchos", ""), ("C3", "1", "ayer"))
    path = put(shop.db, *rows, header=("Cliente", "Puntos", "a la fecha"), name="points.csv")
    report = import_small(shop.db, path, OPTIONS, PointsKind(lambda: datetime(2026, 11, 24, 18, tzinfo=UTC)))
    assert [refusal.flaw.value for refusal in report.refusals] == ["no_code", "bad_price", "bad_flag"]
    assert read_points(shop.db) == [PointsBalance("C1", 150, "2026-11-24T18:00:00.000Z")]


def test_a_basket_put_aside_does_not_spend_what_another_has_spent_since(shop: Shop) -> None:
    tell(shop, 100)
    register = shop.register
    register.scan(BOOK)
    register.set_customer("C1")
    register.redeem_points(100)
    first = register.basket.basket_id
    register.suspend("Juan")
    assert isinstance(sell(shop, BOOK, points=100), SalePosted)
    left = points_left(shop.db, "C1")
    register.resume(first)
    answer = register.add_tender("cash", confirmed=True)
    assert reason_of(answer) is Reason.NO_POINTS
    register.redeem_points(left)
    assert isinstance(register.add_tender("cash", confirmed=True), SalePosted)
    assert points_left(shop.db, "C1") >= 0
    assert verify(shop.db).discrepancies == ()


def test_a_sale_that_is_taken_back_whole_takes_back_what_it_earned(shop: Shop) -> None:
    sell(shop, BOOK)
    assert points_left(shop.db, "C1") == 19
    assert isinstance(shop.register.post_void("Otro"), SalePosted)
    assert points_left(shop.db, "C1") == 0
    assert [(row.code, row.amount_minor) for row in x(shop).points] == [("earned", 0), ("redeemed", 0)]
    assert verify(shop.db).discrepancies == ()


# what comes back


def points_of(shop: Shop, sale: int = -1) -> Any:
    return events(shop, "sale_posted")[sale].get("points")


def take_back(shop: Shop, receipt: str, lines: dict[str, int] | None = None) -> Any:
    answer = shop.register.return_lines(receipt, "Otro", lines or {})
    assert isinstance(answer, BasketChanged), answer
    return shop.register.add_tender("cash")


@given(st.integers(0, 10**6), st.integers(0, 10**9), st.lists(st.integers(0, 10**9), max_size=6))
def test_points_that_go_piece_by_piece_are_all_of_them_once_and_never_more(
    points: int, paid: int, cuts: list[int]
) -> None:
    for rule in (points_to_take, points_to_give):
        told = [rule(points, paid, back) for back in sorted({0, *(min(cut, paid) for cut in cuts), paid})]
        assert told == sorted(told)
        assert told[-1] == (points if paid else 0)
        assert all(0 <= one <= points for one in told)
        assert rule(points, paid, paid + 1) == told[-1]


def test_what_comes_back_takes_earned_points_along_and_brings_redeemed_ones(shop: Shop) -> None:
    tell(shop, 500)
    sell(shop, BOOK, COFFEE, points=500)
    assert (points_of(shop), points_left(shop.db, "C1")) == ({"earned": 19, "redeemed": 500}, 19)
    take_back(shop, "1", {"2": MICRO})
    assert points_of(shop) == {"taken_back": 4, "given_back": 92}
    assert points_left(shop.db, "C1") == 19 - 4 + 92
    assert "Puntos usados" in papers(shop)[-1]
    take_back(shop, "1")
    assert points_of(shop) == {"taken_back": 15, "given_back": 408}
    assert points_left(shop.db, "C1") == 500
    assert [(row.code, row.amount_minor) for row in x(shop).points] == [("earned", 0), ("redeemed", 0)]
    assert verify(shop.db).discrepancies == ()


def test_what_was_paid_with_points_alone_brings_them_back(shop: Shop) -> None:
    tell(shop, 1_000)
    assert sell(shop, COFFEE, COFFEE, points=910).total_minor == 0
    assert points_of(shop) == {"redeemed": 910}
    assert take_back(shop, "1", {"1": MICRO}).total_minor == 0
    assert points_of(shop) == {"given_back": 455}
    take_back(shop, "1")
    assert points_left(shop.db, "C1") == 1_000


def test_an_exchange_earns_by_what_it_sells_and_takes_what_it_takes_back(shop: Shop) -> None:
    sell(shop, BOOK)
    shop.register.return_lines("1", "Otro")
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    assert points_of(shop) == {"earned": 4, "taken_back": 19}
    take_back(shop, "2")
    assert points_of(shop) == {"taken_back": 4}
    assert points_left(shop.db, "C1") == 0


def test_without_a_receipt_as_many_go_as_the_amount_earns(shop: Shop) -> None:
    sell(shop, BOOK)
    shop.register.set_customer("C1")
    shop.register.return_item(BOOK, "Otro")
    shop.register.add_tender("cash")
    assert points_of(shop) == {"earned": -19}
    assert points_left(shop.db, "C1") == 0


def test_a_sale_taken_back_whole_gives_back_what_was_redeemed(shop: Shop) -> None:
    tell(shop, 500)
    sell(shop, BOOK, points=500)
    assert isinstance(shop.register.post_void("Otro"), SalePosted)
    assert points_of(shop) == {"taken_back": 14, "given_back": 500}
    assert points_left(shop.db, "C1") == 500
    assert verify(shop.db).discrepancies == ()


def test_a_sale_that_took_points_gives_them_back_when_it_is_taken_back_whole(shop: Shop) -> None:
    shop.register.set_customer("C1")
    shop.register.scan(COFFEE)
    shop.register.scan(BOOK, -2 * MICRO)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    (taken,) = shop.db.one("SELECT earned FROM loyalty_entry") or (0,)
    assert (taken < 0, points_left(shop.db, "C1")) == (True, taken)
    assert isinstance(shop.register.post_void("Otro"), SalePosted)
    assert points_of(shop) == {"earned": -taken}
    assert points_left(shop.db, "C1") == 0
    assert verify(shop.db).discrepancies == ()


def test_points_of_a_customer_who_is_no_more_hold_no_exchange_up(shop: Shop) -> None:
    bring_customers(shop)
    shop.register.set_customer(LUZ.code)
    shop.register.scan(BOOK)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    with shop.db.atomic():
        put_customers(shop.db, (msgspec.structs.replace(LUZ, is_active=False),))
    shop.register.scan(COFFEE)
    assert isinstance(shop.register.return_lines("1", "Otro"), BasketChanged)
    assert reason_of(shop.register.set_customer(LUZ.code)) is Reason.NO_SUCH_CUSTOMER
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    assert verify(shop.db).discrepancies == ()


def test_points_come_back_to_their_customer_only(shop: Shop) -> None:
    bring_customers(shop)
    shop.register.set_customer(MAX.code)
    shop.register.scan(BOOK)
    shop.register.add_tender("cash")
    shop.register.set_customer(LUZ.code)
    shop.register.scan(COFFEE)
    shop.register.return_lines("1", "Otro")
    refused = shop.register.add_tender("cash")
    assert reason_of(refused) is Reason.POINTS_CUSTOMER
    shop.register.set_customer(MAX.code)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    assert points_of(shop) == {"earned": 4, "taken_back": 19}


def test_what_is_given_back_counts_until_the_erp_tells_of_it_and_what_is_taken_until_it_has_it(shop: Shop) -> None:
    tell(shop, 500)
    sell(shop, BOOK, COFFEE, points=500)
    take_back(shop, "1")
    tell(shop, 77)
    assert points_left(shop.db, "C1") == 77 - 500 - 19, "neither of the two documents has been sent"
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'sent', changed_at = '2026-11-24T18:00:00.000Z'")
    assert points_left(shop.db, "C1") == 77


def test_what_is_put_on_a_card_earns_nothing(shop: Shop) -> None:
    put_card_items(shop.db)
    shop.register.set_customer("C1")
    load(shop)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    assert "points" not in events(shop, "sale_posted")[0]
    assert points_left(shop.db, "C1") == 0


def test_points_told_while_the_clock_was_ahead_give_way(shop: Shop) -> None:
    tell(shop, 900, at="2036-11-24T18:00:00.000Z")
    tell(shop, 5)
    assert points_left(shop.db, "C1") == 5
