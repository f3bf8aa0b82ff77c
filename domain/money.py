"""Whole numbers of money and quantity, and the few ways of dividing them.

Amounts are whole minor units of a currency (`_minor`). Unit prices and quantities are whole millionths of a
major unit and of one unit of measure (`_micro`), because prices with three or four decimals and weights with
three exist. There is no float anywhere: every division says how it rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

MICRO = 1_000_000
"""Millionths in one: the scale of every `_micro` integer."""

MICRO_DIGITS = 6

MAX_WHOLE: Final = 2**63 - 1
"""The largest whole number that a database integer holds."""

MAX_MINOR: Final = 10**15
"""The largest amount of one line, one count or one float: thousands of them still add up within 64 bits."""

MAX_DECIMAL: Final = 40
"""A longer text is no number of money or quantity; reading one as a number takes time that grows with its square."""


ISO_NUMERIC: Final = {"MXN": "484", "USD": "840", "EUR": "978", "GBP": "826"}
"""Numeric codes of ISO 4217, as a GS1 price (AI 393n) names its currency."""


class Currency(msgspec.Struct, frozen=True):
    """A currency by its ISO 4217 code; `exponent` is the number of decimals of its minor unit."""

    code: str = "MXN"
    exponent: int = 2


def divide_half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, as Odoo, Tryton and the tills of shops do; `denominator` > 0."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def extend(quantity_micro: int, unit_price_micro: int, discount_ppm: int = 0) -> int:
    """Return quantity × unit price less a discount in parts per million, exactly, in the scale of `exact_scale`."""
    return quantity_micro * unit_price_micro * (MICRO - discount_ppm)


def exact_scale(exponent: int) -> int:
    """Return how many units of `extend` make one minor unit of a currency with `exponent` decimals."""
    return int(10 ** (3 * MICRO_DIGITS - exponent))


def round_step(numerator: int, denominator: int, step: int = 1) -> int:
    """Divide and round half away from zero to a multiple of `step` (5 minor units where the smallest coin is 0.05)."""
    if step == 1:
        return divide_half_up(numerator, denominator)
    return step * divide_half_up(numerator, denominator * step)


def convert(amount_minor: int, rate_micro: int, exponents: tuple[int, int]) -> int:
    """Return an amount in another currency; `rate_micro` is what one major unit is worth there, in millionths.

    `exponents` are the decimals of the currency of the amount and of the one it is wanted in. Half away from zero.
    """
    given, wanted = exponents
    return divide_half_up(amount_minor * rate_micro * 10**wanted, MICRO * 10**given)


def convert_back(amount_minor: int, rate_micro: int, exponents: tuple[int, int]) -> int:
    """Return an amount in the currency whose major unit is worth `rate_micro` (> 0) in the currency it is given in."""
    given, wanted = exponents
    return divide_half_up(amount_minor * MICRO * 10**wanted, rate_micro * 10**given)


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a whole number by weights; the parts add up to it and each is off by less than one unit.

    Largest remainder, ties to the earlier part. Weights may not be negative; all zero splits evenly.
    """
    if not weights:
        return ()
    if min(weights) < 0:
        raise ValueError("weights may not be negative")
    scale = sum(weights)
    shares = weights if scale else [1] * len(weights)
    scale = scale or len(shares)
    size = abs(total)
    parts = [size * share // scale for share in shares]
    missing = size - sum(parts)
    if missing:
        remainders = [size * share % scale for share in shares]
        if missing == 1:
            parts[remainders.index(max(remainders))] += 1
        else:
            # sorting backwards keeps equal ones in their order: ties go to the earlier part
            for i in sorted(range(len(shares)), key=remainders.__getitem__, reverse=True)[:missing]:
                parts[i] += 1
    return tuple(parts) if total >= 0 else tuple([-part for part in parts])


def parse_scaled(text: str, digits: int) -> int | None:
    """Read a plain decimal (`-12.50`) as a whole number of 10^-digits.

    None if it is not one, too fine, or too large for the 64 bits of a database integer.
    """
    if len(text) > MAX_DECIMAL:
        return None
    body = text[1:] if text[:1] in ("-", "+") else text
    whole, _, fraction = body.partition(".")
    fraction = fraction.rstrip("0") if len(fraction) > digits else fraction
    if not (whole or fraction) or len(fraction) > digits or not (whole + fraction).isascii():
        return None
    if (whole and not whole.isdigit()) or (fraction and not fraction.isdigit()):
        return None
    value = int((whole or "0") + fraction.ljust(digits, "0"))
    if value > MAX_WHOLE:
        return None
    return -value if text.startswith("-") else value


def format_scaled(value: int, digits: int) -> str:
    """Write a whole number of 10^-digits as a plain decimal, for files and the wire; the inverse of `parse_scaled`."""
    sign, size = ("-", -value) if value < 0 else ("", value)
    if not digits:
        return f"{sign}{size}"
    scale = 10**digits
    return f"{sign}{size // scale}.{size % scale:0{digits}d}"
