"""Cents in Tryton's way: what rounding taxes one by one left over, and what a document's taxes miss.

Source of the rules: Tryton 8.2 `account.tax` `TaxableMixin._round_taxes` and `sale.point.sale` `get_tax_move_lines`,
as observed. Worked example: two taxes of 0.125 are rounded to 0.12 each, a remainder of −0.01, which the first takes
back: 0.13 and 0.12.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from domain.tax_even import even, round_even

_PRECISION = Context(prec=28, rounding=ROUND_HALF_EVEN)
"""Tryton's ratios have 28 digits; a seventh of seven cents is therefore not always one cent."""


def round_together(exact: Sequence[int], scale: int, step: int) -> list[int]:
    """Return exact taxes in parts of `scale` rounded to minor units, each half to even.

    What all of them gained, rounded, is taken back in steps: one from each that is not zero, in turn.
    """
    taxes = [round_even(tax, scale, step) for tax in exact]
    gained = round_even(sum(taxes) * scale - sum(exact), scale, step)
    offset = step if gained > 0 else -step
    while gained and any(taxes):
        for place, tax in enumerate(taxes):
            if tax and gained:
                taxes[place] -= offset
                gained -= offset
    return taxes


def give_missing(missing: int, taxes: Sequence[int], step: int) -> list[int]:
    """Return taxes with what is missing given to them by their size, and what then remains to the first.

    One that is zero gets nothing, unless all are.
    """
    given = list(taxes)
    if not missing or not given:
        return given
    bearing = [place for place, tax in enumerate(taxes) if tax]
    whole, left = sum(taxes), missing
    for place in bearing:
        value = even(_part(missing, taxes[place], whole) if whole else Fraction(missing, len(taxes)), step)
        given[place] += value
        left -= value
    first = next((place for place in bearing if given[place]), bearing[0] if bearing else 0)
    given[first] += left
    return given


def _part(missing: int, tax: int, whole: int) -> Fraction:
    """Return what is missing in the ratio of a tax to all, with as many digits as Tryton keeps."""
    ratio = _PRECISION.divide(Decimal(tax), Decimal(whole))
    return Fraction(_PRECISION.multiply(Decimal(missing), ratio))
