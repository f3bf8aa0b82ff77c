"""The taxes of one class as Tryton takes them, prepared once: what each comes to per unit, and the price without them.

Tryton reckons with the unit price. The taxes are taken by sequence; those of one sequence all start from the same
price, and what those that update the unit price come to is added to it for the next sequence. The children of a tax
begin again with the price of their parent. So every tax of a class is a part of the net unit price and an amount per
unit, a `Line` of two coefficients; and the net price itself is such a line of a price that contains taxes.

How our words are Tryton's: percent is `percentage`, fixed is `fixed`, a group is `none` with its children,
`include_base_amount` is `update_unit_price`. A division tax of rate r is a percentage of r / (1 − r), a reverse charge
a tax and its opposite. `is_base_affected` has no counterpart. Taxes in the price and on top of it may be mixed, which
Tryton does not know: those in the price are taken out of it, and all are then reckoned on what remains.

Source of the rules: Tryton 8.2 `account.tax` `sort_taxes`, `compute`, `reverse_compute`, as observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby

import msgspec

from domain.money import MICRO
from domain.tax_class import PPM, TaxKind, TaxRate
from domain.tax_plan import make_plan

Line = tuple[Fraction, Fraction]
"""A part of a unit price, and an amount per unit in major units."""

Key = tuple[str, int]
"""A tax's code, and −1 for what a reverse charge takes off again."""

_NOTHING: Line = (Fraction(0), Fraction(0))


class Entry(msgspec.Struct, frozen=True):
    """One amount of a line: whose it is, what it comes to per unit and what it is taken on, of the net unit price."""

    key: Key
    amount: Line
    base: Line
    included: bool


class TrytonPlan(msgspec.Struct, frozen=True):
    """The taxes of a class: `net` of a price that contains some, and the entries in Tryton's order.

    `columns` are the keys in the order of `LineTax.taxes_minor`, which is that of all profiles.
    """

    net: Line
    entries: tuple[Entry, ...]
    columns: tuple[Key, ...]
    rates: tuple[TaxRate, ...]


def make_tryton_plan(rates: Iterable[TaxRate]) -> TrytonPlan:
    """Return the plan of a class's taxes."""
    ordered = sorted(rates, key=_order)
    plan = make_plan(ordered)
    codes = [(column.rate.code, column.sign) for column in plan.columns]
    found: dict[Key, Entry] = {}
    for entry in _compute(ordered, (Fraction(1), Fraction(0))):
        found.setdefault(entry.key, entry)
    return TrytonPlan(_reverse(ordered), tuple(found.values()), tuple(codes), plan.rates)


def _order(rate: TaxRate) -> tuple[int, int]:
    return rate.sequence, rate.tax_id


def _by_sequence(rates: Sequence[TaxRate]) -> Iterator[list[TaxRate]]:
    for _, members in groupby(rates, key=lambda rate: rate.sequence):
        yield list(members)


def _children(rate: TaxRate) -> list[TaxRate]:
    return sorted(rate.children, key=_order) if rate.kind is TaxKind.GROUP else []


def _plus(one: Line, other: Line, factor: Fraction | int = 1) -> Line:
    return one[0] + factor * other[0], one[1] + factor * other[1]


def _share(rate: TaxRate) -> Fraction:
    """Return the part of its base that a percentage is."""
    own = Fraction(rate.rate_ppm, PPM)
    return Fraction(own, 1 - own) if rate.kind is TaxKind.DIVISION and own != 1 else own


def _amount(rate: TaxRate, price: Line) -> Line:
    """Return what one tax comes to per unit at a price."""
    if rate.kind is TaxKind.FIXED:
        return Fraction(0), Fraction(rate.amount_micro, MICRO)
    return _plus(_NOTHING, price, _share(rate))


def _own(rate: TaxRate, price: Line) -> Iterator[Entry]:
    """Yield the amounts of one tax at a price: its own, what a reverse charge takes off, those of its children."""
    if rate.kind is TaxKind.GROUP:
        yield from _compute(_children(rate), price)
        return
    amount = _amount(rate, price)
    yield Entry((rate.code, 1), amount, price, rate.included and not rate.has_negative_factor)
    if rate.has_negative_factor:
        yield Entry((rate.code, -1), _plus(_NOTHING, amount, -1), price, False)


def _compute(rates: Sequence[TaxRate], price: Line) -> Iterator[Entry]:
    """Yield the amounts of taxes, each sequence from the price that the one before it left."""
    for members in _by_sequence(rates):
        added = _NOTHING
        for rate in members:
            for entry in _own(rate, price):
                yield entry
                added = _plus(added, entry.amount) if rate.include_base_amount else added
        price = _plus(price, added)


def _contained(rates: Iterable[TaxRate]) -> list[TaxRate]:
    """Return the taxes that are in the price; a group with those of its children that are."""
    found: list[TaxRate] = []
    for rate in rates:
        if rate.kind is TaxKind.GROUP:
            children = tuple(_contained(_children(rate)))
            found += [msgspec.structs.replace(rate, children=children)] if children else []
        elif rate.included and not rate.has_negative_factor:
            found.append(rate)
    return found


def _weight(rate: TaxRate) -> Line:
    """Return the rate and the amount by which a tax with its children lets a price grow."""
    if rate.kind is TaxKind.GROUP:
        return _sum(_weight(child) for child in _children(rate))
    return _amount(rate, (Fraction(1), Fraction(0)))


def _sum(lines: Iterable[Line]) -> Line:
    found = _NOTHING
    for line in lines:
        found = _plus(found, line)
    return found


def _reverse(rates: Sequence[TaxRate]) -> Line:
    """Return the net unit price of a price that contains taxes: (price − amounts) / (1 + rates).

    Tryton lets all taxes of a sequence in which one updates the unit price weigh on the sequences after it, and takes
    a group's children without their chain; so does this.
    """
    whole = grown = _NOTHING
    for members in _by_sequence(_contained(rates)):
        part = _sum(_weight(rate) for rate in members)
        part = _plus(part, grown, part[0])
        if any(rate.include_base_amount for rate in members):
            grown = _plus(grown, part)
        whole = _plus(whole, part)
    share, amount = whole
    return (Fraction(1, 1 + share), Fraction(-amount, 1 + share)) if share != -1 else _NOTHING
