"""Every combination of promotions on a small basket, tried one after the other: slow, plain, and no code of ours.

It knows the rules of docs/promotions.md and nothing of how the engine searches. Baskets of some units only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from math import floor

from domain.promotion import (
    BasketAmountOff,
    Bundle,
    CheapestFree,
    Gift,
    NForM,
    Part,
    PercentOff,
    PriceFor,
    Promotion,
    Scope,
    SecondUnit,
    UnitAmountOff,
)
from domain.promotion_basket import PromotionLine

Unit = tuple[int, int, int]
"""The line's place, the unit's number in it, and what the unit costs."""
Off = dict[str, int]


def best_saving(promotions: Sequence[Promotion], lines: Sequence[PromotionLine]) -> int:
    """Return the most that any allowed combination saves; conditions of time, group and coupon are taken as met."""
    lines = [line for line in lines if line.amount_minor > 0 and line.quantity_micro > 0 and not line.is_excluded]
    met = [promotion for promotion in promotions if promotion.is_active and _is_met(promotion, lines)]
    alone = [promotion for promotion in met if promotion.exclusive]
    results = [_Trial([promotion], lines).best() for promotion in alone]
    results.append(_Trial([promotion for promotion in met if not promotion.exclusive], lines).best())
    return max(results)


def in_scope(scope: Scope, line: PromotionLine) -> bool:
    if not scope.items and not scope.departments:
        return True
    return line.sku in scope.items or any(
        name in scope.departments for name in (line.department, *line.department_path)
    )


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def go_together(one: Promotion, other: Promotion) -> bool:
    sets = (PriceFor, NForM, SecondUnit, CheapestFree, Bundle, Gift)
    if isinstance(one.reward, sets) and isinstance(other.reward, sets):
        return False
    names = {"*", other.code} & one.stacks_with or {"*", one.code} & other.stacks_with
    return bool(names) and not one.exclusive and not other.exclusive


def _is_met(promotion: Promotion, lines: Sequence[PromotionLine]) -> bool:
    asked = promotion.conditions
    counted = [line for line in lines if in_scope(promotion.counted_scope, line)]
    return (
        sum(line.units for line in counted) >= asked.min_units
        and sum(line.amount_minor for line in counted) >= asked.min_value_minor
        and sum(line.amount_minor for line in lines) >= asked.min_basket_minor
    )


def _unit_value(total: int, units: int, number: int) -> int:
    """The first units of a line cost a cent more where it does not come out even."""
    return (total + units - 1 - number) // units


class _Trial:
    def __init__(self, promotions: Sequence[Promotion], lines: Sequence[PromotionLine]) -> None:
        self.lines = lines
        self.baskets = [found for found in promotions if isinstance(found.reward, BasketAmountOff)]
        self.singles = [found for found in promotions if isinstance(found.reward, PercentOff | UnitAmountOff)]
        self.sets = [found for found in promotions if found not in self.baskets and found not in self.singles]
        self.by_code = {found.code: found for found in promotions}
        self.units = [
            (place, number, _unit_value(line.amount_minor, line.units, number))
            for place, line in enumerate(lines)
            for number in range(line.units)
        ]
        self.top = 0
        self.basket: tuple[Promotion, ...] = ()

    def best(self) -> int:
        for size in range(len(self.baskets) + 1):
            for chosen in combinations(self.baskets, size):
                clash = any(
                    not go_together(one, other)
                    and any(in_scope(one.scope, line) and in_scope(other.scope, line) for line in self.lines)
                    for one, other in combinations(chosen, 2)
                )
                if not clash:
                    self.basket = chosen
                    self._try(self.units, [], {})
        return self.top

    def _try(self, left: list[Unit], taken: list[tuple[Off, list[Unit]]], counts: dict[str, int]) -> None:
        """Decide on the first unit left in each possible way, then on the others."""
        if not left:
            self.top = max(self.top, self._value(taken))
            return
        first, *rest = left
        for offs in self._single_ways(first):
            used = {code: counts.get(code, 0) + 1 for code in offs}
            if all(self._has_units(code, count) for code, count in used.items()):
                self._try(rest, [*taken, (offs, [first])], counts | used)
        for promotion in self.sets:
            times = counts.get(promotion.code, 0) + 1
            if promotion.limits.times is not None and times > promotion.limits.times:
                continue
            size = _size(promotion)
            for others in combinations(rest, size - 1):
                units = [first, *others]
                if not self._may_use(promotion, units) or not self._fits(promotion, units):
                    continue
                for offs in self._set_ways(promotion, units):
                    remaining = [unit for unit in rest if unit not in others]
                    self._try(remaining, [*taken, (offs, units)], counts | {promotion.code: times})

    def _has_units(self, code: str, count: int) -> bool:
        most = self.by_code[code].limits.units
        return most is None or count <= most

    def _may_use(self, promotion: Promotion, units: Sequence[Unit]) -> bool:
        """An amount off the basket uses its units, so that what takes them has to go with it."""
        return all(
            go_together(promotion, basket)
            for basket in self.basket
            for place, _, _ in units
            if in_scope(basket.scope, self.lines[place])
        )

    def _cliques(self, pool: Sequence[Promotion]) -> Iterator[tuple[Promotion, ...]]:
        for size in range(len(pool) + 1):
            for some in combinations(sorted(pool, key=lambda found: (found.priority, found.code)), size):
                if all(go_together(one, other) for one, other in combinations(some, 2)):
                    yield some

    def _single_ways(self, unit: Unit) -> Iterator[Off]:
        line = self.lines[unit[0]]
        pool = [found for found in self.singles if in_scope(found.scope, line) and self._may_use(found, [unit])]
        for some in self._cliques(pool):
            rest = line.amount_minor
            offs: Off = {}
            before = _unit_value(rest, line.units, unit[1])
            for promotion in some:
                rest -= _off(promotion, rest, line.units)
                gone = _unit_value(line.amount_minor - rest, line.units, unit[1])
                offs[promotion.code] = gone - sum(offs.values())
            assert sum(offs.values()) <= before
            yield offs

    def _fits(self, promotion: Promotion, units: Sequence[Unit]) -> bool:
        reward = promotion.reward
        lines = [self.lines[place] for place, _, _ in units]
        if isinstance(reward, CheapestFree | Bundle):
            slots = [part.scope for part in reward.parts for _ in range(part.quantity)]
            return any(
                all(in_scope(scope, line) for scope, line in zip(slots, order, strict=True))
                for order in permutations(lines)
            )
        if isinstance(reward, Gift):
            return any(True for _ in self._gifts(promotion, units))
        if (
            isinstance(reward, PriceFor | NForM | SecondUnit)
            and reward.same_item
            and len({line.sku for line in lines}) > 1
        ):
            return False
        return all(in_scope(promotion.scope, line) for line in lines)

    def _gifts(self, promotion: Promotion, units: Sequence[Unit]) -> Iterator[tuple[Unit, ...]]:
        assert isinstance(promotion.reward, Gift)
        for given in combinations(units, promotion.reward.give):
            others = [unit for unit in units if unit not in given]
            if all(self.lines[place].sku == promotion.reward.sku for place, _, _ in given) and all(
                in_scope(promotion.scope, self.lines[place]) for place, _, _ in others
            ):
                yield given

    def _set_ways(self, promotion: Promotion, units: Sequence[Unit]) -> Iterator[Off]:
        pool = [
            found
            for found in self.singles
            if go_together(found, promotion)
            and found.limits.units is None
            and all(in_scope(found.scope, self.lines[place]) for place, _, _ in units)
            and self._may_use(found, units)
        ]
        for some in self._cliques(pool):
            for own, left in self._set_offs(promotion, units):
                offs = {promotion.code: own}
                for rest, count in left:
                    still = rest
                    for single in some:
                        off = _off(single, still, count)
                        offs[single.code] = offs.get(single.code, 0) + off
                        still -= off
                yield offs

    def _set_offs(self, promotion: Promotion, units: Sequence[Unit]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Yield what a set saves, and what is left of it to come on top of: amounts with their units."""
        reward = promotion.reward
        values = sorted(value for _, _, value in units)
        if isinstance(reward, PriceFor | Bundle):
            if sum(values) > reward.price_minor:
                yield sum(values) - reward.price_minor, [(reward.price_minor, len(units))]
        elif isinstance(reward, NForM | CheapestFree):
            free = reward.take - reward.pay if isinstance(reward, NForM) else reward.free
            yield sum(values[:free]), [(value, 1) for value in values[free:]]
        elif isinstance(reward, SecondUnit):
            off = half_up(Fraction(values[0] * reward.percent_ppm, 10**6))
            yield off, [(values[0] - off, 1), (values[1], 1)]
        elif isinstance(reward, Gift):
            for given in self._gifts(promotion, units):
                yield sum(unit[2] for unit in given), [(unit[2], 1) for unit in units if unit not in given]

    def _is_dear_with_dear(self, taken: list[tuple[Off, list[Unit]]]) -> bool:
        """Say whether of two sets of one promotion, with the same on top, one has the dearer units of each part.

        It saves most but for a cent of rounding where there is something on top, and so it is a rule there.
        """
        kinds = [(found, offs, units) for offs, units in taken for found in self.sets if found.code in offs]
        return all(
            any(
                all(min(a) >= max(b) for a, b in zip(high, low, strict=True))
                for first, second in ((one, other), (other, one))
                for high in self._arranged(found, first)
                for low in self._arranged(found, second)
            )
            for (found, offs, one), (_, others, other) in combinations(kinds, 2)
            if offs.keys() == others.keys() and len(offs) > 1 and self._could_mix(found, one, other)
        )

    def _could_mix(self, promotion: Promotion, one: Sequence[Unit], other: Sequence[Unit]) -> bool:
        reward = promotion.reward
        if isinstance(reward, NForM | SecondUnit) and reward.same_item:
            return self.lines[one[0][0]].sku == self.lines[other[0][0]].sku
        return isinstance(reward, NForM | SecondUnit | CheapestFree)

    def _arranged(self, promotion: Promotion, units: Sequence[Unit]) -> Iterator[list[list[int]]]:
        """Yield the units' values by the parts of a set, in each way in which they fit."""
        parts = promotion.reward.parts if isinstance(promotion.reward, CheapestFree) else (Part(Scope(), len(units)),)
        slots = [number for number, part in enumerate(parts) for _ in range(part.quantity)]
        for order in permutations(units):
            if all(
                in_scope(parts[slot].scope, self.lines[place]) for slot, (place, _, _) in zip(slots, order, strict=True)
            ):
                yield [
                    [value for slot, (_, _, value) in zip(slots, order, strict=True) if slot == number]
                    for number in range(len(parts))
                ]

    def _value(self, taken: list[tuple[Off, list[Unit]]]) -> int:
        if not self._is_dear_with_dear(taken):
            return 0
        totals: Off = {}
        for offs, _ in taken:
            for code, off in offs.items():
                totals[code] = totals.get(code, 0) + off
        wanted = sum(totals.values())
        for code, total in totals.items():
            most = self.by_code[code].limits.amount_minor
            totals[code] = total if most is None else min(total, most)
        saved = sum(totals.values())
        return saved + self._from_baskets(taken, saved, wanted - saved)

    def _from_baskets(self, taken: list[tuple[Off, list[Unit]]], saved: int, cut: int) -> int:
        """Return what the amounts off the basket come to, none more than its lines still cost.

        What a set saves is spread over its units, and limits cut it down everywhere; of what is only partly in the
        scope, as little is taken as can be.
        """
        given: list[tuple[Promotion, int]] = []
        for basket in self.basket:
            assert isinstance(basket.reward, BasketAmountOff)
            mine = [line for line in self.lines if in_scope(basket.scope, line)]
            outside = [line for line in self.lines if line not in mine]
            gone = saved if not outside else sum(self._gone(basket, offs, units) for offs, units in taken)
            for other, amount in given:
                gone += max(amount - _cost([line for line in outside if in_scope(other.scope, line)]), 0)
            gone = min(max(gone - cut, 0) if outside else gone, saved + sum(amount for _, amount in given))
            given.append((basket, min(basket.reward.amount_minor, max(_cost(mine) - gone, 0))))
        return sum(amount for _, amount in given)

    def _gone(self, basket: Promotion, offs: Off, units: Sequence[Unit]) -> int:
        others = [value for place, _, value in units if not in_scope(basket.scope, self.lines[place])]
        return max(sum(offs.values()) - sum(others), 0) if len(others) < len(units) else 0


def _cost(lines: Sequence[PromotionLine]) -> int:
    return sum(line.amount_minor for line in lines)


def _off(promotion: Promotion, rest: int, units: int) -> int:
    if isinstance(promotion.reward, PercentOff):
        return half_up(Fraction(rest * promotion.reward.percent_ppm, 10**6))
    assert isinstance(promotion.reward, UnitAmountOff)
    return min(rest, promotion.reward.amount_minor * units)


def _size(promotion: Promotion) -> int:
    match promotion.reward:
        case CheapestFree(parts=parts) | Bundle(parts=parts):
            return sum(part.quantity for part in parts)
        case Gift(take=take, give=give):
            return take + give
        case NForM(take=take):
            return take
        case PriceFor(quantity=quantity):
            return quantity
    return 2
