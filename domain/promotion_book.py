"""The promotions in force, ordered and indexed once, so that a line touches only what can apply to it.

A promotion's *rank* is its place by priority and code; sets of promotions are whole numbers with bit `rank` set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from domain.promotion import (
    BasketAmountOff,
    CheapestFree,
    Gift,
    NForM,
    Part,
    PercentOff,
    Promotion,
    Scope,
    SecondUnit,
    UnitAmountOff,
    Window,
    is_set,
    needs_same_item,
    parts_of,
    set_size,
    stack,
    touched_scopes,
)
from domain.promotion_basket import PromotionContext, PromotionLine
from domain.tax_class import PPM

MINUTES_PER_HOUR: Final = 60


class ScopeIndex(msgspec.Struct, frozen=True):
    """Which promotions name an item, a department, or everything."""

    items: dict[str, int]
    departments: dict[str, int]
    everything: int

    def ranks(self, line: PromotionLine) -> int:
        """Return the promotions with a scope that covers a line."""
        found = self.everything | self.items.get(line.sku, 0) | self.departments.get(line.department, 0)
        for department in line.department_path:
            found |= self.departments.get(department, 0)
        return found


class PromotionBook(msgspec.Struct, frozen=True):
    """All promotions by rank, and sets of ranks by what matters in a search; see `build_book`."""

    promotions: tuple[Promotion, ...]
    touched: ScopeIndex
    counted: ScopeIndex
    parts: tuple[tuple[Part, ...], ...]
    """For each promotion the parts that its sets are made of."""
    quantities: tuple[tuple[int, ...], ...]
    """For each promotion how many units of each part make a set."""
    sizes: tuple[int, ...]
    """For each promotion how many units make a set; 0 if it forms none."""
    stacks: tuple[int, ...]
    """For each promotion those that it may share a unit with."""
    unit_offs: tuple[tuple[int, int], ...]
    """For each promotion what it takes off a unit: parts per million, or an amount; both nought if it does not."""
    set_offs: tuple[tuple[int, int], ...]
    """For each set that frees some of its units, how many pay, and what is taken off each other one, per million."""
    sets: int
    same_item: int
    baskets: int
    exclusive: int
    limited: int
    unit_limited: int
    counting: int
    """Promotions with a condition on units or values."""


def build_book(promotions: Iterable[Promotion]) -> PromotionBook:
    """Return the book of the active ones of these promotions; ValueError if a code is there twice."""
    ordered = sorted((found for found in promotions if found.is_active), key=lambda found: (found.priority, found.code))
    if len({promotion.code for promotion in ordered}) < len(ordered):
        raise ValueError("a promotion's code is there twice")
    return PromotionBook(
        promotions=tuple(ordered),
        touched=_index(ordered, touched_scopes),
        counted=_index(ordered, _counted_scopes),
        parts=tuple(map(parts_of, ordered)),
        quantities=tuple(tuple(part.quantity for part in parts_of(found)) for found in ordered),
        sizes=tuple(map(set_size, ordered)),
        stacks=_stacks(ordered),
        unit_offs=tuple(map(_unit_off, ordered)),
        set_offs=tuple(map(_set_off, ordered)),
        sets=_ranks(ordered, is_set),
        same_item=_ranks(ordered, needs_same_item),
        baskets=_ranks(ordered, lambda promotion: isinstance(promotion.reward, BasketAmountOff)),
        exclusive=_ranks(ordered, lambda promotion: promotion.exclusive),
        limited=_ranks(ordered, lambda promotion: any(value is not None for value in _limits(promotion))),
        unit_limited=_ranks(ordered, lambda promotion: promotion.limits.units is not None),
        counting=_ranks(ordered, _is_counting),
    )


@lru_cache(maxsize=4096)
def bits(ranks: int) -> tuple[int, ...]:
    """Return the ranks in a set of them, lowest first; the same few sets are asked for again and again."""
    found = []
    while ranks:
        low = ranks & -ranks
        found.append(low.bit_length() - 1)
        ranks ^= low
    return tuple(found)


def open_ranks(book: PromotionBook, context: PromotionContext) -> int:
    """Return the promotions open at this time, for this customer, with these coupons."""
    local = context.at.astimezone(context.zone)
    found = 0
    for rank, promotion in enumerate(book.promotions):
        if _is_open(promotion, context, local):
            found |= 1 << rank
    return found


def unmet(book: PromotionBook, ranks: int, lines: Iterable[tuple[PromotionLine, int]]) -> dict[int, tuple[int, int]]:
    """Return, of some promotions, those whose units or values are not reached, with how many units and how much lack.

    `lines` are those that take part, with the promotions that count them.
    """
    ranks &= book.counting
    if not ranks:
        return {}
    basket = 0
    by_ranks: dict[int, list[int]] = {}
    for line, counted in lines:
        basket += line.amount_minor
        if counted & ranks:
            sums = by_ranks.setdefault(counted & ranks, [0, 0])
            sums[0] += line.units
            sums[1] += line.amount_minor
    missing: dict[int, tuple[int, int]] = {}
    for rank in bits(ranks):
        asked = book.promotions[rank].conditions
        units = sum(sums[0] for counted, sums in by_ranks.items() if counted >> rank & 1)
        value = sum(sums[1] for counted, sums in by_ranks.items() if counted >> rank & 1)
        short = max(asked.min_value_minor - value, asked.min_basket_minor - basket, 0)
        if short or units < asked.min_units:
            missing[rank] = (max(asked.min_units - units, 0), short)
    return missing


def is_inside(window: Window, promotion: Promotion, local: datetime) -> bool:
    """Say whether a local time is in a window on a day on which the promotion is given."""
    minute = local.hour * MINUTES_PER_HOUR + local.minute
    day = local.date()
    if window.from_minute < window.until_minute:
        if not window.from_minute <= minute < window.until_minute:
            return False
    elif minute < window.until_minute:
        day -= timedelta(days=1)
    elif minute < window.from_minute:
        return False
    if window.weekdays and day.weekday() not in window.weekdays:
        return False
    first, last = promotion.conditions.from_on, promotion.conditions.until_on
    return (first is None or day >= first) and (last is None or day <= last)


def without_stacks_on_sets(book: PromotionBook) -> PromotionBook:
    """Return a book in which nothing comes on top of a set."""
    rows = (
        row & ~book.sets if not book.sets >> rank & 1 else row & book.baskets for rank, row in enumerate(book.stacks)
    )
    return msgspec.structs.replace(book, stacks=tuple(rows))


def _is_open(promotion: Promotion, context: PromotionContext, local: datetime) -> bool:
    asked, per_customer = promotion.conditions, promotion.limits.per_customer
    if asked.customer_groups and context.customer_group not in asked.customer_groups:
        return False
    if asked.coupons and asked.coupons.isdisjoint(context.coupons):
        return False
    if per_customer is not None and context.used.get(promotion.code, 0) >= per_customer:
        return False
    if not asked.windows and asked.from_on is None and asked.until_on is None:
        return True
    return any(is_inside(window, promotion, local) for window in asked.windows or (Window(),))


def _index(promotions: Sequence[Promotion], scopes: Callable[[Promotion], tuple[Scope, ...]]) -> ScopeIndex:
    items: dict[str, int] = {}
    departments: dict[str, int] = {}
    everything = 0
    for rank, promotion in enumerate(promotions):
        bit = 1 << rank
        for scope in scopes(promotion):
            everything |= bit if scope.is_everything else 0
            for sku in scope.items:
                items[sku] = items.get(sku, 0) | bit
            for department in scope.departments:
                departments[department] = departments.get(department, 0) | bit
    return ScopeIndex(items, departments, everything)


def _stacks(promotions: Sequence[Promotion]) -> tuple[int, ...]:
    """Return the pairs that may share a unit; only those that name others are looked at."""
    rows = [0] * len(promotions)
    for rank, promotion in enumerate(promotions):
        if promotion.stacks_with:
            for other_rank, other in enumerate(promotions):
                if other_rank != rank and stack(promotion, other):
                    rows[rank] |= 1 << other_rank
                    rows[other_rank] |= 1 << rank
    return tuple(rows)


def _unit_off(promotion: Promotion) -> tuple[int, int]:
    reward = promotion.reward
    if isinstance(reward, PercentOff):
        return reward.percent_ppm, 0
    return 0, reward.amount_minor if isinstance(reward, UnitAmountOff) else 0


def _set_off(promotion: Promotion) -> tuple[int, int]:
    """Return how many units of a set pay: those that are given are the last ones by their role in it."""
    match promotion.reward:
        case Gift():
            return 1, PPM  # whoever earns the gift has the role 0, what is given the role 1
        case NForM(pay=pay):
            return pay, PPM
        case CheapestFree(free=free):
            return set_size(promotion) - free, PPM
        case SecondUnit(percent_ppm=percent):
            return 1, percent
    return 0, 0


def _ranks(promotions: Sequence[Promotion], is_wanted: Callable[[Promotion], bool]) -> int:
    return sum(1 << rank for rank, promotion in enumerate(promotions) if is_wanted(promotion))


def _limits(promotion: Promotion) -> tuple[int | None, ...]:
    limits = promotion.limits
    return limits.times, limits.units, limits.amount_minor, limits.per_customer if is_set(promotion) else None


def _counted_scopes(promotion: Promotion) -> tuple[Scope, ...]:
    """Return the scope that conditions count, where they count more than the basket's value."""
    asked = promotion.conditions
    return (promotion.counted_scope,) if asked.min_units or asked.min_value_minor else ()


def _is_counting(promotion: Promotion) -> bool:
    asked = promotion.conditions
    return bool(asked.min_units or asked.min_value_minor or asked.min_basket_minor)
