"""Invoices that a customer wanted with a sale: made by Odoo with the order, or after it, and never instead of it.

Measured on 19.0: `to_invoice` and a partner make and post the invoice in the same call, and without a PDF it costs a
tenth; where it fails, the order is refused with it, so it is then sent without. That an order which is there already
can be invoiced by `action_pos_order_invoice` is from Odoo's public code and was not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from domain.buyer import InvoiceData
from domain.customer import search_key
from sync.errors import Denied
from sync.odoo_order import Order
from sync.odoo_rpc import OdooRpc, Record, id_of

NO_PDF: Final[Mapping[str, Any]] = {"generate_pdf": False}
_PARTNER: Final = ("name", "vat", "zip", "email")


class Invoices:
    """Makes invoices in one Odoo."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    def prepare(self, order: Order, data: InvoiceData) -> str:
        """Put whose invoice it is on an order that goes out; return why there can be none, empty if there can."""
        try:
            found = self._partner(int(order["partner_id"] or 0), data)
        except Denied as error:
            return str(error)
        if isinstance(found, str):
            return found
        order["partner_id"] = found
        return ""

    def make(self, found: Record, data: InvoiceData) -> str:
        """Invoice an order that is there; return why that does not work, empty if it does."""
        try:
            partner = self._partner(id_of(found["partner_id"]), data)
            if isinstance(partner, str):
                return partner
            if not found["partner_id"]:
                self._rpc.call("pos.order", "write", {"vals": {"partner_id": partner}}, [found["id"]])
            self._rpc.call("pos.order", "action_pos_order_invoice", {}, [found["id"]], context=NO_PDF)
        except Denied as error:
            return str(error)
        return ""

    def _partner(self, partner_id: int, data: InvoiceData) -> int | str:
        """Return the partner to whom an invoice goes, or why there is none: the sale's customer, else by the tax id."""
        if not data.tax_id:
            return "what the customer gave for it was deleted here"
        if partner_id:
            partner = self._rpc.search("res.partner", [["id", "=", partner_id]], _PARTNER)[0]
            if partner["vat"] and search_key(str(partner["vat"])) != search_key(data.tax_id):
                return "the customer has another tax id there than the invoice"
            self._complete(partner, data)
            return partner_id
        named = self._rpc.search("res.partner", [["vat", "=", data.tax_id]], _PARTNER, order="id")
        same = [one for one in named if search_key(str(one["name"])) == search_key(data.name)]
        if same:
            self._complete(same[0], data)
            return int(same[0]["id"])
        made = self._rpc.call("res.partner", "create", {"vals_list": [{"customer_rank": 1, **_values(data)}]})
        return int(made[0] if isinstance(made, list) else made)

    def _complete(self, partner: Record, data: InvoiceData) -> None:
        """Write what a partner does not have yet; what is there stays."""
        missing = {name: text for name, text in _values(data).items() if not partner[name]}
        if missing:
            self._rpc.call("res.partner", "write", {"vals": missing}, [partner["id"]])


def _values(data: InvoiceData) -> dict[str, str]:
    told = {"name": data.name, "vat": data.tax_id, "zip": data.postcode, "email": data.email}
    return {name: text for name, text in told.items() if text}
