# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Makes Tryton's records of documents: kind after kind, each kind as one list, so that a batch costs few queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from trytond.exceptions import UserError
from trytond.pool import Pool

from .lookup import Lookup
from .lots import Lots, trace_of
from .returned import judge_returns

Posted = dict[str, tuple[Any, list[str]]]
"""By key: the record a document became, and what differs from Tryton's own view of it."""

PRICE = Decimal("0.0001")


def post_documents(documents: Sequence[Mapping[str, Any]], lookup: Lookup) -> Posted:
    """Post documents shift after shift, and in each in the order in which one kind may need another.

    A shift begins with what the one before it has left, so that must be closed first. Raises `UserError`.
    """
    sessions = Sessions(lookup)
    posted: Posted = {}
    for _, run in groupby(documents, key=lambda one: (one["lane"], one["shift"])):
        by_kind: dict[str, list[Mapping[str, Any]]] = {}
        for document in run:
            by_kind.setdefault(document["kind"], []).append(document)
        for kind, post in _POSTS.items():
            if kind in by_kind:
                posted |= post(by_kind[kind], lookup, sessions)
    return posted


class Sessions:
    """The cash sessions of a batch."""

    def __init__(self, lookup: Lookup) -> None:
        """Look lanes up in a batch's records."""
        self._lookup = lookup
        self._found: dict[tuple[str, int], Any] = {}

    def get(self, document: Mapping[str, Any]) -> Any:
        """Return the session of a document's shift."""
        key = document["lane"], document["shift"]
        if key not in self._found:
            point = self._lookup.get("lane", document["lane"])
            self._found[key] = Pool().get("sale.point.cash.session").of_shift(point, document["shift"])
        return self._found[key]


def _post_parties(documents, lookup, sessions) -> Posted:
    """Take customers that lanes have made or corrected."""
    party_model = Pool().get("party.party")
    posted: Posted = {}
    for document in documents:
        party = lookup.known("customer", document.get("party_id")) or lookup.find("customer", document["code"])
        party = party or party_model(code=document["code"])
        party.name = document["name"]
        party.save()
        _write_contacts(party, document)
        lookup.learn("customer", document["code"], party)
        posted[document["key"]] = party, []
    return posted


def _write_contacts(party, document) -> None:
    """Keep phone, e-mail and tax id beside what is there; nothing of what the ERP has is taken away."""
    pool = Pool()
    had = {(one.type, one.value) for one in party.contact_mechanisms}
    for kind, value in (("phone", document.get("phone")), ("email", document.get("email"))):
        if value and (kind, value) not in had:
            pool.get("party.contact_mechanism").create([{"party": party.id, "type": kind, "value": value}])
    tax_id = document.get("tax_id")
    if tax_id and tax_id not in {one.code for one in party.identifiers}:
        pool.get("party.identifier").create([{"party": party.id, "code": tax_id}])


def _post_shifts(documents, lookup, sessions) -> Posted:
    """Open the sessions of shifts; a float that is not what was left before is a transfer."""
    posted: Posted = {}
    for document in documents:
        session = sessions.get(document)
        put_in = Decimal(document["float"]) - session.start_amount
        if put_in:
            _move_cash(document, lookup, session, "float", put_in)
        posted[document["key"]] = session, []
    return posted


def _post_sales(documents, lookup, sessions) -> Posted:
    """Post sales, returns and exchanges."""
    sale_model = Pool().get("sale.point.sale")
    lots = Lots(documents)
    sales = [_make_sale(document, lookup, sessions, lots) for document in documents]
    sale_model.save(sales)
    returned = judge_returns(sales)
    sale_model.do(sales)
    differences = [
        [*sale.mostrador_differences(), *_credit(sale.party, sale.payments), *returned[sale.id]] for sale in sales
    ]
    sale_model.post(sales)
    return {one["key"]: found for one, found in zip(documents, zip(sales, differences, strict=True), strict=True)}


def _make_sale(document, lookup, sessions, lots):
    pool = Pool()
    point = lookup.get("lane", document["lane"])
    sale = pool.get("sale.point.sale")(
        company=point.company,
        point=point,
        date=dt.date.fromisoformat(document["date"]),
        mostrador_number=document["number"],
        mostrador_rounding=Decimal(document.get("rounding", "0")) or None,
        mostrador_invoice=_invoice_text(document.get("invoice")),
    )
    if sale.mostrador_rounding and not point.mostrador_rounding:
        raise UserError(f"{point.name} has no rounding account")
    if document.get("employee"):
        sale.employee = lookup.name("employee", document, "employee")
    if document.get("party"):
        sale.party = lookup.name("customer", document, "party")
    sale.lines = [_make_line(line, point, lookup, lots) for line in document["lines"]]
    tax_model = pool.get("mostrador.sale.tax")
    sale.mostrador_taxes = [
        tax_model(tax=lookup.get("tax", tax["code"]), base=Decimal(tax["base"]), amount=Decimal(tax["amount"]))
        for tax in document["taxes"]
    ]
    sale.payments = [_make_payment(payment, document, lookup, sessions) for payment in document["payments"]]
    return sale


def _invoice_text(data: Mapping[str, str] | None) -> str | None:
    """Return what an invoice of a sale needs, a line for each thing; None where none was wanted."""
    return "\n".join(f"{name}: {value}" for name, value in data.items() if value) if data else None


