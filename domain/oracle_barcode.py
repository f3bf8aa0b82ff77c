"""Barcode cases of an ERP's answers, worked out here and compared: one case in, what was read and what differs out.

A file has the form of `odoo_barcodes.json`, its numbers read as `Decimal` or `int`: nomenclatures with their scans,
check digits, and codes to mend. Nothing here knows any particular case.

How the file's words become ours: what a nomenclature does not know is `error` there and unknown here. A value is equal
when it is what was expected within the floats that the ERP reads it with (`domain.oracle_price`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain.barcode import check_digit
from domain.nomenclature import (
    FNC1,
    UNKNOWN,
    CodeBook,
    CodeRule,
    Nomenclature,
    RuleFlaw,
    build_code_book,
    mend_ean,
    read_code,
)
from domain.nomenclature_gs1 import Gs1Book, Gs1Element, build_gs1_book, read_gs1_code
from domain.oracle import Case, Checked, check_case
from domain.oracle_price import MOST_DIGITS, is_same_figure


def check_barcode_file(data: Case, today: date) -> Iterator[Checked]:
    """Work out every case of a file; `today` is when the ERP was asked, or near it."""
    plain = [("default", data["default"])] if "default" in data else []
    plain += [("custom", one) for one in data.get("custom", ())]
    for kind, one in plain:
        book = build_code_book(read_nomenclature(one))
        for case in one["cases"]:
            yield check_scan(f"barcode_{kind}", case, book)
    if "gs1" in data:
        messages = build_gs1_book(read_nomenclature(data["gs1"]))
        for case in data["gs1"]["cases"]:
            yield check_gs1_scan(case, messages, today)
    for case in data.get("check_digit", ()):
        yield check_check_digit(case)
    for case in data.get("sanitize_ean", ()):
        yield check_mended_ean(case)


def read_nomenclature(data: Case) -> Nomenclature:
    """Read a nomenclature of a file."""
    rules = tuple(
        CodeRule(
            kind=str(row["type"]),
            pattern=str(row["pattern"]),
            encoding=str(row["encoding"]),
            sequence=int(row["sequence"]),
            name=str(row["name"]),
            alias=str(row.get("alias") or ""),
            content=str(row.get("gs1_content_type") or ""),
            has_decimals=bool(row.get("gs1_decimal_usage")),
            uom=str(row.get("uom") or ""),
        )
        for row in data["rules"]
    )
    return Nomenclature(str(data.get("name", "")), rules, str(data.get("separator") or FNC1))


def check_scan(kind: str, case: Case, book: CodeBook) -> Checked:
    """Work out one scan under a nomenclature."""
    return check_case(kind, _named(case, "scan"), lambda: case["expect"], lambda: _scanned(case, book))


def check_gs1_scan(case: Case, book: Gs1Book, today: date) -> Checked:
    """Work out one scan under the rules of GS1 messages; what is no message is `None` in the file."""
    named = _named(case, "scan")
    return check_case("barcode_gs1", named, lambda: {"elements": case["expect"]}, lambda: _told(case, book, today))


def check_check_digit(case: Case) -> Checked:
    """Work out the check digit of a code."""
    named = _named(case, "code")
    return check_case(
        "check_digit", named, lambda: {"digit": case["digit"]}, lambda: {"digit": int(check_digit(case["code"]))}
    )


def check_mended_ean(case: Case) -> Checked:
    """Work out the EAN-13 of a code without a right check digit."""
    named = _named(case, "in")
    return check_case("sanitize_ean", named, lambda: {"out": case["out"]}, lambda: {"out": mend_ean(case["in"])})


def _named(case: Case, key: str) -> Case:
    return {**case, "id": case.get(key, "")}


def _refuse_flaws(flaws: tuple[RuleFlaw, ...]) -> None:
    """Raise `ValueError` if a rule could not be used: the answer would be another nomenclature's."""
    if flaws:
        raise ValueError(flaws[0].flaw)


def _scanned(case: Case, book: CodeBook) -> dict[str, Any]:
    _refuse_flaws(book.flaws)
    read = read_code(book, case["scan"])
    return {
        "type": "error" if read.kind == UNKNOWN else read.kind,
        "encoding": read.encoding,
        "code": read.code,
        "base_code": read.base_code,
        "value": _figure(case["expect"]["value"], read.value, read.decimals),
    }


def _told(case: Case, book: Gs1Book, today: date) -> dict[str, Any]:
    _refuse_flaws(book.flaws)
    elements = read_gs1_code(book, case["scan"], today)
    if elements is None:
        return {"elements": None}
    expected = case["expect"] or []
    values = [one.get("value") for one in expected] + [None] * len(elements)
    return {"elements": [_piece(element, value) for element, value in zip(elements, values, strict=False)]}


def _piece(element: Gs1Element, expected: Any) -> Mapping[str, Any]:
    value: Any = element.on.isoformat() if element.on else element.text
    if element.value is not None:
        value = _figure(expected, element.value, element.decimals)
    return {"ai": element.ai, "type": element.kind, "string_value": element.text, "value": value}


def _figure(expected: Any, value: int, decimals: int) -> Decimal:
    """Return a value as a decimal; one that is the expected is written as that is."""
    exact = Decimal(value).scaleb(-decimals)
    same = isinstance(expected, Decimal | int) and is_same_figure(Decimal(expected), Fraction(exact), MOST_DIGITS)
    return Decimal(expected) if same else exact
