"""Lines that depend on each other, solved: the exact search first, the documented rule where that is too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Final

import msgspec

from domain.money import MICRO, allocate
from domain.promotion_basket import PromotionLine, Share, Solved
from domain.promotion_book import PromotionBook, bits, without_stacks_on_sets
from domain.promotion_bound import Bound, effort, find_bound
from domain.promotion_dearest import is_dearest_best, take_dearest
from domain.promotion_field import Cap, Component, Touched, best_option, build_component
from domain.promotion_narrow import narrow_sweep
from domain.promotion_rule import best_first, in_turn, split_bulk
from domain.promotion_set import has_price
from domain.promotion_sweep import LIMITED, Found, Pick, sweep
from domain.promotion_unit import Cliques, chain, find_cliques, split_line

FEW_STATES: Final = 128
"""Up to so many states the plain sweep is tried; for more, looking for a bound comes first."""

FIRST_STEPS: Final = 4_000
"""Steps of the plain sweep, before it is given up for a bound."""

EXACT_LINES: Final = 60
"""Up to so many lines that depend on each other, the search goes on to its end."""

NARROW: Final = ((10, 30), (40, 200), (60, 1500))
"""Steps towards a better bound, and the width of the sweep after them, as long as nothing is proved."""

NARROW_BEYOND: Final = NARROW[:1]
"""The same for more lines."""

MOST_STATES: Final = 100_000
"""States looked at in all narrow sweeps together."""

MOST_EFFORT: Final = 400_000
"""A component whose rules take more steps than this to look at once is left to the rule's first two steps."""

MOST_LOOKING: Final = (4_400_000, 400_000)
"""Steps of all looks at the rules on the way to a bound, up to `EXACT_LINES` and beyond."""


class Taking(msgspec.Struct):
    """What one promotion takes off the lines of a component: amount and units by line."""

    units: dict[int, int]
    amounts: dict[int, int]

    def add(self, line: int, amount: int, units: int) -> None:
        """Add to a line."""
        self.units[line] = self.units.get(line, 0) + units
        self.amounts[line] = self.amounts.get(line, 0) + amount


class Outcome(msgspec.Struct, frozen=True):
    """A solution with its limits kept: takings by rank, and which limits of amounts were reached.

    `is_broken` says that it had sets which cost no more than their price: they are not made.
    """

    takings: dict[int, Taking]
    clipped: frozenset[int] = frozenset()
    is_broken: bool = False

    @property
    def saved(self) -> int:
        """What it saves."""
        return sum(sum(taking.amounts.values()) for taking in self.takings.values())

    @property
    def worth(self) -> tuple[int, int]:
        """What solutions are compared by: the saving, and how low the ranks are that it comes from."""
        ranked = sum(rank * sum(taking.amounts.values()) for rank, taking in self.takings.items())
        return self.saved, -ranked


def solve_line(book: PromotionBook, touched: Touched, cliques: Cliques) -> Solved:
    """Return the best unit rewards of a line that depends on no other; `cliques` are kept for the next line."""
    line, ranks = touched
    known = cliques.get(ranks)
    if known is None:
        known = cliques[ranks] = find_cliques(book.stacks, ranks)
    units = line.units
    if len(known[0]) == 1:
        number, quantity = line.line_no, line.quantity_micro
        amounts = chain(book, bits(known[0][0]), line.amount_minor, units)
        return Solved(tuple([(rank, 1, (Share(number, amount, quantity),)) for rank, amount in amounts if amount]))
    scale = len(book.promotions) * line.amount_minor + 1
    chains = [chain(book, bits(clique), line.amount_minor, units) for clique in known[0]]
    takings: dict[int, Taking] = {}
    for group in split_line(0, line.amount_minor, units, chains):
        for rank, amount in best_option(group.options, 0, scale):
            _taking(takings, rank).add(0, amount * group.count, group.count)
    return Solved(_pieces(book, (line,), takings), known[1])


def solve_component(
    book: PromotionBook, touched: Sequence[Touched], caps: Mapping[int, Cap], cliques: Cliques
) -> Solved:
    """Return the best rewards of lines that depend on each other.

    The search does not know what a set costs before it is whole. With something on top of its price, one could pay
    that costs no more than the price; then what nothing comes on top of is looked at as well.
    """
    best, is_exact = _solve(book, touched, caps, cliques)
    if best.is_broken:
        plain, _ = _solve(without_stacks_on_sets(book), touched, caps, cliques)
        best, is_exact = max(best, plain, key=lambda outcome: outcome.worth), False
    return Solved(_pieces(book, [line for line, _ in touched], best.takings), is_exact)


