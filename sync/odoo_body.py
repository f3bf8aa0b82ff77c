"""What the Odoo connector reads of documents, and the ids that orders, lines and payments are made of.

Ids are made of the document's, so that the same document is the same order however often it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from domain.buyer import InvoiceData
from domain.instant import read_stamp
from domain.journal import Record
from domain.personal import reveal
from sync.document import Document
from sync.odoo_feeds import TIME

NAMESPACE: Final = uuid5(NAMESPACE_URL, "mostrador:odoo")

_T = TypeVar("_T")


class CannotSay(Exception):
    """A document that Odoo cannot be told as it is; the text says why and what to do."""


class OriginBody(msgspec.Struct):
    """Of which line something comes back."""

    folio: str = ""
    sale_id: str = ""
    line_no: int = 0


class ReturnBody(msgspec.Struct):
    """How a line comes back."""

    of: OriginBody | None = None


class CardBody(msgspec.Struct):
    """A gift card or voucher, of which the lane keeps a hash and the end."""

    hash: str
    last4: str
    kind: str = "gift_card"


class LoadBody(msgspec.Struct):
    """What a line puts on a card."""

    card: CardBody
    amount_minor: int


class PointsBody(msgspec.Struct):
    """Loyalty points that a customer gets and gives."""

    earned: int = 0
    redeemed: int = 0


class LineBody(msgspec.Struct):
    """What an order needs of a line."""

    line_no: int
    sku: str
    name: str
    tax_class: str
    quantity_micro: int
    unit_price_micro: int
    net_minor: int
    gross_minor: int
    amount_minor: int = 0
    voids: int = 0
    kind: str = "item"
    discount_ppm: int = 0
    lot: str = ""
    serial: str = ""
    returns: ReturnBody | None = None
    load: LoadBody | None = None


class TenderBody(msgspec.Struct):
    """What an order needs of a tender."""

    kind: str
    amount_minor: int
    change_minor: int = 0
    reference: str = ""
    change_kind: str = ""
    card: CardBody | None = None


class TaxBody(msgspec.Struct):
    """What a reconciliation needs of a tax."""

    code: str
    base_minor: int
    tax_minor: int


class SaleBody(msgspec.Struct):
    """What an order needs of a sale's record."""

    sale_id: str
    folio: str
    shift_id: int
    lane: str
    at: str
    lines: tuple[LineBody, ...]
    tenders: tuple[TenderBody, ...]
    net_minor: int
    total_minor: int
    taxes: tuple[TaxBody, ...] = ()
    is_return: bool = False
    customer: str = ""
    rounding_minor: int = 0
    points: PointsBody | None = None
    invoice: InvoiceData | None = None


class CollectionBody(msgspec.Struct):
    """What an order needs of a collection's record."""

    collection_id: str
    folio: str
    shift_id: int
    lane: str
    at: str
    customer: str
    amount_minor: int
    tenders: tuple[TenderBody, ...]


class TenderChangeBody(msgspec.Struct):
    """What an order needs of a tender that was of another kind."""

    of: str
    folio: str
    from_kind: str
    to_kind: str
    amount_minor: int
    change_minor: int = 0


def kept_lines(lines: Iterable[LineBody]) -> list[LineBody]:
    """Return the lines that count: neither one that was taken back, nor the one that took it back."""
    every = list(lines)
    voided = {line.voids for line in every if line.voids}
    return [line for line in every if not line.voids and line.line_no not in voided]


def order_uuid(document_id: str) -> str:
    """Return the id of a document's order: its own where it is a UUID."""
    try:
        return str(UUID(document_id))
    except ValueError:
        return str(uuid5(NAMESPACE, document_id))


def line_uuid(document_id: str, line_no: int) -> str:
    """Return the id of a line's order line."""
    return str(uuid5(NAMESPACE, f"{document_id}:line:{line_no}"))


def odoo_time(at: str) -> str:
    """Return an instant as Odoo writes it: UTC, whole seconds, without saying so."""
    found: datetime = read_stamp(at)
    return found.strftime(TIME)


def payment_uuid(document_id: str, name: str) -> str:
    """Return the id of a document's payment."""
    return str(uuid5(NAMESPACE, f"{document_id}:payment:{name}"))


def body_of(record: Record, document: Document, kind: type[_T]) -> _T:
    """Return what of a record's body is needed, personal texts in clear. Raises `CannotSay` where it is not there."""
    body: Any = reveal(record.body, record.personal, document.personal) if record.personal else record.body
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise CannotSay(f"its record is not understood ({error}): update the program, then retry") from error
