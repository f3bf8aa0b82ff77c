"""Set rewards as small machines: what a set still lacks, and what each unit that joins it is worth.

Units are offered to a machine from the dearest to the cheapest. Its state is what the open sets hold; state 0 is
no open set. A step takes one unit for one part of a set and says in which *role*:

- a price for a set: the role is the unit's place in it; it saves what it costs less its place's part of the price;
- the cheapest of a set: the role is how many dearer units are in the set already, so the last ones are the free ones;
- a gift: role 0 pays, role 1 is given.

Sets are filled in the order in which they were begun. For a price or a gift it does not matter which units make a
set; where the cheapest are free, dear units belong with dear ones (the sum of the smallest values of a set is
supermodular), and that is this order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import floordiv
from typing import Final

import msgspec

from domain.money import allocate, divide_half_up
from domain.promotion import Bundle, CheapestFree, Gift, PriceFor, Promotion
from domain.promotion_book import PromotionBook
from domain.promotion_sweep import Near, Rows, Step
from domain.promotion_unit import Amounts, chain
from domain.tax import PPM

FAR: Final = 10**9
"""More units than any basket has."""

MAX_STATES: Final = 4096
"""States of one machine; a set of many parts over many units could have more, and is then not searched whole."""

State = tuple[int, ...]


class Machine(msgspec.Struct, frozen=True):
    """The steps from each state, for each part of a set."""

    rows: tuple[Rows, ...]
    is_whole: bool = True
    near: tuple[Near, ...] = ()
    """The same steps, for each part, by how far they are from no open set."""

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.rows[0])

    @property
    def width(self) -> int:
        """How many bits a state needs."""
        return (self.states - 1).bit_length()


class SetRule(msgspec.Struct, frozen=True):
    """One way of giving a set reward: with which unit rewards on top, and for each part the lines it may come from."""

    rank: int
    stack: tuple[int, ...]
    parts: tuple[frozenset[int], ...]
    machine: Machine
    paying: int = 0
    """Where some units of a set cost less: those in a role below this pay in full."""
    off_ppm: int = 0
    """What is taken off each of the others."""
    prices: tuple[int, ...] = ()
    """Each place's part of the price, where a set has one."""
    on_price: Amounts = ()
    """What comes off the price of a whole set."""


def has_price(promotion: Promotion) -> bool:
    """Say whether a set has a price, so that a unit's part of the reward may be negative."""
    return isinstance(promotion.reward, PriceFor | Bundle)


def build_rule(
    book: PromotionBook, rank: int, stack: tuple[int, ...], parts: tuple[frozenset[int], ...], available: Sequence[int]
) -> SetRule:
    """Return a set reward's rule, when so many units are there for each of its parts."""
    reward = book.promotions[rank].reward
    counts = book.quantities[rank]
    most = min(map(floordiv, available, counts)) if len(counts) > 1 else 1
    machine = _machine(type(reward), counts, most)
    if not isinstance(reward, PriceFor | Bundle):
        return SetRule(rank, stack, parts, machine, *book.set_offs[rank])
    size = sum(counts)
    prices = allocate(reward.price_minor, (1,) * size)
    on_price = chain(book, stack, reward.price_minor, size)
    return SetRule(rank, stack, parts, machine, prices=prices, on_price=on_price)


def role_amounts(book: PromotionBook, rule: SetRule, value: int) -> list[Amounts]:
    """Return by role what a unit saves that joins a set: the set reward's part, then those on top.

    Parts of a price may be negative; a whole set's add up to what it saves.
    """
    rank = rule.rank
    if rule.prices:
        own: list[Amounts] = [((rank, value - price),) for price in rule.prices]
        own[0] += rule.on_price
        return own
    paid = chain(book, rule.stack, value) if rule.stack else ()
    off = divide_half_up(value * rule.off_ppm, PPM)
    less = ((rank, off), *(chain(book, rule.stack, value - off) if rule.stack else ())) if off else paid
    return [paid] * rule.paying + [less] * (book.sizes[rank] - rule.paying)


