"""The taxes of lines and documents: the seam between baskets and the arithmetic of the ERP that is in force.

A basket asks `price_line` for a line's own money, adds it to the `TaxSum` of its tax class and group, and asks `total`
what the document comes to, so that a basket of a thousand lines costs no more than one of ten. `spread` gives each
line its share of the document's cents when it is posted. What they answer is decided by `TaxBook.profile`, here and
nowhere else; see `domain/tax_profile.py` for what a profile has to keep to, docs/taxes.md for worked examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from domain.tax_class import (
    EXEMPT_CODE,
    PPM,
    TaxClass,
    TaxKind,
    TaxRate,
    TaxRounding,
    flatten,
    table_rates,
)
from domain.tax_profile import Arithmetic, TaxProfile, TaxTerms, Wanted
from domain.tax_sum import (
    DocumentTax,
    LineShare,
    LineTax,
    TaxAmount,
    TaxGroup,
    TaxSum,
    add,
    add_rows,
    negate,
    subtract,
)

__all__ = [
    "EXEMPT_CODE",
    "PPM",
    "DocumentTax",
    "LineShare",
    "LineTax",
    "TaxAmount",
    "TaxBook",
    "TaxClass",
    "TaxGroup",
    "TaxKind",
    "TaxProfile",
    "TaxRate",
    "TaxRounding",
    "TaxSum",
    "Wanted",
    "add",
    "add_rows",
    "flatten",
    "given_share",
    "negate",
    "price_line",
    "rates_by_code",
    "spread",
    "subtract",
    "sum_lines",
    "summed",
    "total",
]


_GIVEN: Final = TaxGroup.GIVEN
"""Asked of each sum with each scan: a name of the module is found sooner than a member of an enum."""


def _make_arithmetic(profile: TaxProfile, terms: TaxTerms) -> Arithmetic:
    """Return the arithmetic of a profile: the one place where it is chosen. A lane imports the one in force."""
    match profile:
        case TaxProfile.ODOO:
            from domain.tax_odoo import OdooArithmetic

            return OdooArithmetic(terms)
        case TaxProfile.TRYTON:
            from domain.tax_tryton import TrytonArithmetic

            return TrytonArithmetic(terms)
        case TaxProfile.ERPNEXT:
            from domain.tax_erpnext import ErpnextArithmetic

            return ErpnextArithmetic(terms)


class TaxBook(msgspec.Struct, frozen=True):
    """The tax classes in force, how cents are rounded, and in whose way.

    `exponent` is the number of decimals of the currency, `step_minor` its smallest step in minor units: 1 but for a
    currency whose amounts are all multiples of something larger.
    """

    classes: Mapping[str, TaxClass]
    rounding: TaxRounding = TaxRounding.LINE
    exponent: int = 2
    profile: TaxProfile = TaxProfile.ODOO
    step_minor: int = 1
    arithmetic: Arithmetic | None = None
    """The profile at work; made here, from the other fields."""

    def __post_init__(self) -> None:
        terms = TaxTerms(self.classes, self.rounding, self.exponent, self.step_minor)
        msgspec.structs.force_setattr(self, "arithmetic", _make_arithmetic(self.profile, terms))

    @property
    def at_work(self) -> Arithmetic:
        """The arithmetic of the profile."""
        assert self.arithmetic is not None
        return self.arithmetic


def price_line(
    book: TaxBook, tax_class: str, quantity_micro: int, unit_price_micro: int, discount_ppm: int = 0
) -> LineTax:
    """Return the money of one line by itself; `KeyError` for a class that the book has not."""
    return book.at_work.price_line(tax_class, Wanted(quantity_micro, unit_price_micro, discount_ppm))


def total(book: TaxBook, sums: Iterable[TaxSum]) -> DocumentTax:
    """Return what a document comes to, with one row per tax and exempt class, in the order of the book.

    Given lines are no profile's: what they bring is added as it is, their taxes that the book has not behind its own.
    """
    present = tuple(sums)
    for one in present:
        if one.group is _GIVEN:
            return _with_given(book, present)
    return book.at_work.total(present)


def _with_given(book: TaxBook, sums: Sequence[TaxSum]) -> DocumentTax:
    """Return what a document comes to in which something comes back."""
    given = [one for one in sums if one.group is _GIVEN and one.lines]
    reckoned = book.at_work.total([one for one in sums if one.group is not _GIVEN])
    net = sum(one.base_minor for one in given)
    taxed = sum(row.tax_minor for one in given for row in one.rows)
    rows = reckoned.taxes
    for one in given:
        rows = add_rows(rows, one.rows)
    ranks = {code: rank for rank, code in enumerate(rates_by_code(book))}
    ordered = sorted(rows, key=lambda row: ranks.get(row.code, len(ranks)))
    return DocumentTax(reckoned.net_minor + net, reckoned.total_minor + net + taxed, tuple(ordered))


def spread(book: TaxBook, lines: Sequence[tuple[str, LineTax]]) -> list[LineShare]:
    """Return the lines of a document, each with its class's code, with their shares of its cents."""
    reckoned = [line for line in lines if line[1].group is not _GIVEN]
    if len(reckoned) == len(lines):
        return book.at_work.spread(lines)
    shares = iter(book.at_work.spread(reckoned))
    return [given_share(line) if line.group is _GIVEN else next(shares) for _, line in lines]


def given_share(line: LineTax) -> LineShare:
    """Return a given line as it is posted."""
    taxes, bases = tuple(row.tax_minor for row in line.rows), tuple(row.base_minor for row in line.rows)
    return LineShare(line.amount_minor, line.base_minor, taxes, bases)


def summed(sums: tuple[TaxSum, ...], tax_class: str, plus: LineTax, minus: LineTax | None = None) -> tuple[TaxSum, ...]:
    """Return the sums of a document with a line of a class put in, and perhaps another of the same taken out.

    They stand by class and group, so that they are the same whatever was done to get there.
    """
    sums = _put(sums, tax_class, plus)
    return sums if minus is None else _put(sums, tax_class, negate(minus))


def sum_lines(lines: Iterable[tuple[str, LineTax]], before: Iterable[TaxSum] = ()) -> tuple[TaxSum, ...]:
    """Return sums with more lines in them, each with its class's code: what `summed` comes to line by line, at once."""
    found = {(one.tax_class, one.group): one for one in before}
    for tax_class, line in lines:
        key = tax_class, line.group
        found[key] = add(found.get(key) or TaxSum(*key), line)
    return tuple(one for _, one in sorted(found.items()) if one.lines)


def rates_by_code(book: TaxBook) -> dict[str, TaxRate]:
    """Return what stands behind the codes of a tax table's rows."""
    return {rate.code: rate for rate in table_rates(book.classes.values())}


def _put(sums: tuple[TaxSum, ...], tax_class: str, line: LineTax) -> tuple[TaxSum, ...]:
    """Return the sums with a line in its own; one that has no line left goes."""
    key = tax_class, line.group
    place = next((at for at, old in enumerate(sums) if (old.tax_class, old.group) >= key), len(sums))
    found = sums[place : place + 1]
    is_new = not found or (found[0].tax_class, found[0].group) != key
    new = add(TaxSum(*key) if is_new else found[0], line)
    return (*sums[:place], *((new,) if new.lines else ()), *sums[place + (not is_new) :])
