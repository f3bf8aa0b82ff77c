"""Judging the rows of customers and of their balances, as files and ERPs bring them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal

import msgspec

from domain.account import OpenDocument
from domain.buyer import InvoiceData
from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_name import mend_name
from domain.catalog_value import DecimalMark, parse_flag, parse_price
from domain.customer import MAX_CODE, MAX_NAME, Customer
from domain.instant import stamp
from domain.money import MICRO_DIGITS
from domain.payment_terms import PaymentTerms, read_terms
from domain.text import holds_card_number, safe_text

TEXTS: Final[Mapping[str, int]] = {
    "tax_id": 24,
    "phone": 30,
    "email": 120,
    "card": MAX_CODE,
    "group": 40,
    "price_list": 40,
    "position": 24,
    "note": 160,
}
"""Cells that are taken as they are, on one line, with the length of each."""
INVOICE: Final = {"invoice_name": "name", "regime": "regime", "postcode": "postcode", "use": "use"}
CUSTOMER_CELLS: Final = (
    *("code", "name", *TEXTS, "codes", "lane_code"),
    *("terms", "days", "credit_limit", "blocked", "active", *INVOICE),
)
BALANCE_CELLS: Final = ("code", "owed", "as_of", "covers", "document", "folio", "date", "due_date", "amount", "open")


class Money(msgspec.Struct, frozen=True):
    """How amounts are read: the decimals of the currency, and the sign that parts them where that is told."""

    exponent: int = 2
    mark: DecimalMark = ""


class BalanceRow(msgspec.Struct, frozen=True):
    """What a row says of an account: its balance, or one document that is open (then `document` is set).

    `covers` are the journal numbers up to which a lane's documents are in the balance, by lane; None says nothing.
    """

    code: str
    owed_minor: int = 0
    as_of: str = ""
    covers: Mapping[str, int] | None = None
    document: OpenDocument | None = None


def judge_customer(cells: Mapping[str, str], money: Money, known: Customer | None = None) -> Customer | RowFlaw:
    """Return the customer of a row, or why it is refused. Cells that are not there stay as they are known."""
    code = cells.get("code", "").strip()
    if not code or len(code) > MAX_CODE or not code.isprintable():
        return RowFlaw(Flaw.BAD_CODE if code else Flaw.NO_CODE, shown(code))
    named = mend_name(cells.get("name", ""))
    if isinstance(named, Flaw) or len(named[0]) > MAX_NAME:
        return RowFlaw(named if isinstance(named, Flaw) else Flaw.NAME_TOO_LONG, shown(cells.get("name", "")))
    found = {name: " ".join(safe_text(cells[name], size).split()) for name, size in TEXTS.items() if name in cells}
    if bad := next((text for text in (*found.values(), named[0]) if holds_card_number(text)), ""):
        return RowFlaw(Flaw.CARD_NUMBER, bad[:4])
    base = msgspec.structs.replace(known or Customer(code, ""), code=code, name=named[0], **found)
    for name, field in (("codes", "codes"), ("lane_code", "was")):
        if name in cells:
            base = msgspec.structs.replace(base, **{field: tuple(cells[name].replace("|", " ").split())})
    return _with_credit(cells, money, _with_invoice(cells, base))


def _with_invoice(cells: Mapping[str, str], customer: Customer) -> Customer:
    """Return a customer with the invoice data that a row brings."""
    told = {field: safe_text(cells[name]).strip() for name, field in INVOICE.items() if cells.get(name, "").strip()}
    if not told:
        return customer
    known = customer.invoice or InvoiceData(customer.tax_id, customer.name)
    fresh = msgspec.structs.replace(known, tax_id=customer.tax_id, email=customer.email or known.email, **told)
    return msgspec.structs.replace(customer, invoice=fresh)


def _with_credit(cells: Mapping[str, str], money: Money, customer: Customer) -> Customer | RowFlaw:
    """Return a customer with the terms, the limit and the marks that a row brings."""
    if "days" in cells or "terms" in cells:
        name = safe_text(cells.get("terms", ""), 40).strip()
        terms = read_terms(name, cells.get("days", ""))
        if terms is None:
            return RowFlaw(Flaw.BAD_TERMS, shown(cells.get("days", "")))
        customer = msgspec.structs.replace(customer, terms=terms if terms.parts or name else PaymentTerms())
    if "credit_limit" in cells:
        limit = read_amount(cells["credit_limit"], money)
        if limit is None or limit < 0:
            return RowFlaw(Flaw.BAD_AMOUNT, shown(cells["credit_limit"]))
        customer = msgspec.structs.replace(customer, credit_limit_minor=limit)
    for cell, field, usual in (("blocked", "is_blocked", False), ("active", "is_active", True)):
        flag = parse_flag(cells[cell], usual) if cell in cells else getattr(customer, field)
        if isinstance(flag, Flaw):
            return RowFlaw(flag, shown(cells[cell]))
        customer = msgspec.structs.replace(customer, **{field: flag})
    return customer


def read_amount(text: str, money: Money) -> int | None:
    """Return an amount in minor units, perhaps negative; None for what is none, or finer than the currency."""
    body = text.strip()
    sign, body = (-1, body[1:]) if body.startswith("-") else (1, body)
    micro = parse_price(body or "0", money.mark)
    scale = int(10 ** (MICRO_DIGITS - money.exponent))
    return None if isinstance(micro, Flaw) or micro % scale else sign * micro // scale


def judge_balance(cells: Mapping[str, str], money: Money) -> BalanceRow | RowFlaw:
    """Return what a row says of an account, or why it is refused."""
    code = cells.get("code", "").strip()
    if not code or len(code) > MAX_CODE:
        return RowFlaw(Flaw.BAD_CODE if code else Flaw.NO_CODE, shown(code))
    if cells.get("document", "").strip():
        return _judge_document(code, cells, money)
    owed, as_of, covers = (
        read_amount(cells.get("owed", ""), money),
        read_instant(cells.get("as_of", "")),
        _read_covers(cells.get("covers", "")),
    )
    if owed is None:
        return RowFlaw(Flaw.BAD_AMOUNT, shown(cells.get("owed", "")))
    if as_of is None:
        return RowFlaw(Flaw.BAD_INSTANT, shown(cells.get("as_of", "")))
    if covers is False:
        return RowFlaw(Flaw.BAD_COVERS, shown(cells.get("covers", "")))
    return BalanceRow(code, owed, as_of, covers)


def _judge_document(code: str, cells: Mapping[str, str], money: Money) -> BalanceRow | RowFlaw:
    """Return an open document of an account."""
    amounts = [read_amount(cells.get(name, ""), money) for name in ("amount", "open")]
    for name, amount in zip(("amount", "open"), amounts, strict=True):
        if amount is None or amount < 0:
            return RowFlaw(Flaw.BAD_AMOUNT, shown(cells.get(name, "")))
    days = [cells.get(name, "").strip() for name in ("date", "due_date")]
    for day in days:
        if day and not _is_date(day):
            return RowFlaw(Flaw.BAD_DATE, shown(day))
    document_id, folio = safe_text(cells["document"], 80).strip(), safe_text(cells.get("folio", ""), 40).strip()
    opened = amounts[1] if cells.get("open", "").strip() else amounts[0]
    document = OpenDocument(document_id, folio, days[0], days[1], amounts[0] or 0, opened or 0)
    return BalanceRow(code, document=document)


def read_instant(text: str) -> str | None:
    """Return an instant as the ledger writes it, empty for an empty text; None for what has no zone or is none."""
    if not text.strip():
        return ""
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return None if at.tzinfo is None else stamp(at)


def _read_covers(text: str) -> Mapping[str, int] | Literal[False] | None:
    """Return what `1:1234 2:88` says, None for an empty text, False for what says nothing."""
    pairs = [word.rpartition(":") for word in text.replace(",", " ").split()]
    if not all(lane and number.isdecimal() and len(number) < 16 for lane, _, number in pairs):
        return False
    return {lane: int(number) for lane, _, number in pairs} or None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-24")
