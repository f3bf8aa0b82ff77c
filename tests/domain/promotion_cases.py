"""Promotions and baskets for tests, drawn by hypothesis or written down in a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

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
)
from domain.promotion_basket import PromotionContext, PromotionLine, PromotionMemory, Rewards
from domain.promotion_book import build_book
from domain.promotion_search import find_rewards

NOON: Final = PromotionContext(datetime(2026, 1, 5, 12, tzinfo=UTC), UTC)
DEPARTMENTS: Final = {"a": "d0", "b": "d0", "c": "d1", "d": "d2"}
"""The department of each item of a drawn basket."""


def line(line_no: int, sku: str, amount: int, units: int = 1, department: str = "") -> PromotionLine:
    """A line of so many units that cost an amount together."""
    home = department or DEPARTMENTS.get(sku, "d9")
    return PromotionLine(line_no, sku, home, ("shop",), "general", units * MICRO, amount * 10_000 // units, amount)


def lines(*costs: tuple[str, int]) -> list[PromotionLine]:
    """Lines of one unit each."""
    return [line(number, sku, cost) for number, (sku, cost) in enumerate(costs, 1)]


def find(
    promotions: Iterable[Promotion],
    basket: Sequence[PromotionLine],
    context: PromotionContext = NOON,
    memory: PromotionMemory | None = None,
) -> Rewards:
    """The best rewards of a basket."""
    return find_rewards(build_book(promotions), basket, context, memory)


def items(*skus: str) -> Scope:
    return Scope(items=frozenset(skus))


def departments(*codes: str) -> Scope:
    return Scope(departments=frozenset(codes))


def _free_all_but_one(reward: CheapestFree) -> CheapestFree:
    return CheapestFree(reward.parts, sum(part.quantity for part in reward.parts) - 1)


SCOPES: Final = st.one_of(
    st.just(Scope()),
    st.builds(Scope, departments=st.frozensets(st.sampled_from(["d0", "d1", "d2"]), min_size=1, max_size=2)),
    st.builds(Scope, items=st.frozensets(st.sampled_from("abcd"), min_size=1, max_size=3)),
)
PERCENTS: Final = st.sampled_from([50_000, 100_000, 333_333, 500_000, 1_000_000])
UNIT_REWARDS: Final = st.one_of(
    st.builds(PercentOff, PERCENTS), st.builds(UnitAmountOff, st.sampled_from([1, 30, 100]))
)
PARTS: Final = st.builds(Part, SCOPES, st.integers(1, 2))
SET_REWARDS: Final = st.one_of(
    st.builds(PriceFor, st.integers(1, 3), st.sampled_from([0, 50, 100, 150, 200]), st.booleans()),
    st.integers(2, 4).flatmap(lambda n: st.builds(NForM, st.just(n), st.integers(1, n - 1), st.booleans())),
    st.builds(SecondUnit, PERCENTS, st.booleans()),
    st.builds(CheapestFree, st.lists(PARTS, min_size=2, max_size=2).map(tuple)),
    st.builds(CheapestFree, st.lists(PARTS, min_size=2, max_size=3).map(tuple)).map(_free_all_but_one),
    st.builds(Bundle, st.lists(PARTS, min_size=2, max_size=3).map(tuple), st.sampled_from([50, 100, 150])),
    st.builds(Gift, st.sampled_from("abcd"), st.integers(1, 2)),
)
BASKET_REWARDS: Final = st.builds(BasketAmountOff, st.sampled_from([10, 50, 150]))
CONDITIONS: Final = st.one_of(
    st.just(Conditions()),
    st.just(Conditions()),
    st.builds(
        Conditions,
        st.none() | SCOPES,
        st.sampled_from([0, 3]),
        st.sampled_from([0, 150]),
        st.sampled_from([0, 300]),
    ),
)


@st.composite
def promotions(draw: st.DrawFn, code: str, reward: st.SearchStrategy[AnyReward] | None = None) -> Promotion:
    """One promotion, now and then with limits and conditions."""
    given = draw(reward if reward is not None else st.one_of(UNIT_REWARDS, SET_REWARDS, SET_REWARDS, BASKET_REWARDS))
    limits = Limits()
    if not isinstance(given, BasketAmountOff) and draw(st.integers(0, 3)) == 0:
        is_unit = isinstance(given, PercentOff | UnitAmountOff)
        amount = draw(st.sampled_from([None, 40, 120]))
        count = draw(st.sampled_from([None, 1, 2]))
        limits = Limits(None, count, amount) if is_unit else Limits(count, None, amount)
    is_exclusive = draw(st.integers(0, 11)) == 0
    others = [frozenset[str](), frozenset("*"), frozenset({"p0", "p2"} - {code})]
    return Promotion(
        code,
        f"Promotion {code}",
        given,
        draw(SCOPES) if not isinstance(given, CheapestFree | Bundle) else Scope(),
        draw(CONDITIONS),
        limits,
        draw(st.sampled_from([1, 1, 2])),
        is_exclusive,
        frozenset() if is_exclusive else draw(st.sampled_from(others)),
    )


@st.composite
def books(draw: st.DrawFn, most: int = 3) -> list[Promotion]:
    """Some promotions."""
    return [draw(promotions(f"p{number}")) for number in range(draw(st.integers(1, most)))]


@st.composite
def baskets(draw: st.DrawFn, most: int = 6, skus: str = "abcd") -> list[PromotionLine]:
    """A basket of so many units at most: lines of several units, weighed, excluded and returned ones."""
    basket: list[PromotionLine] = []
    left = draw(st.integers(1, most))
    while left > 0:
        sku = draw(st.sampled_from(skus))
        units = draw(st.integers(1, min(left, 3)))
        left -= units
        amount = draw(st.sampled_from([33, 50, 50, 99, 100, 101])) * units + draw(st.integers(0, units - 1))
        kind = draw(st.sampled_from(["", "", "", "", "", "", "weighed", "excluded", "return"]))
        sign = -1 if kind == "return" else 1
        quantity = 1_234_567 if kind == "weighed" else sign * units * MICRO
        basket.append(
            PromotionLine(
                len(basket) + 1,
                sku,
                DEPARTMENTS[sku],
                ("shop",),
                "general",
                quantity,
                0,
                sign * amount,
                is_excluded=kind == "excluded",
                is_weighed=kind == "weighed",
            )
        )
    return basket
