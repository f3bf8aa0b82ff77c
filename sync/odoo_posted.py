"""What Odoo has of a shift: its orders, payments and lines, in the lane's words, for the reconciliation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from config.country import Country
from domain.reconciliation import Dimension, Posted, PostedDocument, PostedSum
from domain.text import safe_text
from sync.odoo_body import order_uuid, payment_uuid
from sync.odoo_order import LOAD_NAME, OWED
from sync.odoo_rpc import OdooRpc, Record, id_of
from sync.odoo_session import Sessions
from sync.odoo_shop import OdooShop
from sync.reconcile import ShiftRef

DIMENSIONS = frozenset({Dimension.TAX, Dimension.TAX_BASE, Dimension.TENDER})

UUID_SINCE = 18
"""Since when payments have ids of ours."""


class OdooPosted:
    """Reads what one shop has posted."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop, country: Country) -> None:
        self._rpc = rpc
        self._shop = shop
        self._country = country

    def read(self, shift: ShiftRef) -> Posted:
        """Return the orders of a shift's documents and of its session, and their sums.

        An order of the session that is none of the shift's documents is told under its uuid; one of another session
        that came late is found by its uuid. Cash moves, opening and closing are looked for by their markers.
        """
        session = Sessions(self._rpc, self._shop).find(shift.lane, shift.shift_id)
        ours = {order_uuid(document_id): document_id for document_id in shift.document_ids}
        orders = self._orders(list(ours), session)
        lines = self._lines(orders)
        loads = self._loads(lines)
        documents = [self._document(order, ours, loads[order["id"]]) for order in orders]
        documents += self._others(shift, session)
        owed = frozenset(payment_uuid(one, OWED) for one in shift.document_ids)
        sums = self._sums(orders, lines, owed)
        return Posted(tuple(documents), sums, DIMENSIONS, self._tender_names())

    def _tender_names(self) -> Mapping[str, str]:
        """Return by what name the kinds of one payment method are told together."""
        names = {method.id: method.name for method in self._shop.method_of.values()}
        by_kind = {kind: safe_text(names[method.id]) for kind, method in self._shop.method_of.items()}
        return by_kind | {str(method_id): safe_text(name) for method_id, name in names.items()}

    def _orders(self, uuids: Sequence[str], session: Record | None) -> list[Record]:
        fields = ["uuid", "name", "amount_total", "session_id", "fiscal_position_id"]
        found = {one["id"]: one for one in self._rpc.pages("pos.order", [["uuid", "in", list(uuids)]], fields)}
        if session is not None:
            found |= {
                one["id"]: one for one in self._rpc.pages("pos.order", [["session_id", "=", session["id"]]], fields)
            }
        return [found[one] for one in sorted(found)]

    def _lines(self, orders: Sequence[Record]) -> list[Record]:
        fields = ["order_id", "name", "tax_ids", "price_subtotal", "price_subtotal_incl"]
        ids = [order["id"] for order in orders]
        return list(self._rpc.pages("pos.order.line", [["order_id", "in", ids]], fields))

    def _loads(self, lines: Sequence[Record]) -> Counter[int]:
        """Return what the lines of each order put on cards, which is in no total of the lane's."""
        loads: Counter[int] = Counter()
        for line in lines:
            if str(line["name"] or "").startswith(LOAD_NAME):
                loads[id_of(line["order_id"])] += self._minor(line["price_subtotal_incl"])
        return loads

    def _document(self, order: Record, ours: Mapping[str, str], loads_minor: int) -> PostedDocument:
        document_id = ours.get(order["uuid"], str(order["uuid"]))
        return PostedDocument(
            document_id, "order", self._minor(order["amount_total"]) - loads_minor, str(order["name"])
        )

    def _others(self, shift: ShiftRef, session: Record | None) -> list[PostedDocument]:
        """Return what is no order: the session itself, its closing, and cash moves, as often as they are there."""
        if session is None:
            return []
        name = str(session["name"])
        found = [PostedDocument(f"{shift.lane}-shift-{shift.shift_id}", "session", None, name)]
        if session["state"] == "closed":
            found.append(PostedDocument(f"{shift.lane}-z-{shift.shift_id}", "closing", None, name))
        lines = self._rpc.pages(
            "account.bank.statement.line", [["pos_session_id", "=", session["id"]]], ["payment_ref", "amount"]
        )
        moves = [one for one in shift.document_ids if "-cash-" in one]
        for line in lines:
            move = next((one for one in moves if f"[{one}]" in str(line["payment_ref"])), "")
            if move:
                amount_minor = abs(self._minor(line["amount"]))
                found.append(PostedDocument(move, "cash", amount_minor, str(line["payment_ref"])))
        return found

    def _payments(self, order_ids: Sequence[int]) -> Iterator[Record]:
        fields = ["payment_method_id", "amount", *(["uuid"] if self._shop.version >= UUID_SINCE else [])]
        return self._rpc.pages("pos.payment", [["pos_order_id", "in", list(order_ids)]], fields)

    def _sums(self, orders: Sequence[Record], lines: Sequence[Record], owed: frozenset[str]) -> tuple[PostedSum, ...]:
        """Return the sums by tender and tax; what a collection takes off an account (`owed`) is no tender of it."""
        order_ids = [order["id"] for order in orders]
        positions = {order["id"]: id_of(order["fiscal_position_id"]) for order in orders}
        sums: Counter[tuple[Dimension, str]] = Counter()
        for payment in self._payments(order_ids):
            if payment.get("uuid") in owed:
                continue
            sums[Dimension.TENDER, str(payment["payment_method_id"][0])] += self._minor(payment["amount"])
        for line in lines:
            code = self._tax_code(line["tax_ids"], positions.get(id_of(line["order_id"]), 0))
            base, whole = self._minor(line["price_subtotal"]), self._minor(line["price_subtotal_incl"])
            if code:
                sums[Dimension.TAX_BASE, code] += base
                sums[Dimension.TAX, code] += whole - base
        return tuple(PostedSum(dimension, key, amount) for (dimension, key), amount in sums.items())

    def _tax_code(self, sold_with: Sequence[int], position_id: int) -> str:
        """Return the code of a line's tax; empty for what is exempt. Several taxes go under one name."""
        position = next((one for one in self._shop.positions if one.id == position_id), None)
        tax_ids = position.map(sold_with) if position else frozenset(sold_with)
        tax_class = self._shop.class_of.get(tax_ids, "")
        pack = next((pack for pack in self._country.taxes if pack.code == tax_class), None)
        if pack is None:
            return "+".join(self._shop.taxes[one].name for one in sorted(tax_ids) if one in self._shop.taxes)
        return "+".join(rate.code for rate in pack.rates)

    def _minor(self, amount: object) -> int:
        return int(Decimal(str(amount)).scaleb(self._shop.exponent).to_integral_value())
