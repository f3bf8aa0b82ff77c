"""Prices, units and yes or no as people write them in a spreadsheet, in Spanish or English."""

from __future__ import annotations

import re
from typing import Literal

from domain.catalog_flaw import Flaw
from domain.item import PIECE, UoM
from domain.money import MICRO, MICRO_DIGITS, parse_scaled
from domain.text import fold

MAX_PRICE_MICRO = 1_000_000_000 * MICRO

DecimalMark = Literal["", ".", ","]
"""What parts the decimals in a file's prices; empty leaves it to each price to show."""

_SCALES = tuple(int(10 ** (MICRO_DIGITS - digits)) for digits in range(MICRO_DIGITS + 1))
_AROUND = " \t\xa0\u202f$€£¥"
_GROUPED = {",": re.compile(r"[0-9]{1,3}(,[0-9]{3})+"), ".": re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")}
_EITHER = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_OWN_UNIT = re.compile(r"[a-z0-9_/-]{1,8}")

KILOGRAM = UoM("kg", 3)
_UNITS = {
    PIECE: "pc pcs pz pza pzas pieza piezas ea each un und uni unid unidad unidades unit units u h87",
    KILOGRAM: "kg kgs kgm kilo kilos kilogramo kilogramos kilogram kilograms",
    UoM("g", 0): "g gr grs grm gramo gramos gram grams",
    UoM("l", 3): "l lt lts ltr litro litros liter litre litres",
    UoM("ml", 0): "ml mlt mililitro mililitros",
    UoM("gal", 3): "gal galon galones gallon gallons gll",
    UoM("m", 2): "m mt mts mtr metro metros meter metre metres",
}
UNITS = {word: unit for unit, words in _UNITS.items() for word in words.split()}
"""Words for units, UN/ECE Recommendation 20 codes among them; the SAT's c_ClaveUnidad are the same codes."""

_YES = frozenset({"1", "yes", "y", "true", "t", "x", "si", "s", "verdadero", "v"})
_NO = frozenset({"0", "no", "n", "false", "f", "falso"})


def parse_price(text: str, mark: DecimalMark = "") -> int | Flaw:
    """Read a price with point or comma as millionths of the currency; exact, or refused.

    `1,234` alone could be either 1234 or 1.234 and is refused unless `mark` says which.
    """
    whole, point, fraction = text.partition(".")
    is_plain = whole.isdigit() and (fraction.isdigit() or not point) and text.isascii()
    if is_plain and len(whole) < 10 and len(fraction) <= MICRO_DIGITS and mark != ",":
        return int(whole + fraction) * _SCALES[len(fraction)]
    return _parse_slowly(text, mark)


def _parse_slowly(text: str, mark: DecimalMark) -> int | Flaw:
    """Read a price that is more than digits and one point."""
    body = text.strip(_AROUND)
    if body.startswith("-") and parse_price(body[1:], mark or ".") != Flaw.BAD_PRICE:
        return Flaw.NEGATIVE_PRICE
    decimal = mark or _find_mark(body)
    if not decimal:
        return Flaw.AMBIGUOUS_PRICE
    whole, _, fraction = body.partition(decimal)
    group = "," if decimal == "." else "."
    if group in whole and _GROUPED[group].fullmatch(whole):
        whole = whole.replace(group, "")
    if (whole + fraction)[:1] in ("", "-", "+"):
        return Flaw.BAD_PRICE
    price_micro = parse_scaled(f"{whole}.{fraction}", MICRO_DIGITS)
    return price_micro if price_micro is not None and price_micro <= MAX_PRICE_MICRO else Flaw.BAD_PRICE


def _find_mark(body: str) -> DecimalMark:
    """Return what parts the decimals of a price, empty where it cannot be told."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "," if body.rfind(",") > body.rfind(".") else "."
    if commas == 1:
        return "" if _EITHER.fullmatch(body) else ","
    return "," if points > 1 else "."


def parse_unit(text: str) -> UoM | Flaw:
    """Return a unit of measure; an unknown word of up to eight letters is a unit without decimals."""
    word = fold(text.strip().rstrip("."))
    if not word:
        return PIECE
    known = UNITS.get(word)
    if known is not None:
        return known
    return UoM(word, 0) if _OWN_UNIT.fullmatch(word) else Flaw.BAD_UNIT


def parse_flag(text: str, default: bool) -> bool | Flaw:
    """Read yes or no; an empty cell is the default."""
    word = fold(text.strip())
    if not word:
        return default
    if word in _YES:
        return True
    return False if word in _NO else Flaw.BAD_FLAG
