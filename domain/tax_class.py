"""What a tax is and which taxes an item carries: the data that the arithmetic of a profile works with.

The fields are those of Odoo 19 `account.tax`, because it tells apart more than the other ERPs do; a plain VAT needs
a code, a name, a rate and whether prices contain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import msgspec

PPM: Final = 1_000_000
"""Parts of a whole in a rate: 16 % is 160,000 ppm."""

EXEMPT_CODE: Final = "exempt:"
"""What the code of a tax table's exempt row begins with; the tax class's code follows. No tax has such a code."""


class TaxKind(StrEnum):
    """How a tax is worked out. `EXEMPT` is no tax at all: it marks the rows of a tax table that have none."""

    PERCENT = "percent"
    FIXED = "fixed"
    DIVISION = "division"
    GROUP = "group"
    EXEMPT = "exempt"


class TaxRounding(StrEnum):
    """Where cents are rounded: at each line, or once for the document."""

    LINE = "line"
    DOCUMENT = "document"


class TaxRate(msgspec.Struct, frozen=True):
    """One tax; `included` says that prices contain it.

    `rate_ppm` is the rate of a percent or division tax, `amount_micro` the money per unit of a fixed one, in
    millionths of a major unit; a group has `children` and nothing else. Taxes are taken by `sequence`, then
    `tax_id`. One with `include_base_amount` stands in the base of those after it that are `is_base_affected`.
    `has_negative_factor` is a reverse charge: owed and taken off again, so the customer pays none of it.
    """

    code: str
    name: str
    rate_ppm: int = 0
    included: bool = True
    kind: TaxKind = TaxKind.PERCENT
    amount_micro: int = 0
    include_base_amount: bool = False
    is_base_affected: bool = True
    sequence: int = 0
    tax_id: int = 0
    has_negative_factor: bool = False
    children: tuple[TaxRate, ...] = ()


class TaxClass(msgspec.Struct, frozen=True):
    """The taxes an item carries. No rate at all is exempt; a rate of zero is zero-rated: two things."""

    code: str
    name: str
    rates: tuple[TaxRate, ...] = ()


def flatten(rates: Iterable[TaxRate]) -> tuple[TaxRate, ...]:
    """Return taxes in the order in which they are worked out, each group replaced in place by its children.

    Groups and children are each sorted by sequence and id; a tax that is there twice counts once. Source: Odoo 19
    `_flatten_taxes_and_sort_them`.
    """
    found: dict[str, TaxRate] = {}
    for rate in sorted(rates, key=_order):
        members = sorted(rate.children, key=_order) if rate.kind is TaxKind.GROUP else (rate,)
        for member in members:
            found.setdefault(member.code, member)
    return tuple(found.values())


def table_rates(classes: Iterable[TaxClass]) -> Iterator[TaxRate]:
    """Yield each row that a tax table can have: every tax, and for an exempt class a stand-in without a rate."""
    for tax_class in classes:
        if tax_class.rates:
            yield from flatten(tax_class.rates)
        else:
            yield TaxRate(EXEMPT_CODE + tax_class.code, tax_class.name, kind=TaxKind.EXEMPT)


def _order(rate: TaxRate) -> tuple[int, int]:
    return rate.sequence, rate.tax_id
