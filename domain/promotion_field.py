"""From lines that depend on each other to a field for the sweep: like units, ways of forming sets, moves and limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from operator import lt
from typing import Final

import msgspec

from domain.promotion import Part
from domain.promotion_basket import PromotionLine
from domain.promotion_book import PromotionBook, bits
from domain.promotion_set import SetRule, build_rule, has_price, role_amounts
from domain.promotion_sweep import LIMITED, ONE_STEP, Counter, Effect, Field, Move, Pick, Rows, Use
from domain.promotion_unit import Amounts, Cliques, UnitGroup, chain, find_cliques, split_line

MAX_LIMITED: Final = 4
"""Limited unit rewards on one line of which every selection is looked at."""

MAX_STACKS: Final = 8
"""Ways in which unit rewards may come on top of one set reward."""

Touched = tuple[PromotionLine, int]
"""A line with the promotions that can apply to it."""
Seat = tuple[int, int, SetRule, int, int, Rows]
"""A rule's number, a part of its sets, the rule, where its bits are and a mask of them, and the part's steps."""
Laid = tuple[SetRule, int, tuple[Rows, ...]]
"""A rule, where its bits are in the state, and for each part of a set its steps."""


class Cap(msgspec.Struct, frozen=True):
    """A limit that can be reached in this basket: sets or units, and an amount."""

    count: int | None = None
    amount_minor: int | None = None


class Component(msgspec.Struct, frozen=True):
    """Everything the search needs of lines that depend on each other. `scale` weighs a saving over any tie."""

    book: PromotionBook
    lines: tuple[PromotionLine, ...]
    caps: Mapping[int, Cap]
    scale: int
    groups: tuple[UnitGroup, ...]
    rules: tuple[SetRule, ...]
    base: tuple[Amounts, ...]
    """What each group's units have by themselves."""
    field: Field
    is_whole: bool
    """Whether every way of giving its promotions is in the field, but for states that its machines leave out."""

    @property
    def has_all_states(self) -> bool:
        """Say whether no machine leaves states out."""
        return all(rule.machine.is_whole for rule in self.rules)


def build_component(
    book: PromotionBook, touched: Sequence[Touched], caps: Mapping[int, Cap], cliques: Cliques, *, in_state: bool
) -> Component:
    """Return the field of some lines; `in_state` keeps limits of amounts in the sweep's state, else only counts.

    `cliques` are kept for the next component.
    """
    return _Builder(book, touched, caps, cliques, in_state=in_state).build()


def covers(part: Part, line: PromotionLine) -> bool:
    """Say whether a set may take units of a line for a part."""
    return part.scope.covers(line.sku, (line.department, *line.department_path))


def weigh(amounts: Amounts, scale: int) -> int:
    """Return the score of amounts: a saving weighs more than any tie, and of two equal ones the lower rank wins."""
    score = 0
    for rank, amount in amounts:
        score += amount * (scale - rank)
    return score


def best_option(options: Iterable[Amounts], limited: int, scale: int) -> Amounts:
    """Return the best of the options that use no limit, nothing if there is none."""
    best: Amounts = ()
    score = 0
    for amounts in options:
        if limited and any(limited >> rank & 1 for rank, _ in amounts):
            continue
        found = weigh(amounts, scale)
        if found > score:
            best, score = amounts, found
    return best


