"""How much a component can save at most: each rule by itself, when it has to buy the units that others want too.

Lagrangian relaxation. Every unit gets a price and every limit a toll. A rule by itself is easily solved, and what
all rules gain beyond what they pay, plus all prices and tolls, is no less than what they can save together. The
prices go up where more is wanted than there is and down where less is (subgradient steps after Polyak), in whole
numbers. The result is close to the optimum, and says for each rule what its open sets can still be worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from domain.promotion_sweep import Field, Move

NEVER: Final = -(10**40)
"""The worth of a state that cannot come to an end."""

PATIENCE: Final = 3
"""Steps without a better bound after which they are halved."""

Course = tuple[tuple[int, int, tuple[Move, ...]], ...]
"""The units that a rule may take, in the sweep's order: groups, how many units, and the rule's moves."""
Table = list[list[int]]
"""For each unit of a course, and after the last one: what each state can still be worth, prices and tolls paid."""


class Bound(msgspec.Struct, frozen=True):
    """Prices of groups' units, tolls of limits, what they prove, and what the rules' states are worth under them."""

    most: int
    prices: tuple[int, ...]
    tolls: tuple[int, ...]
    tables: dict[int, Table]


def courses(field: Field, counts: Sequence[int]) -> dict[int, Course]:
    """Return the course of each rule."""
    found: dict[int, list[tuple[int, int, tuple[Move, ...]]]] = {}
    for group, count in enumerate(counts):
        if count:
            for rule in dict.fromkeys(move.rule for move in field.moves[group]):
                mine = tuple(move for move in field.moves[group] if move.rule == rule)
                found.setdefault(rule, []).append((group, count, mine))
    return {rule: tuple(course) for rule, course in found.items()}


def effort(field: Field, counts: Sequence[int]) -> int:
    """Return about how many steps one look at all rules takes."""
    return sum(count * sum(len(move.rows) for move in moves) for count, moves in zip(counts, field.moves, strict=True))


def find_bound(field: Field, counts: Sequence[int], floor: int, steps: int, start: Bound | None = None) -> Bound:
    """Return the lowest bound that so many steps find, from given prices on; `floor` is a score that can be reached."""
    ways = courses(field, counts)
    prices = list(start.prices) if start else [0] * len(counts)
    tolls = list(start.tolls) if start else [0] * len(field.counters)
    best = start
    stale, divisor = 0, 1
    for _ in range(steps):
        bound = _relax(field, counts, ways, prices, tolls)
        stale = 0 if best is None or bound.most < best.most else stale + 1
        best = bound if best is None or bound.most < best.most else best
        divisor *= 2 if stale and stale % PATIENCE == 0 else 1
        if best.most <= floor or not _step(field, counts, ways, bound, (prices, tolls, bound.most - floor, divisor)):
            break
    return best if best is not None else _relax(field, counts, ways, prices, tolls)


def _relax(
    field: Field, counts: Sequence[int], ways: dict[int, Course], prices: Sequence[int], tolls: Sequence[int]
) -> Bound:
    """Return the bound that prices and tolls prove."""
    tables = {rule: _table(course, prices, tolls) for rule, course in ways.items()}
    most = sum(price * count for price, count in zip(prices, counts, strict=True))
    most += sum(toll * counter.most for toll, counter in zip(tolls, field.counters, strict=True))
    most += sum(table[0][0] for table in tables.values())
    return Bound(most, tuple(prices), tuple(tolls), tables)


def _step(
    field: Field,
    counts: Sequence[int],
    ways: dict[int, Course],
    bound: Bound,
    pace: tuple[list[int], list[int], int, int],
) -> bool:
    """Move prices and tolls towards what is there; False if nobody wants more, or pays for what is left over."""
    prices, tolls, gap, divisor = pace
    over = [-count for count in counts]
    spent = [-counter.most for counter in field.counters]
    for rule, course in ways.items():
        _follow(course, bound, bound.tables[rule], over, spent)
    size = sum(more * more for more, price in zip([*over, *spent], [*prices, *tolls], strict=True) if more > 0 or price)
    if not size:
        return False
    for values, mores in ((prices, over), (tolls, spent)):
        for place, more in enumerate(mores):
            values[place] = max(0, values[place] + 3 * gap * more // (2 * divisor * size))
    return True


def _gains(move: Move, price: int, tolls: Sequence[int]) -> list[int]:
    """Return what a move's effects gain beyond price and tolls."""
    return [
        gain - price + sum(_worth(wanted, weight, tolls[place]) for place, wanted, weight in uses)
        for gain, _, uses in move.effects
    ]


def _worth(wanted: int, weight: int, toll: int) -> int:
    """Return the most that using a limit is worth: a count pays its toll, an amount may find less left than wanted."""
    return wanted * max(weight - toll, 0) if weight else -wanted * toll


def _table(course: Course, prices: Sequence[int], tolls: Sequence[int]) -> Table:
    """Return what each state can still be worth, from the last unit backwards.

    A state that so few units cannot come to, or from which so few do not lead to an end, is not looked at.
    """
    after = [NEVER] * len(course[0][2][0].rows)
    after[0] = 0
    table = [after]
    behind = sum(count for _, count, _ in course)
    ahead = -1
    for group, count, moves in reversed(course):
        judged = [(move.near, _gains(move, prices[group], tolls)) for move in moves]
        for _ in range(count):
            behind, ahead = behind - 1, ahead + 1
            before = after[:]
            for near, gains in judged:
                for state, then, effect in near.within(behind, ahead):
                    worth = gains[effect] + after[then]
                    if worth > before[state]:
                        before[state] = worth
            table.append(before)
            after = before
    table.reverse()
    return table


def _follow(course: Course, bound: Bound, table: Table, over: list[int], spent: list[int]) -> None:
    """Count what a rule takes and uses if nobody else does."""
    state = place = 0
    for group, count, moves in course:
        judged = [(move, _gains(move, bound.prices[group], bound.tolls)) for move in moves]
        for _ in range(count):
            worth, after = table[place][state], table[place + 1]
            place += 1
            if worth != after[state]:
                over[group] += 1
                state = _advance(judged, (state, worth), after, spent)


def _advance(
    judged: Sequence[tuple[Move, list[int]]], here: tuple[int, int], after: Sequence[int], spent: list[int]
) -> int:
    """Return the state after the step that makes a state worth what it is, and count the limits that it uses."""
    state, worth = here
    for move, gains in judged:
        step = move.rows[state]
        if step is not None:
            delta, effect = step
            then = state + (delta >> move.shift)
            if gains[effect] + after[then] == worth:
                for counter, wanted, _ in move.effects[effect][2]:
                    spent[counter] += wanted
                return then
    raise AssertionError("a table is made of its steps")
