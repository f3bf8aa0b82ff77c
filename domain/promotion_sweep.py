"""The exact search: a sweep over the units of a component that remembers the best way to each state.

Dynamic programming. All that matters of the units already dealt with is what the open sets hold and how much of
each limit is used up: that is the state, one whole number. For each state the highest score and the way to it are
kept. A unit that no move takes has the best reward it can have by itself, which is the sweep's base line, so that
gains are differences to it and leaving a unit alone costs nothing.

Where there are too many states, `domain.promotion_narrow` goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from domain.promotion_unit import Amounts

LIMITED: Final = 0
"""The number of the moves that are limited unit rewards; the rules count from 1."""

Step = tuple[int, int, int]
"""A rule's state, the one after it, and the effect."""

Rows = tuple[tuple[int, int] | None, ...]
"""By state its step: the difference to the state after it, and twice the unit's role, one more if a set is begun."""

Use = tuple[int, int, int]
"""A counter's place, how much a step would use of it, and the weight of each unit of an amount (0: it counts)."""


class Pick(msgspec.Struct, frozen=True):
    """What a step means: a unit for a part of a rule's set (or `LIMITED`), and the amounts taken off it."""

    rule: int
    part: int
    amounts: Amounts


Effect = tuple[int, Pick, tuple[Use, ...]]
"""What a step adds to the score, what it stands for, and the limits it uses."""


class Counter(msgspec.Struct, frozen=True):
    """A limit in the state: where its bits are, the most it may come to, and a mask of so many bits."""

    shift: int
    most: int
    mask: int

    def spent(self, state: int) -> int:
        """Return how much of the limit a state has used."""
        return state >> self.shift & self.mask


class Near(msgspec.Struct, frozen=True):
    """The steps of a rule for one part, by the units that it takes at least to come to them, and from them to an end.

    Beside each order stands how many steps lie within each number of units.
    """

    by_depth: tuple[Step, ...]
    depths: tuple[int, ...]
    by_rest: tuple[Step, ...]
    rests: tuple[int, ...]

    def within(self, behind: int, ahead: int) -> tuple[Step, ...]:
        """Return the steps that matter where so many units are behind and so many ahead, and perhaps some more."""
        near = self.depths[min(behind, len(self.depths) - 1)]
        rest = self.rests[min(ahead, len(self.rests) - 1)]
        return self.by_depth[:near] if near <= rest else self.by_rest[:rest]


ONE_STEP: Final = Near(((0, 0, 0),), (1,), ((0, 0, 0),), (1,))
"""Of what has no state: a limited unit reward."""


class Move(msgspec.Struct, frozen=True):
    """What a unit of a group may do: the steps of one rule, whose state's bits are at `shift`, and their effects.

    By the rule's state, a step says what it adds to the whole state and which effect it has; None where there is none.
    `near` has the same steps by how far they are from no open set.
    """

    rule: int
    shift: int
    mask: int
    rows: Rows
    effects: tuple[Effect, ...]
    near: Near


class Field(msgspec.Struct, frozen=True):
    """A component made ready: for each group of like units, the dearest first, how many they are and their moves."""

    counts: tuple[int, ...]
    moves: tuple[tuple[Move, ...], ...]
    counters: tuple[Counter, ...]
    set_bits: int
    """The bits of the state that say what open sets hold."""


class Found(msgspec.Struct, frozen=True):
    """A solution: its score over the base line, what how many units of a group do, and the limits it has used.

    The picks of a rule are in the order of the sweep.
    """

    score: int
    picks: tuple[tuple[int, Pick, int], ...] = ()
    state: int = 0


Link = tuple["Link | None", int, Pick]
States = dict[int, tuple[int, Link | None]]


def sweep(field: Field, counts: Sequence[int], rules: int, limit: int, start: int = 0) -> Found | None:
    """Return the best use of so many units by some rules (a set of bits by number); None in too many steps.

    `start` is a state in which limits have been used already.
    """
    states: States = {start: (0, None)}
    work = 0
    lasts = _last_groups(field, counts, rules)
    for group, count in enumerate(counts):
        moves = [move for move in field.moves[group] if rules >> move.rule & 1]
        if not moves:
            continue
        for _ in range(count):
            after = dict(states)
            for move in moves:
                work += len(states)
                if work > limit:
                    return None
                _take(states, after, move, group, field.counters)
            states = after
        if ending := lasts.get(group, 0):
            states = {key: value for key, value in states.items() if not key & ending}
    ends = ((score, link, key) for key, (score, link) in states.items() if not key & field.set_bits)
    score, link, state = max(ends, key=lambda end: end[0])
    return Found(score, trace(link), state)


def trace(link: Link | None) -> tuple[tuple[int, Pick, int], ...]:
    """Return the picks on the way to a state, in the order of the sweep."""
    picks = []
    while link is not None:
        link, group, pick = link
        picks.append((group, pick, 1))
    picks.reverse()
    return tuple(picks)


def grant(key: int, uses: tuple[Use, ...], counters: Sequence[Counter]) -> tuple[int, int] | None:
    """Return the state after limits are used, and what limited amounts score: an amount ends at its limit.

    None where a count is used up.
    """
    score = 0
    for place, wanted, weight in uses:
        counter = counters[place]
        shift = counter.shift
        left = counter.most - (key >> shift & counter.mask)
        if wanted > left:
            if not weight:
                return None
            wanted = left
        key += wanted << shift
        score += wanted * weight
    return key, score


def _take(states: States, after: States, move: Move, group: int, counters: Sequence[Counter]) -> None:
    """Add what becomes of each state when one unit of a group makes a move."""
    shift, mask, rows, effects = move.shift, move.mask, move.rows, move.effects
    known = after.get
    for key, (score, link) in states.items():
        step = rows[key >> shift & mask]
        if step is None:
            continue
        gain, pick, uses = effects[step[1]]
        at, worth = key + step[0], score + gain
        if uses:
            granted = grant(at, uses, counters)
            if granted is None:
                continue
            at, worth = granted[0], worth + granted[1]
        best = known(at)
        if best is None or worth > best[0]:
            after[at] = (worth, (link, group, pick))


def _last_groups(field: Field, counts: Sequence[int], rules: int) -> dict[int, int]:
    """Return, by the last group that a rule may take units of, the bits that have to be nought after it."""
    lasts: dict[int, tuple[int, int]] = {}
    for group, count in enumerate(counts):
        if count:
            for move in field.moves[group]:
                if rules >> move.rule & 1:
                    lasts[move.rule] = (group, move.mask << move.shift)
    found: dict[int, int] = {}
    for group, ending in lasts.values():
        found[group] = found.get(group, 0) | ending
    return found
