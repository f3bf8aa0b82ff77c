"""A file of an ERP's answers, checked section by section: every case is worked out here, none can stop the others.

A file has the form of one of `odoo_taxes.json`, `odoo_pricelists.json` and `odoo_barcodes.json` or of several, its
numbers read as `Decimal` or `int`; sections may be missing. It comes from outside: what is too large to be reckoned
with, or is not of the form, is a difference with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

import msgspec

from domain.nomenclature import build_code_book
from domain.nomenclature_gs1 import build_gs1_book
from domain.oracle import Case, Checked, Difference
from domain.oracle_barcode import check_check_digit, check_gs1_scan, check_mended_ean, check_scan, read_nomenclature
from domain.oracle_price import check_price_case, read_price_file
from domain.oracle_tax import check_tax_case

MAX_DEPTH: Final = 24
"""Objects in objects; a group of taxes in a document is some eight deep."""
MAX_TEXT: Final = 4_000
MAX_DIGITS: Final = 30
"""Digits before the point of a number that is reckoned with; after it there may be as many as binary floats have."""
MAX_DECIMALS: Final = 400

TAX_SECTIONS: Final[Mapping[str, str]] = {
    "line_cases": "line",
    "document_cases": "document",
    "global_discount_cases": "global_discount",
    "price_adaptation_cases": "price_adaptation",
    "pos_orders": "order",
}
SECTIONS: Final = (*TAX_SECTIONS, "cases", "default", "custom", "gs1", "check_digit", "sanitize_ean")
"""What holds cases."""
SHARED: Final = ("meta", "pos_order_tax_defs", "products", "pricelists")
"""What cases refer to, and what is said of them."""

_Work = Callable[[Case], Checked]
_Prepare = Callable[[], _Work]


class CaseCheck(msgspec.Struct, frozen=True):
    """A case by its kind and place in the file, both workings of it, and each figure that differs."""

    kind: str
    place: str
    name: str
    expected: Any
    computed: Any
    differences: tuple[Difference, ...]


def check_file(data: Case, today: date) -> Iterator[CaseCheck]:
    """Work out every case of a file; `today` is when the ERP was asked, or near it (years of GS1 dates)."""
    for section, kind in TAX_SECTIONS.items():
        yield from _check_list(data, section, kind, partial(_tax_work, data, section))
    yield from _check_list(data, "cases", "price", lambda: _price_work(data))
    if "default" in data:
        yield from _check_nomenclature(data["default"], "default", "barcode_default")
    yield from _check_customs(data)
    if "gs1" in data:
        yield from _check_nomenclature(data["gs1"], "gs1", "barcode_gs1", today)
    yield from _check_list(data, "check_digit", "check_digit", lambda: check_check_digit)
    yield from _check_list(data, "sanitize_ean", "sanitize_ean", lambda: check_mended_ean)


def unknown_sections(data: Case) -> tuple[str, ...]:
    """Return what of a file is not looked at."""
    return tuple(str(key) for key in data if key not in SECTIONS and key not in SHARED)


def find_excess(data: object) -> str:
    """Return what in some data is too large or too deep to be reckoned with, by its place; empty if nothing is."""
    waiting: list[tuple[object, str, int]] = [(data, "", 0)]
    while waiting:
        value, place, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"{place[:MAX_TEXT]} lies deeper than {MAX_DEPTH} objects"
        if isinstance(value, Mapping):
            waiting += [(one, f"{place}.{key}", depth + 1) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [(one, f"{place}[{at}]", depth + 1) for at, one in enumerate(value)]
        elif excess := _excess_of(value):
            return f"{place.lstrip('.')} {excess}"
    return ""


def _excess_of(value: object) -> str:
    if isinstance(value, str):
        return f"is a text of {len(value)} characters" if len(value) > MAX_TEXT else ""
    if isinstance(value, int):
        return "" if abs(value) < 10**MAX_DIGITS else f"is a number of more than {MAX_DIGITS} digits"
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int) or exponent > MAX_DIGITS or value.adjusted() > MAX_DIGITS:
            return f"is no number of at most {MAX_DIGITS} digits"
        if -exponent > MAX_DECIMALS or len(digits) > MAX_DECIMALS:
            return f"is a number of more than {MAX_DECIMALS} decimals"
    return ""


def _check_list(data: Case, section: str, kind: str, prepare: _Prepare) -> Iterator[CaseCheck]:
    """Check a section that is a list of cases."""
    if section in data:
        yield from _check_cases(data[section], section, kind, prepare)


def _check_cases(cases: object, place: str, kind: str, prepare: _Prepare) -> Iterator[CaseCheck]:
    """Check some cases. Where what they share cannot be read, each of them differs for that reason."""
    if not isinstance(cases, list):
        yield _unread(kind, place, cases, "is no list of cases")
        return
    work: _Work | None = None
    reason = ""
    try:
        work = prepare()
    except Exception as error:  # whatever it is, the other sections are still to be checked
        reason = _told(error)
    for at, case in enumerate(cases):
        where = f"{place}[{at}]"
        if work is None or not isinstance(case, Mapping):
            yield _unread(kind, where, case, reason or "is no object")
        else:
            yield _check_case(kind, where, case, work)


def _check_case(kind: str, place: str, case: Case, work: _Work) -> CaseCheck:
    """Check one case; one that cannot be worked out differs, whatever the reason is."""
    if excess := find_excess(case):
        return _unread(kind, place, case, excess)
    if case.get("expect") == {}:
        return _unread(kind, place, case, "expects nothing, so nothing can be compared")
    try:
        checked = work(case)
    except Exception as error:  # an adapter that stumbles over a case must not hide the cases behind it
        return _unread(kind, place, case, _told(error))
    return CaseCheck(kind, place, _name(case), _expected(case), checked.computed, checked.differences)


def _unread(kind: str, place: str, case: object, reason: str) -> CaseCheck:
    """Return the difference that a case is which cannot be read."""
    told = (Difference("case", "a case of the form", reason),)
    if isinstance(case, Mapping) and not find_excess(case):
        return CaseCheck(kind, place, _name(case), _expected(case), None, told)
    return CaseCheck(kind, place, "", None, None, told)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _name(case: Case) -> str:
    """Return what a person finds a case by: its number, its source, the code or what was asked."""
    keys = ("id", "source", "scan", "code", "in", "pricelist", "product", "quantity")
    return " ".join(str(case[key]) for key in keys if case.get(key) is not None)


def _expected(case: Case) -> Any:
    """Return what a case expects, whatever it is called in its section."""
    keys = ("expect", "expect_price_unit", "digit", "out")
    return next((case[key] for key in keys if key in case), None)


def _refuse_excess(*shared: object) -> None:
    for one in shared:
        if excess := find_excess(one):
            raise ValueError(excess)


def _tax_work(data: Case, section: str) -> _Work:
    defs = data.get("pos_order_tax_defs") or {}
    if section != "pos_orders":
        defs = {}
    _refuse_excess(defs)
    return lambda case: check_tax_case(section, case, defs)


def _price_work(data: Case) -> _Work:
    """Read products and price lists; those that are not of the form are as if they were not there."""
    products, lists = data["products"], data["pricelists"]
    _refuse_excess(products, lists)
    sound = {str(key): one for key, one in products.items() if isinstance(one, Mapping)}
    named = [one for one in lists if isinstance(one, Mapping) and "name" in one]
    file = read_price_file({"products": sound, "pricelists": named})
    return lambda case: check_price_case(file, case)


def _check_customs(data: Case) -> Iterator[CaseCheck]:
    """Check the nomenclatures that are not the usual one."""
    customs: object = data.get("custom", [])
    if not isinstance(customs, list):
        yield _unread("barcode_custom", "custom", customs, "is no list of nomenclatures")
        return
    for at, one in enumerate(customs):
        yield from _check_nomenclature(one, f"custom[{at}]", "barcode_custom")


def _check_nomenclature(one: object, place: str, kind: str, today: date | None = None) -> Iterator[CaseCheck]:
    """Check the scans under a nomenclature; `today` where its rules are those of GS1 messages."""
    if not isinstance(one, Mapping):
        yield _unread(kind, place, one, "is no nomenclature with rules and cases")
        return
    yield from _check_cases(one.get("cases"), f"{place}.cases", kind, lambda: _scan_work(one, kind, today))


def _scan_work(one: Case, kind: str, today: date | None) -> _Work:
    _refuse_excess(_but_cases(one))
    nomenclature = read_nomenclature(one)
    if today is None:
        book = build_code_book(nomenclature)
        return lambda case: check_scan(kind, case, book)
    messages, asked_on = build_gs1_book(nomenclature), today
    return lambda case: check_gs1_scan(case, messages, asked_on)


def _but_cases(one: Case) -> Sequence[object]:
    return [value for key, value in one.items() if key != "cases"]
