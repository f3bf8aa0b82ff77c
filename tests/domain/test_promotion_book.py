"""When a promotion is open, which lines it touches, and what its conditions still lack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.promotion import Conditions, Limits, NForM, PercentOff, Promotion, Scope, Window, stack
from domain.promotion_basket import PromotionContext, PromotionLine
from domain.promotion_book import bits, build_book, open_ranks, unmet
from tests.domain.promotion_cases import NOON, departments, items, line, lines

TEN = PercentOff(100_000)
MADRID = ZoneInfo("Europe/Madrid")
FRIDAY, SATURDAY = 4, 5


def _is_open(conditions: Conditions, context: PromotionContext, limits: Limits | None = None) -> bool:
    book = build_book([Promotion("p", "p", TEN, conditions=conditions, limits=limits or Limits())])
    return open_ranks(book, context) == 1


def _at(text: str, zone: ZoneInfo = MADRID) -> PromotionContext:
    """A time that the clock on the store's wall shows."""
    return PromotionContext(datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC), zone)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-01-09T16:59", False),
        ("2026-01-09T17:00", True),
        ("2026-01-09T18:59:59", True),
        ("2026-01-09T19:00", False),
        ("2026-01-10T17:30", False),
    ],
)
def test_hours_of_a_weekday_are_the_stores(at: str, is_open: bool) -> None:
    window = Window(frozenset({FRIDAY}), 17 * 60, 19 * 60)
    assert _is_open(Conditions(windows=(window,)), _at(at)) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-01-09T21:59", False),
        ("2026-01-09T22:00", True),
        ("2026-01-10T01:59", True),
        ("2026-01-10T02:00", False),
        ("2026-01-10T22:30", False),
        ("2026-01-09T01:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_began(at: str, is_open: bool) -> None:
    window = Window(frozenset({FRIDAY}), 22 * 60, 2 * 60)
    asked = Conditions(windows=(window,), from_on=date(2026, 1, 9), until_on=date(2026, 1, 9))
    assert _is_open(asked, _at(at)) is is_open


def test_any_window_is_enough_and_dates_are_inside() -> None:
    noon = Window(frozenset(), 12 * 60, 13 * 60)
    evening = Window(frozenset({SATURDAY}), 20 * 60, 24 * 60)
    asked = Conditions(windows=(noon, evening), from_on=date(2026, 1, 5), until_on=date(2026, 1, 10))
    open_at = ["2026-01-05T12:30", "2026-01-10T12:59", "2026-01-10T23:59"]
    shut_at = ["2026-01-04T12:30", "2026-01-11T12:30", "2026-01-09T23:00", "2026-01-11T00:00"]
    assert all(_is_open(asked, _at(at)) for at in open_at)
    assert not any(_is_open(asked, _at(at)) for at in shut_at)


def test_a_day_begins_where_the_store_is() -> None:
    asked = Conditions(from_on=date(2026, 1, 6), until_on=date(2026, 1, 6))
    at = datetime(2026, 1, 6, 1, tzinfo=UTC)
    assert _is_open(asked, PromotionContext(at, UTC))
    assert not _is_open(asked, PromotionContext(at, ZoneInfo("America/Mexico_City")))


def test_the_hour_that_the_clock_shows_twice_is_open_twice() -> None:
    window = Conditions(windows=(Window(frozenset(), 2 * 60, 3 * 60),))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert _is_open(window, PromotionContext(first, MADRID))
    assert _is_open(window, PromotionContext(first + timedelta(hours=1), MADRID))
    assert not _is_open(window, PromotionContext(first + timedelta(hours=2), MADRID))


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(-14, 14),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, 24 * 60),
)
def test_a_window_is_open_as_many_minutes_as_it_is_long(at: datetime, hours: int, begin: int, length: int) -> None:
    end = begin + length if begin + length <= 24 * 60 else begin + length - 24 * 60
    zone = timezone(timedelta(hours=hours))
    book = build_book([Promotion("p", "p", TEN, conditions=Conditions(windows=(Window(frozenset(), begin, end),)))])
    start = at.replace(second=0, microsecond=0, tzinfo=UTC)
    minutes = [start + timedelta(minutes=minute) for minute in range(0, 24 * 60, 10)]
    local = [
        (found.astimezone(zone).hour * 60 + found.astimezone(zone).minute - begin) % (24 * 60) for found in minutes
    ]
    assert [open_ranks(book, PromotionContext(found, zone)) for found in minutes] == [
        int(passed < length) for passed in local
    ]


