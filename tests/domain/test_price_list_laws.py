"""Price lists: the laws of which rule makes a price, and of what the price comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from random import Random

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.money import MICRO, divide_half_up
from domain.price_list import Price, build_price_book, find_price, own_quantity
from domain.price_rule import (
    NoPrice,
    PriceBasis,
    PricedItem,
    PriceFlaw,
    PriceList,
    PriceRule,
    PriceWay,
    RuleScope,
)
from tests.domain.plain_prices import Shop
from tests.domain.price_strategies import (
    JPY,
    MEXICO,
    NOON,
    USD,
    based_on,
    book_of,
    formula,
    instants,
    items,
    micros,
    percents,
    price_of,
    quantities,
    rule_sets,
    rules,
    shops,
    zones,
)


@given(shops(), items, quantities, instants, zones)
def test_a_price_is_what_the_rules_say_plainly(
    lists: tuple[PriceList, ...], item: PricedItem, quantity: int, at: datetime, zone: timezone
) -> None:
    book = book_of(*lists)
    shop = Shop({one.code: one for one in lists}, {rate.currency: rate for rate in (USD, JPY)})
    own = Fraction(own_quantity(item, quantity), MICRO)
    for one in lists:
        found = find_price(book, one.code, item, quantity, at, zone)
        plain = shop.price(one.code, item, own, at, zone)
        if plain is None:
            assert isinstance(found, NoPrice)
            assert found.flaw is PriceFlaw.NO_COST
        else:
            assert isinstance(found, Price)
            assert found.exact == plain * shop.worth(one)
            assert found.unit_price_micro == divide_half_up(*(found.exact * MICRO).as_integer_ratio())
            assert found.steps[0].list_code == one.code


@settings(max_examples=40)
@given(shops(), st.randoms(use_true_random=False), items, quantities, instants)
def test_the_order_of_lists_and_rules_does_not_matter(
    lists: tuple[PriceList, ...], random: Random, item: PricedItem, quantity: int, at: datetime
) -> None:
    shuffled = [msgspec.structs.replace(one, rules=tuple(random.sample(one.rules, len(one.rules)))) for one in lists]
    random.shuffle(shuffled)
    one, other = book_of(*lists), book_of(*shuffled)
    for code in one.lists:
        assert find_price(one, code, item, quantity, at, MEXICO) == find_price(other, code, item, quantity, at, MEXICO)


@given(rule_sets(least=2), items, st.integers(0, 10**8), st.integers(0, 10**8))
def test_more_of_an_item_never_meets_a_rule_with_a_smaller_minimum(
    given_rules: tuple[PriceRule, ...], item: PricedItem, few: int, more: int
) -> None:
    item = msgspec.structs.replace(item, cost_micro=MICRO)
    book = book_of(PriceList("L", rules=given_rules))
    one, other = (price_of(book, "L", item, quantity).rule for quantity in sorted((few, more)))
    if one is not None:
        assert other is not None
        assert other.min_quantity_micro >= one.min_quantity_micro


@given(rule_sets(), items, st.integers(-(10**8), -1))
def test_what_comes_back_meets_only_rules_without_a_minimum(
    given_rules: tuple[PriceRule, ...], item: PricedItem, quantity: int
) -> None:
    item = msgspec.structs.replace(item, cost_micro=MICRO)
    without = tuple(rule for rule in given_rules if not rule.min_quantity_micro)
    book = book_of(PriceList("L", rules=given_rules), PriceList("M", rules=without))
    found = price_of(book, "L", item, quantity)
    assert found.rule is None or not found.rule.min_quantity_micro
    assert found.exact == price_of(book, "M", item, quantity).exact


@given(shops(), items, quantities, st.sampled_from(("first", "second", "third")), st.sampled_from(("", "USD", "JPY")))
def test_a_list_based_on_a_list_with_nothing_off_has_its_prices_in_any_currency(
    lists: tuple[PriceList, ...], item: PricedItem, quantity: int, base: str, currency: str
) -> None:
    item = msgspec.structs.replace(item, cost_micro=MICRO)
    book = book_of(*lists, based_on("same", base, currency))
    assert price_of(book, "same", item, quantity).exact == price_of(book, base, item, quantity).exact


@given(items, percents, percents)
def test_percentages_of_lists_multiply_in_whatever_order(item: PricedItem, one: int, other: int) -> None:
    book = book_of(
        PriceList("base"),
        *(based_on("a", "base", "", one), based_on("ab", "a", "USD", other)),
        *(based_on("b", "base", "JPY", other), based_on("ba", "b", "", one)),
    )
    assert price_of(book, "ab", item).exact == price_of(book, "ba", item).exact


@given(items, percents)
def test_a_percentage_and_a_formula_with_it_alone_are_the_same(item: PricedItem, percent: int) -> None:
    rule = PriceRule(1, way=PriceWay.PERCENTAGE, percent_micro=percent)
    book = book_of(PriceList("P", rules=(rule,)), PriceList("F", rules=(formula(discount_micro=percent),)))
    assert price_of(book, "P", item).exact == price_of(book, "F", item).exact


@given(items, percents)
def test_a_markup_on_the_cost_is_a_negative_discount_on_the_same_price(item: PricedItem, percent: int) -> None:
    item = msgspec.structs.replace(item, cost_micro=item.list_price_micro)
    cost = msgspec.structs.replace(formula(markup_micro=percent, discount_micro=7), basis=PriceBasis.COST)
    book = book_of(PriceList("C", rules=(cost,)), PriceList("L", rules=(formula(discount_micro=-percent),)))
    assert price_of(book, "C", item).exact == price_of(book, "L", item).exact


@given(items, percents, st.integers(1, 10**8))
def test_a_rounded_price_is_a_multiple_and_never_more_than_half_a_step_away(
    item: PricedItem, percent: int, step: int
) -> None:
    bare, rounded = formula(discount_micro=percent), formula(discount_micro=percent, round_micro=step)
    book = book_of(PriceList("B", rules=(bare,)), PriceList("R", rules=(rounded,)))
    one, other = price_of(book, "B", item).exact * MICRO, price_of(book, "R", item).exact * MICRO
    assert (other / step).denominator == 1
    assert abs(other - one) * 2 <= step


@given(items, percents, micros, st.integers(1, 10**9), st.integers(0, 10**9))
def test_margins_bound_the_price(item: PricedItem, percent: int, surcharge: int, least: int, width: int) -> None:
    rule = formula(
        discount_micro=percent, surcharge_micro=surcharge, min_margin_micro=least, max_margin_micro=least + width
    )
    start = Fraction(item.list_price_micro, MICRO) * Fraction(*item.uom_factor)
    margin = price_of(book_of(PriceList("L", rules=(rule,))), "L", item).exact - start
    low, high = (Fraction(bound, MICRO) * Fraction(*item.uom_factor) for bound in (least, least + width))
    assert low <= margin <= high


@given(rule_sets(), items, st.integers(1, 40))
def test_a_dozen_costs_twelve_of_one_where_nothing_is_rounded(
    given_rules: tuple[PriceRule, ...], item: PricedItem, dozens: int
) -> None:
    plain = tuple(msgspec.structs.replace(rule, round_micro=0) for rule in given_rules)
    one = msgspec.structs.replace(item, cost_micro=MICRO, uom_factor=(1, 1))
    dozen = msgspec.structs.replace(one, uom_factor=(12, 1))
    book = book_of(PriceList("L", rules=plain))
    whole = price_of(book, "L", dozen, dozens * MICRO)
    assert whole.exact == 12 * price_of(book, "L", one, 12 * dozens * MICRO).exact


@given(rule_sets(), items, quantities, rules())
def test_a_rule_that_is_over_or_is_for_another_item_is_as_if_it_were_not_there(
    given_rules: tuple[PriceRule, ...], item: PricedItem, quantity: int, extra: PriceRule
) -> None:
    item = msgspec.structs.replace(item, cost_micro=MICRO)
    assume(all(rule.rule_id != extra.rule_id for rule in given_rules))
    over = msgspec.structs.replace(extra, end_at=NOON - timedelta(microseconds=1))
    other = msgspec.structs.replace(extra, scope=RuleScope.ITEM, target="Z")
    expected = price_of(book_of(PriceList("L", rules=given_rules)), "L", item, quantity)
    for one in (over, other):
        assert price_of(book_of(PriceList("L", rules=(*given_rules, one))), "L", item, quantity) == expected


@settings(max_examples=40)
@given(shops())
def test_a_list_is_the_same_after_its_document_was_written_and_read(lists: tuple[PriceList, ...]) -> None:
    for one in lists:
        assert msgspec.json.decode(msgspec.json.encode(one), type=PriceList) == one


@given(st.integers(2, 7).flatmap(lambda n: st.lists(st.sets(st.integers(0, n - 1)), min_size=n, max_size=n)))
def test_lists_that_go_round_are_refused_and_no_others(bases: list[set[int]]) -> None:
    lists = [
        PriceList(
            str(code),
            rules=tuple(
                PriceRule(base, RuleScope.ITEM, f"i{base}", basis=PriceBasis.PRICE_LIST, base_list=str(base), way=way)
                for base, way in zip(below, [PriceWay.PERCENTAGE, PriceWay.FORMULA] * 4, strict=False)
            ),
        )
        for code, below in enumerate(bases)
    ]
    reach = [set(below) for below in bases]
    for _ in bases:
        reach = [below | set().union(*(reach[base] for base in below)) for below in reach]
    circular = {code for code, below in enumerate(reach) if code in below or any(base in reach[base] for base in below)}
    book = build_price_book(lists)
    assert {int(code) for code in book.flaws} == circular
    assert all(flaw.flaw is PriceFlaw.CYCLE for flaw in book.flaws.values())
    for code in map(str, range(len(bases))):
        found = find_price(book, code, PricedItem("x", MICRO), MICRO, NOON, UTC)
        assert isinstance(found, NoPrice) is (int(code) in circular)
