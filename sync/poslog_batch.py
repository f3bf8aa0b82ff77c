"""A batch as one POSLog: a Transaction for each document, with the document's key and proof as its attributes.

Sales, returns and collections have the shape of `sync.poslog`. What POSLog has no shape for goes out all the same: as a
control transaction that holds the document's line of JSON, so that whoever reads XML only has all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.sax.saxutils import quoteattr

import msgspec

from config.country import country_of
from config.settings import Settings
from domain.cash import CashKind, CashMove
from domain.collection import Collection
from domain.journal import Kind, read_record
from domain.sale import Sale
from domain.text import safe_text
from sync.document import Batch, Document
from sync.poslog import HEAD, TAIL, Shop, collection_transaction, transaction

ShopOf = Callable[[str], Shop]
"""What a store is for a currency."""

_CASH_WORDS: Final = {
    CashKind.PAID_IN.value: "PaidIn",
    CashKind.PAID_OUT.value: "PaidOut",
    CashKind.LOAN.value: "TenderLoan",
    CashKind.PICKUP.value: "TenderPickup",
}
_SHIFT_WORDS: Final = {Kind.SHIFT_OPENED.value: "POSSOD", Kind.SHIFT_CLOSED.value: "POSEOD"}
_OTHER: Final = "OtherDocument"
_COLLECTIONS: Final = frozenset({Kind.COLLECTION_POSTED.value, Kind.COLLECTION_REVERSED.value})
_FORBIDDEN: Final = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
"""What XML cannot hold and JSON can write otherwise."""


class _SaleRecord(msgspec.Struct):
    """The part of a record that is the sale."""

    body: Sale


class _CollectionRecord(msgspec.Struct):
    """The part of a record that is money received on an account."""

    body: Collection


class _CashRecord(msgspec.Struct):
    """The part of a record that is a move of cash."""

    body: CashMove


def shops_of(settings: Settings) -> ShopOf:
    """Return what a POSLog says of a store, for each currency. Raises `ConfigError`."""
    country = country_of(settings)
    exponents = {pack.code: pack.exponent for pack in country.currencies}
    own = country.currency(settings.store.currency)
    cash = frozenset(kind.code for kind in country.tender_kinds(settings.store.language) if kind.is_cash)
    return lambda code: Shop(settings.store.name, exponents.get(code, own.exponent), cash)


def write_poslog(batch: Batch, shop_of: ShopOf, currency: str) -> bytes:
    """Return a batch as a POSLog, the same bytes for the same documents; `currency` is the store's."""
    return "".join((HEAD, *(_document(one, shop_of, currency) for one in batch.documents), TAIL)).encode()


def _document(document: Document, shop_of: ShopOf, currency: str) -> str:
    """Return a document as a `Transaction`."""
    marks = {
        "DocumentID": document.document_id,
        "DocumentKind": document.kind,
        "JournalSequence": str(document.seq),
        "JournalHash": document.hash,
    }
    attributes = "".join(f" {name}={quoteattr(safe_text(value))}" for name, value in marks.items())
    text = _retail(document, shop_of) or _control(document, shop_of(currency), currency)
    return text.replace("<Transaction>", f"<Transaction{attributes}>", 1)


def _retail(document: Document, shop_of: ShopOf) -> str:
    """Return a sale or a collection in its shape; empty for what is neither, or has none."""
    try:
        if document.kind == Kind.SALE_POSTED.value:
            sale = _sale_decoder().decode(document.record).body
            return transaction(sale, shop_of(sale.currency))
        if document.kind in _COLLECTIONS:
            collection = msgspec.json.decode(document.record, type=_CollectionRecord).body
            return collection_transaction(collection, shop_of(collection.currency))
    except (msgspec.MsgspecError, ValueError):
        return ""
    return ""


def _control(document: Document, shop: Shop, currency: str) -> str:
    """Return a document of another kind, with its line of JSON."""
    record = read_record(bytes(document.record).decode())
    root = Element("Transaction")
    said = {
        "RetailStoreID": shop.store,
        "WorkstationID": document.lane,
        "SequenceNumber": str(document.seq),
        "BeginDateTime": record.at,
        "EndDateTime": record.at,
        "OperatorID": record.operator,
        "CurrencyCode": currency,
    }
    for name, text in said.items():
        if text:
            SubElement(root, name).text = safe_text(text)
    if document.kind in _CASH_WORDS:
        _cash(root, document, shop)
    else:
        control = SubElement(root, "ControlTransaction")
        SubElement(control, _SHIFT_WORDS.get(document.kind, _OTHER))
    line = msgspec.json.encode(document).decode()
    SubElement(root, "Document").text = line.translate(_FORBIDDEN)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _cash(root: Element, document: Document, shop: Shop) -> None:
    """Add a move of cash."""
    moved = SubElement(SubElement(root, "TenderControlTransaction"), _CASH_WORDS[document.kind])
    move = msgspec.json.decode(document.record, type=_CashRecord).body
    for name, text in {
        "Amount": shop.money(move.amount_minor),
        "Reason": move.reason,
        "Description": move.note,
    }.items():
        if text:
            SubElement(moved, name).text = safe_text(text)


@lru_cache(maxsize=1)
def _sale_decoder() -> msgspec.json.Decoder[_SaleRecord]:
    """Return what reads a sale's record, made for the first one."""
    return msgspec.json.Decoder(_SaleRecord)
