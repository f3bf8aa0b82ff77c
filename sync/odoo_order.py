"""A sale, a return or a collection as an order of Odoo's point of sale.

Totals are those that the lane has worked out by Odoo's own rules (`domain.tax_odoo`): at closing Odoo works every
order out again, and a cent of difference keeps the session open. Ids of orders, lines and payments are made of the
document's, so that the same document is the same order however often it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from domain.instant import read_stamp
from domain.money import MICRO_DIGITS
from sync.feed import ErpIds, Feed
from sync.odoo_feeds import TIME
from sync.odoo_shop import OdooMethod, OdooShop

NAMESPACE: Final = uuid5(NAMESPACE_URL, "mostrador:odoo")
PPM_OF_PERCENT_DIGITS: Final = 4


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
    voids: int = 0
    kind: str = "item"
    discount_ppm: int = 0
    lot: str = ""
    serial: str = ""
    returns: ReturnBody | None = None


class TenderBody(msgspec.Struct):
    """What an order needs of a tender."""

    kind: str
    amount_minor: int
    change_minor: int = 0
    reference: str = ""
    change_kind: str = ""


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


Order = dict[str, Any]


class Orders:
    """Writes orders for one shop."""

    def __init__(self, shop: OdooShop, ids: ErpIds) -> None:
        self._shop = shop
        self._ids = ids

    def of_sale(self, sale: SaleBody, session_id: int) -> Order:
        """Return a sale or a return as an order. Raises `CannotSay`."""
        kept = kept_lines(sale.lines)
        if not kept:
            raise CannotSay("all its lines are voided: nothing was sold")
        origins = _origins(sale.sale_id, kept)
        order: Order = {
            "uuid": order_uuid(sale.sale_id),
            "session_id": session_id,
            "state": "paid",
            "date_order": odoo_time(sale.at),
            "pos_reference": sale.folio,
            "partner_id": self._partner(sale.customer),
            "to_invoice": False,
            "amount_total": self._money(sale.total_minor),
            "amount_tax": self._money(sale.total_minor - sale.net_minor),
            "amount_paid": self._money(sale.total_minor + sale.rounding_minor),
            "amount_return": self._money(0),  # the change is a payment of its own: told twice, it is given twice
            "lines": [[0, 0, self._line(sale.sale_id, line)] for line in kept],
            "payment_ids": self._payments(sale.sale_id, sale.tenders, sale.at, bool(sale.customer)),
        }
        if sale.is_return:
            order["is_refund"] = True
        if origins:
            order["relations_uuid_mapping"] = {"pos.order.line": origins}
        return order

    def of_collection(self, collection: CollectionBody, session_id: int) -> Order:
        """Return money received on an account: an order without lines that pays and owes the same."""
        partner = self._partner(collection.customer)
        if not partner:
            raise CannotSay("a collection needs its customer")
        payments = self._payments(collection.collection_id, collection.tenders, collection.at, True)
        owed = self._method("account")
        payments.append(
            [0, 0, self._payment(collection.collection_id, "owed", owed, -collection.amount_minor, collection.at)]
        )
        zero = self._money(0)
        return {
            "uuid": order_uuid(collection.collection_id),
            "session_id": session_id,
            "state": "paid",
            "date_order": odoo_time(collection.at),
            "pos_reference": collection.folio,
            "partner_id": partner,
            "to_invoice": False,
            "amount_total": zero,
            "amount_tax": zero,
            "amount_paid": zero,
            "amount_return": zero,
            "lines": [],
            "payment_ids": payments,
        }

    def _line(self, document_id: str, line: LineBody) -> Order:
        """Return a line; what was taken off is a line of the shop's discount product."""
        written: Order = {
            "uuid": line_uuid(document_id, line.line_no),
            "product_id": self._product(line),
            "qty": self._quantity(line),
            "price_unit": Decimal(line.unit_price_micro).scaleb(-MICRO_DIGITS),
            "discount": Decimal(line.discount_ppm).scaleb(-PPM_OF_PERCENT_DIGITS),
            "tax_ids": [[6, 0, list(self._taxes(line.tax_class))]],
            "price_subtotal": self._money(line.net_minor),
            "price_subtotal_incl": self._money(line.gross_minor),
            "full_product_name": line.name,
            "pack_lot_ids": [[0, 0, {"lot_name": name}] for name in (line.lot, line.serial) if name],
        }
        return written

    def _product(self, line: LineBody) -> int:
        if line.kind != "item":
            if not self._shop.discount_product_id:
                raise CannotSay("the point of sale has no discount product: switch global discounts on in Odoo")
            return self._shop.discount_product_id
        found = self._ids.erp_id(Feed.ITEMS, line.sku)
        if not found:
            raise CannotSay(f"Odoo has no item {line.sku}: give a product this reference there, then retry")
        return int(found)

    def _quantity(self, line: LineBody) -> Decimal:
        quantity = Decimal(line.quantity_micro).scaleb(-MICRO_DIGITS)
        if quantity != round(quantity, self._shop.quantity_digits):
            digits = self._shop.quantity_digits
            raise CannotSay(f"Odoo keeps {digits} decimals of quantities: set 3 for Product Unit there, then retry")
        return quantity.normalize()

    def _taxes(self, tax_class: str) -> tuple[int, ...]:
        if tax_class not in self._shop.taxes_of:
            raise CannotSay(f"Odoo has no tax for the class {tax_class}: name it in [erp.taxes], then retry")
        return self._shop.taxes_of[tax_class]

    def _payments(
        self, document_id: str, tenders: Sequence[TenderBody], at: str, has_customer: bool
    ) -> list[list[Any]]:
        """Return what was handed over, and the change as a payment of its own."""
        written: list[list[Any]] = []
        for number, tender in enumerate(tenders, 1):
            method = self._method(tender.kind)
            if method.is_account and not has_customer:
                raise CannotSay("it is sold on account without a customer: Odoo would not close its session")
            written.append([0, 0, self._payment(document_id, str(number), method, tender.amount_minor, at)])
            if tender.change_minor:
                back = self._method(tender.change_kind or tender.kind)
                change = self._payment(document_id, f"{number}-change", back, -tender.change_minor, at)
                written.append([0, 0, {**change, "is_change": True, "name": "return"}])
        return written

    def _payment(self, document_id: str, name: str, method: OdooMethod, amount_minor: int, at: str) -> Order:
        return {
            "uuid": str(uuid5(NAMESPACE, f"{document_id}:payment:{name}")),
            "payment_method_id": method.id,
            "amount": self._money(amount_minor),
            "payment_date": odoo_time(at),
        }

    def _method(self, kind: str) -> OdooMethod:
        if kind not in self._shop.method_of:
            raise CannotSay(f"Odoo has no payment method for {kind}: make one, or name it in [erp.tenders]; then retry")
        return self._shop.method_of[kind]

    def _partner(self, customer: str) -> int | bool:
        if not customer:
            return False
        found = self._ids.erp_id(Feed.CUSTOMERS, customer)
        if not found:
            raise CannotSay(f"Odoo has no customer {customer}: it was never pulled; look there, then retry")
        return int(found)

    def _money(self, amount_minor: int) -> Decimal:
        return Decimal(amount_minor).scaleb(-self._shop.exponent)


def kept_lines(lines: Iterable[LineBody]) -> list[LineBody]:
    """Return the lines that count: neither one that was taken back, nor the one that took it back."""
    every = list(lines)
    voided = {line.voids for line in every if line.voids}
    return [line for line in every if not line.voids and line.line_no not in voided]


def _origins(document_id: str, lines: Sequence[LineBody]) -> dict[str, Mapping[str, str]]:
    """Return which line of which sale each line brings back, by the ids that Odoo got or gets for them."""
    found: dict[str, Mapping[str, str]] = {}
    for line in lines:
        origin = line.returns.of if line.returns else None
        if origin is not None and origin.sale_id:
            sold = line_uuid(origin.sale_id, origin.line_no)
            found[line_uuid(document_id, line.line_no)] = {"refunded_orderline_id": sold}
    return found


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
