"""Set rewards as small machines: what a set still lacks, and what each unit that joins it is worth.

Units are offered to a machine from the dearest to the cheapest. Its state is what the open sets hold; state 0 is
no open set. A step takes one unit for one part of a set and says in which *role*:

- a price for a set: the role is the unit's place in it; it saves what it costs less its place's part of the price;
- the cheapest of a set: the role is how many dearer units are in the set already, so the last ones are the free ones;
- a gift: role 0 pays, role 1 is given.

A set made of one part has one open set at most: of units chosen for it, dear ones belong to dear ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from domain.money import allocate, divide_half_up
from domain.promotion import Bundle, CheapestFree, Gift, NForM, PriceFor, Promotion, SecondUnit, parts_of
from domain.promotion_book import PromotionBook
from domain.promotion_unit import Amounts, chain
from domain.tax import PPM

MAX_STATES: Final = 4096
"""States of one machine; a set of many parts over many units could have more, and is then not searched whole."""

State = tuple[int, ...]
Rows = tuple[tuple[tuple[int, int], ...], ...]
"""By state its steps: the difference to the state after it, and twice the unit's role, one more if a set is begun."""


class Machine(msgspec.Struct, frozen=True):
    """The steps from each state, for each part of a set."""

    rows: tuple[Rows, ...]
    is_whole: bool = True

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
    prices: tuple[int, ...] = ()
    """Each place's part of the price, where a set has one."""
    on_price: Amounts = ()
    """What comes off the price of a whole set."""


def set_size(promotion: Promotion) -> int:
    """Return how many units make a set."""
    return sum(part.quantity for part in parts_of(promotion))


def has_price(promotion: Promotion) -> bool:
    """Say whether a set has a price, so that a unit's part of the reward may be negative."""
    return isinstance(promotion.reward, PriceFor | Bundle)


def build_rule(
    book: PromotionBook, rank: int, stack: tuple[int, ...], parts: tuple[frozenset[int], ...], available: Sequence[int]
) -> SetRule:
    """Return a set reward's rule, when so many units are there for each of its parts."""
    promotion = book.promotions[rank]
    counts = tuple(part.quantity for part in parts_of(promotion))
    most = min(there // count for there, count in zip(available, counts, strict=True))
    machine = _machine(type(promotion.reward), counts, most if len(counts) > 1 else 1)
    reward = promotion.reward
    if not isinstance(reward, PriceFor | Bundle):
        return SetRule(rank, stack, parts, machine)
    size = sum(counts)
    prices = allocate(reward.price_minor, (1,) * size)
    return SetRule(rank, stack, parts, machine, prices, chain(book, stack, reward.price_minor, size))


def role_amounts(book: PromotionBook, rule: SetRule, role: int, value: int) -> Amounts:
    """Return what a unit saves that joins a set in this role: the set reward's part, then those on top.

    Parts of a price may be negative; a whole set's add up to what it saves.
    """
    if rule.prices:
        own = ((rule.rank, value - rule.prices[role]),)
        return own if role else own + rule.on_price
    off = _off(book.promotions[rule.rank], role, value)
    on_top = chain(book, rule.stack, value - off) if rule.stack else ()
    return ((rule.rank, off), *on_top) if off else on_top


@lru_cache(maxsize=256)
def _machine(reward: type, counts: tuple[int, ...], most: int) -> Machine:
    """Return the machine of a kind of set reward, for at most so many sets at a time; it knows no promotion."""
    if len(counts) == 1:
        size = counts[0]
        return Machine((tuple((((state + 1) % size - state, 2 * state + (not state)),) for state in range(size)),))
    if reward is CheapestFree:
        start = (0,) * (_radix(counts) - 2)
        return _explore(len(counts), start, lambda state, part: _join(state, part, counts, most))
    is_gift = reward is Gift
    return _explore(
        len(counts), (0,) * len(counts), lambda state, part: _count(state, part, counts, most, is_gift=is_gift)
    )


def _off(promotion: Promotion, role: int, value: int) -> int:
    """Return what a set that frees some of its units takes off a unit in this role."""
    match promotion.reward:
        case Gift():
            return value if role else 0
        case NForM(pay=pay):
            return value if role >= pay else 0
        case CheapestFree(free=free):
            return value if role >= set_size(promotion) - free else 0
        case SecondUnit(percent_ppm=percent):
            return divide_half_up(value * percent, PPM) if role else 0
    raise TypeError(type(promotion.reward))


def _explore(parts: int, start: State, step: Callable[[State, int], Iterator[tuple[State, int, bool]]]) -> Machine:
    """Return the machine of all states that can be reached, numbered as they are found."""
    numbers = {start: 0}
    order = [start]
    rows: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in range(parts)]
    is_whole = True
    for number, state in enumerate(order):
        for part in range(parts):
            row = []
            for after, role, begins in step(state, part):
                if after not in numbers:
                    if len(order) == MAX_STATES:
                        is_whole = False
                        continue
                    numbers[after] = len(order)
                    order.append(after)
                row.append((numbers[after] - number, 2 * role + begins))
            rows[part].append(tuple(row))
    return Machine(tuple(map(tuple, rows)), is_whole)


def _count(
    state: State, part: int, counts: tuple[int, ...], most: int, *, is_gift: bool
) -> Iterator[tuple[State, int, bool]]:
    """Count one more unit of a part; whole sets leave the state."""
    if state[part] == most * counts[part]:
        return
    place = state[part] % counts[part]
    role = part if is_gift else sum(counts[:part]) + place
    begins = place == 0 and state[part] // counts[part] == _begun(state, counts)
    after = (*state[:part], state[part] + 1, *state[part + 1 :])
    if all(there >= count for there, count in zip(after, counts, strict=True)):
        after = tuple(there - count for there, count in zip(after, counts, strict=True))
    yield after, role, begins


def _begun(state: State, counts: tuple[int, ...]) -> int:
    return max(-(-there // count) for there, count in zip(state, counts, strict=True))


def _radix(counts: tuple[int, ...]) -> int:
    """Return how many fillings of a set there are, the empty and the full one among them."""
    product = 1
    for count in counts:
        product *= count + 1
    return product


def _join(state: State, part: int, counts: tuple[int, ...], most: int) -> Iterator[tuple[State, int, bool]]:
    """Put one more unit of a part into a new set, or into one of each filling there is.

    The state counts the open sets by their filling, a number whose digits say how full each part is.
    """
    digit = _radix(counts[:part])
    full = _radix(counts) - 1
    open_sets = sum(state)
    for filling in range(full):
        is_new = filling == 0
        if (open_sets == most) if is_new else not state[filling - 1]:
            continue
        if filling // digit % (counts[part] + 1) == counts[part]:
            continue
        after = list(state)
        if not is_new:
            after[filling - 1] -= 1
        if filling + digit < full:
            after[filling + digit - 1] += 1
        yield tuple(after), _held(filling, counts), is_new


def _held(filling: int, counts: tuple[int, ...]) -> int:
    """Return how many units a filling holds."""
    held = 0
    for count in counts:
        filling, there = divmod(filling, count + 1)
        held += there
    return held
