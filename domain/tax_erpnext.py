"""Taxes as ERPNext 15 and 16 reckon them, rounded once per tax or per item and tax (`round_row_wise_tax`).

A rate has the decimals of the currency and a quantity three, so both are rounded before anything else; then the amount,
quantity × rate. The net amount of an item is its amount, or what remains without the taxes it contains, rounded. A tax
on the net amount that is contained is taken on the net amount before its rounding, any other after it. Each tax is
summed exactly over the document and rounded once (`document`), or rounded for each item before it is used or summed
(`line`). Where some tax is contained, the total is brought back to the amounts sold if it misses them by five cents at
most; ERPNext keeps that difference beside net and taxes, here it is in the net amount, because net and taxes are the
total. A half goes to the even neighbour, which is how new sites are set up (`rounding_method` Banker's Rounding).

A return is a document of its own in ERPNext, so what has a negative quantity is reckoned apart. `rounded_total`, the
total in coins, is the lane's cash rounding (`domain/cash_rounding.py`).

Source of the rules: ERPNext 15 and 16 `calculate_taxes_and_totals` `calculate_item_values`, `calculate_taxes`,
`adjust_grand_total_for_inclusive_tax`, `set_item_wise_tax`, as read; nothing here was held against a running ERPNext.
Worked examples: docs/taxes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from domain.money import MICRO, extend
from domain.tax_cent import give_cents
from domain.tax_class import EXEMPT_CODE, PPM, TaxRounding
from domain.tax_erpnext_plan import ErpnextPlan, at, make_erpnext_plan
from domain.tax_even import even, round_even
from domain.tax_profile import TaxTerms, Wanted
from domain.tax_sum import DocumentTax, LineShare, LineTax, TaxGroup, TaxSum, add
from domain.tax_table import TaxTable

QUANTITY_STEP_MICRO: Final = 1_000
"""The smallest part of a quantity: three decimals, the default of ERPNext's `float_precision`."""

MOST_MISSED_MINOR: Final = 5
"""The most by which a total is brought back to what was sold."""

Key = tuple[str, int, bool]
"""A tax's code, −1 for what a reverse charge takes off again, and whether prices contain it: a row of the document."""

Money = tuple[Fraction, Fraction]
"""A tax and its base, in minor units, perhaps not rounded."""


class Document(msgspec.Struct, frozen=True):
    """What one of ERPNext's documents comes to: net, by row the tax and its base, and what the total missed."""

    net_minor: int
    taxes: dict[Key, tuple[int, int]]
    missed_minor: int


