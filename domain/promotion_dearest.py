"""Sets of the dearest units, one after the other: what a promotion takes where its states are too many to sweep.

A set of three parts with twenty units for each has more states than a turn may look at. Where no unit may be taken
for two parts, sets of the dearest units of each part are the best that one promotion can make: the first set saves
most, each further one no more than that before it, and the first that saves nothing is the end. Elsewhere they are a
good guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.promotion_field import Component
from domain.promotion_set import SetRule
from domain.promotion_sweep import LIMITED, Found, Move, Pick, grant

Members = list[tuple[int, Move]]
"""The units of one set in the order of the sweep: groups, and the moves by which they join."""


def take_dearest(component: Component, counts: Sequence[int], number: int, state: int = 0) -> Found:
    """Return what one rule makes of so many units; `state` says which limits have been used already."""
    score = 0
    picks: list[tuple[int, Pick, int]] = []
    for members in _sets(component, counts, number):
        found = _join(component, members, state)
        if found is None or found.score <= 0:
            break
        score, state = score + found.score, found.state
        picks += found.picks
    picks.sort(key=lambda pick: pick[0])
    return Found(score, tuple(picks), state)


def is_dearest_best(component: Component) -> bool:
    """Say whether sets of the dearest units are the best that there is: one rule, and what makes the proof hold.

    Of a set with a price each unit brings what it costs over its part of the price and over what it has by itself.
    Where the cheapest are free, units that have something by themselves could be worth more outside of a set.
    """
    if len(component.rules) != 1:
        return False
    rule = component.rules[0]
    places = [place for part in rule.parts for place in part]
    moves = [move for moves in component.field.moves for move in moves]
    return (
        len(set(places)) == len(places)
        and (bool(rule.prices) or not any(component.base))
        and all(move.rule != LIMITED for move in moves)
        and not any(weight for move in moves for _, _, uses in move.effects for _, _, weight in uses)
    )


def _sets(component: Component, counts: Sequence[int], number: int) -> Iterator[Members]:
    """Yield sets of the dearest units that are left; parts for which there are fewest units choose first."""
    rule = component.rules[number - 1]
    left = list(counts)
    queues = _queues(component, counts, number, rule)
    quantities = component.book.quantities[rule.rank]
    order = sorted(range(len(queues)), key=lambda part: sum(counts[group] for group, _ in queues[part]))
    while True:
        members: Members = []
        for part in order:
            queue = queues[part]
            for _ in range(quantities[part]):
                while queue and not left[queue[-1][0]]:
                    queue.pop()
                if not queue:
                    return
                left[queue[-1][0]] -= 1
                members.append(queue[-1])
        members.sort(key=lambda member: member[0])
        yield members


def _queues(component: Component, counts: Sequence[int], number: int, rule: SetRule) -> list[Members]:
    """Return for each part of a set its units, the best one last: the dearest, or who brings most to a price."""
    queues: list[Members] = [[] for _ in rule.parts]
    for group in reversed(range(len(counts))):
        for move in component.field.moves[group]:
            if move.rule == number:
                queues[move.effects[0][1].part].append((group, move))
    if rule.prices:
        for queue in queues:
            queue.sort(key=lambda member: member[1].effects[-1][0])
    return queues


def _join(component: Component, members: Members, state: int) -> Found | None:
    """Return what a set saves over the base line; None where a limit is used up, or its states are not all there."""
    score = 0
    picks = []
    for group, move in members:
        step = move.rows[state >> move.shift & move.mask]
        if step is None:
            return None
        delta, effect = step
        gain, pick, uses = move.effects[effect]
        granted = grant(state + delta, uses, component.field.counters)
        if granted is None:
            return None
        state, score = granted[0], score + gain + granted[1]
        picks.append((group, pick, 1))
    return Found(score, tuple(picks), state)