@lru_cache(maxsize=256)
def _machine(reward: type, counts: tuple[int, ...], most: int) -> Machine:
    """Return the machine of a kind of set reward, for at most so many sets at a time; it knows no promotion."""
    if len(counts) == 1:
        size = counts[0]
        rows = tuple(((state + 1) % size - state, 2 * state + (not state)) for state in range(size))
        return Machine((rows,), near=_near((rows,)))
    return _explore(counts, most, _ROLES[reward])


def _explore(counts: tuple[int, ...], most: int, find_role: FindRole) -> Machine:
    """Return the machine of all states that can be reached: how many units each part has beyond the whole sets."""
    start = (0,) * len(counts)
    numbers = {start: 0}
    order = [start]
    rows: list[list[tuple[int, int] | None]] = [[] for _ in counts]
    is_whole = True
    for number, state in enumerate(order):
        for part, count in enumerate(counts):
            after = _count(state, part, counts)
            is_full = state[part] == most * count
            if not is_full and after not in numbers and len(order) < MAX_STATES:
                numbers[after] = len(order)
                order.append(after)
            is_whole = is_whole and (is_full or after in numbers)
            if is_full or after not in numbers:
                rows[part].append(None)
                continue
            begins = state[part] % count == 0 and state[part] // count == _begun(state, counts)
            rows[part].append((numbers[after] - number, 2 * find_role(state, part, counts) + begins))
    steps = tuple(map(tuple, rows))
    return Machine(steps, is_whole, _near(steps))


def _near(parts: tuple[Rows, ...]) -> tuple[Near, ...]:
    """Return the steps of a machine by how far they are from no open set."""
    flat = [
        [(state, state + step[0], step[1]) for state, step in enumerate(rows) if step is not None] for rows in parts
    ]
    ahead: list[list[int]] = [[] for _ in parts[0]]
    back: list[list[int]] = [[] for _ in parts[0]]
    for state, after, _ in (step for steps in flat for step in steps):
        ahead[state].append(after)
        back[after].append(state)
    depths, rests = _walk(ahead), _walk(back)
    return tuple(
        Near(*_by(steps, lambda step: depths[step[0]]), *_by(steps, lambda step: rests[step[1]])) for steps in flat
    )


def _by(steps: Iterable[Step], distance: Callable[[Step], int]) -> tuple[tuple[Step, ...], tuple[int, ...]]:
    """Return steps by a distance, and how many of them lie within each, from nought to the longest.

    Those of a machine that is not whole may lead to where no end can be come to: they lie within no distance.
    """
    ordered = sorted((step for step in steps if distance(step) < FAR), key=distance)
    found = [distance(step) for step in ordered]
    return tuple(ordered), tuple(bisect_right(found, most) for most in range(max(found, default=0) + 1))


def _walk(ways: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return for each state the steps on the shortest way to it from no open set."""
    found = [0] + [FAR] * (len(ways) - 1)
    order = [0]
    for state in order:
        for after in ways[state]:
            if found[after] == FAR:
                found[after] = found[state] + 1
                order.append(after)
    return tuple(found)


def _count(state: State, part: int, counts: tuple[int, ...]) -> State:
    """Return the state after one more unit of a part; a whole set leaves it."""
    after = (*state[:part], state[part] + 1, *state[part + 1 :])
    if all(there >= count for there, count in zip(after, counts, strict=True)):
        return tuple(there - count for there, count in zip(after, counts, strict=True))
    return after


def _begun(state: State, counts: tuple[int, ...]) -> int:
    """Return how many sets have been begun."""
    return max(-(-there // count) for there, count in zip(state, counts, strict=True))


def _place_role(state: State, part: int, counts: tuple[int, ...]) -> int:
    """Return a unit's place in a set with a price."""
    return sum(counts[:part]) + state[part] % counts[part]


def _held_role(state: State, part: int, counts: tuple[int, ...]) -> int:
    """Return how many units the set that a unit joins has already."""
    number = state[part] // counts[part]
    return sum(min(max(there - number * count, 0), count) for there, count in zip(state, counts, strict=True))


def _gift_role(_state: State, part: int, _counts: tuple[int, ...]) -> int:
    """Return 0 for a unit that earns the gift, 1 for one that is given."""
    return part


FindRole = Callable[[State, int, tuple[int, ...]], int]
_ROLES: Final[dict[type, FindRole]] = {Bundle: _place_role, CheapestFree: _held_role, Gift: _gift_role}