def test_customer_groups_coupons_and_what_was_used_decide() -> None:
    club = Conditions(customer_groups=frozenset({"club", "staff"}))
    assert _is_open(club, msgspec.structs.replace(NOON, customer_group="staff"))
    assert not _is_open(club, NOON)
    coupon = Conditions(coupons=frozenset({"A", "B"}))
    assert _is_open(coupon, msgspec.structs.replace(NOON, coupons=frozenset({"B", "C"})))
    assert not _is_open(coupon, msgspec.structs.replace(NOON, coupons=frozenset({"C"})))
    used = msgspec.structs.replace(NOON, used={"p": 2, "q": 9})
    assert _is_open(Conditions(), used, Limits(per_customer=3))
    assert not _is_open(Conditions(), used, Limits(per_customer=2))


def test_a_line_touches_what_names_its_item_its_departments_or_nothing() -> None:
    book = build_book(
        [
            Promotion("a", "item", TEN, items("1")),
            Promotion("b", "department", TEN, departments("tea")),
            Promotion("c", "above", TEN, departments("food")),
            Promotion("d", "either", TEN, Scope(frozenset({"1"}), frozenset({"tea"}))),
            Promotion("e", "everything", TEN),
            Promotion("f", "other", TEN, Scope(frozenset({"2"}), frozenset({"toys"}))),
        ]
    )
    found = PromotionLine(1, "1", "tea", ("drinks", "food"), "general", 10**6, 0, 100)
    assert [book.promotions[rank].code for rank in bits(book.touched.ranks(found))] == ["a", "b", "c", "d", "e"]


def test_the_order_is_priority_then_code_and_the_inactive_are_left_out() -> None:
    book = build_book(
        [
            Promotion("b", "", TEN, priority=1),
            Promotion("a", "", TEN, priority=2),
            Promotion("c", "", TEN, priority=1),
            Promotion("d", "", TEN, is_active=False),
        ]
    )
    assert [promotion.code for promotion in book.promotions] == ["b", "c", "a"]
    with pytest.raises(ValueError, match="twice"):
        build_book([Promotion("a", "", TEN), Promotion("a", "", TEN)])


def test_who_stacks_with_whom() -> None:
    plain, club = Promotion("a", "", TEN), Promotion("b", "", TEN, stacks_with=frozenset("*"))
    named, alone = Promotion("c", "", TEN, stacks_with=frozenset("a")), Promotion("d", "", TEN, exclusive=True)
    one, other = Promotion("e", "", NForM(3, 2), stacks_with=frozenset("f")), Promotion("f", "", NForM(2, 1))
    assert stack(plain, club)
    assert stack(club, plain)
    assert stack(plain, named)
    assert not stack(named, other)
    assert not stack(club, alone)
    assert not stack(one, other)
    assert stack(one, club)


def test_conditions_say_what_they_lack() -> None:
    asked = Conditions(departments("d0"), min_units=3, min_value_minor=500, min_basket_minor=600)
    book = build_book([Promotion("p", "p", TEN, items("c"), asked)])
    basket = [*lines(("a", 100), ("b", 150), ("c", 200)), line(9, "a", 0)]

    def missing(basket: list[PromotionLine]) -> dict[int, tuple[int, int]]:
        return unmet(book, 1, [(found, book.counted.ranks(found)) for found in basket])

    assert missing(basket) == {0: (0, 250)}
    assert missing(basket[:2]) == {0: (1, 350)}
    assert missing([*basket, line(8, "b", 250)]) == {}
    assert unmet(book, 0, []) == {}


@given(st.integers(0, 2**200))
def test_a_set_of_ranks_is_its_bits(ranks: int) -> None:
    assert sum(1 << rank for rank in bits(ranks)) == ranks
    assert list(bits(ranks)) == sorted(set(bits(ranks)))
