"""The documented rule for what is too entangled to search whole.

1. Each promotion, in the order of priority and code, takes the best that it alone can make of the units left over, or
   where that is too long, sets of the dearest ones (`domain.promotion_dearest`).
2. The promotion that saves most by itself is put first, and the others follow as in 1.
3. The narrow sweep, which keeps the most promising states only, looks for more (`domain.promotion_component`).

The best of the three is given: never less than any one promotion saves by itself. It depends on nothing but the
basket, and its length is bounded by a count of steps, not by a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.promotion_book import bits
from domain.promotion_dearest import take_dearest
from domain.promotion_field import Component
from domain.promotion_sweep import LIMITED, Found, Pick, sweep

TURN_STEPS: Final = 20_000
"""Steps that one promotion's turn may take; one that would take more makes sets of the dearest units instead."""

MAX_UNITS: Final = 600
"""Units that a search looks at one by one; what a line has over its part of them goes in bulk."""

Picks = list[tuple[int, Pick, int]]


def in_turn(component: Component, counts: Sequence[int]) -> Found:
    """Return what the first step of the rule makes of so many units of each group."""
    return _take_in_turn(component, counts, _turns(component))


def best_first(component: Component, counts: Sequence[int]) -> Found:
    """Return what the second step of the rule makes of them."""
    turns = _turns(component)
    alone = [_take_in_turn(component, counts, [turn]).score for turn in turns]
    first = alone.index(max(alone))
    return _take_in_turn(component, counts, [turns[first], *turns[:first], *turns[first + 1 :]])


def split_bulk(component: Component) -> tuple[list[int], Picks]:
    """Return how many units of each group are searched, and what is done with those that are too many.

    Of these, sets of one item are made where this saves most by the unit; the others stay as they are.
    """
    counts = list(component.field.counts)
    picks: Picks = []
    if sum(counts) <= MAX_UNITS:
        return counts, picks
    most = _fair(counts)
    for group, count in enumerate(counts):
        if count > most:
            counts[group] = most
            size, found = _best_alone(component, group)
            if size:
                picks += [(group, pick, (count - most) // size) for pick in found]
    return counts, picks


def _turns(component: Component) -> list[int]:
    """Return the rules of each promotion as a set of numbers, in the order of their turns; limited ones come last."""
    by_rank: dict[int, int] = {}
    for number, rule in enumerate(component.rules, 1):
        by_rank[rule.rank] = by_rank.get(rule.rank, 0) | 1 << number
    return [by_rank[rank] for rank in sorted(by_rank)] + [1 << LIMITED]


def _take_in_turn(component: Component, counts: Sequence[int], turns: Sequence[int]) -> Found:
    """Let promotions take units one after the other.

    Who makes sets of the dearest units could take them from who makes more of them, so that it is left out as well.
    """
    found, short = _take_turns(component, counts, turns)
    if len(short) < len(turns):
        found = max(found, _take_turns(component, counts, short)[0], key=lambda found: found.score)
    return found


def _take_turns(component: Component, counts: Sequence[int], turns: Sequence[int]) -> tuple[Found, list[int]]:
    """Return what promotions take one after the other, and those of their turns that were not too long."""
    left, score, state = list(counts), 0, 0
    picks: Picks = []
    short: list[int] = []
    for turn in turns:
        whole = sweep(component.field, left, turn, TURN_STEPS, state)
        if whole is not None:
            short.append(turn)
        for found in [whole] if whole is not None else _take_dearest(component, left, turn, state):
            score, state = score + found.score, found.state
            picks += found.picks
            for group, _, count in found.picks:
                left[group] -= count
    return Found(score, tuple(picks)), short


def _take_dearest(component: Component, left: Sequence[int], turn: int, state: int) -> Iterator[Found]:
    """Yield what each rule of a turn makes of the dearest of the units that are left when it is asked for."""
    for number in bits(turn & ~(1 << LIMITED)):
        found = take_dearest(component, left, number, state)
        state = found.state
        yield found


def _fair(counts: Sequence[int]) -> int:
    """Return the most units of a group with which all groups together stay within `MAX_UNITS`, at least one."""
    most, room = 0, MAX_UNITS
    ordered = sorted(counts)
    for place, count in enumerate(ordered):
        share = room // (len(ordered) - place)
        if count > share:
            return max(share, 1)
        most, room = count, room - count
    return max(most, 1)


def _best_alone(component: Component, group: int) -> tuple[int, list[Pick]]:
    """Return the size and the picks of the set of like units that saves most by the unit, if one has no limit."""
    best: tuple[int, list[Pick]] = (0, [])
    rate = (0, 1)
    for move in component.field.moves[group]:
        rule = component.rules[move.rule - 1] if move.rule != LIMITED else None
        if rule is None or len(rule.parts) > 1:
            continue
        if rule.prices and component.groups[group].value * len(rule.prices) <= sum(rule.prices):
            continue
        steps = [move.effects[step[1]] for step in move.rows if step is not None]
        gain = sum(step[0] for step in steps)
        if gain * rate[1] > rate[0] * len(steps) and not any(step[2] for step in steps):
            best, rate = (len(steps), [step[1] for step in steps]), (gain, len(steps))
    return best
