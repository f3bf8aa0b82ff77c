"""Price lists, items and quantities of any kind, for laws; and the few that examples need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from domain.money import MICRO
from domain.price_list import Price, PriceBook, build_price_book, find_price
from domain.price_rule import (
    CurrencyRate,
    PriceBasis,
    PricedItem,
    PriceList,
    PriceRule,
    PriceWay,
    RuleScope,
)

NOON: Final = datetime(2026, 11, 24, 18, tzinfo=UTC)
MEXICO: Final = ZoneInfo("America/Mexico_City")
USD: Final = CurrencyRate("USD", 18_123_400)
JPY: Final = CurrencyRate("JPY", 119_345, 1_000_003)
PATHS: Final = ((), ("sub", "root"), ("root",), ("deep", "sub", "root"))
TARGETS: Final = {
    RuleScope.ITEM: ("A", "B"),
    RuleScope.TEMPLATE: ("T", "U"),
    RuleScope.DEPARTMENT: ("deep", "sub", "root", "other"),
    RuleScope.ALL: ("",),
}

micros = st.one_of(st.integers(0, 200).map(lambda n: n * 500_000), st.integers(-(10**9), 10**10))
prices = st.integers(0, 10**10)
quantities = st.one_of(st.integers(-3, 30).map(lambda n: n * MICRO), st.integers(-(10**7), 10**8))
percents = st.one_of(st.integers(-50, 100).map(lambda n: n * MICRO), st.integers(-(10**8), 10**8))
instants = st.sampled_from([NOON + timedelta(hours=hours) for hours in (-400, -30, -1, 0, 1, 7, 30, 400)])
days = st.sampled_from([date(2026, 11, day) for day in (1, 23, 24, 25, 30)])
zones = st.sampled_from([UTC, MEXICO, timezone(timedelta(hours=13))])
items = st.builds(
    PricedItem,
    sku=st.sampled_from(("A", "B", "C")),
    list_price_micro=prices,
    cost_micro=st.one_of(st.none(), prices),
    template=st.sampled_from(("", "T", "U")),
    departments=st.sampled_from(PATHS),
    uom_factor=st.sampled_from(((1, 1), (12, 1), (1, 12), (5, 2))),
    uom_digits=st.integers(0, 6),
)


windows: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"start_at": st.one_of(st.none(), instants), "end_at": st.one_of(st.none(), instants)}),
    st.fixed_dictionaries({"start_on": st.one_of(st.none(), days), "end_on": st.one_of(st.none(), days)}),
)
figures = {
    PriceWay.FIXED: st.fixed_dictionaries({"fixed_price_micro": prices}),
    PriceWay.PERCENTAGE: st.fixed_dictionaries({"percent_micro": percents}),
    PriceWay.FORMULA: st.fixed_dictionaries(
        {"discount_micro": percents, "markup_micro": percents},
        optional={
            "round_micro": st.sampled_from((10_000, 500_000, 10 * MICRO, 333_333)),
            "surcharge_micro": micros,
            "min_margin_micro": micros,
            "max_margin_micro": micros,
        },
    ),
}


@st.composite
def rules(draw: st.DrawFn, bases: Sequence[str] = ()) -> PriceRule:
    scope, way = draw(st.sampled_from(RuleScope)), draw(st.sampled_from(PriceWay))
    basis = draw(st.sampled_from(PriceBasis if bases else (PriceBasis.LIST_PRICE, PriceBasis.COST)))
    rule = PriceRule(
        rule_id=draw(st.integers(1, 10**6)),
        scope=scope,
        target=draw(st.sampled_from(TARGETS[scope])),
        min_quantity_micro=draw(st.one_of(st.sampled_from((0, MICRO, 12 * MICRO)), st.integers(0, 2 * 10**7))),
        way=way,
        basis=basis,
        base_list=draw(st.sampled_from(bases)) if basis is PriceBasis.PRICE_LIST else "",
    )
    return msgspec.structs.replace(rule, **draw(windows), **draw(figures[way]))


def rule_sets(bases: Sequence[str] = (), least: int = 0) -> st.SearchStrategy[tuple[PriceRule, ...]]:
    return st.lists(rules(bases), min_size=least, max_size=5, unique_by=lambda rule: rule.rule_id).map(tuple)


@st.composite
def shops(draw: st.DrawFn) -> tuple[PriceList, ...]:
    """Three lists, each based on those before it, in three currencies."""
    first = PriceList("first", rules=draw(rule_sets()))
    second = PriceList("second", currency="USD", rules=draw(rule_sets(("first",))))
    third = PriceList("third", currency="JPY", rules=draw(rule_sets(("first", "second"))))
    return first, second, third


def book_of(*lists: PriceList) -> PriceBook:
    book = build_price_book(lists, (USD, JPY))
    assert not book.flaws
    return book


def price_of(book: PriceBook, code: str, item: PricedItem, quantity_micro: int = MICRO) -> Price:
    found = find_price(book, code, item, quantity_micro, NOON, MEXICO)
    assert isinstance(found, Price), found
    return found


def formula(rule_id: int = 1, **fields: int) -> PriceRule:
    return msgspec.structs.replace(PriceRule(rule_id, way=PriceWay.FORMULA), **fields)


def based_on(code: str, base: str, currency: str = "", percent_micro: int = 0) -> PriceList:
    rule = PriceRule(1, way=PriceWay.FORMULA, basis=PriceBasis.PRICE_LIST, base_list=base, discount_micro=percent_micro)
    return PriceList(code, currency=currency, rules=(rule,))
