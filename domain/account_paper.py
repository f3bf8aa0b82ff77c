"""Papers of customers: what a receipt says of its buyer, receipts of collections, statements of account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec import UNSET

from domain.account import Credit, OpenDocument, PaidPart
from domain.buyer import InvoiceData, SaleAccount
from domain.collection import Collection
from domain.form import date_text, format_money
from domain.money import format_scaled
from domain.paper import Align, Columns, Cut, Element, Feed, Kick, Paper, Qr, Rule, Text
from domain.receipt import HASH_DIGITS, StoreHead, Style, copy_mark, head_elements, instant_text
from domain.sale import Sale
from domain.tender import Tender
from domain.text import safe_text

NAME: Final = 60


class Statement(msgspec.Struct, frozen=True):
    """What a statement of account tells. `at` is when it is made."""

    customer: str
    name: str
    tax_id: str
    at: str
    credit: Credit
    limit_minor: int
    balance_at: str
    documents: tuple[OpenDocument, ...]


# parts of a sale's receipt


def buyer_rows(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return who bought, as far as the record still says it."""
    return (
        *_person(sale.customer_name, sale.customer_tax_id, style),
        *(_invoice_rows(sale.invoice, style) if sale.invoice is not UNSET else ()),
    )


def _person(name: str, tax_id: str, style: Style) -> tuple[Element, ...]:
    """Return a customer's name and tax id; nothing where they were purged."""
    texts = style.texts
    rows = (Text(f"{texts['customer']}: {safe_text(name, NAME)}"),) if name else ()
    return (*rows, Text(f"{texts['tax_id']}: {safe_text(tax_id, 24)}")) if tax_id else rows


def _invoice_rows(data: InvoiceData, style: Style) -> tuple[Element, ...]:
    """Return for whom the invoice is wanted, and its codes."""
    codes = "  ".join(safe_text(code, 12) for code in (data.regime, data.use, data.postcode) if code)
    return (
        Text(style.texts["invoice_wanted"], bold=True),
        *((Text(safe_text(data.name, NAME)),) if data.name else ()),
        *((Columns(safe_text(data.tax_id, 24), codes),) if data.tax_id or codes else ()),
    )


def account_rows(account: SaleAccount, style: Style) -> tuple[Element, ...]:
    """Return by which terms and until when what went on the account is to be paid, and a line to sign on."""
    texts, forms = style.texts, style.forms
    if account.amount_minor < 0:
        return (Columns(texts["account_credited"], format_money(-account.amount_minor, forms), bold=True),)
    dues = [
        Columns(f"{texts['due']} {date_text(due.date, forms)}", format_money(due.amount_minor, forms), bold=True)
        for due in account.dues
    ]
    return (
        Feed(),
        *((Text(safe_text(account.terms, NAME)),) if account.terms else ()),
        *dues,
        Feed(2),
        Rule("_"),
        Text(texts["signature_line"], Align.CENTER),
    )


def self_invoice_rows(sale: Sale, style: Style) -> tuple[Element, ...]:
    """Return what a customer needs to make the invoice himself, and the code that a telephone reads."""
    if sale.check_code is UNSET or not style.invoice_url:
        return ()
    texts = style.texts
    forms = dict.fromkeys(_fiscal_code(tender.kind, style) for tender in sale.tenders)
    return (
        Feed(),
        Text(texts["invoice_yourself"], Align.CENTER, bold=True),
        Text(_bare(style.invoice_url), Align.CENTER),
        Columns(texts["receipt_number"], sale.folio),
        Columns(texts["date"], date_text(sale.business_date, style.forms)),
        Columns(texts["total"], format_money(sale.total_minor, style.forms)),
        Columns(texts["payment_form"], " ".join(forms)),
        Columns(texts["check_code"], sale.check_code, bold=True),
        Qr(invoice_link(sale, style)),
    )


def invoice_link(sale: Sale, style: Style) -> str:
    """Return the address at which a customer makes the invoice of a sale; the total as a plain decimal."""
    total = format_scaled(sale.total_minor, style.forms.exponent)
    code = "" if sale.check_code is UNSET else sale.check_code
    return style.invoice_url.format(folio=sale.folio, total=total, date=sale.business_date, code=code)


def _bare(url: str) -> str:
    """Return an address as people type it: without what a link alone needs."""
    return safe_text(url.partition("?")[0].removeprefix("https://"), NAME)


def _fiscal_code(kind: str, style: Style) -> str:
    """Return the country's code of a kind of tender, or its name."""
    known = style.tender_kinds.get(kind)
    return (known.fiscal_code or safe_text(known.name, 20)) if known else safe_text(kind, 20)


# collections


