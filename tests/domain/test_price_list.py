"""Price lists: days and instants, units, where a price comes from, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from domain.money import MICRO
from domain.price_check import MAX_DEPTH
from domain.price_list import Price, build_price_book, find_price, own_quantity
from domain.price_rule import (
    CurrencyRate,
    NoPrice,
    PriceBasis,
    PricedItem,
    PriceFlaw,
    PriceList,
    PriceRule,
    PriceWay,
    RuleScope,
)
from tests.domain.price_strategies import (
    MEXICO,
    NOON,
    USD,
    based_on,
    book_of,
    formula,
    price_of,
)


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-11-24T05:59:59Z", False),
        ("2026-11-24T06:00:00Z", True),
        ("2026-11-26T05:59:59.999Z", True),
        ("2026-11-26T06:00:00Z", False),
    ],
)
def test_days_are_judged_by_the_stores_clock(at: str, holds: bool) -> None:
    rule = PriceRule(1, start_on=date(2026, 11, 24), end_on=date(2026, 11, 25), fixed_price_micro=MICRO)
    book = book_of(PriceList("L", rules=(rule,)))
    found = find_price(book, "L", PricedItem("A", 2 * MICRO), MICRO, datetime.fromisoformat(at), MEXICO)
    assert isinstance(found, Price)
    assert found.unit_price_micro == (MICRO if holds else 2 * MICRO)


def test_instants_hold_to_the_last_one() -> None:
    rule = PriceRule(1, start_at=NOON, end_at=NOON + timedelta(hours=1), fixed_price_micro=MICRO)
    book = book_of(PriceList("L", rules=(rule,)))
    moment = timedelta(microseconds=1)
    for at, price in (
        (NOON - moment, 2 * MICRO),
        (NOON, MICRO),
        (NOON + timedelta(hours=1), MICRO),
        (NOON + timedelta(hours=1) + moment, 2 * MICRO),
    ):
        found = find_price(book, "L", PricedItem("A", 2 * MICRO), MICRO, at, UTC)
        assert isinstance(found, Price)
        assert found.unit_price_micro == price


@pytest.mark.parametrize(
    ("factor", "digits", "quantity", "own"),
    [
        ((1, 1), 0, 1_234_567, 1_234_567),
        ((12, 1), 2, 999_167, 12 * MICRO),
        ((12, 1), 2, 999_166, 11_990_000),
        ((12, 1), 2, 999_000, 11_990_000),
        ((12, 1), 0, 900_000, 11 * MICRO),
        ((12, 1), 2, -999_167, -12 * MICRO),
        ((1, 12), 2, MICRO, 90_000),
        ((1, 12), 6, MICRO, 83_334),
    ],
)
def test_a_quantity_in_another_unit_is_rounded_up_to_the_items_own(
    factor: tuple[int, int], digits: int, quantity: int, own: int
) -> None:
    assert own_quantity(PricedItem("A", 0, uom_factor=factor, uom_digits=digits), quantity) == own


def test_the_steps_of_a_price_say_where_it_comes_from() -> None:
    base = PriceList("base", rules=(PriceRule(7, way=PriceWay.PERCENTAGE, percent_micro=10 * MICRO),))
    found = price_of(book_of(base, based_on("top", "base")), "top", PricedItem("A", 10 * MICRO))
    assert [(step.list_code, step.rule and step.rule.rule_id) for step in found.steps] == [("top", 1), ("base", 7)]
    assert (found.unit_price_micro, found.rule and found.rule.rule_id) == (9 * MICRO, 1)
    own = price_of(book_of(PriceList("empty")), "empty", PricedItem("A", 10 * MICRO))
    assert (own.unit_price_micro, own.rule, own.steps[0].list_code) == (10 * MICRO, None, "empty")


@pytest.mark.parametrize(
    ("lists", "flaws"),
    [
        ((PriceList("A"), PriceList("A")), {"A": PriceFlaw.LIST_TWICE}),
        ((PriceList("A", currency="EUR"),), {"A": PriceFlaw.NO_RATE}),
        ((PriceList("A", currency="BAD"),), {"A": PriceFlaw.BAD_RATE}),
        ((PriceList("A", rules=(PriceRule(1), PriceRule(1))),), {"A": PriceFlaw.RULE_TWICE}),
        ((PriceList("A", rules=(PriceRule(1), PriceRule(1, target="x"))),), {"A": PriceFlaw.RULE_TWICE}),
        ((PriceList("A", rules=(PriceRule(1, RuleScope.ITEM),)),), {"A": PriceFlaw.NO_TARGET}),
        ((PriceList("A", rules=(PriceRule(1, round_micro=-1),)),), {"A": PriceFlaw.BAD_ROUNDING}),
        ((PriceList("A", rules=(PriceRule(1, fixed_price_micro=10**15 + 1),)),), {"A": PriceFlaw.OUT_OF_RANGE}),
        ((PriceList("A", rules=(PriceRule(1, fixed_price_micro=-1),)),), {"A": PriceFlaw.OUT_OF_RANGE}),
        ((PriceList("A", rules=(PriceRule(1, percent_micro=100_000_001),)),), {"A": PriceFlaw.OUT_OF_RANGE}),
        ((PriceList("A", rules=(PriceRule(1, fixed_price_micro=10**15),)),), {}),
        (
            (PriceList("A", rules=(PriceRule(1, start_at=NOON.replace(tzinfo=None)),)),),
            {"A": PriceFlaw.NAIVE_TIME},
        ),
        ((based_on("A", "nowhere"),), {"A": PriceFlaw.NO_BASE_LIST}),
        ((based_on("A", "A"), PriceList("B")), {"A": PriceFlaw.CYCLE}),
        (
            (based_on("A", "B"), based_on("B", "C"), PriceList("C", currency="EUR")),
            {"A": PriceFlaw.NO_BASE_LIST, "B": PriceFlaw.NO_BASE_LIST, "C": PriceFlaw.NO_RATE},
        ),
    ],
)
def test_a_list_with_a_flaw_is_left_out_with_its_reason(
    lists: tuple[PriceList, ...], flaws: dict[str, PriceFlaw]
) -> None:
    book = build_price_book(lists, (USD, CurrencyRate("BAD", 0)))
    assert {code: found.flaw for code, found in book.flaws.items()} == flaws
    for code, flaw in flaws.items():
        found = find_price(book, code, PricedItem("A", MICRO), MICRO, NOON, UTC)
        assert isinstance(found, NoPrice)
        assert (found.flaw, found.list_code) == (flaw, code)
    assert set(book.lists) == {one.code for one in lists} - set(flaws)


def test_one_number_may_stand_for_several_targets() -> None:
    several = tuple(PriceRule(1, RuleScope.ITEM, sku, fixed_price_micro=MICRO) for sku in ("A", "B"))
    assert price_of(book_of(PriceList("L", rules=several)), "L", PricedItem("B", 0)).unit_price_micro == MICRO


def test_a_fixed_price_is_based_on_nothing() -> None:
    rule = PriceRule(1, basis=PriceBasis.PRICE_LIST, base_list="nowhere", fixed_price_micro=MICRO)
    assert price_of(book_of(PriceList("L", rules=(rule,))), "L", PricedItem("A", 0)).unit_price_micro == MICRO


def test_lists_may_stand_on_each_other_to_a_bound() -> None:
    chain = [PriceList("0"), *(based_on(str(n), str(n - 1)) for n in range(1, MAX_DEPTH + 3))]
    book = build_price_book(chain)
    assert {code: found.flaw for code, found in book.flaws.items()} == {
        str(n): PriceFlaw.TOO_DEEP for n in range(MAX_DEPTH, MAX_DEPTH + 3)
    }
    assert len(price_of(book, str(MAX_DEPTH - 1), PricedItem("A", MICRO)).steps) == MAX_DEPTH


def test_a_list_that_is_not_there_and_a_cost_that_is_not_known_have_no_price() -> None:
    cost = msgspec.structs.replace(formula(9), basis=PriceBasis.COST)
    book = book_of(PriceList("cost", rules=(cost,)), based_on("top", "cost"))
    assert find_price(book, "x", PricedItem("A", 1), MICRO, NOON, UTC) == NoPrice(PriceFlaw.NO_SUCH_LIST, "x")
    assert find_price(book, "top", PricedItem("A", 1), MICRO, NOON, UTC) == NoPrice(PriceFlaw.NO_COST, "cost", 9)
    assert price_of(book, "top", PricedItem("A", 1, cost_micro=0)).unit_price_micro == 0


def test_a_field_that_is_not_known_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="min_qty"):
        msgspec.json.decode(b'{"code": "L", "rules": [{"rule_id": 1, "min_qty": 3}]}', type=PriceList)


def test_of_equal_minimums_the_nearer_department_comes_first() -> None:
    near, far = (PriceRule(n, RuleScope.DEPARTMENT, name, 0) for n, name in ((1, "sub"), (2, "root")))
    item = PricedItem("A", MICRO, departments=("sub", "root"))
    for listed in ((near, far), (far, near)):
        found = price_of(book_of(PriceList("L", rules=listed)), "L", item)
        assert found.rule == near


def test_a_surcharge_and_margins_are_told_for_one_of_the_items_own_unit() -> None:
    dozen = PricedItem("A", 10 * MICRO, uom_factor=(12, 1))
    for rule, price in (
        (formula(surcharge_micro=-MICRO), 108),
        (formula(discount_micro=90 * MICRO, min_margin_micro=-MICRO), 108),
        (formula(discount_micro=-90 * MICRO, max_margin_micro=MICRO), 132),
    ):
        assert price_of(book_of(PriceList("L", rules=(rule,))), "L", dozen).exact == price
