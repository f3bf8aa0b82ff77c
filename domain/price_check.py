"""What is wrong with price lists, looked for once when they are brought or read, so that a look-up need not ask.

A list with a flaw is refused whole, and so is each list based on it: half a list would be prices that nobody made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from domain.money import MAX_MINOR, MICRO
from domain.price_rule import (
    CurrencyRate,
    NoPrice,
    PriceBasis,
    PriceFlaw,
    PriceList,
    PriceRule,
    PriceWay,
    RuleScope,
)

MAX_DEPTH: Final = 16
"""Lists based on lists; far more than a shop can keep in mind, far less than makes a look-up slow."""

_MOST: Final = MAX_MINOR
"""No price, margin or quantity is larger, in millionths: a thousand millions."""
_PERCENT: Final = 100 * MICRO
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "min_quantity": (0, _MOST),
    "fixed_price": (0, _MOST),
    "percent": (-100 * _PERCENT, _PERCENT),
    "discount": (-100 * _PERCENT, _PERCENT),
    "markup": (-_PERCENT, 100 * _PERCENT),
    "round": (0, _MOST),
    "surcharge": (-_MOST, _MOST),
    "min_margin": (-_MOST, _MOST),
    "max_margin": (-_MOST, _MOST),
}
"""Least and most of each decimal of a rule, in millionths, whoever brings it."""

Flaws = Mapping[str, NoPrice]
"""The first flaw of each list that has one, by the list's code."""


def find_flaws(lists: Sequence[PriceList], rates: Sequence[CurrencyRate] = ()) -> Flaws:
    """Return the flaws of some lists."""
    codes = Counter(one.code for one in lists)
    currencies = {rate.currency: min(rate.worth_micro, rate.units_micro) > 0 for rate in rates}
    flaws: dict[str, NoPrice] = {}
    for one in lists:
        for flaw in _of_list(one, codes, currencies):
            flaws.setdefault(one.code, flaw)
    bases = {one.code: _bases(one) for one in lists}
    for code in _by_depth(bases, flaws):
        for base, rule_id in bases[code].items():
            if base in flaws or base not in bases:
                flaws.setdefault(code, NoPrice(PriceFlaw.NO_BASE_LIST, code, rule_id))
    return flaws


def _of_list(one: PriceList, codes: Mapping[str, int], currencies: Mapping[str, bool]) -> Iterator[NoPrice]:
    """Yield the flaws that a list has by itself."""
    if codes[one.code] > 1:
        yield NoPrice(PriceFlaw.LIST_TWICE, one.code)
    if one.currency and not currencies.get(one.currency, False):
        flaw = PriceFlaw.BAD_RATE if one.currency in currencies else PriceFlaw.NO_RATE
        yield NoPrice(flaw, one.code)
    seen: set[tuple[int, RuleScope, str]] = set()
    for rule in one.rules:
        name = rule.rule_id, rule.scope, "" if rule.scope is RuleScope.ALL else rule.target
        if flaw_of := PriceFlaw.RULE_TWICE if name in seen else _of_rule(rule):
            yield NoPrice(flaw_of, one.code, rule.rule_id)
        seen.add(name)


def _of_rule(rule: PriceRule) -> PriceFlaw | None:
    """Return what is wrong with a rule, if anything is."""
    if rule.scope is not RuleScope.ALL and not rule.target:
        return PriceFlaw.NO_TARGET
    if rule.round_micro < 0:
        return PriceFlaw.BAD_ROUNDING
    if any(not least <= getattr(rule, f"{field}_micro") <= most for field, (least, most) in RANGES.items()):
        return PriceFlaw.OUT_OF_RANGE
    if any(at is not None and at.tzinfo is None for at in (rule.start_at, rule.end_at)):
        return PriceFlaw.NAIVE_TIME
    return None


def _bases(one: PriceList) -> dict[str, int]:
    """Return the lists that a list is based on, each with a rule that says so."""
    return {
        rule.base_list: rule.rule_id
        for rule in reversed(one.rules)
        if rule.basis is PriceBasis.PRICE_LIST and rule.way is not PriceWay.FIXED
    }


def _by_depth(bases: Mapping[str, Mapping[str, int]], flaws: dict[str, NoPrice]) -> list[str]:
    """Return the lists so that each comes after those it is based on; those that go round or too deep have a flaw."""
    order: list[str] = []
    left = dict(bases)
    depth = 0
    while ready := [code for code, below in left.items() if not any(base in left for base in below)]:
        depth += 1
        for code in ready:
            del left[code]
            if depth > MAX_DEPTH:
                flaws.setdefault(code, NoPrice(PriceFlaw.TOO_DEEP, code, next(iter(bases[code].values()))))
        order += ready
    for code, below in left.items():
        rule_id = next(rule_id for base, rule_id in below.items() if base in left)
        flaws.setdefault(code, NoPrice(PriceFlaw.CYCLE, code, rule_id))
    return order