def _make_line(line, point, lookup, lots):
    """Return a line with the amounts it was sold at; unit prices are told from them."""
    quantity, net, gross = (Decimal(line[name]) for name in ("quantity", "net", "gross"))
    product = _find_product(line, point, lookup)
    one = Pool().get("sale.point.sale.line")(
        product=product,
        quantity=float(quantity),
        unit_list_price=(net / quantity).quantize(PRICE) if quantity else net,
        unit_gross_price=(gross / quantity).quantize(PRICE) if quantity else gross,
        mostrador_name=line["name"],
        mostrador_net=net,
        mostrador_gross=gross,
        mostrador_damaged=line.get("damaged", False),
        mostrador_load=line.get("load", False),
        mostrador_line=line.get("line"),
        mostrador_of=line.get("of") or None,
        mostrador_of_line=line.get("of_line"),
        mostrador_trace=trace_of(line) or None,
    )
    if lot := lots.get(product, line):
        one.lot = lot
    if line.get("employee"):
        one.mostrador_employee = lookup.name("employee", line, "employee")
    if line["tax_class"]:
        one.mostrador_category = lookup.get("tax class", line["tax_class"])
    return one


def _find_product(line, point, lookup):
    """Return the product of a line: by its code, its department's, or the one set for what has neither."""
    if line.get("product"):
        return lookup.name("item", line, "product")
    if line.get("department"):
        found = lookup.find("item", line["department"]) or point.mostrador_open
        if not found:
            raise UserError(f"{point.name} has no open price product")
        return found
    if not point.mostrador_discount:
        raise UserError(f"{point.name} has no discount product")
    return point.mostrador_discount


def _make_payment(payment, document, lookup, sessions):
    method = lookup.get("payment method", payment["method"])
    one = Pool().get("sale.point.payment")(method=method, amount=Decimal(payment["amount"]), mostrador=True)
    if payment.get("due"):
        one.mostrador_due = dt.date.fromisoformat(payment["due"])
    if method.cash:
        one.session = sessions.get(document)
    if method.account.party_required and not document.get("party"):
        raise UserError(f"{method.name} is on account, and the document names no customer")
    return one


def _credit(party, payments) -> list[str]:
    """Say where a customer owes more than he may. It is sold, so it is posted all the same."""
    limit = getattr(party, "credit_limit_amount", None) if party else None
    if limit is None or not any(payment.method.account.party_required for payment in payments):
        return []
    owed = party.receivable + sum(p.amount for p in payments if p.method.account.party_required)
    return [f"customer {party.code} owes {owed}, his limit is {limit}"] if owed > limit else []


def _post_collections(documents, lookup, sessions) -> Posted:
    """Post money received on account."""
    collections = [_make_collection(document, lookup, sessions) for document in documents]
    model = Pool().get("mostrador.collection")
    model.save(collections)
    model.post(collections)
    return {one["key"]: (found, []) for one, found in zip(documents, collections, strict=True)}


def _post_tenders(documents, lookup, sessions) -> Posted:
    """Post that something was paid in another way than the sale said: the amounts come to nothing together."""
    collections = [_make_collection(document, lookup, sessions) for document in documents]
    changed = Pool().get("mostrador.document").known([document["of"] for document in documents])
    for document, one in zip(documents, collections, strict=True):
        if document["of"] not in changed:
            raise UserError(f"the sale whose tender changes, {document['of']}, has not been taken")
        one.party = changed[document["of"]].record.party
        if one.total:
            raise UserError(f"{document['number']} changes tenders, but they come to {one.total} and not to nothing")
    model = Pool().get("mostrador.collection")
    model.save(collections)
    model.post(collections, is_received=False)
    return {one["key"]: (found, []) for one, found in zip(documents, collections, strict=True)}


def _make_collection(document, lookup, sessions):
    pool = Pool()
    line_model = pool.get("mostrador.collection.line")
    point = lookup.get("lane", document["lane"])
    lines = [
        line_model(
            method=lookup.get("payment method", payment["method"]),
            amount=Decimal(payment["amount"]),
            due=dt.date.fromisoformat(payment["due"]) if payment.get("due") else None,
        )
        for payment in document["payments"]
    ]
    return pool.get("mostrador.collection")(
        company=point.company,
        point=point,
        session=sessions.get(document),
        number=document["number"],
        date=dt.date.fromisoformat(document["date"]),
        party=lookup.name("customer", document, "party") if document.get("party") else None,
        lines=lines,
    )


def _post_cash(documents, lookup, sessions) -> Posted:
    """Post loans, pickups, paid in and paid out."""
    return {
        one["key"]: (_move_cash(one, lookup, sessions.get(one), one["type"], Decimal(one["amount"])), [])
        for one in documents
    }


def _post_z(documents, lookup, sessions) -> Posted:
    """Close sessions with what the lane has counted; its Z is kept as it was drawn."""
    posted: Posted = {}
    for document in documents:
        session = sessions.get(document)
        for code, amount in (
            ("over_short", Decimal(document["over_short"])),
            ("removed", -Decimal(document["removed"])),
        ):
            if amount:
                _move_cash(document, lookup, session, code, amount)
        off = session.end(Decimal(document["left"]))
        posted[document["key"]] = session, [f"cash: {off} more in the till than here"] if off else []
    return posted


def _move_cash(document, lookup, session, code: str, amount: Decimal):
    return (
        Pool()
        .get("sale.point.cash.transfer")
        .move_cash(
            session,
            lookup.get("transfer type", code),
            document.get("number") or document["key"],
            amount,
            dt.date.fromisoformat(document["date"]),
        )
    )


_POSTS = {
    "party": _post_parties,
    "shift": _post_shifts,
    "sale": _post_sales,
    "collection": _post_collections,
    "tenders": _post_tenders,
    "cash": _post_cash,
    "z": _post_z,
}
