"""Taxes as Tryton 8.2 reckons them at its point of sale, with `tax_rounding` `line` or `document`.

Prices have four decimals (`price_decimal`), with taxes and without: a line's net amount is quantity × net unit price,
its gross amount quantity × gross unit price, each rounded half to even, and its tax what is between them. A document
is the sum of its lines. The tax table is worked out apart: each tax of the lines that have the same taxes, sold and
returned lines apart, rounded per line or once for them all (`domain/tax_tryton_cent.py`); and since it must come to
what the lines say, what it misses by is given to its taxes. Bases are rounded per line in both roundings.

Source of the rules: Tryton 8.2 `account.tax` `TaxableMixin._get_taxes`, `sale.point.sale` `total`, `total_tax`,
`get_tax_move_lines`, `sale.point.sale.line` `on_change_product`, as observed; tests/erp puts baskets to them. Worked
examples: docs/taxes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm
from typing import Final

import msgspec

from domain.money import MICRO
from domain.tax_cent import give_cents
from domain.tax_class import EXEMPT_CODE, PPM, TaxRounding
from domain.tax_even import round_even
from domain.tax_profile import TaxTerms, Wanted
from domain.tax_sum import DocumentTax, LineShare, LineTax, TaxGroup, TaxSum, add
from domain.tax_table import TaxTable
from domain.tax_tryton_cent import give_missing, round_together
from domain.tax_tryton_plan import Key, Line, TrytonPlan, make_tryton_plan

PRICE_DIGITS: Final = 4
"""Decimals of a unit price, the default of Tryton's `price_decimal`."""

_PRICE: Final[int] = 10**PRICE_DIGITS
_EXACT: Final[int] = MICRO * _PRICE
"""How many units of quantity × unit price make one major unit."""

Place = tuple[Key, TaxGroup]
"""A tax of a document, of its sold or of its returned lines."""


class Linear(msgspec.Struct, frozen=True):
    """Figures as whole parts of `scale`: p × (a figure) + q × (another), a pair (p, q) each."""

    scale: int
    pairs: tuple[tuple[int, int], ...]

    def at(self, figure: int, other: int) -> list[int]:
        """Return each figure in parts of `scale`."""
        return [p * figure + q * other for p, q in self.pairs]


