"""What Odoo has of a shift: its orders, payments and lines, in the lane's words, for the reconciliation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from config.country import Country
from domain.money import divide_half_up
from domain.reconciliation import Dimension, Posted, PostedDocument, PostedSum
from domain.tax_class import PPM
from domain.text import safe_text
from sync.odoo_body import order_uuid, payment_uuid
from sync.odoo_feeds import BOTH
from sync.odoo_order import LOAD_NAME, OWED
from sync.odoo_rpc import OdooRpc, Record, id_of
from sync.odoo_session import Sessions
from sync.odoo_shop import OdooShop
from sync.odoo_tax import codes_of
from sync.reconcile import ShiftRef

DIMENSIONS = frozenset({Dimension.TAX, Dimension.TAX_BASE, Dimension.TENDER})

CUSTOMER = "-customer-"
"""Between a lane's name and the code of a customer in the id of the document that has created him."""
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
        documents += self._customers(shift)
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

    def _customers(self, shift: ShiftRef) -> list[PostedDocument]:
        """Return the customers that the lane has created and Odoo has, by their references."""
        marker = f"{shift.lane}{CUSTOMER}"
        codes = {one.removeprefix(marker): one for one in shift.document_ids if one.startswith(marker)}
        if not codes:
            return []
        found = self._rpc.search("res.partner", [["ref", "in", list(codes)], BOTH], ["ref", "name"])
        return [PostedDocument(codes[one["ref"]], "partner", None, safe_text(str(one["name"]))) for one in found]

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
        for (order_id, ids, _), (base, tax) in self._by_taxes(lines).items():
            for code, part in self._split(ids, positions.get(order_id, 0), base, tax):
                sums[Dimension.TAX_BASE, code] += base
                sums[Dimension.TAX, code] += part
        return tuple(PostedSum(dimension, key, amount) for (dimension, key), amount in sums.items())

    def _by_taxes(self, lines: Sequence[Record]) -> Mapping[tuple[int, tuple[int, ...], bool], tuple[int, int]]:
        """Return base and tax of the lines of each order that have the same taxes, sold and returned ones apart."""
        found: dict[tuple[int, tuple[int, ...], bool], tuple[int, int]] = {}
        for line in lines:
            base, whole = self._minor(line["price_subtotal"]), self._minor(line["price_subtotal_incl"])
            key = id_of(line["order_id"]), tuple(line["tax_ids"]), base < 0
            before = found.get(key, (0, 0))
            found[key] = before[0] + base, before[1] + whole - base
        return found

    def _split(self, sold_with: Sequence[int], position_id: int, base: int, tax: int) -> Iterator[tuple[str, int]]:
        """Yield the taxes of some lines with their parts: Odoo's lines tell several taxes in one sum.

        The highest one has what the others, worked out from the base, leave of it, as cents are spread here.
        """
        rates = sorted(self._rates(sold_with, position_id), key=lambda one: one[1])
        for code, rate_ppm in rates[:-1]:
            part = divide_half_up(base * rate_ppm, PPM)
            tax -= part
            yield code, part
        if rates:
            yield rates[-1][0], tax

    def _rates(self, sold_with: Sequence[int], position_id: int) -> list[tuple[str, int]]:
        """Return code and rate of the taxes of a line; none for what is exempt, a name for a tax of no class."""
        position = next((one for one in self._shop.positions if one.id == position_id), None)
        tax_ids = position.map(sold_with) if position else frozenset(sold_with)
        tax_class = self._shop.class_of.get(tax_ids, "")
        pack = next((pack for pack in self._country.taxes if pack.code == tax_class), None)
        if pack is not None:
            return [(rate.code, rate.rate_ppm) for rate in pack.rates]
        found: list[tuple[str, int]] = []
        for tax in (self._shop.taxes[one] for one in sorted(tax_ids) if one in self._shop.taxes):
            codes = codes_of(tax, self._country, {}) or (tax.name,)
            found += [(code, tax.rate_ppm or 0) for code in codes]
        return found

    def _minor(self, amount: object) -> int:
        return int(Decimal(str(amount)).scaleb(self._shop.exponent).to_integral_value())
