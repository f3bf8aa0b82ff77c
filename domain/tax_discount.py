"""A discount on a whole document, shared over its sets of taxes: percent or amount.

The discount is taken from what can be discounted: fixed taxes cannot be, nor that part of another tax that was taken
on them. Each tax comes down by its part of itself, the net amount by what remains, and one settled line per set of
taxes carries this, so that the document comes down by the whole discount to the cent, unless a tax is so small that
its part rounds to nothing in every line.

Source of the rules: Odoo 19 `account.tax` `_prepare_global_discount_lines`, `_dispatch_taxes_into_new_base_lines`,
`_split_tax_data`, `_reduce_base_lines_to_target_amount`. Worked examples: docs/taxes.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from domain.money import exact_scale, round_step
from domain.tax import TaxBook
from domain.tax_cent import give_cents
from domain.tax_class import PPM, TaxKind, TaxRate
from domain.tax_odoo import OdooArithmetic
from domain.tax_odoo_total import Exact, Prepared, exact_money
from domain.tax_plan import Linear, added, make_linear, make_plan
from domain.tax_profile import TaxTerms
from domain.tax_sum import LineShare, LineTax, TaxGroup


class Part(msgspec.Struct, frozen=True):
    """The settled line of one set of taxes: what it takes off, to be added to the document under a tax class."""

    tax_class: str
    line: LineTax


class _Tax(msgspec.Struct, frozen=True):
    """A tax of a line: what it came to, its base, and its exact amount as a weight."""

    rate: TaxRate
    tax_minor: int
    base_minor: int
    weight: Fraction


class _Kept(msgspec.Struct, frozen=True):
    """What can be discounted of a line."""

    tax_class: str
    line: LineTax
    net_minor: int
    taxes: tuple[_Tax, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The set of taxes the line belongs to."""
        return frozenset(tax.rate.code for tax in self.taxes)


class _Goal(msgspec.Struct, frozen=True):
    """What the discount has to come to: by tax code the tax and its base, and net."""

    net_minor: int
    taxes: dict[str, tuple[int, int]]
    ratio: Fraction


class _Set(msgspec.Struct, frozen=True):
    """A settled line in the making."""

    tax_class: str
    rates: tuple[TaxRate, ...]
    rounded_minor: int
    share: LineShare


def discount_percent(book: TaxBook, lines: Sequence[tuple[str, LineTax]], percent_ppm: int) -> tuple[Part, ...]:
    """Return what takes a part of a document off: 100,000 ppm are 10 %."""
    return _discount(book, lines, Fraction(percent_ppm, PPM), None)


def discount_amount(book: TaxBook, lines: Sequence[tuple[str, LineTax]], amount_minor: int) -> tuple[Part, ...]:
    """Return what takes an amount off a document, taxes included; nothing if nothing can be discounted."""
    return _discount(book, lines, None, amount_minor)


def _discount(
    book: TaxBook, lines: Sequence[tuple[str, LineTax]], part: Fraction | None, amount_minor: int | None
) -> tuple[Part, ...]:
    arithmetic = OdooArithmetic(TaxTerms(book.classes, book.rounding, book.exponent, book.step_minor))
    kept = _discountable(arithmetic, lines)
    whole = sum(one.net_minor + sum(tax.tax_minor for tax in one.taxes) for one in kept)
    if part is None:
        amount = -round_step(amount_minor or 0, 1, book.step_minor)
        ratio = Fraction(-(amount_minor or 0), whole) if whole else Fraction(0)
    else:
        ratio = -part
        amount = _round(whole * ratio, book.step_minor)
    goal = _goal(kept, amount, ratio, book.step_minor)
    sets = _reach(_sets(arithmetic, kept, ratio), goal)
    return tuple(_part(arithmetic, one) for one in sets)


def _round(value: Fraction, step: int) -> int:
    return round_step(value.numerator, value.denominator, step)


def _discountable(arithmetic: OdooArithmetic, lines: Sequence[tuple[str, LineTax]]) -> list[_Kept]:
    """Return the lines without their fixed taxes and what was taken on these."""
    found = []
    for (tax_class, line), share in zip(lines, arithmetic.spread(lines), strict=True):
        prepared = arithmetic.prepared(tax_class)
        money = exact_money(prepared.linear, line.exact, line.units_micro, prepared.linear.scale)
        found.append(_Kept(tax_class, line, share.net_minor, tuple(_without_fixed(prepared, money, share))))
    return found


def _without_fixed(prepared: Prepared, money: Exact, share: LineShare) -> list[_Tax]:
    """Return the taxes of a line that can be discounted, each less the part that was taken on a fixed one.

    A tax that is taken on a fixed one is split by the weights of the net amount and of the fixed tax.
    """
    columns = zip(prepared.plan.columns, share.taxes_minor, share.bases_minor, money.taxes, strict=True)
    taxes = [_Tax(column.rate, tax, base, Fraction(exact)) for column, tax, base, exact in columns]
    while True:
        place = next((place for place, tax in enumerate(taxes) if tax.rate.kind is TaxKind.FIXED), None)
        if place is None:
            return taxes
        fixed = taxes[place]
        weights = (Fraction(money.net), fixed.weight)
        later = [
            _split(tax, weights) if fixed.rate.include_base_amount and tax.rate.is_base_affected else tax
            for tax in taxes[place + 1 :]
        ]
        taxes = taxes[:place] + later


