"""The sweep where there are too many states: only those that a bound leaves in the running, the best ones first.

Each state is judged by the most that it can still come to (`domain.promotion_bound`). One that cannot beat a score
known to be reachable is let go. If there are still more than a width, the least promising ones are lost; the best
result is still proved to be the best if it reaches whatever any lost state could have come to.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.promotion_bound import Bound
from domain.promotion_sweep import Field, Found, Link, Move, grant, trace

States = dict[int, tuple[int, "Link | None"]]
"""By state the most that it can come to, and the way to it."""


class Stride(msgspec.Struct, frozen=True):
    """One unit's choices under a bound: its price, and by rule what the rule's states are worth before and after it.

    `passed` are the rules to which it matters that the unit goes by: bits of their state, worths before and after.
    `moves` have the worths after the unit.
    """

    price: int
    passed: tuple[tuple[int, int, list[int], list[int]], ...]
    moves: tuple[tuple[Move, list[int]], ...]


def narrow_sweep(
    field: Field, counts: Sequence[int], bound: Bound, floor: int, width: int, limit: int
) -> tuple[Found | None, int, int]:
    """Return the best solution over `floor` that at most `width` states at a time find; None if there is none.

    With it, the most that lost states could have come to, and how many states were looked at; more than `limit` end
    the sweep, and all that could have followed is lost.
    """
    states: States = {0: (bound.most, None)}
    lost = floor
    work = 0
    places = dict.fromkeys(bound.tables, 0)
    for group, count in enumerate(counts):
        if not field.moves[group]:
            continue
        for _ in range(count):
            stride = _stride(field.moves[group], bound, bound.prices[group], places)
            work += len(states) * (len(stride.moves) + 1)
            if work > limit:
                return None, bound.most, work
            states = _walk(states, stride, (group, floor), field, bound)
            if len(states) > width:
                ordered = sorted(states.items(), key=lambda item: -item[1][0])
                lost = max(lost, ordered[width][1][0])
                states = dict(ordered[:width])
    ends = [(most - _tolls_left(field, bound, key), link) for key, (most, link) in states.items()]
    score, link = max(ends, key=lambda end: end[0], default=(floor, None))
    return (Found(score, trace(link)) if score > floor else None), lost, work


def _stride(moves: Sequence[Move], bound: Bound, price: int, places: dict[int, int]) -> Stride:
    """Return a unit's choices, and count it as passed by its rules."""
    passed = []
    judged = []
    for rule in dict.fromkeys(move.rule for move in moves):
        table, place = bound.tables[rule], places[rule]
        places[rule] += 1
        mine = [move for move in moves if move.rule == rule]
        before, after = table[place], table[place + 1]
        if before != after:
            passed.append((mine[0].shift, mine[0].mask, before, after))
        judged += [(move, after) for move in mine]
    return Stride(price, tuple(passed), tuple(judged))


def _walk(states: States, stride: Stride, where: tuple[int, int], field: Field, bound: Bound) -> States:
    """Return what becomes of each state with one more unit of a group, as far as it can still beat the floor."""
    group, floor = where
    after: States = {}
    for key, (most, link) in states.items():
        most -= stride.price
        for shift, mask, worths, then in stride.passed:
            state = key >> shift & mask
            most += then[state] - worths[state]
        if most > floor and (key not in after or most > after[key][0]):
            after[key] = (most, link)
        for move, worths in stride.moves:
            shift = move.shift
            state = key >> shift & move.mask
            rest = most - worths[state]
            step = move.rows[state]
            if step is None:
                continue
            delta, effect = step
            gain, pick, uses = move.effects[effect]
            at, worth = key + delta, rest + gain + worths[state + (delta >> shift)]
            if uses:
                granted = grant(at, uses, field.counters)
                if granted is None:
                    continue
                worth += granted[1] - _tolls(field, bound, at, granted[0])
                at = granted[0]
            if worth > floor and (at not in after or worth > after[at][0]):
                after[at] = (worth, (link, group, pick))
    return after


def _tolls(field: Field, bound: Bound, before: int, after: int) -> int:
    """Return the tolls of what limits were used between two states."""
    return sum(
        toll * (counter.spent(after) - counter.spent(before))
        for toll, counter in zip(bound.tolls, field.counters, strict=True)
    )


def _tolls_left(field: Field, bound: Bound, key: int) -> int:
    """Return the tolls of what is left of the limits, which a bound counts in."""
    return sum(
        toll * (counter.most - counter.spent(key)) for toll, counter in zip(bound.tolls, field.counters, strict=True)
    )
