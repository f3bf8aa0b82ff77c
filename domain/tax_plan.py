"""The order in which the taxes of one class are worked out, prepared once: steps for a line, coefficients for a sum.

A plan knows, for each tax, on which taxes before it its own amount and its base depend, and by what ratio. From these
steps a line is worked out with each figure rounded before the next (`amounts`), and by the linear coefficients the
exact taxes of any sum of lines are two multiplications each (`Linear`): every tax of a class is p · (quantity × price)
+ q · units, because a fixed tax counts units and all others are parts of a price.

Source of the rules: Odoo 19 `account.tax`: `_batch_for_taxes_computation`, `_propagate_extra_taxes_base`,
`_eval_tax_amount_fixed_amount`, `_eval_tax_amount_price_included`, `_eval_tax_amount_price_excluded`,
`_get_tax_details`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm

import msgspec

from domain.money import MICRO, exact_scale
from domain.tax_class import PPM, TaxKind, TaxRate, flatten

Terms = tuple[tuple[int, int], ...]
"""Amounts of other taxes by their place, each with the sign with which it is added."""


class Step(msgspec.Struct, frozen=True):
    """How one tax is worked out: a ratio of the base with the `terms` added, or `amount_micro` per unit if fixed."""

    place: int
    terms: Terms = ()
    numerator: int = 0
    denominator: int = 1
    amount_micro: int = 0
    is_fixed: bool = False


class Column(msgspec.Struct, frozen=True):
    """One amount of a line: that of a tax, or what a reverse charge takes off again."""

    place: int
    sign: int
    rate: TaxRate
    included: bool


class Linear(msgspec.Struct, frozen=True):
    """The exact money of a class: (p × exact + q × units) / `scale` minor units, a pair (p, q) per figure."""

    scale: int
    net: tuple[int, int]
    taxes: tuple[tuple[int, int], ...]
    bases: tuple[tuple[int, int], ...]


class ExactMoney(msgspec.Struct, frozen=True):
    """The money of one line before any rounding: net, and a tax and a base per column."""

    net: Fraction
    taxes: tuple[Fraction, ...]
    bases: tuple[Fraction, ...]


class Plan(msgspec.Struct, frozen=True):
    """The taxes of one class, prepared. `bases` says for each column what is added to quantity × price for its base."""

    rates: tuple[TaxRate, ...]
    steps: tuple[Step, ...]
    columns: tuple[Column, ...]
    bases: tuple[Terms, ...]

    @property
    def net(self) -> Terms:
        """What is added to quantity × price for the line without taxes: the base of the first tax."""
        return self.bases[0] if self.bases else ()


def make_plan(rates: Iterable[TaxRate], is_net: bool = False) -> Plan:
    """Return the plan of a class's taxes; with `is_net` the prices are taken to contain none of them."""
    ordered = flatten(rates)
    included = [rate.included and not rate.has_negative_factor and not is_net for rate in ordered]
    batches = _batches(ordered, is_net)
    for_tax: list[list[tuple[int, int]]] = [[] for _ in ordered]
    for_base: list[list[tuple[int, int]]] = [[] for _ in ordered]
    steps: list[Step] = []
    done: set[int] = set()
    for place in _sequence(ordered, included):
        steps.append(_step(ordered, batches[place], place, included[place], tuple(for_tax[place])))
        done.add(place)
        for other, sign in _touched(ordered, batches[place], place, is_net):
            for_base[other].append((place, sign))
            if other not in done:
                for_tax[other].append((place, sign))
    for place, batch in enumerate(batches):
        if included[place]:
            for_base[place] += [(other, -1) for other in batch if not ordered[other].has_negative_factor]
    columns = tuple(_columns(ordered, included))
    return Plan(ordered, tuple(steps), columns, tuple(tuple(for_base[column.place]) for column in columns))


def amounts(plan: Plan, base: int, fixed: Callable[[int], int], rounded: Callable[[int, int], int]) -> list[int]:
    """Return the taxes of a line by place: `fixed` gives the money of a fixed tax, `rounded` divides and rounds."""
    found = [0] * len(plan.rates)
    for step in plan.steps:
        if step.is_fixed:
            found[step.place] = fixed(step.amount_micro)
            continue
        taken = base
        for place, sign in step.terms:
            taken += sign * found[place]
        found[step.place] = rounded(taken * step.numerator, step.denominator)
    return found


def added(base: int, terms: Terms, found: Sequence[int]) -> int:
    """Return a base with the amounts of other taxes added."""
    for place, sign in terms:
        base += sign * found[place]
    return base


