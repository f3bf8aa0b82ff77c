"""Near misses: what the customer could add for one more reward. Told, never given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from domain.money import MICRO
from domain.promotion import Gift, Part, Promotion
from domain.promotion_basket import Hint, HintKind, PromotionLine, Reward
from domain.promotion_book import PromotionBook, bits
from domain.promotion_field import covers

NEAR_PART: Final = 5
"""A value is nearly reached if no more than one part in so many is missing."""

Left = list[tuple[PromotionLine, int]]
"""Lines with the units of them that are in no set."""


def find_hints(
    book: PromotionBook,
    touched: Sequence[tuple[PromotionLine, int]],
    missing: Mapping[int, tuple[int, int]],
    given: Mapping[int, Reward],
) -> tuple[Hint, ...]:
    """Return the promotions that one unit, a little value or a free item more would bring, in the order of rank.

    `touched` are lines with the promotions open for them, `missing` what conditions lack, `given` the rewards.
    """
    in_sets = _in_sets(book, given)
    wanted = (book.sets | sum(1 << rank for rank in missing)) & ~book.exclusive
    left: dict[int, Left] = {}
    for line, ranks in touched:
        if mine := ranks & wanted:
            free = line.units - in_sets.get(line.line_no, 0)
            for rank in bits(mine):
                left.setdefault(rank, []).append((line, free))
    hints: list[Hint] = []
    for rank in sorted(left):
        promotion = book.promotions[rank]
        if rank in missing:
            hints += _condition(promotion, missing[rank])
        elif book.sets >> rank & 1 and not _is_used_up(promotion, given.get(rank)):
            hints += _set(book, rank, left[rank])
    return tuple(hints)


def _in_sets(book: PromotionBook, given: Mapping[int, Reward]) -> dict[int, int]:
    """Return by line how many of its units are in sets."""
    found: dict[int, int] = {}
    for rank, reward in given.items():
        if book.sets >> rank & 1:
            for share in reward.shares:
                units = share.quantity_micro // MICRO if share.quantity_micro % MICRO == 0 else 1
                found[share.line_no] = found.get(share.line_no, 0) + units
    return found


def _is_used_up(promotion: Promotion, reward: Reward | None) -> bool:
    """Say whether a limit has been reached, so that one more set brings nothing."""
    limits = promotion.limits
    if reward is None:
        return False
    return (limits.times is not None and reward.times >= limits.times) or (
        limits.amount_minor is not None and reward.amount_minor >= limits.amount_minor
    )


def _condition(promotion: Promotion, lack: tuple[int, int]) -> Iterator[Hint]:
    """Return what a condition lacks, if it is one unit or a little value."""
    units, value = lack
    asked = max(promotion.conditions.min_value_minor, promotion.conditions.min_basket_minor)
    if units == 1 and not value:
        yield Hint(promotion.code, promotion.name, HintKind.UNITS, 1)
    elif not units and value * NEAR_PART <= asked:
        yield Hint(promotion.code, promotion.name, HintKind.VALUE, value)


def _set(book: PromotionBook, rank: int, left: Left) -> Iterator[Hint]:
    """Return what a set lacks, if it is one unit, or a gift that was earned and is not there."""
    promotion = book.promotions[rank]
    if book.same_item >> rank & 1:
        units: dict[str, int] = {}
        for line, free in left:
            units[line.sku] = units.get(line.sku, 0) + free
        size = book.sizes[rank]
        for sku in sorted(units):
            if units[sku] % size == size - 1:
                yield Hint(promotion.code, promotion.name, HintKind.UNITS, 1, sku)
                return
        return
    parts = book.parts[rank]
    is_single = len(parts) == 1
    free_units = [sum(free for _, free in left)] if is_single else [_covered(part, left) for part in parts]
    if isinstance(promotion.reward, Gift):
        earned = free_units[0] >= parts[0].quantity
        lack = parts[1].quantity - free_units[1]
        if earned and lack > 0:
            yield Hint(promotion.code, promotion.name, HintKind.GIFT, lack, promotion.reward.sku)
    elif is_single:
        if free_units[0] % parts[0].quantity == parts[0].quantity - 1:
            yield Hint(promotion.code, promotion.name, HintKind.UNITS, 1)
    elif sum(max(part.quantity - free, 0) for part, free in zip(parts, free_units, strict=True)) == 1:
        yield Hint(promotion.code, promotion.name, HintKind.UNITS, 1)


def _covered(part: Part, left: Left) -> int:
    return sum(free for line, free in left if covers(part, line))
