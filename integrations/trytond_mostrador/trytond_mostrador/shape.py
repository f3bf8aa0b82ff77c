# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What a document must look like, checked before anything is asked of the database.

One that does not fit is refused by itself: it must never stop those beside it. Numbers are text, so that nobody on
the way makes a binary fraction of money.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

MAX_DOCUMENTS = 500
MAX_ROWS = 2_000
MAX_TEXT = 200

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_HASH = re.compile(r"[0-9a-f]{64}")

Check = Callable[[Any], str]
"""Returns what is wrong, empty for nothing."""


def text(value: Any) -> str:
    """Demand a text that says something."""
    if not isinstance(value, str) or not value.strip():
        return "is empty"
    return "" if len(value) <= MAX_TEXT else "is too long"


def optional_text(value: Any) -> str:
    """Demand a text, which may be empty."""
    return "" if value == "" else text(value)


def number(value: Any) -> str:
    """Demand a decimal as text."""
    return "" if isinstance(value, str) and _DECIMAL.fullmatch(value) else "is no decimal number as text"


def day(value: Any) -> str:
    """Demand a date, YYYY-MM-DD."""
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return "is no date"
    return ""


def counter(value: Any) -> str:
    """Demand a whole number that is not negative."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return "" if is_number and 0 <= value < 2**31 else "is no whole number"


def digest(value: Any) -> str:
    """Demand a SHA-256 in hex."""
    return "" if isinstance(value, str) and _HASH.fullmatch(value) else "is no SHA-256"


def flag(value: Any) -> str:
    """Demand true or false."""
    return "" if isinstance(value, bool) else "is neither true nor false"


def rows(needed: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Demand a list of objects with these fields."""

    def check(value: Any) -> str:
        if not isinstance(value, list) or len(value) > MAX_ROWS:
            return "is no list, or too long a one"
        for place, row in enumerate(value, 1):
            if flaw := fields(row, needed, optional):
                return f"{place}: {flaw}"
        return ""

    return check


def texts(needed: Iterable[str], optional: Iterable[str]) -> Check:
    """Demand an object of texts, which may be empty."""

    def check(value: Any) -> str:
        flaw = fields(value, dict.fromkeys(needed, optional_text), dict.fromkeys(optional, optional_text))
        return f"is none: {flaw}" if flaw else ""

    return check


def fields(value: Any, needed: Mapping[str, Check], optional: Mapping[str, Check]) -> str:
    """Return what is wrong with an object: a field that is missing, unknown or not what it must be."""
    if not isinstance(value, dict):
        return "is no object"
    if missing := [name for name in needed if name not in value]:
        return f"{missing[0]} is missing"
    for name, one in value.items():
        check = needed.get(name) or optional.get(name)
        if check is None:
            return f"{str(name)[:MAX_TEXT]} is unknown"
        if flaw := check(one):
            return f"{name} {flaw}"
    return ""


_HEAD = {"key": text, "kind": text, "hash": digest, "lane": text, "seq": counter, "shift": counter, "date": day}
_PAYMENTS = rows({"method": text, "amount": number}, {"due": day})
_KINDS: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "sale": (
        {
            "number": text,
            "lines": rows(
                {"name": text, "quantity": number, "net": number, "gross": number, "tax_class": optional_text},
                {
                    **dict.fromkeys(("product", "product_id", "department", "of"), optional_text),
                    **dict.fromkeys(("lot", "serial", "expires", "employee", "employee_id"), optional_text),
                    **dict.fromkeys(("damaged", "load"), flag),
                    **dict.fromkeys(("line", "of_line"), counter),
                },
            ),
            "taxes": rows({"code": text, "base": number, "amount": number}, {}),
            "payments": _PAYMENTS,
        },
        {
            **dict.fromkeys(("employee", "employee_id", "party", "party_id"), optional_text),
            "rounding": number,
            "invoice": texts(("tax_id", "name"), ("regime", "postcode", "use", "email")),
        },
    ),
    "collection": ({"number": text, "party": text, "payments": _PAYMENTS}, {"party_id": optional_text}),
    "shift": ({"float": number}, {}),
    "cash": ({"number": text, "type": text, "amount": number}, {}),
    "tenders": ({"number": text, "of": text, "payments": _PAYMENTS}, {}),
    "z": ({"number": text, "left": number, "over_short": number, "removed": number, "report": optional_text}, {}),
    "party": (
        {"code": text, "name": text},
        dict.fromkeys(("party_id", "tax_id", "phone", "email"), optional_text),
    ),
}
_LONG = {"report"}


def check_document(document: Any) -> str:
    """Return what is wrong with a document, empty for nothing."""
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        return f"kind {str(kind)[:40]!r} is unknown to this module: install a newer one"
    needed, optional = _KINDS[kind]
    short = {name: value for name, value in document.items() if name not in _LONG}
    wanted = {name: check for name, check in needed.items() if name not in _LONG}
    return fields(short, _HEAD | wanted, optional) or _sums(document)


def _sums(document: Mapping[str, Any]) -> str:
    """Hold a sale's lines, taxes, rounding and payments against each other: its entry must balance."""
    if document["kind"] != "sale":
        return ""
    net = sum(Decimal(line["net"]) for line in document["lines"])
    gross = sum(Decimal(line["gross"]) for line in document["lines"])
    taxes = sum(Decimal(tax["amount"]) for tax in document["taxes"])
    if net + taxes != gross:
        return f"its lines come to {net} without and {gross} with taxes, but its taxes to {taxes}"
    paid = sum(Decimal(payment["amount"]) for payment in document["payments"])
    total = gross + Decimal(document.get("rounding", "0"))
    return "" if total == paid else f"it comes to {total}, but {paid} was paid"


def key_of(document: Any) -> str:
    """Return the key of a document, empty where it has none."""
    key = document.get("key") if isinstance(document, dict) else None
    return key if isinstance(key, str) else ""