def make_linear(plan: Plan, exponent: int) -> Linear:
    """Return the coefficients by which sums of lines are worked out, in minor units of a currency."""
    price, unit = Fraction(1, exact_scale(exponent)), Fraction(10**exponent, MICRO)
    of_price, of_units = make_exact(plan, price, Fraction(0)), make_exact(plan, Fraction(0), unit)
    prices, units = ((exact.net, *exact.taxes, *exact.bases) for exact in (of_price, of_units))
    scale = lcm(*(number.denominator for number in (*prices, *units)))
    whole = [(int(p * scale), int(q * scale)) for p, q in zip(prices, units, strict=True)]
    columns = len(plan.columns)
    return Linear(scale, whole[0], tuple(whole[1 : 1 + columns]), tuple(whole[1 + columns :]))


def make_exact(plan: Plan, price: Fraction, units: Fraction | None = None) -> ExactMoney:
    """Return the exact money of `price` for a number of units: one, with the price's sign, if it is not said."""
    counted = units if units is not None else Fraction(-1 if price < 0 else 1)
    found = [Fraction(0)] * len(plan.rates)
    for step in plan.steps:
        if step.is_fixed:
            found[step.place] = counted * Fraction(step.amount_micro, MICRO)
        else:
            found[step.place] = _plus(price, step.terms, found) * Fraction(step.numerator, step.denominator)
    return ExactMoney(
        _plus(price, plan.net, found),
        tuple(column.sign * found[column.place] for column in plan.columns),
        tuple(_plus(price, terms, found) for terms in plan.bases),
    )


def _plus(price: Fraction, terms: Terms, found: Sequence[Fraction]) -> Fraction:
    """Return a price with the amounts of other taxes added."""
    return price + sum((sign * found[place] for place, sign in terms), Fraction(0))


def _batches(rates: Sequence[TaxRate], is_net: bool) -> list[list[int]]:
    """Return for each tax the places of those that are worked out together with it, last first.

    Neighbours of one kind with equal flags share a batch: two taxes of 10 % in the price are 1/12 of it each. Taxes
    that stand in the base of the next do so only while the one behind is not affected by them.
    """
    found: list[list[int]] = [[] for _ in rates]
    batch: list[int] = []
    for place in reversed(range(len(rates))):
        if batch and not _is_batch_of(rates[place], rates[batch[0]], rates[batch[-1]], is_net):
            batch = []
        batch.append(place)
        found[place] = batch
    return found


def _is_batch_of(rate: TaxRate, first: TaxRate, behind: TaxRate, is_net: bool) -> bool:
    """Say whether a tax belongs to the batch that begins with `first`; `behind` is the one that follows it."""
    return (
        rate.kind is first.kind
        and (is_net or rate.included == first.included)
        and rate.include_base_amount == first.include_base_amount
        and not (rate.include_base_amount and behind.is_base_affected)
    )


def _sequence(rates: Sequence[TaxRate], included: Sequence[bool]) -> Iterator[int]:
    """Yield the places in the order of work: fixed from the last, those in the price from the last, then the rest."""
    down = range(len(rates) - 1, -1, -1)
    yield from (place for place in down if rates[place].kind is TaxKind.FIXED)
    yield from (place for place in down if rates[place].kind is not TaxKind.FIXED and included[place])
    yield from (place for place in reversed(down) if rates[place].kind is not TaxKind.FIXED and not included[place])


def _step(rates: Sequence[TaxRate], batch: Sequence[int], place: int, included: bool, terms: Terms) -> Step:
    """Return how one tax is worked out from the taxes before it."""
    rate = rates[place]
    if rate.kind is TaxKind.FIXED:
        return Step(place, amount_micro=rate.amount_micro, is_fixed=True)
    own, whole = Fraction(rate.rate_ppm, PPM), Fraction(sum(rates[other].rate_ppm for other in batch), PPM)
    if rate.kind is TaxKind.PERCENT and included:
        own = Fraction(own, 1 + whole) if whole != -1 else Fraction(0)
    elif rate.kind is TaxKind.DIVISION and not included and whole != 1:
        own = Fraction(own, 1 - whole)
    return Step(place, terms, own.numerator, own.denominator)


def _touched(rates: Sequence[TaxRate], batch: Sequence[int], place: int, is_net: bool) -> Iterator[tuple[int, int]]:
    """Yield the taxes whose base an amount changes once it is known, and with which sign.

    A tax in the price is taken out of the base of every tax outside its batch, unless a later one stands on it
    (`include_base_amount` and `is_base_affected`); one on top of the price is added to the later ones that do.
    """
    rate = rates[place]
    before, after = range(min(batch)), range(max(batch) + 1, len(rates))
    if rate.included and not is_net:
        for other in (*after, *before):
            if other < place or not (rate.include_base_amount and rates[other].is_base_affected):
                yield other, -1
    elif rate.include_base_amount:
        yield from ((other, 1) for other in after if rates[other].is_base_affected)


def _columns(rates: Sequence[TaxRate], included: Sequence[bool]) -> Iterator[Column]:
    """Yield the amounts that a line has: one per tax, and a second for each reverse charge."""
    for place, rate in enumerate(rates):
        yield Column(place, 1, rate, included[place])
        if rate.has_negative_factor:
            yield Column(place, -1, rate, False)
