"""Units and what unit rewards take off them: lines split into groups of like units, each with its options.

A percentage is rounded half-up once for the whole line; the cents are spread over the line's units, the first ones
getting one more, so that any number of units has a whole amount and all together have the line's. Rewards that
share a unit follow each other by rank, each worked out of what the one before has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from domain.promotion_book import PromotionBook, bits
from domain.tax import PPM

MAX_CLIQUES: Final = 32
"""How many ways of putting unit rewards together are looked at for one unit."""

Amounts = tuple[tuple[int, int], ...]
"""What is taken off, as pairs of rank and amount."""


Cliques = dict[int, tuple[tuple[int, ...], bool]]
"""Answers of `find_cliques` by the promotions asked for."""


class UnitGroup(msgspec.Struct, frozen=True):
    """Like units of one line, cents included: how many, what each costs, and the amounts that could be taken off it."""

    line: int
    count: int
    value: int
    options: tuple[Amounts, ...]


def find_cliques(stacks: Sequence[int], ranks: int) -> tuple[tuple[int, ...], bool]:
    """Return the largest sets of promotions that may all share a unit, and whether these are all of them.

    One that could be added never makes a set save less, so that smaller sets need no look.
    """
    if not ranks & (ranks - 1):
        return ((ranks,) if ranks else (), True)
    found: list[int] = []
    is_whole = _grow(stacks, 0, ranks, 0, found)
    return tuple(sorted(found)), is_whole


def _grow(stacks: Sequence[int], chosen: int, open_: int, seen: int, found: list[int]) -> bool:
    """Add the largest sets that hold `chosen` (Bron and Kerbosch, with a pivot); False if there are too many."""
    if not open_ and not seen:
        found.append(chosen)
        return len(found) < MAX_CLIQUES
    pivot = max(bits(open_ | seen), key=lambda rank: ((open_ & stacks[rank]).bit_count(), -rank))
    for rank in bits(open_ & ~stacks[pivot]):
        bit = 1 << rank
        if not _grow(stacks, chosen | bit, open_ & stacks[rank], seen & stacks[rank], found):
            return False
        open_ ^= bit
        seen |= bit
    return True


def chain(book: PromotionBook, ranks: Iterable[int], rest: int, units: int = 1) -> Amounts:
    """Return what unit rewards take one after the other off units that cost `rest` together, nought or more."""
    amounts = []
    offs = book.unit_offs
    for rank in ranks:
        percent_ppm, each = offs[rank]
        # half up, as `divide_half_up` without the call
        amount = (2 * rest * percent_ppm + PPM) // (2 * PPM) if percent_ppm else min(rest, each * units)
        amounts.append((rank, amount))
        rest -= amount
    return tuple(amounts)


def split_line(line: int, amount: int, units: int, chains: Sequence[Amounts]) -> list[UnitGroup]:
    """Return a line's units in groups of like ones; `chains` are what each option takes off the line as a whole."""
    if units == 1:
        return [UnitGroup(line, 1, amount, tuple(chains))]
    marks = {0, units, amount % units}
    for amounts in chains:
        total = 0
        for _, part in amounts:
            total += part
            marks.add(total % units)
    return [
        UnitGroup(
            line,
            last - first,
            nth(amount, units, first),
            tuple([_of_unit(amounts, units, first) for amounts in chains]),
        )
        for first, last in pairwise(sorted(marks))
    ]


def nth(total: int, units: int, index: int) -> int:
    """Return the part of the unit with this index when a total is spread evenly, the first units getting the rest."""
    return total // units + (index < total % units)


def _of_unit(amounts: Amounts, units: int, index: int) -> Amounts:
    """Return one unit's part of what is taken off a line: never more than the unit costs."""
    parts = []
    total = before = 0
    for rank, amount in amounts:
        total += amount
        after = nth(total, units, index)
        parts.append((rank, after - before))
        before = after
    return tuple(parts)
