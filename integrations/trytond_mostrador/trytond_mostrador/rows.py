# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What a feed says of its records. Numbers are decimals as text; nothing is told that a lane does not need."""

import datetime as dt
from decimal import Decimal
from typing import Any

from trytond.exceptions import UserError
from trytond.modules.product import round_price
from trytond.pool import Pool
from trytond.transaction import Transaction

from .elsewhere import returned_elsewhere
from .returned import plain

Row = dict[str, Any]


def point_of(lane: str):
    """Return the point of a lane among those that the user reaches."""
    companies = Transaction().context.get("companies") or []
    found = Pool().get("sale.point").search([("mostrador_lane", "=", lane), ("company", "in", companies)])
    if not found:
        raise UserError(f"there is no lane {lane!r} in Tryton")
    return found[0]


def stamp_of(record) -> str:
    """Return the newest stamp of a record and of those beside it that are told with it."""
    near = [record]
    if record.__name__ == "product.product":
        template = record.template
        near += [template, *template.gross_prices, *template.list_prices, *record.identifiers]
    elif record.__name__ == "party.party":
        near += [*record.identifiers, *record.contact_mechanisms, *getattr(record, "sale_price_lists", ())]
    elif record.__name__ == "company.employee":
        near.append(record.party)
    return max((one.write_date or one.create_date).isoformat() for one in near)


def _departments(ids, point) -> list[Row]:
    return [
        {
            "id": str(category.id),
            "stamp": stamp_of(category),
            "code": category.mostrador_code or f"c{category.id}",
            "name": category.name,
            "parent": department_of(category.parent),
            "is_live": not category.accounting,
        }
        for category in Pool().get("product.category").browse(ids)
    ]


def _items(ids, point) -> list[Row]:
    return [_item(product, point) for product in Pool().get("product.product").browse(ids) if product.code]


def _item(product, point) -> Row:
    category = product.account_category
    return {
        "id": str(product.id),
        "stamp": stamp_of(product),
        "sku": product.code,
        "name": product.name,
        "price": _plain(_price(product, point)),
        "cost": _plain(product.cost_price),
        "codes": [one.code for one in product.identifiers if one.code],
        "department": department_of(department_of_product(product)),
        "tax_class": (category.mostrador_code or "") if category else "",
        "unit": product.sale_uom.symbol if product.sale_uom else "",
        "digits": product.sale_uom.digits if product.sale_uom else 0,
        "template": product.template.code or "",
        "tracking": _tracking(product),
        "is_live": bool(product.active and product.salable and category and category.mostrador_code),
    }


def _price(product, point) -> Decimal | None:
    """Return what a product costs at a point, None where nobody has said."""
    net = product.list_price_used
    if not point.tax_included or (product.gross_price_used is None and net is None):
        return net
    if product.gross_price_used is not None:
        return product.gross_price_used
    taxes = Pool().get("account.tax").compute(product.customer_taxes_used, net, 1, Pool().get("ir.date").today())
    return round_price(net + sum(one["amount"] for one in taxes))


def _tracking(product) -> str:
    """Return whether a lot is asked for when it is sold, empty where Tryton keeps no lots."""
    if "lot_required" not in product.template._fields:
        return ""
    return "lot" if {"customer", "storage"} & set(product.template.lot_required or ()) else "none"


def _stock(ids, point) -> list[Row]:
    today = Pool().get("ir.date").today()
    with Transaction().set_context(
        locations=[point.storage_location.id], stock_date_end=today, active_test=False, with_childs=True
    ):
        return [
            {"id": str(product.id), "sku": product.code, "on_hand": str(product.quantity)}
            for product in Pool().get("product.product").browse(ids)
            if product.code
        ]


def _customers(ids, point) -> list[Row]:
    return [_customer(party, point) for party in Pool().get("party.party").browse(ids) if party.code]


def _customer(party, point) -> Row:
    contacts = {one.type: one.value for one in reversed(party.contact_mechanisms)}
    term = party.customer_payment_term
    return {
        "id": str(party.id),
        "stamp": stamp_of(party),
        "code": party.code,
        "name": party.name or party.code,
        "tax_id": party.tax_identifier.code if party.tax_identifier else "",
        "phone": contacts.get("phone") or contacts.get("mobile") or "",
        "email": contacts.get("email", ""),
        "limit": _limit(party),
        "term": term.name if term else "",
        "days": _days(term),
        **_price_list(party, point),
        "is_live": bool(party.active),
    }


