"""Invoices, gift cards and points as the fake Odoo has them.

Sure: `to_invoice` makes and posts an invoice in the call that brings the order, needs a partner, and takes the order
with it where it fails. Not sure, for it is only read in public code: everything else here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sync.odoo_fake import FakeOdoo


def invoice_orders(odoo: FakeOdoo, ids: Sequence[int]) -> None:
    """Invoice orders, each once."""
    from tests.sync.odoo_fake import OdooError

    for one in ids:
        order = odoo.tables["pos.order"][one]
        if odoo.not_invoiced or not order["partner_id"]:
            raise OdooError("odoo.exceptions.UserError", odoo.not_invoiced or "Please provide a partner for the sale.")
        if not order["account_move"]:
            made = odoo.add("account.move", {"name": "INV/2026/0001", "partner_id": order["partner_id"]})
            odoo.change("pos.order", one, account_move=[made, "INV/2026/0001"])


def confirm_coupons(odoo: FakeOdoo, order_id: int, coupons: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Make cards for negative keys, and add to those of positive ones, as often as it is asked."""
    for key, told in coupons.items():
        if int(key) > 0:
            card = odoo.tables["loyalty.card"][int(key)]
            odoo.change("loyalty.card", card["id"], points=Decimal(card["points"]) + told["points"])
            continue
        partner = [told["partner_id"], ""] if told.get("partner_id") else False
        values = {"program_id": [told["program_id"], ""], "code": told.get("code") or f"044-{order_id}"}
        more = {"points": told["points"], "partner_id": partner, "source_pos_order_id": [order_id, ""], "active": True}
        odoo.add("loyalty.card", {**values, **more, "expiration_date": False})
    return {"coupon_updates": []}


def add_history(odoo: FakeOdoo, card_id: int, line: dict[str, Any]) -> None:
    """Keep what an order moved on a card."""
    odoo.add("loyalty.history", {"card_id": [card_id, ""], **line})
