"""The receipt of a sale as paper: pure, from the sale, the words of a language and the forms of a country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache

import msgspec
from msgspec import UNSET

from domain.basket import QuantityOrigin
from domain.form import Forms, date_text, format_money, format_price, format_quantity, format_rate
from domain.money import MICRO, format_scaled
from domain.paper import Align, Barcode, Columns, Cut, Element, Feed, Kick, Paper, Rule, Text
from domain.receipt_code import NO_KEY, ReceiptKey, write_code
from domain.sale import LineKind, Sale, SaleLine
from domain.tender import TenderKind
from domain.text import safe_text

HASH_DIGITS = 8
"""How much of the journal's hash is printed: paper is an anchor too."""


class StoreHead(msgspec.Struct, frozen=True):
    """What stands on top of every paper, and below a receipt."""

    name: str
    address: Sequence[str] = ()
    tax_id: str = ""
    phone: str = ""
    footer: Sequence[str] = ()


class Style(msgspec.Struct, frozen=True):
    """The language and country in which papers are written."""

    texts: Mapping[str, str]
    forms: Forms
    zone: tzinfo
    tender_kinds: Mapping[str, TenderKind]
    invoice_url: str = ""
    """Where customers make their invoices themselves, with fields to be filled in; empty for nowhere."""
    key: ReceiptKey = NO_KEY
    vouchers: tuple[tuple[str, int], ...] = ()
    """Code and amount of each voucher that the sale at hand has given: no record has them."""


def compose_receipt(sale: Sale, row_hash: str, head: StoreHead, style: Style, copy: int = 0) -> Paper:
    """Return the receipt of a posted sale; `copy` above 0 marks it as the n-th copy and opens no till."""
    opens = any(kind.opens_drawer for t in sale.tenders if (kind := style.tender_kinds.get(t.kind)))
    return (
        *((Kick(),) if opens and not copy else ()),
        *head_elements(head, style),
        *copy_mark(copy, style),
        *_about(sale, style),
        *_buyer(sale, style),
        *_origin(sale, style),
        Rule(),
        *(element for line in sale.lines if line.kind is LineKind.ITEM for element in _line(line, style)),
        *_deductions(sale, style),
        Rule(),
        *_totals(sale, style),
        *_tax_table(sale, style),
        *_on_account(sale, style),
        *_self_invoice(sale, style),
        *copy_mark(copy, style),
        *_points(sale, style),
        *_foot(sale, row_hash, head, style),
        *_vouchers(style),
        Cut(),
    )


def head_elements(head: StoreHead, style: Style) -> tuple[Element, ...]:
    """Return the store's name, address, tax id and telephone."""
    tax_id = f"{style.texts['tax_id']}: {head.tax_id}" if head.tax_id else ""
    phone = f"{style.texts['phone']} {head.phone}" if head.phone else ""
    return _head_of(head.name, (*head.address, tax_id, phone))


@lru_cache(maxsize=8)
def _head_of(name: str, lines: tuple[str, ...]) -> tuple[Element, ...]:
    """Return the elements of a store's head, made once: they are the same on every paper."""
    return (
        Text(safe_text(name), Align.CENTER, bold=True, size=2),
        *(Text(safe_text(text), Align.CENTER) for text in lines if text),
    )


def instant_text(at: str, style: Style) -> str:
    """Return a ledger's instant as date and time in the store's zone."""
    return _local_minute(at, style.zone, f"{style.forms.date} {style.forms.time}")


def _local_minute(at: str, zone: tzinfo, pattern: str) -> str:
    """Return an instant in a zone; sales of one minute share the work where the pattern shows no seconds."""
    if "S" in pattern or len(at) < len("2026-11-24T18:05"):
        return _local(at.replace("Z", "+00:00"), zone, pattern)
    return _local(f"{at[:16]}+00:00", zone, pattern)


@lru_cache(maxsize=64)
def _local(at: str, zone: tzinfo, pattern: str) -> str:
    """Return an instant of the ledger as local date and time."""
    return datetime.fromisoformat(at).astimezone(zone).strftime(pattern)


def copy_mark(copy: int, style: Style) -> tuple[Element, ...]:
    """Return the mark of a copy, or nothing."""
    return (Text(f"*** {style.texts['copy']} {copy} ***", Align.CENTER, bold=True),) if copy else ()