def _split(tax: _Tax, weights: tuple[Fraction, Fraction]) -> _Tax:
    """Return the part of a tax that belongs to the first of two weights; its own weight is the larger part's."""
    whole = sum(abs(weight) for weight in weights)
    larger = Fraction(max(abs(weight) for weight in weights), whole) if whole else Fraction(1, 2)
    tax_minor, base_minor = (give_cents(cents, weights)[0] for cents in (tax.tax_minor, tax.base_minor))
    return _Tax(tax.rate, tax_minor, base_minor, tax.weight * larger)


def _goal(kept: Sequence[_Kept], amount: int, ratio: Fraction, step: int) -> _Goal:
    """Return what each tax and the net amount have to come down by."""
    sums: dict[str, tuple[int, int]] = {}
    for one in kept:
        for tax in one.taxes:
            old_tax, old_base = sums.get(tax.rate.code, (0, 0))
            sums[tax.rate.code] = (old_tax + tax.tax_minor, old_base + tax.base_minor)
    taxes = {code: (_round(tax * ratio, step), _round(base * ratio, step)) for code, (tax, base) in sums.items()}
    return _Goal(amount - sum(tax for tax, _ in taxes.values()), taxes, ratio)


def _sets(arithmetic: OdooArithmetic, kept: Sequence[_Kept], ratio: Fraction) -> list[_Set]:
    """Return one line per set of taxes, reckoned from its part of the price; a set that costs nothing has none."""
    terms = arithmetic.terms
    by_codes: dict[frozenset[str], list[_Kept]] = {}
    for one in kept:
        by_codes.setdefault(one.codes, []).append(one)
    members: list[tuple[Prepared, LineTax]] = []
    firsts: list[_Kept] = []
    for codes, ones in by_codes.items():
        exact = sum(one.line.exact for one in ones)
        if not round_step(exact, exact_scale(terms.exponent), arithmetic.step):
            continue
        plan = make_plan(tax.rate for tax in ones[0].taxes)
        linear = _in_parts(make_linear(plan, terms.exponent), ratio.denominator)
        prepared = Prepared("+".join(sorted(codes)), plan, linear, ratio.denominator)
        members.append((prepared, arithmetic.price_prepared(prepared, exact * ratio.numerator, 0, ones[0].line.group)))
        firsts.append(ones[0])
    shares = arithmetic.spread_prepared(members)
    return [
        _Set(first.tax_class, prepared.plan.rates, line.base_minor, share)
        for first, (prepared, line), share in zip(firsts, members, shares, strict=True)
    ]


def _in_parts(linear: Linear, parts: int) -> Linear:
    """Return the coefficients for lines whose exact money counts parts of the usual unit."""
    return msgspec.structs.replace(linear, scale=linear.scale * parts)


def _reach(sets: Sequence[_Set], goal: _Goal) -> list[_Set]:
    """Return the lines with cents added so that together they reach the goal; the least negative line comes first.

    A tax that came to nothing in all lines takes no cents.
    """
    ordered = sorted(range(len(sets)), key=lambda place: -sets[place].rounded_minor)
    taxes = [list(one.share.taxes_minor) for one in sets]
    bases = [list(one.share.bases_minor) for one in sets]
    for code, (tax_minor, base_minor) in goal.taxes.items():
        cells = [(place, column) for place in ordered for column in _columns_of(sets[place], code)]
        _settle(taxes, cells, tax_minor)
        _settle(bases, cells, base_minor)
    nets = [one.share.net_minor for one in sets]
    whole = sum(nets)
    given = give_cents(goal.net_minor - whole, [nets[place] if whole else 0 for place in ordered])
    for place, cents in zip(ordered, given, strict=True):
        nets[place] += cents
    return [
        msgspec.structs.replace(one, share=LineShare(one.share.amount_minor, net, tuple(tax), tuple(base)))
        for one, net, tax, base in zip(sets, nets, taxes, bases, strict=True)
    ]


def _columns_of(one: _Set, code: str) -> list[int]:
    """Return at which columns of a line a tax stands."""
    return [column for column, codes in enumerate(make_plan(one.rates).columns) if codes.rate.code == code]


def _settle(figures: list[list[int]], cells: Sequence[tuple[int, int]], wanted: int) -> None:
    """Give cents to cells by their own size, in place, so that they add up to what is wanted."""
    weights = [figures[line][column] for line, column in cells]
    whole = sum(weights)
    if not whole:
        return
    for (line, column), cents in zip(cells, give_cents(wanted - whole, weights), strict=True):
        figures[line][column] += cents


def _part(arithmetic: OdooArithmetic, one: _Set) -> Part:
    """Return the settled line under the tax class of the first line of its set; fixed taxes have nothing in it."""
    plan = arithmetic.prepared(one.tax_class).plan
    made = make_plan(one.rates)
    by_key = {
        (column.rate.code, column.sign): tax for column, tax in zip(made.columns, one.share.taxes_minor, strict=True)
    }
    taxes = tuple(by_key.get((column.rate.code, column.sign), 0) for column in plan.columns)
    by_place = [tax for column, tax in zip(plan.columns, taxes, strict=True) if column.sign > 0]
    amount = one.share.net_minor - added(0, plan.net, by_place)
    exact = amount * exact_scale(arithmetic.terms.exponent)
    return Part(one.tax_class, LineTax(exact, amount, taxes, one.share.net_minor, 0, TaxGroup.SETTLED))