class Prepared(msgspec.Struct, frozen=True):
    """A class ready to be reckoned with.

    `net` gives the net unit price of a price, `on_top` what the taxes outside the price add to it, both in units of a
    price; `taxes` and `bases` give minor units from quantity × net unit price and the quantity.
    `order` says at which column of `LineTax.taxes_minor` each entry stands.
    """

    plan: TrytonPlan
    net: Linear
    on_top: Linear
    taxes: Linear
    bases: Linear
    order: tuple[int, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Whose the entries are, in Tryton's order."""
        return tuple(entry.key for entry in self.plan.entries)


class TrytonArithmetic:
    """The `Arithmetic` of Tryton 8.2. A class's taxes are prepared when it is first asked for."""

    def __init__(self, terms: TaxTerms) -> None:
        self.terms = terms
        self._minor = 10**terms.exponent
        self._prepared: dict[str, Prepared] = {}
        self._table = TaxTable(terms.classes)

    def prepared(self, tax_class: str) -> Prepared:
        """Return the plan and coefficients of a class; `KeyError` for a class that there is not."""
        found = self._prepared.get(tax_class)
        if found is None:
            found = self._prepared[tax_class] = _prepare(self.terms, tax_class)
        return found

    def price_line(self, tax_class: str, wanted: Wanted) -> LineTax:
        """Return a line's own money. A line whose net amount is negative is a return.

        `own` is quantity × net unit price, the gross amount, and of each tax its base and its amount as rounded here.
        """
        prepared, step, quantity = self.prepared(tax_class), self.terms.step_minor, wanted.quantity_micro
        factor = PPM - wanted.discount_ppm
        price = round_even(wanted.unit_price_micro * factor, PPM * MICRO // _PRICE)
        net_price = _price(prepared.net, price)
        gross = self._money(quantity * _price(prepared.on_top, net_price, price))
        exact = quantity * net_price
        net, amount = self._money(exact), self._money(quantity * price)
        taxes = round_together(prepared.taxes.at(exact, quantity), prepared.taxes.scale, step)
        bases = [round_even(base, prepared.bases.scale, step) for base in prepared.bases.at(exact, quantity)]
        told = [0] * len(prepared.order)
        for column, tax in zip(prepared.order, give_missing(gross - net - sum(taxes), taxes, step), strict=True):
            told[column] = tax
        group = TaxGroup.RETURN if exact < 0 else TaxGroup.SALE
        own = (exact, gross, *bases, *taxes)
        full = quantity * wanted.unit_price_micro * factor
        return LineTax(full, amount, tuple(told), net, quantity, group, own=own)

    def _money(self, exact: int) -> int:
        """Return quantity × unit price in minor units."""
        return round_even(exact * self._minor, _EXACT, self.terms.step_minor)

    def total(self, sums: Iterable[TaxSum]) -> DocumentTax:
        """Return what a document comes to, from the sums of its classes and groups."""
        present = sorted((one for one in sums if one.lines), key=lambda one: (one.tax_class, one.group))
        given = [one for one in present if one.group is TaxGroup.SETTLED]
        reckoned = [one for one in present if one.group is not TaxGroup.SETTLED]
        net = sum(one.base_minor for one in present)
        taxes = self._taxes(reckoned)
        tax = sum(taxes.values()) + sum(sum(one.taxes_minor) for one in given)
        rows = [(code, amount, 0) for ((code, _), _), amount in taxes.items()]
        for one in present:
            rows += self._bases(one)
        return DocumentTax(net, net + tax, self._table.rows(rows))

    def _taxes(self, sums: Iterable[TaxSum]) -> dict[Place, int]:
        """Return what each tax comes to, so that together they are what lies between the lines' gross and net.

        Lines with the same taxes are rounded together, whatever their classes.
        """
        alike: dict[tuple[tuple[Key, ...], TaxGroup], list[TaxSum]] = {}
        for one in sums:
            alike.setdefault((self.prepared(one.tax_class).keys, one.group), []).append(one)
        found: dict[Place, int] = {}
        missing = 0
        for (keys, group), ones in alike.items():
            missing += sum(one.own[1] - one.base_minor for one in ones)
            for key, tax in zip(keys, self._alike_taxes(ones), strict=True):
                found[key, group] = found.get((key, group), 0) + tax
                missing -= tax
        return dict(zip(found, give_missing(missing, list(found.values()), self.terms.step_minor), strict=True))

    def _alike_taxes(self, sums: Sequence[TaxSum]) -> list[int]:
        """Return the taxes of lines that have the same: sums of what was rounded per line, or exact sums rounded."""
        prepared = self.prepared(sums[0].tax_class)
        if self.terms.rounding is TaxRounding.LINE:
            own = [sum(column) for column in zip(*(one.own for one in sums), strict=True)]
            return own[2 + len(prepared.order) :]
        exact, units = sum(one.own[0] for one in sums), sum(one.units_micro for one in sums)
        return round_together(prepared.taxes.at(exact, units), prepared.taxes.scale, self.terms.step_minor)

    def _bases(self, one: TaxSum) -> Iterator[tuple[str, int, int]]:
        """Yield code, tax and base of what the tax table takes from a sum as it is: bases, and settled taxes."""
        prepared = self.prepared(one.tax_class)
        if not prepared.order:
            yield EXEMPT_CODE + one.tax_class, 0, one.base_minor
        elif one.group is TaxGroup.SETTLED:
            for (code, sign), tax in zip(prepared.plan.columns, one.taxes_minor, strict=True):
                yield code, tax, one.base_minor if sign > 0 else 0
        else:
            for (code, sign), base in zip(prepared.keys, one.own[2:], strict=False):
                yield code, 0, base if sign > 0 else 0

    def spread(self, lines: Sequence[tuple[str, LineTax]]) -> list[LineShare]:
        """Return each line with its share of the taxes of the document; its net amount stays."""
        sums: dict[tuple[str, TaxGroup], TaxSum] = {}
        for tax_class, line in lines:
            key = tax_class, line.group
            if line.group is not TaxGroup.SETTLED:
                sums[key] = add(sums.get(key) or TaxSum(*key), line)
        figures = [list(line.taxes_minor) for _, line in lines]
        cells = self._cells(lines)
        step = self.terms.step_minor
        for place, wanted in self._taxes([sums[key] for key in sorted(sums)]).items():
            weights = [figures[number][column] for number, column in cells[place]]
            missing = (wanted - sum(weights)) // step
            for (number, column), cents in zip(cells[place], give_cents(missing, weights), strict=True):
                figures[number][column] += cents * step
        return [self._share(*lines[place], tuple(taxes)) for place, taxes in enumerate(figures)]

    def _cells(self, lines: Sequence[tuple[str, LineTax]]) -> dict[Place, list[tuple[int, int]]]:
        """Return for each tax the lines that have it and at which column."""
        cells: dict[Place, list[tuple[int, int]]] = {}
        for number, (tax_class, line) in enumerate(lines):
            for column, key in enumerate(self.prepared(tax_class).plan.columns):
                cells.setdefault((key, line.group), []).append((number, column))
        return cells

    def _share(self, tax_class: str, line: LineTax, taxes: tuple[int, ...]) -> LineShare:
        """Return a line with its taxes; its amount is its net amount and the taxes that its price contains."""
        prepared = self.prepared(tax_class)
        bases = [line.base_minor] * len(prepared.order)
        contained = 0
        for place, column in enumerate(prepared.order):
            contained += taxes[column] if prepared.plan.entries[place].included else 0
            bases[column] = line.own[2 + place] if line.own else line.base_minor
        amount = line.amount_minor if line.group is TaxGroup.SETTLED else line.base_minor + contained
        return LineShare(amount, line.base_minor, taxes, tuple(bases))


def _prepare(terms: TaxTerms, tax_class: str) -> Prepared:
    plan = make_tryton_plan(terms.classes[tax_class].rates)
    tops = [entry.amount for entry in plan.entries if not entry.included]
    on_top = (sum((part for part, _ in tops), Fraction(0)), sum((amount for _, amount in tops), Fraction(0)))
    money, price = (Fraction(10**terms.exponent, _EXACT), Fraction(10**terms.exponent, MICRO)), (Fraction(1), _PRICE)
    return Prepared(
        plan,
        _linear([plan.net], price),
        _linear([on_top], price),
        _linear([entry.amount for entry in plan.entries], money),
        _linear([entry.base for entry in plan.entries], money),
        tuple(plan.columns.index(entry.key) for entry in plan.entries),
    )


def _linear(lines: Sequence[Line], units: tuple[Fraction, Fraction | int]) -> Linear:
    """Return lines as whole coefficients; `units` are what one of each figure is worth."""
    pairs = [(part * units[0], amount * units[1]) for part, amount in lines]
    scale = lcm(*(number.denominator for pair in pairs for number in pair))
    return Linear(scale, tuple((int(p * scale), int(q * scale)) for p, q in pairs))


def _price(linear: Linear, price: int, more: int = 0) -> int:
    """Return a unit price from another, with `more` added before it is rounded to the decimals of one."""
    return round_even(linear.at(price, 1)[0] + more * linear.scale, linear.scale)
