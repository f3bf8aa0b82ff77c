"""What is wrong with promotions that came from outside, as data: a flaw names a field, a kind, and what it is about.

A flaw disables its promotion and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from domain.money import MAX_MINOR
from domain.promotion import (
    EVERYTHING,
    BasketAmountOff,
    Bundle,
    CheapestFree,
    Gift,
    NForM,
    Part,
    PercentOff,
    PriceFor,
    Promotion,
    Scope,
    SecondUnit,
    UnitAmountOff,
    Window,
    is_set,
)
from domain.tax import PPM

MAX_CODE: Final = 40
MAX_NAME: Final = 60
MAX_PRIORITY: Final = 1_000_000
MAX_SET: Final = 100
"""Units of one set."""
MAX_PARTS: Final = 4
MAX_LIST: Final = 20_000
"""Items or departments of one scope."""
MAX_WORDS: Final = 1000
"""Coupons, customer groups, windows, or codes that a promotion goes together with."""
MAX_PROMOTIONS: Final = 1000
DAY_MINUTES: Final = 24 * 60
WEEKDAYS: Final = 7


class FlawKind(StrEnum):
    """Kinds of flaw; the facts say which numbers or codes they are about."""

    OUT_OF_RANGE = "out_of_range"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    NOT_FEWER = "not_fewer"
    NEVER_OPEN = "never_open"
    NO_USE = "no_use"
    ALONE_AND_TOGETHER = "alone_and_together"
    NAMES_ITSELF = "names_itself"
    UNKNOWN_CODE = "unknown_code"
    SETS_TOGETHER = "sets_together"
    TWICE = "twice"
    GIFT_CIRCLE = "gift_circle"


class Flaw(msgspec.Struct, frozen=True):
    """One thing that is wrong: the field by its place (`reward.pay`), the kind, and what the words need."""

    field: str
    kind: FlawKind
    facts: tuple[str | int, ...] = ()


def find_flaws(promotion: Promotion) -> tuple[Flaw, ...]:
    """Return everything that is wrong with a promotion by itself."""
    found = [
        *_text("code", promotion.code, MAX_CODE),
        *_text("name", promotion.name, MAX_NAME),
        *_between("priority", promotion.priority, -MAX_PRIORITY, MAX_PRIORITY),
        *_scope("", promotion.scope),
        *_reward(promotion),
        *_conditions(promotion),
        *_limits(promotion),
    ]
    if promotion.exclusive and promotion.stacks_with:
        found.append(Flaw("stacks_with", FlawKind.ALONE_AND_TOGETHER))
    if promotion.code in promotion.stacks_with:
        found.append(Flaw("stacks_with", FlawKind.NAMES_ITSELF, (promotion.code,)))
    found += _many("stacks_with", promotion.stacks_with, MAX_WORDS)
    return tuple(found)


def find_conflicts(promotions: Sequence[Promotion], codes: Iterable[str]) -> dict[int, tuple[Flaw, ...]]:
    """Return what is wrong with promotions beside the others, by their place; `codes` are all there are, good or not.

    Of two with one code the first is kept; of gifts that earn each other in a circle the last one goes.
    """
    known = {*codes, *(promotion.code for promotion in promotions), EVERYTHING}
    sets = {promotion.code for promotion in promotions if is_set(promotion)}
    seen: set[str] = set()
    earns: dict[str, set[str]] = {}
    found: dict[int, tuple[Flaw, ...]] = {}
    for place, promotion in enumerate(promotions):
        flaws = [Flaw("code", FlawKind.TWICE, (promotion.code,))] if promotion.code in seen else []
        if place >= MAX_PROMOTIONS:
            flaws.append(Flaw("", FlawKind.TOO_MANY, (MAX_PROMOTIONS,)))
        for code in sorted(promotion.stacks_with - known):
            flaws.append(Flaw("stacks_with", FlawKind.UNKNOWN_CODE, (code,)))
        for code in sorted(promotion.stacks_with & sets - {promotion.code}) if is_set(promotion) else ():
            flaws.append(Flaw("stacks_with", FlawKind.SETS_TOGETHER, (code,)))
        flaws += _circle(promotion, earns)
        if flaws:
            found[place] = tuple(flaws)
        else:
            seen.add(promotion.code)
            _earn(promotion, earns)
    return found


def _circle(promotion: Promotion, earns: Mapping[str, set[str]]) -> Iterator[Flaw]:
    """Return whether a gift would earn, over others' gifts, what earns it."""
    if not isinstance(promotion.reward, Gift):
        return
    reached, waiting = set(), [promotion.reward.sku]
    while waiting:
        sku = waiting.pop()
        if sku not in reached:
            reached.add(sku)
            waiting += earns.get(sku, ())
    if back := promotion.scope.items & reached:
        yield Flaw("reward.item", FlawKind.GIFT_CIRCLE, (promotion.reward.sku, min(back)))


def _earn(promotion: Promotion, earns: dict[str, set[str]]) -> None:
    if isinstance(promotion.reward, Gift):
        for sku in promotion.scope.items:
            earns.setdefault(sku, set()).add(promotion.reward.sku)


