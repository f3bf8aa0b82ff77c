"""Rounding half to the even neighbour: banker's rounding, as Tryton and ERPNext round money.

Worked example: 0.125 → 0.12, 0.135 → 0.14, −0.125 → −0.12; 0.1251 → 0.13.
"""

from __future__ import annotations

from fractions import Fraction


def round_even(numerator: int, denominator: int, step: int = 1) -> int:
    """Divide and round half to even to a multiple of `step`; `denominator` > 0. The same on both sides of zero."""
    whole, rest = divmod(numerator, denominator * step)
    twice = 2 * rest
    middle = denominator * step
    return step * (whole + (twice > middle or (twice == middle and whole % 2 == 1)))


def even(value: Fraction, step: int = 1) -> int:
    """Return an exact figure rounded half to even to a multiple of `step`."""
    return round_even(value.numerator, value.denominator, step)