class _Builder:
    """Builds one component; what its methods share."""

    def __init__(
        self,
        book: PromotionBook,
        touched: Sequence[Touched],
        caps: Mapping[int, Cap],
        cliques: Cliques,
        *,
        in_state: bool,
    ) -> None:
        self._book = book
        self._cliques = cliques
        self._touched = touched
        self._units = [line.units for line, _ in touched]
        self._caps = caps
        self._is_whole = True
        value = sum(line.amount_minor for line, _ in touched)
        self._scale = len(book.promotions) * value + 1
        self._counters: list[Counter] = []
        self._count_place: dict[int, int] = {}
        self._amount_place: dict[int, int] = {}
        self._known_picks: dict[tuple[int, int, int], list[Pick]] = {}
        self._known_effects: dict[tuple[int, int, int, int], tuple[Effect, ...]] = {}
        self._in_state = in_state
        self._limited = sum(
            1 << rank for rank, cap in caps.items() if not book.sets >> rank & 1 and (cap.count is not None or in_state)
        )

    def build(self) -> Component:
        """Return the component."""
        # The rule with most states comes first: its steps then need no moving to other bits.
        rules = tuple(sorted(self._rules(), key=lambda rule: -rule.machine.states))
        laid, width = self._lay(rules)
        seats = _seats(laid)
        groups = tuple(self._groups())
        base = tuple(best_option(group.options, self._limited, self._scale) for group in groups)
        moves = tuple(
            tuple(self._moves(group, weigh(own, self._scale), seats)) for group, own in zip(groups, base, strict=True)
        )
        field = Field(
            counts=tuple(group.count for group in groups),
            moves=moves,
            counters=tuple(self._counters),
            set_bits=(1 << width) - 1,
        )
        lines = tuple(line for line, _ in self._touched)
        return Component(self._book, lines, self._caps, self._scale, groups, rules, base, field, self._is_whole)

    def _groups(self) -> list[UnitGroup]:
        """Return all like units, the dearest first, with what unit rewards could take off them."""
        found: list[UnitGroup] = []
        book = self._book
        unit_ranks = ~(book.sets | book.baskets)
        ways: dict[int, list[tuple[int, ...]]] = {}
        for place, (line, ranks) in enumerate(self._touched):
            units, amount = self._units[place], line.amount_minor
            chosen = ways.get(ranks & unit_ranks)
            if chosen is None:
                chosen = ways[ranks & unit_ranks] = [bits(way) for way in self._ways(ranks & unit_ranks)]
            found += split_line(place, amount, units, [chain(book, way, amount, units) for way in chosen])
        return sorted(found, key=lambda group: (-group.value, group.line))

    def _ways(self, ranks: int) -> Iterable[int]:
        """Return the largest sets of unit rewards that may share a unit, with and without each limited one."""
        limited = ranks & self._limited
        if not limited:
            return self._find_cliques(ranks)
        self._is_whole = self._is_whole and limited.bit_count() <= MAX_LIMITED
        found: dict[int, None] = {}
        for left_out in _selections(limited):
            found |= dict.fromkeys(self._find_cliques(ranks & ~left_out))
        return found

    def _find_cliques(self, ranks: int) -> tuple[int, ...]:
        known = self._cliques.get(ranks)
        if known is None:
            known = self._cliques[ranks] = find_cliques(self._book.stacks, ranks)
        self._is_whole = self._is_whole and known[1]
        return known[0]

    def _rules(self) -> Iterator[SetRule]:
        """Return the ways of giving each set reward for which there are enough units."""
        all_ranks = 0
        for _, ranks in self._touched:
            all_ranks |= ranks
        for rank in bits(all_ranks & self._book.sets):
            for parts in self._parts(rank):
                yield from self._stacked(rank, parts)

    def _parts(self, rank: int) -> Iterator[tuple[frozenset[int], ...]]:
        """Return for each part of a set the lines it may come from; once for each item where sets are of one item."""
        mine = [(place, line) for place, (line, ranks) in enumerate(self._touched) if ranks >> rank & 1]
        if self._book.same_item >> rank & 1:
            by_item: dict[str, list[int]] = {}
            for place, line in mine:
                by_item.setdefault(line.sku, []).append(place)
            yield from ((frozenset(places),) for places in by_item.values())
            return
        parts = self._book.parts[rank]
        if len(parts) == 1:  # what touches a line is this part
            yield (frozenset([place for place, _ in mine]),)
            return
        yield tuple(frozenset([place for place, line in mine if covers(part, line)]) for part in parts)

    def _stacked(self, rank: int, parts: tuple[frozenset[int], ...]) -> Iterator[SetRule]:
        """Return a set reward by itself, and with unit rewards on top that every unit of the set has."""
        touched, units = self._touched, self._units
        found: dict[tuple[frozenset[int], ...], list[int]] = {}
        for stack in self._stacks(rank, parts):
            covered = parts
            if stack:
                covered = tuple(
                    [frozenset([place for place in part if touched[place][1] & stack == stack]) for part in parts]
                )
            found.setdefault(covered, []).append(stack)
        for covered, stacks in found.items():
            available = [sum([units[place] for place in part]) for part in covered]
            if any(map(lt, available, self._book.quantities[rank])):
                continue
            for stack in stacks:
                if not any(self._is_beaten(stack, other) for other in stacks):
                    yield build_rule(self._book, rank, bits(stack), covered, available)

    def _is_beaten(self, stack: int, other: int) -> bool:
        """Say whether another stack is the same and more; one more that has a limit may take what others would."""
        return stack != other and stack & other == stack and not (other & ~stack) & self._limited

    def _stacks(self, rank: int, parts: tuple[frozenset[int], ...]) -> list[int]:
        """Return the sets of unit rewards that may come on top of a set: none, and the largest that units share."""
        book = self._book
        on_top = book.stacks[rank] & ~(book.sets | book.baskets)
        on_top &= ~book.unit_limited
        shared = {self._touched[place][1] & on_top for part in parts for place in part}
        if shared == {0}:
            return [0]
        while len(shared) > 1:
            more = shared | {one & other for one, other in combinations(sorted(shared), 2)}
            if more == shared or len(more) > MAX_STACKS:
                self._is_whole = self._is_whole and more == shared
                break
            shared = more
        found = {0}
        for ranks in shared:
            found.update(self._ways(ranks))
        self._is_whole = self._is_whole and len(found) <= MAX_STACKS
        return sorted(found)[:MAX_STACKS]

    def _lay(self, rules: Sequence[SetRule]) -> tuple[list[Laid], int]:
        """Lay out the state: the bits of each rule, then those of the limits."""
        laid: list[Laid] = []
        width = 0
        for rule in rules:
            rows = rule.machine.rows if not width else _shifted(rule.machine.rows, width)
            laid.append((rule, width, rows))
            width += rule.machine.width
        end = width
        for rank, cap in self._caps.items():
            if cap.count is not None:
                self._count_place[rank] = len(self._counters)
                self._counters.append(_counter(end, cap.count))
                end += cap.count.bit_length()
            if cap.amount_minor is not None and self._in_state and not has_price(self._book.promotions[rank]):
                self._amount_place[rank] = len(self._counters)
                self._counters.append(_counter(end, cap.amount_minor))
                end += cap.amount_minor.bit_length()
        return laid, width

    def _moves(self, group: UnitGroup, base: int, seats: Mapping[int, Sequence[Seat]]) -> Iterator[Move]:
        """Return what a unit of a group may do but stay as it is."""
        for amounts in group.options if self._limited else ():
            limited = [rank for rank, _ in amounts if self._limited >> rank & 1]
            if limited:
                counts = tuple((self._count_place[rank], 1, 0) for rank in limited if rank in self._count_place)
                effect = self._effect(base, Pick(LIMITED, 0, amounts), counts)
                yield Move(LIMITED, 0, 0, ((0, 0),), (effect,), ONE_STEP)
        for number, part, rule, shift, mask, rows in seats.get(group.line, ()):
            effects = self._effects((number, part, group.value, base), rule)
            yield Move(number, shift, mask, rows, effects, rule.machine.near[part])

    def _effects(self, key: tuple[int, int, int, int], rule: SetRule) -> tuple[Effect, ...]:
        """Return the effects of a unit's roles in a set: two for each, the second one where it begins the set.

        They are asked for by rule, part, value and base line of the unit; items of a range often cost the same.
        """
        known = self._known_effects.get(key)
        if known is None:
            number, part, value, base = key
            picks = self._picks((number, part, value), rule)
            known = self._known_effects[key] = tuple(self._make_effects(base, rule, picks))
        return known

    def _make_effects(self, base: int, rule: SetRule, picks: Iterable[Pick]) -> list[Effect]:
        begins = ((self._count_place[rule.rank], 1, 0),) if rule.rank in self._count_place else ()
        effects = []
        for pick in picks:
            effect = self._effect(base, pick, ())
            effects += [effect, self._effect(base, pick, begins) if begins else effect]
        return effects

    def _picks(self, key: tuple[int, int, int], rule: SetRule) -> list[Pick]:
        """Return what each role takes off a unit, by rule, part and value."""
        known = self._known_picks.get(key)
        if known is None:
            number, part, value = key
            known = [Pick(number, part, amounts) for amounts in role_amounts(self._book, rule, value)]
            self._known_picks[key] = known
        return known

    def _effect(self, base: int, pick: Pick, counts: tuple[Use, ...]) -> Effect:
        """Return a step's worth over the base line; amounts with a limit are scored when it is known what is left."""
        uses = counts
        gain = -base
        for rank, amount in pick.amounts:
            weight = self._scale - rank
            if rank in self._amount_place:
                uses += ((self._amount_place[rank], amount, weight),)
            else:
                gain += amount * weight
        return gain, pick, uses


def _counter(shift: int, most: int) -> Counter:
    return Counter(shift, most, (1 << most.bit_length()) - 1)


def _seats(laid: Sequence[Laid]) -> dict[int, list[Seat]]:
    """Return for each line the parts of sets that its units may be taken for."""
    found: dict[int, list[Seat]] = {}
    for number, (rule, shift, rows) in enumerate(laid, 1):
        mask = (1 << rule.machine.width) - 1
        for part, (places, part_rows) in enumerate(zip(rule.parts, rows, strict=True)):
            seat = (number, part, rule, shift, mask, part_rows)
            for place in places:
                found.setdefault(place, []).append(seat)
    return found


def _shifted(parts: tuple[Rows, ...], width: int) -> tuple[Rows, ...]:
    """Return steps whose state begins at a bit further up."""
    return tuple(tuple([step and (step[0] << width, step[1]) for step in rows]) for rows in parts)


def _selections(ranks: int) -> Iterator[int]:
    """Return every set of some ranks, of not too many of them."""
    chosen = list(bits(ranks))[:MAX_LIMITED]
    for size in range(len(chosen) + 1):
        for some in combinations(chosen, size):
            yield sum(1 << rank for rank in some)
