"""Price lists once more, plainly: every rule is looked at and every price is a `Fraction`, nothing is indexed.

Written from the words of docs/price-lists.md, to hold `domain.price_list` against for any lists, items and times.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, tzinfo
from fractions import Fraction

from domain.money import MICRO
from domain.price_rule import CurrencyRate, PriceBasis, PricedItem, PriceList, PriceRule, PriceWay, RuleScope

RANKS = [RuleScope.ITEM, RuleScope.TEMPLATE, RuleScope.DEPARTMENT, RuleScope.ALL]


class Shop:
    """Lists and what currencies are worth."""

    def __init__(self, lists: Mapping[str, PriceList], rates: Mapping[str, CurrencyRate]) -> None:
        self.lists, self.rates = lists, rates

    def worth(self, one: PriceList) -> Fraction:
        if not one.currency:
            return Fraction(1)
        rate = self.rates[one.currency]
        return Fraction(rate.worth_micro, rate.units_micro)

    def price(self, code: str, item: PricedItem, own: Fraction, at: datetime, zone: tzinfo) -> Fraction | None:
        """Return a price in whole units of the list's currency."""
        one = self.lists[code]
        rule = plain_rule(one, item, own, at, zone)
        factor = Fraction(*item.uom_factor)
        regular = Fraction(item.list_price_micro, MICRO) * factor / self.worth(one)
        if rule is None:
            return regular
        if rule.way is PriceWay.FIXED:
            return Fraction(rule.fixed_price_micro, MICRO) * factor
        start: Fraction | None = regular
        if rule.basis is PriceBasis.COST:
            cost = item.cost_micro
            start = None if cost is None else Fraction(cost, MICRO) * factor / self.worth(one)
        elif rule.basis is PriceBasis.PRICE_LIST:
            start = self.price(rule.base_list, item, own, at, zone)
            if start is not None:
                start = start * self.worth(self.lists[rule.base_list]) / self.worth(one)
        if start is None:
            return None
        if rule.way is PriceWay.PERCENTAGE:
            return start * (1 - Fraction(rule.percent_micro, 100 * MICRO))
        return plain_formula(rule, start, factor)


def plain_formula(rule: PriceRule, start: Fraction, factor: Fraction) -> Fraction:
    percent = -rule.markup_micro if rule.basis is PriceBasis.COST else rule.discount_micro
    price = start - start * Fraction(percent, 100 * MICRO)
    if rule.round_micro:
        step = Fraction(rule.round_micro, MICRO)
        times = math.floor(abs(price) / step + Fraction(1, 2))
        price = (times if price >= 0 else -times) * step
    price += Fraction(rule.surcharge_micro, MICRO) * factor
    if rule.min_margin_micro:
        price = max(price, start + Fraction(rule.min_margin_micro, MICRO) * factor)
    if rule.max_margin_micro:
        price = min(price, start + Fraction(rule.max_margin_micro, MICRO) * factor)
    return price


def plain_rule(one: PriceList, item: PricedItem, own: Fraction, at: datetime, zone: tzinfo) -> PriceRule | None:
    """Return the first rule that fits, of all of them in their order."""

    def place(rule: PriceRule) -> tuple[int, int, int, int]:
        is_department = rule.scope is RuleScope.DEPARTMENT and rule.target in item.departments
        near = item.departments.index(rule.target) if is_department else 0
        return RANKS.index(rule.scope), -rule.min_quantity_micro, near, -rule.rule_id

    for rule in sorted(one.rules, key=place):
        if covers(rule, item) and is_met(rule, own) and holds(rule, at, zone):
            return rule
    return None


def covers(rule: PriceRule, item: PricedItem) -> bool:
    return {
        RuleScope.ITEM: rule.target == item.sku,
        RuleScope.TEMPLATE: rule.target == item.template,
        RuleScope.DEPARTMENT: rule.target in item.departments,
        RuleScope.ALL: True,
    }[rule.scope]


def is_met(rule: PriceRule, own: Fraction) -> bool:
    return rule.min_quantity_micro == 0 or own >= Fraction(rule.min_quantity_micro, MICRO)


def holds(rule: PriceRule, at: datetime, zone: tzinfo) -> bool:
    today = at.astimezone(zone).date()
    return all(
        (
            rule.start_at is None or rule.start_at <= at,
            rule.end_at is None or at <= rule.end_at,
            rule.start_on is None or rule.start_on <= today,
            rule.end_on is None or today <= rule.end_on,
        )
    )
