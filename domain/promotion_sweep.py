"""The exact search: a sweep over the units of a component that remembers the best way to each state.

Dynamic programming. All that matters of the units already dealt with is what the open sets hold and how much of
each limit is used up: that is the state, one whole number. For each state the dearest score and the way to it are
kept. A unit that no move takes has the best reward it can have by itself, which is the sweep's base line, so that
gains are differences to it and leaving a unit alone costs nothing.

A state is let go when not even the best that could follow would bring it to a score that is known to be reachable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from domain.promotion_unit import Amounts

SMALL: Final = 64
"""Up to so many states a step is cheaper than looking which of them are hopeless."""

LIMITED: Final = 0
"""The number of the moves that are limited unit rewards; the rules count from 1."""

Use = tuple[int, int, int]
"""A counter's place, how much a step would use of it, and the weight of each unit of an amount (0: it counts)."""
Effect = tuple[int, int, "Pick", tuple[Use, ...]]
"""What a step adds to the state and to the score, what it stands for, and the limits it uses."""


class Pick(msgspec.Struct, frozen=True):
    """What a step means: a unit for a rule (by its number, or `LIMITED`) and the amounts taken off it."""

    rule: int
    amounts: Amounts


class Counter(msgspec.Struct, frozen=True):
    """A limit in the state: where its bits are, and the most it may come to."""

    shift: int
    most: int


class Move(msgspec.Struct, frozen=True):
    """What a unit of a group may do: the steps by the state of one rule, whose bits are at `shift`."""

    rule: int
    shift: int
    mask: int
    effects: tuple[tuple[Effect, ...], ...]


class Field(msgspec.Struct, frozen=True):
    """A component made ready: by group of like units the moves, and the most that one unit can add to a score."""

    counts: tuple[int, ...]
    moves: tuple[tuple[Move, ...], ...]
    hopes: tuple[int, ...]
    counters: tuple[Counter, ...]
    order: tuple[int, ...]
    set_bits: int
    """The bits of the state that say what open sets hold."""


class Found(msgspec.Struct, frozen=True):
    """The best that was found over the base line: its score, and what how many units of a group do."""

    score: int
    picks: tuple[tuple[int, Pick, int], ...] = ()


Link = tuple["Link | None", int, Pick]
States = dict[int, tuple[int, "Link | None"]]


def sweep(field: Field, counts: Sequence[int], rules: int, limit: int, floor: int = 0) -> tuple[Found | None, int]:
    """Return the best use of the units by some rules (a set of bits by number), and how many steps it took.

    None if there would be more steps than `limit`. The score is no more than `floor` if nothing is better.
    """
    states: States = {0: (0, None)}
    work = 0
    lasts = _last_groups(field, counts, rules)
    hope = sum(field.hopes[group] * counts[group] for group in field.order)
    for group in field.order:
        moves = [move for move in field.moves[group] if rules >> move.rule & 1]
        hope -= field.hopes[group] * counts[group]
        if not moves:
            continue
        for left in range(counts[group] - 1, -1, -1):
            after = dict(states)
            for move in moves:
                work += len(states)
                if work > limit:
                    return None, work
                _take(states, after, move, group, field.counters)
            states = _hopeful(after, floor - hope - left * field.hopes[group]) if len(after) > SMALL else after
        if ending := lasts.get(group, 0):
            states = {key: value for key, value in states.items() if not key & ending}
    ends = [value for key, value in states.items() if not key & field.set_bits]
    score, link = max(ends, key=lambda value: value[0], default=(floor, None))
    return Found(score, tuple(_picks(link))), work


def _take(states: States, after: States, move: Move, group: int, counters: Sequence[Counter]) -> None:
    """Add what becomes of each state when one unit of a group makes a move."""
    shift, mask, effects = move.shift, move.mask, move.effects
    for key, (score, link) in states.items():
        for delta, gain, pick, uses in effects[key >> shift & mask]:
            at, worth = key + delta, score + gain
            if uses:
                used = _use(at, worth, uses, counters)
                if used is None:
                    continue
                at, worth = used
            known = after.get(at)
            if known is None or worth > known[0]:
                after[at] = (worth, (link, group, pick))


def _use(key: int, score: int, uses: tuple[Use, ...], counters: Sequence[Counter]) -> tuple[int, int] | None:
    """Return state and score after limits are used: a full count forbids the step, an amount ends at its limit."""
    for place, wanted, weight in uses:
        counter = counters[place]
        spent = key >> counter.shift & ((1 << counter.most.bit_length()) - 1)
        granted = min(wanted, counter.most - spent)
        if not weight and granted < wanted:
            return None
        key += granted << counter.shift
        score += granted * weight
    return key, score


def _hopeful(states: States, needed: int) -> States:
    """Return the states that can still come to more than is known to be reachable."""
    return {key: value for key, value in states.items() if value[0] >= needed}


def _last_groups(field: Field, counts: Sequence[int], rules: int) -> dict[int, int]:
    """Return, by the last group that a rule may take units of, the bits that have to be nought after it."""
    lasts: dict[int, tuple[int, int]] = {}
    for group in field.order:
        if counts[group]:
            for move in field.moves[group]:
                if move.rule != LIMITED and rules >> move.rule & 1:
                    lasts[move.rule] = (group, move.mask << move.shift)
    found: dict[int, int] = {}
    for group, ranks in lasts.values():
        found[group] = found.get(group, 0) | ranks
    return found


def _picks(link: Link | None) -> Iterator[tuple[int, Pick, int]]:
    while link is not None:
        link, group, pick = link
        yield group, pick, 1