def _solve(
    book: PromotionBook, touched: Sequence[Touched], caps: Mapping[int, Cap], cliques: Cliques
) -> tuple[Outcome, bool]:
    """Return the best solution with all limits kept, and whether it is certainly the best."""
    component = build_component(book, touched, caps, cliques, in_state=False)
    best, is_exact = _search(component)
    if best.clipped:
        best, is_exact = _keep_limits(component, touched, (best, is_exact), cliques)
    return best, is_exact


def _search(component: Component) -> tuple[Outcome, bool]:
    """Return the best solution and whether it is certainly the best."""
    counts, bulk = split_bulk(component)
    everything = (1 << len(component.rules) + 1) - 1
    is_whole = component.is_whole and tuple(counts) == component.field.counts
    is_few = prod(rule.machine.states for rule in component.rules) <= FEW_STATES
    found = sweep(component.field, counts, everything, FIRST_STEPS) if is_few else None
    is_proved = component.has_all_states
    if found is None:
        found, is_proved = _search_narrow(component, counts)
    outcome = _settle(component, [*found.picks, *bulk])
    return outcome, is_whole and is_proved and not outcome.is_broken


def _search_narrow(component: Component, counts: Sequence[int]) -> tuple[Found, bool]:
    """Return the best that ever wider sweeps find, and whether there is nothing better; the rule has its say."""
    if is_dearest_best(component):
        return in_turn(component, counts) if component.has_all_states else take_dearest(component, counts, 1), True
    best = in_turn(component, counts)
    bound: Bound | None = None
    is_beyond = len(component.lines) > EXACT_LINES
    work = max(effort(component.field, counts), 1)
    left, looking = MOST_STATES if work <= MOST_EFFORT else 0, MOST_LOOKING[is_beyond]
    for most_steps, width in NARROW_BEYOND if is_beyond else NARROW:
        steps = min(most_steps, looking // work)
        if left <= 0 or not steps:
            break
        looking -= steps * work
        bound = find_bound(component.field, counts, best.score, steps, bound)
        if bound.most <= best.score:
            return best, component.has_all_states
        found, lost, looked_at = narrow_sweep(component.field, counts, bound, best.score, width, left)
        best = found if found is not None else best
        left -= looked_at
        if best.score >= lost:
            return best, component.has_all_states
    return max(best, best_first(component, counts), key=lambda found: found.score), False


def _keep_limits(
    component: Component, touched: Sequence[Touched], relaxed: tuple[Outcome, bool], cliques: Cliques
) -> tuple[Outcome, bool]:
    """Return the best solution when limits of amounts are reached.

    No solution is better than the best one without the limited promotions plus their limits; if the one that was
    cut down to its limits reaches that, it is the best. If not, the sweep keeps the amounts in its state, where they
    only grow: not those of sets with a price, which are not known before the set is whole.
    """
    book, caps = component.book, component.caps
    clipped, is_exact = relaxed
    limited = sum(1 << rank for rank in clipped.clipped)
    rest = build_component(book, [(line, ranks & ~limited) for line, ranks in touched], caps, cliques, in_state=False)
    without, is_bound = _search(rest)
    limits = sum(caps[rank].amount_minor or 0 for rank in clipped.clipped)
    if is_exact and is_bound and clipped.saved == without.saved + limits:
        return clipped, True
    full, is_exact = _search(build_component(book, touched, caps, cliques, in_state=True))
    is_exact = is_exact and not any(has_price(book.promotions[rank]) for rank in full.clipped)
    return max(full, clipped, without, key=lambda outcome: outcome.worth), is_exact


def _settle(component: Component, picks: Iterable[tuple[int, Pick, int]]) -> Outcome:
    """Return what a solution takes off each line."""
    takings: dict[int, Taking] = {}
    left = list(component.field.counts)
    sets: dict[int, list[tuple[int, Pick, int]]] = {}
    for group, pick, count in picks:
        left[group] -= count
        if pick.rule == LIMITED:
            _add_loose(component, takings, group, pick.amounts, count)
        else:
            sets.setdefault(pick.rule, []).append((group, pick, count))
    for group, count in enumerate(left):
        if count:
            _add_loose(component, takings, group, component.base[group], count)
    is_broken = False
    for number in sorted(sets):
        is_broken = _add_sets(component, takings, sets[number]) or is_broken
    clipped = frozenset(rank for rank, taking in takings.items() if _clip(component, rank, taking))
    return Outcome(takings, clipped, is_broken)


def _add_loose(
    component: Component, takings: dict[int, Taking], group: int, amounts: tuple[tuple[int, int], ...], count: int
) -> None:
    line = component.groups[group].line
    for rank, amount in amounts:
        _taking(takings, rank).add(line, amount * count, count)


def _taking(takings: dict[int, Taking], rank: int) -> Taking:
    """Return what a promotion takes, to be added to."""
    found = takings.get(rank)
    if found is None:
        found = takings[rank] = Taking({}, {})
    return found


def _add_sets(component: Component, takings: dict[int, Taking], members: list[tuple[int, Pick, int]]) -> bool:
    """Add what the sets of one rule save, each set's to its own units; say whether one of them was not made.

    Units come in the order of the sweep, and sets are filled in the order in which they were begun.
    """
    is_broken = False
    rule = component.rules[members[0][1].rule - 1]
    ranks = (rule.rank, *rule.stack)
    quantities = component.book.quantities[rule.rank]
    seated = [0] * len(quantities)
    sets: dict[int, list[tuple[int, Pick]]] = {}
    for group, pick, count in members:
        if count > 1:  # like units in bulk: all their sets are of one line
            _add_loose(component, takings, group, tuple((dict.fromkeys(ranks, 0) | dict(pick.amounts)).items()), count)
            continue
        number = seated[pick.part] // quantities[pick.part]
        seated[pick.part] += 1
        sets.setdefault(number, []).append((group, pick))
    for whole in sets.values():
        if rule.prices and sum(component.groups[group].value for group, _ in whole) <= sum(rule.prices):
            is_broken = True
            for group, _ in whole:
                _add_loose(component, takings, group, component.base[group], 1)
        else:
            _add_set(component, takings, ranks, whole)
    return is_broken


def _add_set(
    component: Component, takings: dict[int, Taking], ranks: Sequence[int], members: list[tuple[int, Pick]]
) -> None:
    """Spread what a set saves over its units, by what these cost, or still cost after the rewards before."""
    totals = dict.fromkeys(ranks, 0)
    for _, pick in members:
        for rank, amount in pick.amounts:
            totals[rank] += amount
    units: dict[int, int] = {}
    rest: dict[int, int] = {}
    for number, _ in members:
        group = component.groups[number]
        line = group.line
        units[line] = units.get(line, 0) + 1
        rest[line] = rest.get(line, 0) + group.value
    lines = sorted(units)
    for rank, total in totals.items():
        taking = _taking(takings, rank)
        if len(lines) == 1:
            taking.add(lines[0], total, len(members))
            continue
        parts = allocate(total, [rest[line] for line in lines])
        for line, part in zip(lines, parts, strict=True):
            rest[line] -= part
            taking.add(line, part, units[line])


def _clip(component: Component, rank: int, taking: Taking) -> bool:
    """Cut what a promotion takes down to its limit, the same part of each line; say whether it was more."""
    cap = component.caps.get(rank)
    if cap is None or cap.amount_minor is None or sum(taking.amounts.values()) <= cap.amount_minor:
        return False
    lines = sorted(taking.amounts)
    parts = allocate(cap.amount_minor, [taking.amounts[line] for line in lines])
    taking.amounts = dict(zip(lines, parts, strict=True))
    return True


def _pieces(
    book: PromotionBook, lines: Sequence[PromotionLine], takings: Mapping[int, Taking]
) -> tuple[tuple[int, int, tuple[Share, ...]], ...]:
    """Return takings as pieces of rewards; a promotion that takes nothing off is none."""
    pieces = []
    for rank in sorted(takings):
        taking = takings[rank]
        if not any(taking.amounts.values()):
            continue
        shares = tuple(
            Share(lines[place].line_no, taking.amounts[place], _quantity(lines[place], taking.units[place]))
            for place in sorted(taking.units)
        )
        times = sum(taking.units.values()) // book.sizes[rank] if book.sizes[rank] else 1
        pieces.append((rank, times, shares))
    return tuple(pieces)


def _quantity(line: PromotionLine, units: int) -> int:
    return line.quantity_micro if units == line.units else units * MICRO
