"""The price of an item by a price list, found exactly, and where it comes from.

Rules are tried by scope (item, template, department, all), then by minimum quantity with the largest first, then by
department with the nearest first, then by number with the newest first; the first that fits makes the price. This is
the order of Odoo's `product.pricelist.item`. Prices are fractions of two whole numbers until the end; nothing is
rounded but where a rule says so.

`build_price_book` sorts rules once into buckets: one per item, template and department, and one for all. A look-up
touches the buckets of its item only, and in each begins at the first minimum that the quantity reaches.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from fractions import Fraction
from typing import Final

import msgspec

from domain.money import MICRO, MICRO_DIGITS, divide_half_up
from domain.price_check import find_flaws
from domain.price_rule import (
    HUNDRED_PERCENT,
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

Ratio = tuple[int, int]
"""A fraction that nobody has reduced: numerator, and a denominator above nought."""

_ONE: Final = (1, 1)


class Bucket(msgspec.Struct, frozen=True):
    """The rules of one target, in the order in which they are tried."""

    rules: tuple[PriceRule, ...]
    minimums: tuple[int, ...]
    """Their minimum quantities, negated: they rise, and can be bisected."""


Buckets = Mapping[str, Bucket]
"""Buckets by what their rules are for."""


class IndexedList(msgspec.Struct, frozen=True):
    """A price list by targets; `rate` is what one unit of its currency is worth in the store's."""

    price_list: PriceList
    rate: Ratio
    items: Buckets
    templates: Buckets
    departments: Buckets
    everything: Bucket | None


class PriceBook(msgspec.Struct, frozen=True):
    """The price lists by code that can be sold by, and the flaws of the others; see `build_price_book`."""

    lists: Mapping[str, IndexedList]
    flaws: Mapping[str, NoPrice] = {}


class PriceStep(msgspec.Struct, frozen=True):
    """A list that a price came through, and its rule; without one the item's own price was taken."""

    list_code: str
    rule: PriceRule | None


class Price(msgspec.Struct, frozen=True):
    """A price per sold unit in the store's currency: exactly, and rounded half away from zero to millionths.

    `steps` begin with the list that was asked and end with the one whose rule started from the item itself.
    """

    unit_price_micro: int
    exact_micro: Ratio
    steps: tuple[PriceStep, ...]

    @property
    def rule(self) -> PriceRule | None:
        """Return the rule that made the price; None where it is the item's own."""
        return self.steps[0].rule

    @property
    def exact(self) -> Fraction:
        """Return the price in whole units of currency."""
        return Fraction(self.exact_micro[0], self.exact_micro[1] * MICRO)


class _Asked(msgspec.Struct, frozen=True):
    """A question to a book; `own_micro` is the quantity in the item's own unit."""

    item: PricedItem
    own_micro: int
    at: datetime
    zone: tzinfo


def build_price_book(lists: Iterable[PriceList], rates: Iterable[CurrencyRate] = ()) -> PriceBook:
    """Return the book of some lists; one with a flaw is left out whole, with those based on it, and says why."""
    given, known = tuple(lists), tuple(rates)
    flaws = find_flaws(given, known)
    worth = {rate.currency: (rate.worth_micro, rate.units_micro) for rate in known}
    indexed = {one.code: _index(one, worth.get(one.currency, _ONE)) for one in given if one.code not in flaws}
    return PriceBook(indexed, flaws)


def find_price(
    book: PriceBook, list_code: str, item: PricedItem, quantity_micro: int, at: datetime, zone: tzinfo
) -> Price | NoPrice:
    """Return the price of one sold unit by a list, in the store's currency, or why there is none.

    `quantity_micro` is what minimum quantities are held against, in the unit sold: that of the line, or where the
    list `counts_basket` that of all lines of the item. `at` is aware; `zone` is the store's.
    """
    index = book.lists.get(list_code)
    if index is None:
        return book.flaws.get(list_code) or NoPrice(PriceFlaw.NO_SUCH_LIST, list_code)
    steps: list[PriceStep] = []
    price = _price(book, index, _Asked(item, own_quantity(item, quantity_micro), at, zone), steps)
    if price is None:
        last = steps[-1]
        return NoPrice(PriceFlaw.NO_COST, last.list_code, last.rule.rule_id if last.rule else None)
    exact = _times(price, index.rate)
    return Price(divide_half_up(*exact), exact, tuple(steps))