def _reward(promotion: Promotion) -> Iterator[Flaw]:
    """Return what is wrong with the numbers of a reward."""
    match promotion.reward:
        case PercentOff(percent_ppm=percent) | SecondUnit(percent_ppm=percent):
            yield from _between("reward.percent", percent, 1, PPM)
        case UnitAmountOff(amount_minor=amount) | BasketAmountOff(amount_minor=amount):
            yield from _between("reward.amount", amount, 1, MAX_MINOR)
        case PriceFor(quantity=quantity, price_minor=price):
            yield from _between("reward.quantity", quantity, 1, MAX_SET)
            yield from _between("reward.price", price, 0, MAX_MINOR)
        case NForM(take=take, pay=pay):
            yield from _between("reward.take", take, 2, MAX_SET)
            yield from _between("reward.pay", pay, 1, MAX_SET)
            if pay >= take:
                yield Flaw("reward.pay", FlawKind.NOT_FEWER, (pay, take))
        case CheapestFree(parts=parts, free=free):
            yield from _parts(promotion, parts)
            yield from _between("reward.free", free, 1, MAX_SET)
            if free >= (size := sum(part.quantity for part in parts)):
                yield Flaw("reward.free", FlawKind.NOT_FEWER, (free, size))
        case Bundle(parts=parts, price_minor=price):
            yield from _parts(promotion, parts)
            yield from _between("reward.price", price, 0, MAX_MINOR)
        case Gift(sku=sku, take=take, give=give):
            yield from _text("reward.item", sku, MAX_CODE)
            yield from _between("reward.take", take, 1, MAX_SET)
            yield from _between("reward.give", give, 1, MAX_SET)


def _parts(promotion: Promotion, parts: Sequence[Part]) -> Iterator[Flaw]:
    """Return what is wrong with the parts of a set, which have scopes of their own."""
    if len(parts) < 1:
        yield Flaw("reward.parts", FlawKind.EMPTY)
    yield from _many("reward.parts", parts, MAX_PARTS)
    for number, part in enumerate(parts, 1):
        yield from _between(f"reward.parts.{number}.quantity", part.quantity, 1, MAX_SET)
        yield from _scope(f"reward.parts.{number}.", part.scope)
    if not promotion.scope.is_everything:
        yield Flaw("items" if promotion.scope.items else "departments", FlawKind.NO_USE)


def _conditions(promotion: Promotion) -> Iterator[Flaw]:
    asked = promotion.conditions
    yield from _between("when.min_units", asked.min_units, 0, MAX_MINOR)
    yield from _between("when.min_value", asked.min_value_minor, 0, MAX_MINOR)
    yield from _between("when.min_basket", asked.min_basket_minor, 0, MAX_MINOR)
    yield from _many("when.customer_groups", asked.customer_groups, MAX_WORDS)
    yield from _many("when.coupons", asked.coupons, MAX_WORDS)
    yield from _many("when.times", asked.windows, MAX_WORDS)
    for number, window in enumerate(asked.windows, 1):
        yield from _window(f"when.times.{number}", window)
    if asked.scope is not None:
        yield from _scope("when.", asked.scope)
        if not asked.min_units and not asked.min_value_minor:
            yield Flaw("when.items" if asked.scope.items else "when.departments", FlawKind.NO_USE)
    if asked.from_on is not None and asked.until_on is not None and asked.from_on > asked.until_on:
        yield Flaw("when.until", FlawKind.NEVER_OPEN, (str(asked.from_on), str(asked.until_on)))


def _window(field: str, window: Window) -> Iterator[Flaw]:
    for day in sorted(window.weekdays):
        yield from _between(f"{field}.weekdays", day, 0, WEEKDAYS - 1)
    yield from _between(f"{field}.from", window.from_minute, 0, DAY_MINUTES - 1)
    yield from _between(f"{field}.until", window.until_minute, 0, DAY_MINUTES)
    if window.from_minute == window.until_minute:
        yield Flaw(f"{field}.until", FlawKind.NEVER_OPEN, (window.from_minute, window.until_minute))


def _limits(promotion: Promotion) -> Iterator[Flaw]:
    """Return limits that are no numbers of anything, or that this reward cannot reach."""
    limits, has_sets = promotion.limits, is_set(promotion)
    is_basket = isinstance(promotion.reward, BasketAmountOff)
    useless = {"times": not has_sets, "units": has_sets or is_basket, "amount": is_basket}
    values = {"times": limits.times, "units": limits.units, "amount": limits.amount_minor}
    for name, value in {**values, "per_customer": limits.per_customer}.items():
        if value is not None:
            yield from _between(f"limits.{name}", value, 1, MAX_MINOR)
            if useless.get(name):
                yield Flaw(f"limits.{name}", FlawKind.NO_USE)


def _scope(prefix: str, scope: Scope) -> Iterator[Flaw]:
    for name, words in (("items", scope.items), ("departments", scope.departments)):
        yield from _many(f"{prefix}{name}", words, MAX_LIST)
        if "" in words:
            yield Flaw(f"{prefix}{name}", FlawKind.EMPTY)


def _text(field: str, text: str, most: int) -> Iterator[Flaw]:
    if not text.strip():
        yield Flaw(field, FlawKind.EMPTY)
    elif len(text) > most:
        yield Flaw(field, FlawKind.TOO_MANY, (most,))


def _many(field: str, values: Iterable[object], most: int) -> Iterator[Flaw]:
    if sum(1 for _ in values) > most:
        yield Flaw(field, FlawKind.TOO_MANY, (most,))


def _between(field: str, value: int, least: int, most: int) -> Iterator[Flaw]:
    if not least <= value <= most:
        yield Flaw(field, FlawKind.OUT_OF_RANGE, (value, least, most))
