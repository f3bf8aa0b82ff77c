"""What is taken off a basket: rewards of promotions, discounts that somebody gave, coupons.

A deduction has a name, says how much it takes off which line, so that a return can take its share back, and stands
in the document as one line per tax class and department, so that it lowers the taxes it has to lower. Fixed taxes
(an amount per unit) are owed for the unit, whatever it was sold for: no deduction lowers them (Odoo 19 leaves them
out of reward lines too).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from domain.buyer import InvoiceData
from domain.promotion_basket import Share
from domain.shift import Salesperson
from domain.tax import LineTax, TaxBook, TaxClass, TaxKind
from domain.tax_class import flatten

NO_FIXED = "~"
"""Ends the code of a tax class without its fixed taxes, under which deductions of such a class stand."""


class DeductionKind(StrEnum):
    """Where a deduction comes from."""

    PROMOTION = "promotion"
    DISCOUNT = "discount"


class DeductionPart(msgspec.Struct, frozen=True):
    """The part of a deduction in one tax class and department; its money is negative in a sale."""

    tax_class: str
    department: str
    tax: LineTax


class Deduction(msgspec.Struct, frozen=True):
    """One named deduction. `amount_minor` is what the shares come to, a positive number in a sale."""

    kind: DeductionKind
    code: str
    name: str
    amount_minor: int
    shares: tuple[Share, ...]
    parts: tuple[DeductionPart, ...]
    times: int = 1


class GrantScope(StrEnum):
    """What a discount by hand is given on."""

    LINE = "line"
    BASKET = "basket"
    POINTS = "points"
    """Like one on the basket, before it: what loyalty points are worth."""


class Grant(msgspec.Struct, frozen=True):
    """A discount that somebody gave: an amount off a line, or a part or an amount off the whole basket.

    A part of one line's price is no grant: it stands on the line itself, as ERPs have it. What is given for different
    reasons is told apart.
    """

    scope: GrantScope
    name: str
    line_no: int = 0
    percent_ppm: int = 0
    amount_minor: int = 0
    reason: str = ""
    operator: str = ""


class Terms(msgspec.Struct, frozen=True):
    """What a basket has beside its lines: its customer, and what changes prices: price list, group, coupons, grants."""

    customer: str = ""
    price_list: str = ""
    customer_group: str = ""
    coupons: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    points: int = 0
    """Loyalty points that the customer redeems."""
    age: int = 0
    """The age in years that the customer was found to have at least; 0 where nobody has looked."""
    salesperson: Salesperson | None = None
    """Whose the basket is; a line may have another one."""
    position: str = ""
    """The customer's fiscal position."""
    invoice: InvoiceData | None = None
    """What an invoice of this sale needs, where one is wanted."""
    position_taxes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What the position put in place of each tax when the basket was given it: a restart has to know it."""


def without_points(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """Return what was given by hand, without what points take off."""
    return tuple(grant for grant in grants if grant.scope is not GrantScope.POINTS)


def has_fixed(tax_class: TaxClass) -> bool:
    """Say whether a class has a fixed tax."""
    return any(rate.kind is TaxKind.FIXED for rate in flatten(tax_class.rates))


def without_fixed(tax_class: TaxClass) -> TaxClass:
    """Return a class for deductions: the same without its fixed taxes."""
    rates = tuple(rate for rate in flatten(tax_class.rates) if rate.kind is not TaxKind.FIXED)
    return msgspec.structs.replace(tax_class, code=tax_class.code + NO_FIXED, rates=rates)


def deduction_class(book: TaxBook, tax_class: str) -> str:
    """Return the class under which a deduction from lines of a class stands."""
    bare = tax_class + NO_FIXED
    return bare if bare in book.classes else tax_class
