"""GS1 messages by the rules of a nomenclature: each says an application identifier and what may follow it.

This is how an ERP reads them that has GS1 rules of its own (Odoo's `barcodes_gs1_nomenclature`). Without such rules
messages are read by `domain.gs1`, which knows the whole of the General Specifications.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

import msgspec

from domain.barcode import has_valid_check_digit
from domain.code_pattern import MAX_CODE, read_expression
from domain.nomenclature import CodeRule, Nomenclature, RuleFlaw, ordered_rules

SYMBOLOGIES: Final = ("]C1", "]e0", "]d2", "]Q3", "]J1")
"""What a scanner puts before a GS1 message (AIM)."""


class Gs1Rule(msgspec.Struct, frozen=True):
    """A rule with its pattern ready: group 1 is the identifier, group 2 the value, then perhaps a separator."""

    rule: CodeRule
    expression: re.Pattern[str]


class Gs1Book(msgspec.Struct, frozen=True):
    """The rules of GS1 messages in order; see `build_gs1_book`."""

    rules: tuple[Gs1Rule, ...]
    flaws: tuple[RuleFlaw, ...] = ()


class Gs1Element(msgspec.Struct, frozen=True):
    """One piece of a message. A measure is `value` units of 10^-`decimals` of `uom`, a date is `on`."""

    ai: str
    kind: str
    text: str
    value: int | None = None
    decimals: int = 0
    on: date | None = None
    uom: str = ""


def build_gs1_book(nomenclature: Nomenclature) -> Gs1Book:
    """Return the rules of a nomenclature for GS1 messages, ready to be met."""
    ready: list[Gs1Rule] = []
    flaws: list[RuleFlaw] = []
    separator = f"(?:{nomenclature.separator})?"
    for rule in ordered_rules(nomenclature, is_gs1=True):
        try:
            expression = read_expression(rule.pattern + separator)
            if re.compile(rule.pattern).groups < 2:
                raise ValueError(f"pattern {rule.pattern!r} needs two groups: the identifier and its value")
            ready.append(Gs1Rule(rule, expression))
        except ValueError as error:
            flaws.append(RuleFlaw(rule, str(error)))
    return Gs1Book(tuple(ready), tuple(flaws))


def read_gs1_code(book: Gs1Book, code: str, today: date) -> tuple[Gs1Element, ...] | None:
    """Return the elements of a message, None if it is none down to its end; `today` tells the century of its dates."""
    rest = code[3:] if code.startswith(SYMBOLOGIES) else code
    found: list[Gs1Element] = []
    while rest:
        one = _next(book, rest) if len(rest) <= MAX_CODE else None
        if one is None:
            return None
        rule, ai, text, length = one
        element = _element(rule, ai, text, today)
        if element is None:
            return None
        found.append(element)
        rest = rest[length:]
    return tuple(found)


def _next(book: Gs1Book, rest: str) -> tuple[CodeRule, str, str, int] | None:
    """Return the first rule that what is left of a message begins with, what it says, and how long it is."""
    for ready in book.rules:
        found = ready.expression.match(rest)
        if found and found.end() and found[1] is not None and found[2] is not None:
            return ready.rule, found[1], found[2], found.end()
    return None


def _element(rule: CodeRule, ai: str, text: str, today: date) -> Gs1Element | None:
    """Return an element, None if its value is not what its rule says it is."""
    if rule.content == "measure":
        return _measure(rule, ai, text)
    if rule.content == "date":
        on = _date(text, today)
        return None if on is None else Gs1Element(ai, rule.kind, text, on=on)
    if rule.content == "identifier" and not has_valid_check_digit(text):
        return None
    return Gs1Element(ai, rule.kind, text)


def _measure(rule: CodeRule, ai: str, text: str) -> Gs1Element | None:
    """Return a measure; one with fewer digits than decimals has no more decimals than digits (as Odoo reads it)."""
    digit = ai[-1:] if rule.has_decimals else "0"
    if not (text + digit).isascii() or not (text.isdigit() and digit.isdigit()):
        return None
    return Gs1Element(ai, rule.kind, text, int(text), min(int(digit), len(text)), uom=rule.uom)


def _date(text: str, today: date) -> date | None:
    """Return a date of six digits, None if it is none. Day 00 is the last of the month.

    The century is that which puts the year within 49 before and 50 after this one (GS1 General Specifications 7.12).
    """
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += today.year // 100 * 100
    if year - today.year > 50:
        year -= 100
    elif year - today.year < -49:
        year += 100
    try:
        if day:
            return date(year, month, day)
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if month else None
    except ValueError:
        return None
