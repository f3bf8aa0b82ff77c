"""Promotions and baskets as a shop has them, for benches and for what a search may cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

from domain.money import MICRO
from domain.promotion import (
    AnyReward,
    BasketAmountOff,
    Bundle,
    CheapestFree,
    Conditions,
    Gift,
    Limits,
    NForM,
    Part,
    PercentOff,
    PriceFor,
    Promotion,
    Scope,
    SecondUnit,
    UnitAmountOff,
    Window,
)
from domain.promotion_basket import PromotionContext, PromotionLine
from domain.promotion_book import PromotionBook, build_book

ITEMS: Final = 3000
DEPARTMENTS: Final = 20
PRICES: Final = (990, 1250, 1490, 1890, 2350, 2990, 3490, 4590, 5900, 8900)


def sample_context() -> PromotionContext:
    """A Monday at noon, a member of the club, one coupon."""
    return PromotionContext(datetime(2026, 1, 5, 12, tzinfo=UTC), UTC, "club", frozenset({"FIFTY"}))


def sample_book() -> PromotionBook:
    """Fifty active promotions of a supermarket.

    Ranges of an item's variants have multi-buys of their own; whole departments have percentages and two a multi-buy;
    bundles, a gift, a happy hour, the club's percentage and a coupon lie over them.
    """
    return build_book(_sample_promotions())


def sample_lines(count: int = 200, seed: int = 1) -> list[PromotionLine]:
    """A basket of so many lines, a third of them of promoted ranges, some weighed."""
    random = Random(seed)
    lines = []
    for line_no in range(1, count + 1):
        number = random.randrange(360) if random.random() < 1 / 3 else random.randrange(ITEMS)
        is_weighed = random.random() < 0.08
        quantity = random.randint(100, 3000) * 1000 if is_weighed else random.choice((1, 1, 1, 1, 2, 2, 3, 6)) * MICRO
        price = PRICES[number // 9 % len(PRICES)]
        lines.append(
            PromotionLine(
                line_no,
                f"s{number}",
                f"d{number // 9 % DEPARTMENTS}",
                ("shop",),
                "general",
                quantity,
                price * MICRO // 100,
                price * quantity // MICRO,
                is_weighed=is_weighed,
            )
        )
    return lines


def dense_book(lines: Sequence[PromotionLine], sets: int, seed: int = 1) -> PromotionBook:
    """Promotions that overlap as no shop would have them: each on three items of the basket, drawn at random."""
    random = Random(seed)
    skus = sorted({line.sku for line in lines})
    rewards: tuple[AnyReward, ...] = (
        PercentOff(100_000),
        NForM(3, 2),
        NForM(3, 2, True),
        SecondUnit(500_000),
        PriceFor(2, 4000),
        PriceFor(3, 6000),
    )
    promotions = [
        Promotion(f"p{n}", f"P {n}", random.choice(rewards), _items(random.sample(skus, 3)), priority=n % 3)
        for n in range(sets)
    ]
    over_all = [
        Promotion("three", "3 for 2", NForM(3, 2), _departments(1, 2)),
        Promotion("four", "4 for 3", NForM(4, 3), _departments(2, 3, 4)),
        Promotion("second", "2nd at half", SecondUnit(500_000), _departments(4, 5)),
    ]
    return build_book([*promotions, *over_all])


def _items(skus: Sequence[str]) -> Scope:
    return Scope(items=frozenset(skus))


def _departments(*numbers: int) -> Scope:
    return Scope(departments=frozenset(f"d{number}" for number in numbers))


def _range(number: int, size: int = 1) -> Scope:
    """The nine variants of an item, or of some items next to each other."""
    return _items([f"s{variant}" for variant in range(number * 9, (number + size) * 9)])


def _sample_promotions() -> Iterator[Promotion]:
    ranges: tuple[AnyReward, ...] = (
        NForM(3, 2),
        NForM(3, 2, True),
        SecondUnit(500_000),
        SecondUnit(700_000, True),
        PriceFor(2, 4000),
        PriceFor(3, 6000),
        PercentOff(150_000),
        PercentOff(250_000),
        UnitAmountOff(200),
    )
    for number in range(36):
        yield Promotion(f"range{number:02}", f"Range {number}", ranges[number % 9], _range(number), priority=20)
    for number in range(4):
        yield Promotion(f"dep{number}", f"Department {number}", PercentOff(100_000), _departments(number), priority=30)
    yield Promotion("wine", "Wine 3 for 2", NForM(3, 2), _departments(10))
    yield Promotion("care", "Second at half", SecondUnit(500_000), _departments(11))
    yield Promotion("menu", "Menu", Bundle((Part(_range(2, 2)), Part(_range(22, 2)), Part(_range(33))), 9900))
    yield Promotion("combo", "Cheapest free", CheapestFree((Part(_range(13)), Part(_range(14), 2))))
    yield Promotion("gift", "A glass for two", Gift("s3", take=2), _range(30, 2))
    yield Promotion("four", "At most four", UnitAmountOff(300), _departments(12), limits=Limits(units=4))
    hours = Window(frozenset({0, 1}), 10 * 60, 15 * 60)
    yield Promotion("happy", "Happy hour", PercentOff(200_000), _departments(13), Conditions(windows=(hours,)))
    club = Conditions(customer_groups=frozenset({"club"}))
    yield Promotion("club", "Club 5 %", PercentOff(50_000), Scope(), club, stacks_with=frozenset("*"))
    coupon = Conditions(coupons=frozenset({"FIFTY"}), min_basket_minor=50_000)
    yield Promotion("coupon", "Coupon", BasketAmountOff(5000), Scope(), coupon, stacks_with=frozenset("*"))
    yield Promotion("bulk", "From six on", PercentOff(80_000), _departments(14), Conditions(min_units=6))
