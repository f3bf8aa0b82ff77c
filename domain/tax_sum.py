"""The money of lines, of tax classes and of a document: what the arithmetic of each profile takes and gives.

Sums are exact: a line put in and taken out again leaves the sum as it was, whatever the rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from domain.tax_class import TaxKind


class TaxGroup(StrEnum):
    """With which lines of its document a line's cents are rounded.

    Sold and returned lines are rounded apart, as ERPs book them apart. A settled line's amounts were given (a share
    of a discount on the whole basket) and are rounded no more. A given line brings its rows of the tax table too: it
    comes back as it was sold, with the taxes of that day, whatever the book has now.
    """

    SALE = "sale"
    RETURN = "return"
    SETTLED = "settled"
    GIVEN = "given"


class LineTax(msgspec.Struct, frozen=True):
    """A line's money, each figure rounded by itself.

    `exact` is quantity × price less the line's discount (see `domain.money.extend`), `amount_minor` the same in minor
    units, `base_minor` what remains without the taxes it contains, `taxes_minor` one amount per column of the class's
    taxes. `units_micro` is the quantity that a fixed tax counts, with the sign of the price. A counter-line is its
    line with every figure turned, `lines` too. `own` holds figures that the profile alone reads and needs the sum of.
    `rows` are what a given line has in the tax table.
    """

    exact: int
    amount_minor: int
    taxes_minor: tuple[int, ...] = ()
    base_minor: int = 0
    units_micro: int = 0
    group: TaxGroup = TaxGroup.SALE
    lines: int = 1
    own: tuple[int, ...] = ()
    rows: tuple[TaxAmount, ...] = ()


class TaxSum(msgspec.Struct, frozen=True):
    """The sum of the lines of one tax class and group."""

    tax_class: str
    group: TaxGroup = TaxGroup.SALE
    exact: int = 0
    amount_minor: int = 0
    taxes_minor: tuple[int, ...] = ()
    base_minor: int = 0
    units_micro: int = 0
    lines: int = 0
    own: tuple[int, ...] = ()
    rows: tuple[TaxAmount, ...] = ()


class LineShare(msgspec.Struct, frozen=True):
    """A line as its document posts it: its own money and its share of the document's cents.

    `net_minor` + `taxes_minor` is the gross; `bases_minor` is what each tax was taken on.
    """

    amount_minor: int
    net_minor: int
    taxes_minor: tuple[int, ...] = ()
    bases_minor: tuple[int, ...] = ()

    @property
    def gross_minor(self) -> int:
        """What the customer pays for the line."""
        return self.net_minor + sum(self.taxes_minor)


class TaxAmount(msgspec.Struct, frozen=True):
    """What one tax comes to in a document. A row of kind `exempt` is the base on which there is no tax at all."""

    code: str
    name: str
    rate_ppm: int
    included: bool
    base_minor: int
    tax_minor: int
    kind: TaxKind = TaxKind.PERCENT

    @property
    def is_exempt(self) -> bool:
        """Whether this is no tax but the base without one."""
        return self.kind is TaxKind.EXEMPT


class DocumentTax(msgspec.Struct, frozen=True):
    """A document's money: net + taxes = total, and the table of taxes by rate."""

    net_minor: int = 0
    total_minor: int = 0
    taxes: tuple[TaxAmount, ...] = ()


def add(tax_sum: TaxSum, line: LineTax) -> TaxSum:
    """Return a sum with one more line in it."""
    return TaxSum(
        tax_sum.tax_class,
        tax_sum.group,
        tax_sum.exact + line.exact,
        tax_sum.amount_minor + line.amount_minor,
        tuple(map(int.__add__, tax_sum.taxes_minor, line.taxes_minor)) if tax_sum.taxes_minor else line.taxes_minor,
        tax_sum.base_minor + line.base_minor,
        tax_sum.units_micro + line.units_micro,
        tax_sum.lines + line.lines,
        tuple(map(int.__add__, tax_sum.own, line.own)) if tax_sum.own else line.own,
        add_rows(tax_sum.rows, line.rows) if tax_sum.rows else line.rows,
    )


def negate(line: LineTax) -> LineTax:
    """Return what takes a line back: every figure turned, rounded with the same lines as the line itself."""
    return LineTax(
        -line.exact,
        -line.amount_minor,
        tuple(map(int.__neg__, line.taxes_minor)),
        -line.base_minor,
        -line.units_micro,
        line.group,
        -line.lines,
        tuple(map(int.__neg__, line.own)) if line.own else (),
        turn_rows(line.rows) if line.rows else (),
    )


def subtract(tax_sum: TaxSum, line: LineTax) -> TaxSum:
    """Return a sum without one of its lines."""
    return add(tax_sum, negate(line))


def add_rows(rows: Iterable[TaxAmount], more: Iterable[TaxAmount]) -> tuple[TaxAmount, ...]:
    """Return rows of tax tables added up by code, in the order in which a code first appears; an empty row goes."""
    found: dict[str, TaxAmount] = {}
    for row in (*rows, *more):
        old = found.get(row.code)
        if old is not None:
            base, tax = old.base_minor + row.base_minor, old.tax_minor + row.tax_minor
            row = msgspec.structs.replace(old, base_minor=base, tax_minor=tax)
        found[row.code] = row
    return tuple(row for row in found.values() if row.base_minor or row.tax_minor)


def turn_rows(rows: Iterable[TaxAmount]) -> tuple[TaxAmount, ...]:
    """Return rows of a tax table with the other sign."""
    return tuple(msgspec.structs.replace(row, base_minor=-row.base_minor, tax_minor=-row.tax_minor) for row in rows)
