"""What a code means to a shop: the rules of a barcode nomenclature, tried in order, as Odoo has them.

A rule has a pattern (`domain.code_pattern`), the encoding that a code must have, and what a code under it is: a
product, a weight, a price, a discount, a client, a cashier. The first rule that fits says what the code is; an alias
puts another code in its place and goes on. What no rule fits is unknown, and so is an empty scan or a label whose
value is not all digits (there Odoo 19 stops with an error).

An EAN-13 that begins with 0 is none to these rules, as it is none to Odoo's: it is an UPC-A with a 0 before it. For
the same reason its setting for UPC/EAN conversion never changes an answer (every setting was asked), and is not read
here: the catalogue finds both, because it keeps GTINs as 14 digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from domain.barcode import check_digit, has_valid_check_digit
from domain.code_pattern import CodePattern, PatternMatch, meet, read_pattern

ALIAS: Final = "alias"
UNKNOWN: Final = "unknown"
GS1_ENCODING: Final = "gs1-128"
SIZES: Final = {"ean8": 8, "ean13": 13, "gtin14": 14, "upca": 12, "sscc": 18}
"""Digits of an encoding with a check digit; `any` is every code."""

FNC1: Final = r"(Alt029|#|\x1D)"
"""What parts the elements of a GS1 message where a nomenclature does not say (as Odoo's does)."""


class CodeRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule as an ERP has it. `kind` is what a code under it is: product, weight, price, client, alias and so on."""

    kind: str
    pattern: str
    encoding: str = "any"
    sequence: int = 0
    name: str = ""
    alias: str = ""
    """The code that an `alias` puts in place of the one that was read."""
    content: str = ""
    """Of a GS1 element: identifier, measure, date or alpha."""
    has_decimals: bool = False
    """Whether the last digit of a GS1 identifier of a measure is the number of its decimals."""
    uom: str = ""


class Nomenclature(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules of a shop; those of one sequence stand in the order in which they are tried."""

    name: str = ""
    rules: tuple[CodeRule, ...] = ()
    separator: str = FNC1


class ReadyRule(msgspec.Struct, frozen=True):
    """A rule with its pattern ready."""

    rule: CodeRule
    pattern: CodePattern


class RuleFlaw(msgspec.Struct, frozen=True):
    """A rule that cannot be used, and why in words for a technician; the others are."""

    rule: CodeRule
    flaw: str


class CodeBook(msgspec.Struct, frozen=True):
    """A nomenclature's rules in order; see `build_code_book`."""

    rules: tuple[ReadyRule, ...]
    flaws: tuple[RuleFlaw, ...] = ()


class CodeRead(msgspec.Struct, frozen=True):
    """What a code is: `base_code` is what the item's code must equal, `value` counts units of 10^-`decimals`.

    A weight is in the item's unit, a price in the store's currency, a discount in per cent.
    """

    kind: str
    code: str
    base_code: str
    encoding: str = ""
    value: int = 0
    decimals: int = 0


def build_code_book(nomenclature: Nomenclature) -> CodeBook:
    """Return the rules of a nomenclature ready to be met; those of GS1 messages are another book's."""
    ready: list[ReadyRule] = []
    flaws: list[RuleFlaw] = []
    for rule in ordered_rules(nomenclature):
        try:
            if rule.encoding != "any" and rule.encoding not in SIZES:
                raise ValueError(f"encoding {rule.encoding!r} is none that codes can have")
            ready.append(ReadyRule(rule, read_pattern(rule.pattern)))
        except ValueError as error:
            flaws.append(RuleFlaw(rule, str(error)))
    return CodeBook(tuple(ready), tuple(flaws))


def ordered_rules(nomenclature: Nomenclature, is_gs1: bool = False) -> Iterator[CodeRule]:
    """Yield the rules in the order in which they are tried: those of GS1 messages, or the others."""
    for rule in sorted(nomenclature.rules, key=lambda rule: rule.sequence):
        if (rule.encoding == GS1_ENCODING) is is_gs1:
            yield rule


def read_code(book: CodeBook, code: str) -> CodeRead:
    """Say what a code is; `UNKNOWN` where no rule does."""
    now = code
    for ready in book.rules:
        rule = ready.rule
        found = meet(ready.pattern, now) if now and has_encoding(now, rule.encoding) else None
        if found is None:
            continue
        if not found.is_readable:
            return CodeRead(UNKNOWN, now, code)
        if rule.kind != ALIAS:
            return CodeRead(rule.kind, now, _base(rule, found), rule.encoding, found.value, found.decimals)
        now = rule.alias
    return CodeRead(UNKNOWN, now, code)


def has_encoding(code: str, encoding: str) -> bool:
    """Say whether a code may be of an encoding: length, digits, check digit; an EAN-13 does not begin with 0."""
    if encoding == "any":
        return True
    if len(code) != SIZES[encoding] or (encoding == "ean13" and code[0] == "0"):
        return False
    return has_valid_check_digit(code)


def mend_ean(code: str) -> str:
    """Return the EAN-13 of a code: its first 13 characters, filled up with noughts, and the right check digit."""
    body = code[:13].rjust(13, "0")[:-1]
    return body + check_digit(body)


def _base(rule: CodeRule, found: PatternMatch) -> str:
    """Return what the item's code must equal: a nought in a value changes the check digit."""
    if rule.encoding == "ean13":
        return mend_ean(found.base_code)
    return mend_ean("0" + found.base_code)[1:] if rule.encoding == "upca" else found.base_code