def own_quantity(item: PricedItem, quantity_micro: int) -> int:
    """Return a quantity in the item's own unit, rounded away from zero to its digits if it is sold by another."""
    if item.uom_factor == _ONE:
        return quantity_micro
    up, down = item.uom_factor
    step = int(10 ** (MICRO_DIGITS - item.uom_digits))
    size = -(-abs(quantity_micro) * up // (down * step)) * step
    return size if quantity_micro >= 0 else -size


def _index(price_list: PriceList, rate: Ratio) -> IndexedList:
    """Return a list with its rules in buckets."""
    found: dict[RuleScope, dict[str, list[PriceRule]]] = {scope: {} for scope in RuleScope}
    for rule in sorted(price_list.rules, key=lambda rule: (-rule.min_quantity_micro, -rule.rule_id)):
        target = rule.target if rule.scope is not RuleScope.ALL else ""
        found[rule.scope].setdefault(target, []).append(rule)
    buckets = {
        scope: {
            target: Bucket(tuple(rules), tuple(-rule.min_quantity_micro for rule in rules))
            for target, rules in targets.items()
        }
        for scope, targets in found.items()
    }
    return IndexedList(
        price_list,
        rate,
        buckets[RuleScope.ITEM],
        buckets[RuleScope.TEMPLATE],
        buckets[RuleScope.DEPARTMENT],
        buckets[RuleScope.ALL].get(""),
    )


def _find_rule(index: IndexedList, asked: _Asked) -> PriceRule | None:
    """Return the first rule of a list that fits."""
    item = asked.item
    if (bucket := index.items.get(item.sku)) and (rule := _first(bucket, asked)):
        return rule
    if (bucket := index.templates.get(item.template)) and (rule := _first(bucket, asked)):
        return rule
    best: PriceRule | None = None
    for department in item.departments:
        bucket = index.departments.get(department)
        rule = _first(bucket, asked) if bucket else None
        # the nearer department comes first, unless the farther one's minimum is larger
        if rule and (best is None or rule.min_quantity_micro > best.min_quantity_micro):
            best = rule
    if best or not index.everything:
        return best
    return _first(index.everything, asked)


def _first(bucket: Bucket, asked: _Asked) -> PriceRule | None:
    """Return the first rule of a bucket that holds for a quantity at a time."""
    own = asked.own_micro
    # what is below nought reaches no minimum above it, but rules without one ask for none
    for place in range(bisect_left(bucket.minimums, -own if own > 0 else 0), len(bucket.rules)):
        rule = bucket.rules[place]
        minimum = rule.min_quantity_micro
        if (own >= minimum or not minimum) and _is_open(rule, asked):
            return rule
    return None


def _is_open(rule: PriceRule, asked: _Asked) -> bool:
    """Say whether a rule holds at a time: instants as such, days by the store's clock, all of them inclusive."""
    if (rule.start_at and asked.at < rule.start_at) or (rule.end_at and asked.at > rule.end_at):
        return False
    if rule.start_on or rule.end_on:
        today = asked.at.astimezone(asked.zone).date()
        return not (rule.start_on and today < rule.start_on) and not (rule.end_on and today > rule.end_on)
    return True


def _price(book: PriceBook, index: IndexedList, asked: _Asked, steps: list[PriceStep]) -> Ratio | None:
    """Return a price in millionths of the list's currency, None where a cost is wanted and not known."""
    rule = _find_rule(index, asked)
    steps.append(PriceStep(index.price_list.code, rule))
    if rule is None:
        return _own(asked.item.list_price_micro, asked.item, index)
    if rule.way is PriceWay.FIXED:
        return _times((rule.fixed_price_micro, 1), asked.item.uom_factor)
    start = _start(book, index, asked, rule, steps)
    if start is None:
        return None
    if rule.way is PriceWay.PERCENTAGE:
        return _less(start, rule.percent_micro)
    return _formula(rule, start, asked.item.uom_factor)


def _start(book: PriceBook, index: IndexedList, asked: _Asked, rule: PriceRule, steps: list[PriceStep]) -> Ratio | None:
    """Return what a percentage or a formula starts from, in the list's currency."""
    item = asked.item
    if rule.basis is PriceBasis.LIST_PRICE:
        return _own(item.list_price_micro, item, index)
    if rule.basis is PriceBasis.COST:
        return None if item.cost_micro is None else _own(item.cost_micro, item, index)
    base = book.lists[rule.base_list]
    price = _price(book, base, asked, steps)
    if price is None or base.rate == index.rate:
        return price
    return _over(_times(price, base.rate), index.rate)


def _own(micro: int, item: PricedItem, index: IndexedList) -> Ratio:
    """Return a price of the item itself for the unit sold, in the list's currency."""
    return _over(_times((micro, 1), item.uom_factor), index.rate)


def _formula(rule: PriceRule, start: Ratio, factor: Ratio) -> Ratio:
    """Return the price of a formula: percentage, rounding, surcharge, margins, in this order."""
    price = _less(start, -rule.markup_micro if rule.basis is PriceBasis.COST else rule.discount_micro)
    if rule.round_micro:
        price = divide_half_up(price[0], price[1] * rule.round_micro) * rule.round_micro, 1
    if rule.surcharge_micro:
        price = _plus(price, _times((rule.surcharge_micro, 1), factor))
    if rule.min_margin_micro:
        least = _plus(start, _times((rule.min_margin_micro, 1), factor))
        price = least if _is_less(price, least) else price
    if rule.max_margin_micro:
        most = _plus(start, _times((rule.max_margin_micro, 1), factor))
        price = most if _is_less(most, price) else price
    return price


def _less(price: Ratio, percent_micro: int) -> Ratio:
    """Return a price less a percentage."""
    return price[0] * (HUNDRED_PERCENT - percent_micro), price[1] * HUNDRED_PERCENT


def _times(price: Ratio, by: Ratio) -> Ratio:
    return price[0] * by[0], price[1] * by[1]


def _over(price: Ratio, by: Ratio) -> Ratio:
    return price[0] * by[1], price[1] * by[0]


def _plus(price: Ratio, other: Ratio) -> Ratio:
    return price[0] * other[1] + other[0] * price[1], price[1] * other[1]


def _is_less(price: Ratio, other: Ratio) -> bool:
    return price[0] * other[1] < other[0] * price[1]