class ErpnextArithmetic:
    """The `Arithmetic` of ERPNext. A class's taxes are prepared when it is first asked for."""

    def __init__(self, terms: TaxTerms) -> None:
        self.terms = terms
        self._minor = 10**terms.exponent
        self._plans: dict[str, ErpnextPlan] = {}
        self._table = TaxTable(terms.classes)

    @property
    def is_per_item(self) -> bool:
        """Whether each item's taxes are rounded by themselves."""
        return self.terms.rounding is TaxRounding.LINE

    def plan(self, tax_class: str) -> ErpnextPlan:
        """Return the rows of a class; `KeyError` for a class that there is not."""
        found = self._plans.get(tax_class)
        if found is None:
            found = make_erpnext_plan(self.terms.classes[tax_class].rates, self.terms.exponent)
            self._plans[tax_class] = found
        return found

    def price_line(self, tax_class: str, wanted: Wanted) -> LineTax:
        """Return a line's own money. What has a negative quantity is a return."""
        plan, step = self.plan(tax_class), self.terms.step_minor
        quantity = round_even(wanted.quantity_micro, 1, QUANTITY_STEP_MICRO)
        price = wanted.unit_price_micro * (PPM - wanted.discount_ppm)
        rate = round_even(price * self._minor, MICRO * PPM, step)
        amount = round_even(quantity * rate, MICRO, step)
        net = round_even(at(plan.net, amount, 0, quantity), plan.scale, step) if plan.has_included else amount
        taxes = self._line_taxes(plan, amount, net, quantity)
        group = TaxGroup.RETURN if wanted.quantity_micro < 0 else TaxGroup.SALE
        exact = extend(wanted.quantity_micro, wanted.unit_price_micro, wanted.discount_ppm)
        return LineTax(exact, amount, tuple(taxes), net, quantity, group)

    def _line_taxes(self, plan: ErpnextPlan, amount: int, net: int, quantity: int) -> list[int]:
        """Return the rounded taxes of a line; per item, a row on the rows before it takes them as rounded."""
        taxes: list[int] = []
        step = self.terms.step_minor
        for row, parts in zip(plan.rows, plan.taxes, strict=True):
            if row.of is not None and self.is_per_item:
                base = net + sum(taxes[: row.of])
                taxes.append(round_even(base * row.share.numerator, row.share.denominator, step))
            else:
                taxes.append(round_even(at(parts, amount, net, quantity), plan.scale, step))
        return taxes

    def total(self, sums: Iterable[TaxSum]) -> DocumentTax:
        """Return what sold and returned lines come to, each a document of ERPNext, and settled ones as they are."""
        present = [one for one in sums if one.lines]
        documents = [self._document([one for one in present if one.group is group]) for group in TaxGroup]
        net = sum(one.net_minor + one.missed_minor for one in documents)
        tax = sum(amount for one in documents for amount, _ in one.taxes.values())
        return DocumentTax(net, net + tax, self._table.rows(_told(documents)))

    def _document(self, sums: Sequence[TaxSum]) -> Document:
        """Return what one document comes to."""
        exact: dict[Key, Money] = {}
        for one in sums:
            for key, (tax, base) in self._figures(one):
                old_tax, old_base = exact.get(key, (Fraction(0), Fraction(0)))
                exact[key] = old_tax + tax, old_base + base
        step = self.terms.step_minor
        taxes = {key: (even(tax, step), even(base, step)) for key, (tax, base) in exact.items()}
        return Document(sum(one.base_minor for one in sums), taxes, self._missed(sums, taxes))

    def _missed(self, sums: Sequence[TaxSum], taxes: dict[Key, tuple[int, int]]) -> int:
        """Return what the amounts sold have more than net and contained taxes; nothing if that is too much."""
        if not any(included for _, _, included in taxes) or sums[0].group is TaxGroup.SETTLED:
            return 0
        contained = sum(tax for (_, _, included), (tax, _) in taxes.items() if included)
        missed = sum(one.amount_minor - one.base_minor for one in sums) - contained
        return missed if abs(missed) <= MOST_MISSED_MINOR * self.terms.step_minor else 0

    def _figures(self, one: TaxSum | LineTax, tax_class: str = "") -> Iterator[tuple[Key, Money]]:
        """Yield each row's tax and base of lines of one class."""
        code = one.tax_class if isinstance(one, TaxSum) else tax_class
        plan = self.plan(code)
        if not plan.rows:
            yield (EXEMPT_CODE + code, 1, False), (Fraction(0), Fraction(one.base_minor))
        figures = one.amount_minor, one.base_minor, one.units_micro
        for place, row in enumerate(plan.rows):
            if self.is_per_item or one.group is TaxGroup.SETTLED:
                tax = Fraction(one.taxes_minor[place])
                base = Fraction(one.base_minor + sum(one.taxes_minor[: row.of or 0]))
            else:
                tax = Fraction(at(plan.taxes[place], *figures), plan.scale)
                base = Fraction(at(plan.bases[place], *figures), plan.scale)
            yield (row.rate.code, row.sign, row.included), (tax, base)

    def spread(self, lines: Sequence[tuple[str, LineTax]]) -> list[LineShare]:
        """Return each line with its share: of each tax what the sum up to the line has more than that before it."""
        shares: dict[int, LineShare] = {}
        for group in TaxGroup:
            places = [place for place, (_, line) in enumerate(lines) if line.group is group]
            spread = self._spread_document([lines[place] for place in places])
            shares.update(zip(places, spread, strict=True))
        return [shares[place] for place in range(len(lines))]

    def _spread_document(self, lines: Sequence[tuple[str, LineTax]]) -> list[LineShare]:
        sums: dict[str, TaxSum] = {}
        for tax_class, line in lines:
            sums[tax_class] = add(sums.get(tax_class) or TaxSum(tax_class, line.group), line)
        weights = [abs(line.amount_minor) if self.plan(code).has_included else 0 for code, line in lines]
        given = give_cents(self._document(list(sums.values())).missed_minor, weights)
        running: dict[Key, Money] = {}
        return [
            self._share(tax_class, line, line.base_minor + cents, running)
            for (tax_class, line), cents in zip(lines, given, strict=True)
        ]

    def _share(self, tax_class: str, line: LineTax, net: int, running: dict[Key, Money]) -> LineShare:
        """Return a line; `running` holds the exact sums up to it and is moved on."""
        step = self.terms.step_minor
        taxes, bases = list[int](), list[int]()
        for key, (tax, base) in self._figures(line, tax_class):
            old_tax, old_base = running.get(key, (Fraction(0), Fraction(0)))
            running[key] = old_tax + tax, old_base + base
            taxes.append(even(old_tax + tax, step) - even(old_tax, step))
            bases.append(even(old_base + base, step) - even(old_base, step))
        rows = self.plan(tax_class).rows
        if not rows:
            return LineShare(net, net)
        contained = sum(tax for row, tax in zip(rows, taxes, strict=True) if row.included)
        return LineShare(net + contained, net, tuple(taxes), tuple(bases))


def _told(documents: Iterable[Document]) -> Iterator[tuple[str, int, int]]:
    """Yield code, tax and base of each row; a reverse charge's base counts once."""
    for document in documents:
        for (code, sign, _), (tax, base) in document.taxes.items():
            yield code, tax, base if sign > 0 else 0
