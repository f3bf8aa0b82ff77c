"""A sale, a return, a collection or a tender of another kind as an order of Odoo's point of sale.

Totals are those that the lane has worked out by Odoo's own rules (`domain.tax_odoo`): at closing Odoo works every
order out again, and a cent of difference keeps the session open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Protocol

from domain.money import MICRO, MICRO_DIGITS
from domain.tax import TaxBook
from sync.feed import ErpIds, Feed
from sync.odoo_body import (
    CannotSay,
    CollectionBody,
    LineBody,
    OriginBody,
    SaleBody,
    TenderBody,
    TenderChangeBody,
    kept_lines,
    line_uuid,
    odoo_time,
    order_uuid,
    payment_uuid,
)
from sync.odoo_cents import missing_minor
from sync.odoo_positions import position_code
from sync.odoo_shop import OdooMethod, OdooShop

PPM_OF_PERCENT_DIGITS: Final = 4
POSITION_SIGN: Final = "@"
"""Parts a tax class from the fiscal position by which it is another one (`domain.tax_position`)."""
LOAD_NAME: Final = "card-load"
"""How a line is named in Odoo that puts money on a card: no revenue, and in no total of ours."""
CENTS_NAME: Final = "+/-"
"""How the line of the cents is called that a return differs by from what Odoo makes of it."""
OWED: Final = "owed"
"""The payment of a collection that takes what is paid off the account."""

Order = dict[str, Any]


class SoldThere(Protocol):
    """Finds the lines of receipts that another lane has issued."""

    def find(self, folio: str, product_id: int, quantity: Decimal) -> int:
        """Return the order line of a receipt that has so much of a product left, 0 for none."""
        ...


class NotAsked:
    """Finds none: what comes back of another lane is then told without its line."""

    def find(self, folio: str, product_id: int, quantity: Decimal) -> int:
        """Return that there is none."""
        return 0


class Orders:
    """Writes orders for one shop."""

    def __init__(
        self, shop: OdooShop, ids: ErpIds, sold_there: SoldThere | None = None, book: TaxBook | None = None
    ) -> None:
        """Write with the ids of `ids`; by `book` it is seen what Odoo will make of what comes back."""
        self._book = book
        self._shop = shop
        self._ids = ids
        self._sold_there = sold_there or NotAsked()

    def of_sale(self, sale: SaleBody, session_id: int) -> Order:
        """Return a sale or a return as an order. Raises `CannotSay`."""
        kept = kept_lines(sale.lines)
        if not kept:
            raise CannotSay("all its lines are voided: nothing was sold")
        loads_minor = sum(line.load.amount_minor for line in kept if line.load)
        head = self._head(sale.sale_id, sale.folio, sale.at, session_id)
        order: Order = {
            **head,
            "partner_id": self._partner(sale.customer),
            "amount_total": self._money(sale.total_minor + loads_minor),
            "amount_tax": self._money(sale.total_minor - sale.net_minor),
            "amount_paid": self._money(sale.total_minor + loads_minor + sale.rounding_minor),
            "lines": [[0, 0, line] for line in self._lines(sale, kept)],
            "payment_ids": self._payments(sale.sale_id, sale.tenders, sale.at, bool(sale.customer)),
        }
        if position_id := self._position(kept):
            order["fiscal_position_id"] = position_id
        if sale.is_return:
            order["is_refund"] = True
        if origins := _origins(sale.sale_id, kept):
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
            [0, 0, self._payment(collection.collection_id, OWED, owed, -collection.amount_minor, collection.at)]
        )
        head = self._head(collection.collection_id, collection.folio, collection.at, session_id)
        return {**head, "partner_id": partner, "payment_ids": payments}

    def of_tender_change(self, document_id: str, change: TenderChangeBody, at: str, session_id: int) -> Order:
        """Return a tender that was of another kind: an order without lines that takes it back and pays it again."""
        net_minor = change.amount_minor - change.change_minor
        sides = (("from", change.from_kind, -net_minor), ("to", change.to_kind, net_minor))
        payments = [
            [0, 0, self._payment(document_id, name, self._method(kind), amount, at)] for name, kind, amount in sides
        ]
        return {**self._head(document_id, change.folio, at, session_id), "payment_ids": payments}

    def _head(self, document_id: str, folio: str, at: str, session_id: int) -> Order:
        """Return what all orders have, and nothing sold.

        The change is a payment of its own: told as `amount_return` too, it would be given twice.
        """
        amounts = dict.fromkeys(("amount_total", "amount_tax", "amount_paid", "amount_return"), self._money(0))
        return {
            "uuid": order_uuid(document_id),
            "session_id": session_id,
            "state": "paid",
            "date_order": odoo_time(at),
            "pos_reference": folio,
            "partner_id": False,
            "to_invoice": False,
            **amounts,
            "lines": [],
        }

    def _lines(self, sale: SaleBody, kept: Sequence[LineBody]) -> list[Order]:
        """Return the lines, and one without tax for the cents that Odoo would reckon otherwise of what comes back."""
        origin = _first_origin(kept)
        written = [self._line(sale.sale_id, line, origin) for line in kept]
        missing = missing_minor(self._book, kept, sale.total_minor) if self._book else 0
        if missing and self._shop.discount_product_id:
            written.append(self._cents(sale.sale_id, missing))
        return written

    def _cents(self, document_id: str, amount_minor: int) -> Order:
        """Return the line of some cents; the other lines' own amounts have them already."""
        return {
            "uuid": line_uuid(document_id, 0),
            "product_id": self._shop.discount_product_id,
            "qty": Decimal(1),
            "price_unit": self._money(amount_minor),
            "discount": Decimal(0),
            "tax_ids": [[6, 0, []]],
            "price_subtotal": self._money(0),
            "price_subtotal_incl": self._money(0),
            "full_product_name": CENTS_NAME,
            "pack_lot_ids": [],
        }

    def _line(self, document_id: str, line: LineBody, of: OriginBody | None) -> Order:
        """Return a line; what was taken off is a line of the shop's discount product."""
        product_id, quantity = self._product(line), self._quantity(line)
        written: Order = {
            "uuid": line_uuid(document_id, line.line_no),
            "product_id": product_id,
            "qty": quantity,
            "price_unit": self._price(line),
            "discount": Decimal(line.discount_ppm).scaleb(-PPM_OF_PERCENT_DIGITS),
            "tax_ids": [[6, 0, [] if line.load else list(self._taxes(line.tax_class))]],
            "price_subtotal": self._money(line.load.amount_minor if line.load else line.net_minor),
            "price_subtotal_incl": self._money(line.load.amount_minor if line.load else line.gross_minor),
            "full_product_name": line.name,
            "pack_lot_ids": [[0, 0, {"lot_name": name}] for name in (line.lot, line.serial) if name],
        }
        if line.load:
            written["name"] = f"{LOAD_NAME}-{line.line_no}"
        origin = line.returns.of if line.returns else None
        if _is_linked(origin, of) and origin and origin.folio and not origin.sale_id:
            sold = self._sold_there.find(origin.folio, product_id, -quantity)
            written |= {"refunded_orderline_id": sold} if sold else {}
        return written

    def _price(self, line: LineBody) -> Decimal:
        """Return a unit price, with which Odoo reckons when it closes: of a card what it puts on, of a discount all."""
        if line.load:
            return self._money(line.load.amount_minor) * MICRO / line.quantity_micro
        if line.kind != "item":
            return self._money(line.amount_minor)
        return Decimal(line.unit_price_micro).scaleb(-MICRO_DIGITS)

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

    def _position(self, lines: Sequence[LineBody]) -> int:
        """Return the fiscal position by which lines are taxed, 0 for none."""
        codes = {code for line in lines if (code := line.tax_class.partition(POSITION_SIGN)[2])}
        known = {position_code(one.id): one.id for one in self._shop.positions}
        for code in codes - known.keys():
            raise CannotSay(f"Odoo has no fiscal position {code}: the lane's settings name it; book the sale there")
        return known[codes.pop()] if codes else 0

    def _taxes(self, tax_class: str) -> tuple[int, ...]:
        """Return the taxes that a line is sold with before its position: Odoo puts the others in their place."""
        plain = tax_class.partition(POSITION_SIGN)[0]
        if plain not in self._shop.taxes_of:
            raise CannotSay(f"Odoo has no tax for the class {plain}: name it in [erp.taxes], then retry")
        return self._shop.taxes_of[plain]

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
            "uuid": payment_uuid(document_id, name),
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


def _first_origin(lines: Sequence[LineBody]) -> OriginBody | None:
    """Return the first receipt of which something comes back: Odoo refuses an order that names lines of two."""
    return next((line.returns.of for line in lines if line.returns and line.returns.of), None)


def _is_linked(origin: OriginBody | None, first: OriginBody | None) -> bool:
    """Say whether a line that comes back is told with its link; those of a second receipt come back without."""
    return bool(origin and first and (origin.folio, origin.sale_id) == (first.folio, first.sale_id))


def _origins(document_id: str, lines: Sequence[LineBody]) -> dict[str, Mapping[str, str]]:
    """Return which line of which sale each line brings back, by the ids that Odoo got or gets for them."""
    found: dict[str, Mapping[str, str]] = {}
    first = _first_origin(lines)
    for line in lines:
        origin = line.returns.of if line.returns else None
        if origin is not None and origin.sale_id and _is_linked(origin, first):
            sold = line_uuid(origin.sale_id, origin.line_no)
            found[line_uuid(document_id, line.line_no)] = {"refunded_orderline_id": sold}
    return found