def _about(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return number, time, lane and cashier."""
    texts = style.texts
    title = texts["return"] if sale.is_return else texts["receipt_number"]
    sold_by = f"{texts['salesperson']}: {safe_text(sale.salesperson.name, 28)}" if sale.salesperson else ""
    if sale.is_post_void is not UNSET:
        title = texts["post_void"]
    return (
        Columns(f"{title} {sale.folio}", instant_text(sale.at, style)),
        Columns(f"{texts['operator']}: {safe_text(sale.operator_name, 24)}", f"{texts['lane']} {safe_text(sale.lane)}"),
        *((Text(sold_by),) if sold_by else ()),
    )


def _origin(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return of which receipt something comes back, and whether the ERP has to confirm it."""
    texts = style.texts
    returns = [line.returns for line in sale.lines if line.returns is not UNSET and line.returns.of is not None]
    folios = dict.fromkeys(safe_text(returned.of.folio, 24) for returned in returns if returned.of is not None)
    word = "returned_from" if sale.is_post_void is UNSET else "voids_receipt"
    unsure = any(returned.is_unconfirmed for returned in returns)
    return (
        *(Text(f"{texts[word]} {folio}") for folio in folios),
        *((Text(texts["unconfirmed"], Align.CENTER, bold=True),) if unsure else ()),
    )


def _why(line: SaleLine, style: Style) -> tuple[Element, ...]:
    """Return why a line comes back, below it."""
    if line.returns is UNSET or line.voids:
        return ()
    damaged = f" ({style.texts['damaged']})" if line.returns.is_damaged else ""
    return (Text(f"  {safe_text(line.returns.reason, 40)}{damaged}"),)


def _line(line: SaleLine, style: Style) -> tuple[Element, ...]:
    """Return one line: name and amount, and above it how many at what price where it is not one piece."""
    forms = style.forms
    amount = format_money(line.load.amount_minor if line.load else line.amount_minor, forms, symbol=False)
    mark = f"{style.texts['void']} " if line.voids else ""
    name = Columns(mark + safe_text(line.name), amount)
    changed = (*_card(line, style), *_trace(line, style), *_changed_price(line, style), *_sold_by(line, style))
    if line.quantity_micro == MICRO and not line.uom_digits:
        return (name, *changed, *_why(line, style))
    quantity = format_quantity(line.quantity_micro, line.uom_digits, forms)
    unit = f" {safe_text(line.uom, 8)}" if line.uom_digits else ""
    detail = f"  {quantity}{unit} x {format_price(line.unit_price_micro, forms, symbol=False)}"
    by_hand = line.uom_digits and line.quantity_origin is QuantityOrigin.TYPED
    return (
        name,
        Text(f"{detail}  {style.texts['weighed_by_hand']}" if by_hand else detail),
        *changed,
        *_why(line, style),
    )


def _card(line: SaleLine, style: Style) -> tuple[Element, ...]:
    """Return which card a line puts money on."""
    return (Text(f"  {style.texts['card']} {safe_text(line.load.card.shown)}"),) if line.load else ()


def _points(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return the points that the customer gets and gives."""
    if not sale.points:
        return ()
    said = {"points_earned": sale.points.got, "points_redeemed": -sale.points.spent}
    return tuple(Columns(style.texts[name], str(points)) for name, points in said.items() if points)


def _vouchers(style: Style) -> tuple[Element, ...]:
    """Return the vouchers that a sale gives: what each is good for, and the code that is the money."""
    return tuple(
        element
        for code, amount_minor in style.vouchers
        for element in (
            Rule(),
            Text(style.texts["voucher"], Align.CENTER, bold=True),
            Text(format_money(amount_minor, style.forms), Align.CENTER, bold=True, size=2),
            Text(" ".join(code[n : n + 4] for n in range(0, len(code), 4)), Align.CENTER),
            Barcode(code),
            Text(style.texts["voucher_how"], Align.CENTER),
        )
    )


def _trace(line: SaleLine, style: Style) -> tuple[Element, ...]:
    """Return lot, serial and expiry date, each in a row of its own so that none is cut."""
    if not line.trace:
        return ()
    said = (
        ("lot", line.trace.lot),
        ("serial", line.trace.serial),
        ("expires_on", date_text(line.trace.expires_on, style.forms)),
    )
    return tuple(Text(f"  {style.texts[name]} {safe_text(text)}") for name, text in said if text)


def _sold_by(line: SaleLine, style: Style) -> tuple[Element, ...]:
    """Return whose a line is, where it is not the sale's."""
    if not line.salesperson:
        return ()
    return (Text(f"  {style.texts['salesperson']}: {safe_text(line.salesperson.name, 24)}"),)


def _changed_price(line: SaleLine, style: Style) -> tuple[Element, ...]:
    """Return what the price of one was, and what part of it is taken off, where it is not the catalogue's."""
    parts = []
    if line.regular_price_micro is not None and line.regular_price_micro != line.unit_price_micro:
        parts.append(
            f"{style.texts['regular_price']} {format_price(line.regular_price_micro, style.forms, symbol=False)}"
        )
    if line.discount_ppm:
        parts.append(f"{style.texts['discount']} {format_rate(line.discount_ppm, style.forms)}")
    return (Text("  " + "  ".join(parts)),) if parts else ()


def _deductions(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return what was taken off, one row for each name, whatever taxes it lowered."""
    sums: dict[tuple[str, str, str], int] = {}
    for line in sale.lines:
        if line.kind is not LineKind.ITEM:
            key = line.kind, line.code, line.name
            sums[key] = sums.get(key, 0) + line.amount_minor
    return tuple(
        Columns(safe_text(name), format_money(amount, style.forms, symbol=False))
        for (_, _, name), amount in sums.items()
    )


def _totals(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return the total, what was tendered and the change."""
    texts, forms = style.texts, style.forms
    rows: list[Element] = []
    if loads := sale.due_minor - sale.total_minor:
        rows.append(Columns(texts["cards_loaded"], format_money(loads, forms)))
    rows.append(Columns(texts["total"], format_money(sale.due_minor, forms), bold=True, size=2))
    if sale.rounding_minor:
        rows.append(Columns(texts["rounding"], format_money(sale.rounding_minor, forms)))
    for tender in sale.tenders:
        kind = style.tender_kinds.get(tender.kind)
        name = kind.name if kind else tender.kind
        label = f"{texts['refund']} {name}" if tender.amount_minor < 0 else name
        reference = f" {safe_text(tender.reference, 40)}" if tender.reference else ""
        if tender.currency:
            handed = format_scaled(tender.foreign_minor, kind.foreign.exponent if kind and kind.foreign else 2)
            reference = f" {handed} {tender.currency}{reference}"
        rows.append(Columns(safe_text(label) + reference, format_money(tender.amount_minor, forms)))
    if sale.change_minor:
        rows.append(Columns(texts["change"], format_money(sale.change_minor, forms), bold=True))
    return tuple(rows)


def _tax_table(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return the taxes by rate."""
    rows: list[Element] = [Feed()] if sale.taxes else []
    for tax in sale.taxes:
        base = format_money(tax.base_minor, style.forms, symbol=False)
        name = safe_text(tax.name) or format_rate(tax.rate_ppm, style.forms)
        rows.append(
            Columns(
                f"{name}  {style.texts['tax_base']} {base}",
                format_money(tax.tax_minor, style.forms, symbol=False),
            )
        )
    return tuple(rows)


def _buyer(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return who bought, where it is said. What few receipts have is imported for these only."""
    if not sale.customer_name and sale.invoice is UNSET:
        return ()
    from domain.account_paper import buyer_rows

    return buyer_rows(sale, style)


def _on_account(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return what went on the customer's account."""
    if sale.account is UNSET:
        return ()
    from domain.account_paper import account_rows

    return account_rows(sale.account, style)


def _self_invoice(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return what a customer needs to make the invoice himself."""
    if sale.check_code is UNSET:
        return ()
    from domain.account_paper import self_invoice_rows

    return self_invoice_rows(sale, style)


def _foot(sale: Sale, row_hash: str, head: StoreHead, style: Style) -> tuple[Element, ...]:
    """Return how many items, the thanks, the bar code to come back with and the journal's mark."""
    pieces = sum(
        (1 if line.quantity_micro > 0 else -1) if line.uom_digits else line.quantity_micro // MICRO
        for line in sale.lines
        if line.kind is LineKind.ITEM
    )
    saved = sum(deduction.amount_minor for deduction in sale.deductions)
    return (
        Feed(),
        *((Columns(style.texts["saved"], format_money(saved, style.forms)),) if saved > 0 else ()),
        Columns(f"{style.texts['items']}: {pieces}", row_hash[:HASH_DIGITS]),
        *(Text(safe_text(text), Align.CENTER) for text in (head.footer or (style.texts["thank_you"],))),
        Feed(),
        Barcode(write_code(safe_text(sale.lane, 12), sale.receipt_number, sale.total_minor, style.key)),
    )