def compose_collection(collection: Collection, row_hash: str, head: StoreHead, style: Style, copy: int = 0) -> Paper:
    """Return the receipt of a collection, or of its reversal; it opens the till where its tenders do."""
    texts = style.texts
    opens = any(
        (kind := style.tender_kinds.get(tender.kind)) is not None and kind.opens_drawer for tender in collection.tenders
    )
    title = texts["collection"] if collection.kind == "collection" else texts["collection_reversal"]
    return (
        *((Kick(),) if opens and not copy else ()),
        *head_elements(head, style),
        *copy_mark(copy, style),
        Text(title, Align.CENTER, bold=True, size=2),
        Columns(f"{texts['receipt_number']} {collection.folio}", instant_text(collection.at, style)),
        Columns(
            f"{texts['operator']}: {safe_text(collection.operator_name, 24)}",
            f"{texts['lane']} {safe_text(collection.lane)}",
        ),
        *_person(collection.customer_name, collection.customer_tax_id, style),
        Rule(),
        *_paid(collection, style),
        Rule(),
        Columns(texts["total"], format_money(collection.amount_minor, style.forms), bold=True, size=2),
        *_tender_rows(collection.tenders, style),
        Feed(),
        Columns(texts["account_balance"], format_money(collection.owed_minor, style.forms)),
        *_as_of(collection.balance_at, style),
        *_signature(collection, style),
        Text(row_hash[:HASH_DIGITS], Align.RIGHT),
        Cut(),
    )


def _paid(collection: Collection, style: Style) -> tuple[Element, ...]:
    """Return which documents were paid, and what pays none."""
    texts, forms = style.texts, style.forms
    rows: list[Element] = [_paid_row(part, style) for part in collection.parts]
    if collection.reverses:
        rows.insert(0, Text(f"{texts['reverses']} {collection.reverses}"))
    if collection.reason:
        rows.append(Columns(texts["reason"], safe_text(collection.reason, NAME)))
    if collection.unassigned_minor:
        rows.append(Columns(texts["unassigned"], format_money(collection.unassigned_minor, forms)))
    return tuple(rows)


def _paid_row(part: PaidPart, style: Style) -> Element:
    """Return one document that was paid."""
    day = f" {date_text(part.date, style.forms)}" if part.date else ""
    return Columns(f"{safe_text(part.folio, 24)}{day}", format_money(part.amount_minor, style.forms))


def _tender_rows(tenders: Iterable[Tender], style: Style) -> tuple[Element, ...]:
    """Return what was handed over, and the change."""
    rows: list[Element] = []
    change = 0
    for tender in tenders:
        kind = style.tender_kinds.get(tender.kind)
        reference = f" {safe_text(tender.reference, 40)}" if tender.reference else ""
        name = safe_text(kind.name if kind else tender.kind)
        rows.append(Columns(f"{name}{reference}", format_money(tender.amount_minor, style.forms)))
        change += tender.change_minor
    if change:
        rows.append(Columns(style.texts["change"], format_money(change, style.forms), bold=True))
    return tuple(rows)


def _signature(collection: Collection, style: Style) -> tuple[Element, ...]:
    """Return a line to sign on, where money goes out."""
    if collection.kind == "collection":
        return ()
    return (Feed(2), Rule("_"), Text(style.texts["signature_line"], Align.CENTER))


def _as_of(balance_at: str, style: Style) -> tuple[Element, ...]:
    """Return of when the ERP's word is, on which a balance rests."""
    return (Text(f"{style.texts['balance_of']} {instant_text(balance_at, style)}"),) if balance_at else ()


# statements


def compose_statement(statement: Statement, head: StoreHead, style: Style) -> Paper:
    """Return a statement of account: what is open, the oldest due first, and how much more may be bought."""
    texts, forms, credit = style.texts, style.forms, statement.credit
    return (
        *head_elements(head, style),
        Text(texts["statement"], Align.CENTER, bold=True, size=2),
        Columns(safe_text(statement.customer, 24), instant_text(statement.at, style)),
        *_person(statement.name, statement.tax_id, style),
        Rule(),
        *_document_rows(statement.documents, style),
        *_beside_documents(statement, style),
        Rule(),
        Columns(texts["account_balance"], format_money(credit.owed_minor, forms), bold=True, size=2),
        Columns(texts["credit_limit"], format_money(statement.limit_minor, forms)),
        Columns(texts["credit_available"], format_money(credit.available_minor, forms)),
        *_as_of(statement.balance_at, style),
        Cut(),
    )


def _document_rows(documents: Sequence[OpenDocument], style: Style) -> tuple[Element, ...]:
    """Return the open documents with their dates, and what they come to."""
    texts, forms = style.texts, style.forms
    if not documents:
        return (Text(texts["no_open_documents"]),)
    rows: list[Element] = []
    for one in documents:
        rows.append(Columns(safe_text(one.folio or one.document_id, 30), format_money(one.open_minor, forms)))
        day = date_text(one.date, forms) if one.date else ""
        due = f"{texts['due']} {date_text(one.due_date, forms)}" if one.due_date else ""
        if day or due:
            rows.append(Text("  " + "  ".join(text for text in (day, due) if text)))
    return (*rows, Columns(texts["open_documents"], format_money(sum(one.open_minor for one in documents), forms)))


def _beside_documents(statement: Statement, style: Style) -> tuple[Element, ...]:
    """Return what is owed, or was paid, beside the documents: they alone do not come to the balance then."""
    beside = statement.credit.owed_minor - sum(one.open_minor for one in statement.documents)
    return (Columns(style.texts["unassigned"], format_money(beside, style.forms)),) if beside else ()
