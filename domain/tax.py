"""Percent taxes, in the price or on top of it, rounded per line or per document.

This is the seam of the tax engine: a basket asks `price_line` for a line's exact and rounded parts, adds them
to one `TaxSum` per tax class, and asks `total` what the document comes to, so that a basket of a thousand lines
costs no more than one of ten. `spread` gives each line its share of the document's cents when it is posted.

Source of the rules: Odoo 19 `account.tax` with `tax_calculation_rounding_method` `round_per_line` and
`round_globally`.

Worked example: 3 × 33.33 with 16 % in the price is 99.99, of which 99.99 × 16 / 116 = 13.79 is tax; with 16 %
on top it is 99.99 + 16.00 = 115.99.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from domain.money import allocate, divide_half_up, exact_scale

PPM = 1_000_000
"""Parts of a whole in a rate: 16 % is 160,000 ppm."""


class TaxRounding(StrEnum):
    """Where cents are rounded: at each line, or once for the document."""

    LINE = "line"
    DOCUMENT = "document"


class TaxRate(msgspec.Struct, frozen=True):
    """One percent tax; `included` says that prices contain it."""

    code: str
    name: str
    rate_ppm: int
    included: bool = True


class TaxClass(msgspec.Struct, frozen=True):
    """The taxes an item carries. No rate at all is exempt; a rate of zero is zero-rated: two things."""

    code: str
    name: str
    rates: tuple[TaxRate, ...] = ()


class LineTax(msgspec.Struct, frozen=True):
    """A line's money: exact quantity × price, the same in minor units, and one rounded tax per rate."""

    exact: int
    amount_minor: int
    taxes_minor: tuple[int, ...] = ()


class TaxSum(msgspec.Struct, frozen=True):
    """The sum of the lines of one tax class."""

    tax_class: str
    exact: int = 0
    amount_minor: int = 0
    taxes_minor: tuple[int, ...] = ()


class TaxAmount(msgspec.Struct, frozen=True):
    """What one tax comes to in a document."""

    code: str
    name: str
    rate_ppm: int
    included: bool
    base_minor: int
    tax_minor: int


class DocumentTax(msgspec.Struct, frozen=True):
    """A document's money: net + taxes = total, and the table of taxes by rate."""

    net_minor: int = 0
    total_minor: int = 0
    taxes: tuple[TaxAmount, ...] = ()


class TaxBook(msgspec.Struct, frozen=True):
    """The tax classes in force, how cents are rounded, and the currency's decimals."""

    classes: Mapping[str, TaxClass]
    rounding: TaxRounding = TaxRounding.LINE
    exponent: int = 2


def included_ppm(tax_class: TaxClass) -> int:
    """Return the sum of the rates that prices of this class contain."""
    return sum(rate.rate_ppm for rate in tax_class.rates if rate.included)


def price_line(book: TaxBook, tax_class: str, exact: int) -> LineTax:
    """Return the money of one line whose quantity × price is `exact` (see `domain.money.extend`)."""
    amount = divide_half_up(exact, exact_scale(book.exponent))
    rates = book.classes[tax_class].rates
    if not rates:
        return LineTax(exact, amount)
    whole = PPM + included_ppm(book.classes[tax_class])
    return LineTax(exact, amount, tuple(divide_half_up(amount * rate.rate_ppm, whole) for rate in rates))


def add(tax_sum: TaxSum, line: LineTax) -> TaxSum:
    """Return a class's sum with one more line in it."""
    taxes = (
        tuple(a + b for a, b in zip(tax_sum.taxes_minor, line.taxes_minor, strict=True))
        if tax_sum.taxes_minor
        else line.taxes_minor
    )
    return TaxSum(tax_sum.tax_class, tax_sum.exact + line.exact, tax_sum.amount_minor + line.amount_minor, taxes)


def subtract(tax_sum: TaxSum, line: LineTax) -> TaxSum:
    """Return a class's sum without one of its lines."""
    return add(tax_sum, LineTax(-line.exact, -line.amount_minor, tuple(-tax for tax in line.taxes_minor)))


def class_money(book: TaxBook, tax_sum: TaxSum) -> tuple[int, tuple[int, ...]]:
    """Return the amount and the taxes, one per rate, of the lines of one class, rounded as the book says."""
    if book.rounding is TaxRounding.LINE:
        return tax_sum.amount_minor, tax_sum.taxes_minor
    tax_class = book.classes[tax_sum.tax_class]
    scale = exact_scale(book.exponent)
    whole = scale * (PPM + included_ppm(tax_class))
    taxes = tuple(divide_half_up(tax_sum.exact * rate.rate_ppm, whole) for rate in tax_class.rates)
    return divide_half_up(tax_sum.exact, scale), taxes


def total(book: TaxBook, sums: Iterable[TaxSum]) -> DocumentTax:
    """Return what a document comes to, with one row per tax code in the order in which they first appear."""
    net = gross = 0
    rows: dict[str, TaxAmount] = {}
    for tax_sum in sums:
        rates = book.classes[tax_sum.tax_class].rates
        amount, taxes = class_money(book, tax_sum)
        parts = list(zip(rates, taxes or (0,) * len(rates), strict=True))
        base = amount - sum(tax for rate, tax in parts if rate.included)
        net += base
        gross += base + sum(tax for _, tax in parts)
        for rate, tax in parts:
            old = rows.get(rate.code)
            old_base, old_tax = (old.base_minor, old.tax_minor) if old else (0, 0)
            rows[rate.code] = TaxAmount(
                rate.code, rate.name, rate.rate_ppm, rate.included, old_base + base, old_tax + tax
            )
    return DocumentTax(net, gross, tuple(rows.values()))


def spread(book: TaxBook, tax_sum: TaxSum, lines: Sequence[LineTax]) -> list[LineTax]:
    """Give each line of one class its share of the document's cents; the parts add up to `class_money`.

    Per line nothing moves. Per document the difference between the class and the sum of its rounded lines
    goes to the largest lines, a cent each.
    """
    if book.rounding is TaxRounding.LINE or not lines:
        return list(lines)
    amount, taxes = class_money(book, tax_sum)
    amounts = _correct([line.amount_minor for line in lines], amount)
    columns = [_correct([line.taxes_minor[i] for line in lines], tax) for i, tax in enumerate(taxes)]
    return [LineTax(line.exact, amounts[n], tuple(column[n] for column in columns)) for n, line in enumerate(lines)]


def _correct(parts: list[int], wanted: int) -> list[int]:
    """Return parts that add up to `wanted`; the difference goes first to the largest parts."""
    difference = wanted - sum(parts)
    if not difference:
        return parts
    order = sorted(range(len(parts)), key=lambda i: (-abs(parts[i]), i))
    shares = allocate(difference, [1] * len(parts))
    moved = dict(zip(order, sorted(shares, key=abs, reverse=True), strict=True))
    return [part + moved[i] for i, part in enumerate(parts)]