def _price_list(party, point) -> Row:
    """Return the code of a customer's price list, or of that of everybody, where Tryton's sales have some."""
    if "sale_price_list" not in party._fields:
        return {}
    own = party.get_multivalue("sale_price_list", company=point.company.id)
    every = Pool().get("sale.configuration")(1).get_multivalue("sale_price_list", company=point.company.id)
    found = own or every
    return {"price_list": f"p{found.id}" if found else ""}


def _balances(ids, point) -> list[Row]:
    return [
        {"id": str(party.id), "code": party.code, "owed": _plain(party.receivable or Decimal(0))}
        for party in Pool().get("party.party").browse(ids)
        if party.code
    ]


def _salespeople(ids, point) -> list[Row]:
    return [
        {
            "id": str(one.id),
            "stamp": stamp_of(one),
            "code": one.party.code,
            "name": one.party.name,
            "is_live": bool(one.active),
        }
        for one in Pool().get("company.employee").browse(ids)
        if one.party.code and one.company == point.company
    ]


def _tender_kinds(ids, point) -> list[Row]:
    return [
        {
            "id": str(one.id),
            "stamp": stamp_of(one),
            "code": one.mostrador_code,
            "name": one.name,
            "is_cash": bool(one.cash),
            "is_account": bool(one.account.party_required),
            "is_live": bool(one.active),
        }
        for one in Pool().get("sale.point.payment.method").browse(ids)
        if one.mostrador_code and one.company == point.company
    ]


def _terms(ids, point) -> list[Row]:
    return [
        {
            "id": str(one.id),
            "stamp": stamp_of(one),
            "code": f"t{one.id}",
            "name": one.name,
            "days": _days(one),
            "is_live": bool(one.active),
        }
        for one in Pool().get("account.invoice.payment_term").browse(ids)
    ]


def _days(term) -> str:
    """Return when the parts of a term are due, in days after the sale: `30`, or `0:50% 30:50%`; months count thirty.

    What has no such words, a fixed part or a part of a per cent, is due with the last of them.
    """
    parts, left = [], Decimal(1)
    for line in term.lines if term else ():
        days = sum(delta.days + 7 * delta.weeks + 30 * delta.months for delta in line.relativedeltas)
        share = left if line.type == "remainder" else line.ratio or Decimal(0)
        left -= share
        parts.append((days, share * 100))
    if len(parts) > 1 and all(share == int(share) > 0 for _, share in parts) and not left:
        return " ".join(f"{days}:{int(share)}%" for days, share in parts)
    return str(max((days for days, _ in parts), default=0))


def _limit(party) -> str:
    """Return a credit limit. Without one Tryton lets everything pass; a lane gives no credit by that."""
    if not hasattr(party, "credit_limit_amount"):
        return ""
    return _plain(party.credit_limit_amount or Decimal(0))


def utc_now() -> str:
    """Return the time as Tryton's stamps have it: UTC, without saying so."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat()


def department_of_product(product):
    """Return the category that is a product's department, None for none: the first that is not for accounting."""
    return next((one for one in product.categories_all if not one.accounting), None)


def department_of(category) -> str:
    """Return the code of a department, empty for none."""
    return (category.mostrador_code or f"c{category.id}") if category else ""


def _plain(amount: Decimal | None) -> str:
    """Return a decimal without an exponent, empty for none."""
    return "" if amount is None else format(amount, "f")


def _returned(ids, point) -> list[Row]:
    """Return how much of sold lines came back elsewhere; nothing where all of it came back here."""
    lines = Pool().get("sale.point.sale.line").browse(ids)
    told = returned_elsewhere({line.sale.id: line.sale for line in lines}.values())
    return [
        {
            "id": str(line.id),
            "folio": line.sale.mostrador_number,
            "line": line.mostrador_line,
            "quantity": plain(told[line.id]),
        }
        for line in lines
        if line.id in told
    ]


ROWS = {
    "departments": _departments,
    "items": _items,
    "stock": _stock,
    "terms": _terms,
    "customers": _customers,
    "balances": _balances,
    "salespeople": _salespeople,
    "tender_kinds": _tender_kinds,
    "returned": _returned,
}
