"""Customers with their limits, and what they owe: Odoo's own figure, and what its open sessions will add to it.

`res.partner.credit` counts posted receivables only; what is sold on account in a session that is not closed yet is
not in it (measured on 19.0). So both are added, and the sum covers all that the lane has sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from domain.instant import stamp
from sync.clock import has_passed
from sync.feed import CellRow, Page
from sync.odoo_feeds import BOTH, decimal_text
from sync.odoo_positions import position_code
from sync.odoo_prices import list_code
from sync.odoo_rpc import OdooRpc, Record
from sync.odoo_terms import NOT_SAID

LANE_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,12}-N[0-9]+")
"""The code of a customer that a lane has created: it is the partner's reference in Odoo, and stays a name of theirs."""
BALANCES_EVERY: Final = timedelta(minutes=10)
"""What is owed is worked out by Odoo at each question, so it is not asked with every round."""


def read_customer(record: Record, has_credit: bool, days: Mapping[int, str] | None = None) -> CellRow:
    """Return a customer in the lane's words, with the days of his terms.

    Without the right to see limits or terms those stay as the lane has them.
    """
    cells = {
        "name": str(record["name"]),
        "tax_id": _text(record["vat"]),
        "phone": _text(record["phone"]),
        "email": _text(record["email"]),
        "card": _text(record["barcode"]),
        "lane_code" if LANE_CODE.fullmatch(_text(record["ref"])) else "codes": "".join(_text(record["ref"]).split()),
        "active": "1" if record["active"] else "0",
    }
    position, term = record["property_account_position_id"], record["property_payment_term_id"]
    cells["position"] = position_code(position[0]) if position else ""
    if days is not None:
        told = days.get(term[0], NOT_SAID) if term else ""
        cells |= {"terms": str(term[1])[:40] if term else "", "days": "" if told == NOT_SAID else told}
    if record["property_product_pricelist"]:
        cells["price_list"] = list_code(record["property_product_pricelist"][0])
    if has_credit:
        cells["credit_limit"] = decimal_text(record["credit_limit"])
    number = str(record["id"])
    return CellRow(erp_id=number, stamp=str(record["write_date"]), key=customer_code(record["id"]), cells=cells)


def customer_code(partner_id: int) -> str:
    """Return a customer's code: by the id, for references change and are not unique."""
    return f"odoo-{partner_id}"


def pull_balances(rpc: OdooRpc, checkpoint: str, now: datetime) -> Page:
    """Return what every customer with a credit limit owes, or an empty page while the last answer is young."""
    if checkpoint and not has_passed(checkpoint, now, BALANCES_EVERY):
        return Page(checkpoint=checkpoint)
    at = stamp(now)
    unposted = _unposted(rpc)
    partners = rpc.pages("res.partner", [["credit_limit", ">", 0]], ["credit"])
    rows = [
        _balance(partner["id"], Decimal(partner["credit"]) + unposted.get(partner["id"], 0), at) for partner in partners
    ]
    return Page(rows, checkpoint=at)


class LaneCustomer(msgspec.Struct):
    """What a partner needs of a customer that the lane has created or corrected."""

    customer: str
    """The lane's code."""
    name: str = ""
    tax_id: str = ""
    phone: str = ""
    email: str = ""


def put_partner(rpc: OdooRpc, partner_id: int, customer: LaneCustomer) -> None:
    """Create a partner, or correct one; what the lane does not know is left. Raises `Refusal`, `SyncError`s."""
    values = {name: text for name, text in _values(customer).items() if text}
    if partner_id:
        rpc.call("res.partner", "write", {"vals": values}, [partner_id])
    else:
        named = {"name": customer.customer, **values, "ref": customer.customer, "customer_rank": 1}
        rpc.call("res.partner", "create", {"vals_list": [named]})


def find_partner(rpc: OdooRpc, reference: str) -> int:
    """Return the partner with a reference, 0 for none."""
    found = rpc.search("res.partner", [["ref", "=", reference], BOTH], ["name"], limit=1, order="id")
    return int(found[0]["id"]) if found else 0


def _values(customer: LaneCustomer) -> Mapping[str, str]:
    return {"name": customer.name, "vat": customer.tax_id, "phone": customer.phone, "email": customer.email}


def _balance(partner_id: int, owed: Decimal, at: str) -> CellRow:
    text = decimal_text(owed)
    cells = {"owed": text, "as_of": at}
    return CellRow(erp_id=str(partner_id), stamp=text, key=customer_code(partner_id), cells=cells)


def _unposted(rpc: OdooRpc) -> dict[int, Decimal]:
    """Return what was sold on account in sessions that are not closed, by partner."""
    # Odoo works `type` out and cannot be asked for it in a domain.
    methods = [one["id"] for one in rpc.search("pos.payment.method", [], ["type"]) if one["type"] == "pay_later"]
    sessions = [one["id"] for one in rpc.search("pos.session", [["state", "!=", "closed"]], ["name"])]
    owed: dict[int, Decimal] = {}
    if not methods or not sessions:
        return owed
    domain: Sequence[Any] = [["payment_method_id", "in", methods], ["session_id", "in", sessions]]
    for payment in rpc.pages("pos.payment", domain, ["partner_id", "amount"]):
        if payment["partner_id"]:
            partner_id = payment["partner_id"][0]
            owed[partner_id] = owed.get(partner_id, Decimal(0)) + Decimal(payment["amount"])
    return owed


def _text(value: Any) -> str:
    return str(value or "").strip()
