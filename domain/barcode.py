"""What a code is: GTIN, price or weight label, GS1 message, or a code of the shop's own.

Lengths and prefixes decide before any parser does: eight to fourteen digits are a GTIN and nothing else, a
GS1 message needs its AIM prefix, a separator or a leading 01/02 with sixteen characters (GS1 General
Specifications; notes on biip's ambiguities). GTINs are kept as 14 digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

from domain.code_pattern import CodePattern, PatternMatch, meet, read_pattern
from domain.money import MICRO
from domain.refusal import Reason, Refused

GTIN_LENGTHS = (8, 12, 13, 14)
_READABLE = re.compile(r"[\x20-\x7e\x1d]{1,256}\Z")
"""What a scanner may pass: a GS1 lot or link holds more characters than a shop's own codes."""

_ALLOWED = re.compile(r"[0-9A-Za-z \-./+$%_:#*&?=()]{1,256}\Z")
_AIM = re.compile(r"\](?P<symbology>[A-Za-z][0-9A-Za-z])(?P<code>.*)\Z", re.DOTALL)
_LINK = re.compile(r"https?://", re.IGNORECASE)


class LabelPattern(msgspec.Struct, frozen=True):
    """A kind of in-store label, its pattern as in Odoo's nomenclature: `21.....{NNDDD}`."""

    kind: Literal["weight", "price"]
    pattern: str


class Gtin(msgspec.Struct, frozen=True):
    """A GTIN of 14 digits; `is_valid` says whether its check digit is right; `raw` is what was read."""

    gtin: str
    raw: str
    is_valid: bool = True


class Label(msgspec.Struct, frozen=True):
    """An in-store label: the codes its item may be found by, and a weight or a price in millionths."""

    kind: Literal["weight", "price"]
    lookups: tuple[str, ...]
    value_micro: int
    raw: str


class Gs1(msgspec.Struct, frozen=True):
    """A GS1 message with a GTIN: perhaps a weight in kg, a price, a lot, a serial and an expiry date."""

    gtin: str
    raw: str
    weight_micro: int | None = None
    price_micro: int | None = None
    price_currency: str = ""
    count: int = 1
    """How many of the GTIN: AI 37 of a logistic unit (02), AI 30 of a pack of variable count."""
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None


class Plain(msgspec.Struct, frozen=True):
    """A code of the shop's own: SKU, PLU, internal code."""

    code: str


Code: TypeAlias = Gtin | Label | Gs1 | Plain


def check_digit(digits: str) -> str:
    """Return the GS1 modulo-10 check digit that belongs behind some digits (GS1 General Specifications 7.9)."""
    codes = digits.encode()  # a digit's code is 48 more than the digit, and an import asks a million times
    count = len(codes)
    weighed = 3 * sum(codes[::-2]) + sum(codes[-2::-2]) - 48 * (2 * count + count % 2)
    return str(-weighed % 10)


def has_valid_check_digit(code: str) -> bool:
    """Say whether the last digit is the right one for those before it."""
    return code.isascii() and code.isdigit() and check_digit(code[:-1]) == code[-1]


def to_gtin14(code: str) -> str:
    """Return a GTIN-8, -12, -13 or -14 as 14 digits."""
    return code.rjust(14, "0")


def lookup_keys(code: str) -> tuple[str, ...]:
    """Return the keys under which the catalogue may hold a code, the likeliest first."""
    if code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS:
        gtin = to_gtin14(code)
        return (gtin, code) if gtin != code else (code,)
    upper = code.upper()
    return (code, upper) if upper != code else (code,)


def catalog_key(code: str) -> str:
    """Return the key under which the catalogue keeps a code."""
    return lookup_keys(code)[0] if has_valid_check_digit(code) else code


def parse_code(text: str, labels: Iterable[LabelPattern] = ()) -> Code | Refused:
    """Say what a scanned or typed code is. `labels` are the shop's patterns, tried before GTINs."""
    code = text.strip(" \t\r\n")
    if not _READABLE.match(code):
        return Refused(Reason.BAD_CODE)
    symbology = ""
    if aim := _AIM.match(code):
        symbology, code = aim["symbology"], aim["code"]
    if not code:
        return Refused(Reason.BAD_CODE)
    if _is_gs1(code, symbology):
        from domain.gs1 import parse_gs1  # biip costs 90 ms to import: only a shop with GS1 codes pays

        return parse_gs1(code)
    if code.isdigit() and code.isascii() and len(code) in GTIN_LENGTHS:
        is_valid = has_valid_check_digit(code)
        label = match_label(code, labels) if is_valid else None
        return label or Gtin(to_gtin14(code), code, is_valid)
    return Plain(code) if _ALLOWED.match(code) else Refused(Reason.BAD_CODE)


def match_label(code: str, labels: Iterable[LabelPattern]) -> Label | None:
    """Return the in-store label a 13-digit code is under the first pattern that fits, if any."""
    body = to_gtin14(code)[1:] if len(code) in (12, 13) else ""
    if not body:
        return None
    for rule in labels:
        pattern = compile_pattern(rule.pattern)
        found = meet(pattern, body)
        if found:
            return _label(rule.kind, pattern, found, body)
    return None


@lru_cache(maxsize=64)
def compile_pattern(pattern: str) -> CodePattern:
    """Read a label's pattern: a nomenclature's, of a whole EAN-13 with its value; `ValueError` says what is wrong."""
    found = read_pattern(pattern)
    if not found.has_value:
        raise ValueError(f"pattern {pattern!r} has no value such as {{NNDDD}}")
    end = found.start + found.whole + found.decimals
    if not re.fullmatch(r"[0-9.]*", pattern[: found.start] + pattern[end + 2 :]):
        raise ValueError(f"pattern {pattern!r} must be digits, dots and one value")
    if not 12 <= found.length <= 13:
        raise ValueError(f"pattern {pattern!r} must have 12 or 13 places in all")
    if end > 12:
        raise ValueError(f"pattern {pattern!r} takes the check digit into its value: that is the 13th place")
    return found


def _label(kind: Literal["weight", "price"], pattern: CodePattern, found: PatternMatch, body: str) -> Label:
    """Return the label that a code is under a pattern that fits it."""
    value = found.value * MICRO // int(10**found.decimals)
    bare = found.base_code[:-1]
    digits = body[2 : pattern.start]
    lookups = (to_gtin14(bare + check_digit(bare)), body[: pattern.start], digits, digits.lstrip("0") or "0")
    return Label(kind, tuple(dict.fromkeys(lookups)), value, body)


def _is_gs1(code: str, symbology: str) -> bool:
    """Say whether a code is a GS1 element string or Digital Link rather than a plain number."""
    if _LINK.match(code):
        return True
    if "\x1d" in code or symbology in ("C1", "e0", "d2", "Q3", "J1"):
        return True
    return len(code) >= 16 and code[:2] in ("01", "02") and code[:16].isdigit()
