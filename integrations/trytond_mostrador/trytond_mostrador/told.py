# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What lanes are told of this Tryton: what it is, and what a shift has come to here."""

from collections import Counter
from decimal import Decimal
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction

from .rows import point_of, utc_now
from .setup import missing

VERSION = 2
MODULE = "8.2.0"

Told = dict[str, Any]


def reached() -> list[str]:
    """Return the lanes that the user reaches."""
    companies = Transaction().context.get("companies") or []
    points = Pool().get("sale.point").search([("company", "in", companies), ("mostrador_lane", "not in", [None, ""])])
    return sorted(point.mostrador_lane for point in points)


def about(lane: str) -> Told:
    """Return what a lane must know before it sells: money, rounding, clock, and what is still to be filled in."""
    if lane not in (lanes := reached()):
        return {"v": VERSION, "module": MODULE, "lanes": lanes, "missing": [f"no point of sale has the lane {lane!r}"]}
    point = point_of(lane)
    currency = point.company.currency
    with Transaction().set_context(company=point.company.id):
        rounding = Pool().get("account.configuration")(1).get_multivalue("tax_rounding", company=point.company.id)
    return {
        "v": VERSION,
        "module": MODULE,
        "lanes": lanes,
        "company": point.company.party.name,
        "currency": currency.code,
        "digits": currency.digits,
        "smallest": format(currency.rounding, "f"),
        "tax_rounding": rounding,
        "tax_included": bool(point.tax_included),
        "now": utc_now(),
        "taxes": _taxes(point),
        "methods": _codes("sale.point.payment.method", point),
        **_last(lane),
        "missing": missing(point),
    }


def posted(lane: str, shift: int) -> Told:
    """Return the documents of a shift, sums by tax and by method, and what does not balance.

    A document's total is the lane's own: without what was rounded, and without what was put on cards.
    """
    point_of(lane)
    documents = (
        Pool().get("mostrador.document").search([("lane", "=", lane), ("shift", "=", shift)], order=[("seq", "ASC")])
    )
    sales = [one.record for one in documents if one.kind == "sale"]
    collections = [one.record for one in documents if one.kind in {"collection", "tenders"}]
    totals, methods = Counter(), Counter()
    for payment in Pool().get("sale.point.payment").search([("sale", "in", [sale.id for sale in sales])]):
        totals[str(payment.sale)] += payment.amount
        methods[payment.method.mostrador_code] += payment.amount
    for sale in sales:
        totals[str(sale)] -= sale.mostrador_rounding or Decimal(0)
    loads = [("sale", "in", [sale.id for sale in sales]), ("mostrador_load", "=", True)]
    for line in Pool().get("sale.point.sale.line").search(loads):
        totals[str(line.sale)] -= line.mostrador_gross
    for one in collections:
        totals[str(one)] = one.total
        for line in one.lines:
            methods[line.method.mostrador_code] += line.amount
    bases, taxes = _sum_taxes(sales)
    return {
        "documents": [_document(one, totals) for one in documents],
        "taxes": {code: format(amount, "f") for code, amount in sorted(taxes.items())},
        "bases": {code: format(amount, "f") for code, amount in sorted(bases.items())},
        "methods": {code: format(amount, "f") for code, amount in sorted(methods.items())},
        "unbalanced": _unbalanced([*sales, *collections]),
    }


def _document(one, totals) -> Told:
    told = {"key": one.key, "kind": one.kind, "hash": one.hash, "number": one.number or ""}
    record = str(one.record) if one.record else ""
    return told | {"record": record, "total": format(totals[record], "f") if record in totals else ""}


def _sum_taxes(sales) -> tuple[Counter, Counter]:
    bases, taxes = Counter(), Counter()
    for tax in Pool().get("mostrador.sale.tax").search([("sale", "in", [sale.id for sale in sales])]):
        bases[tax.tax.mostrador_code] += tax.base
        taxes[tax.tax.mostrador_code] += tax.amount
    return bases, taxes


def _unbalanced(records) -> list[str]:
    """Return the entries whose debit is not their credit: on SQLite, Tryton itself does not look."""
    sums: dict[str, Decimal] = {}
    moves = [record.move.id for record in records if record.move]
    for line in Pool().get("account.move.line").search([("move", "in", moves)]):
        number = line.move.number or str(line.move.id)
        sums[number] = sums.get(number, Decimal(0)) + line.debit - line.credit
    return sorted(number for number, off in sums.items() if off)


def _taxes(point) -> dict[str, Told]:
    """Return the taxes by the lane's codes: their kind and rate."""
    found = (
        Pool().get("account.tax").search([("company", "=", point.company.id), ("mostrador_code", "not in", [None, ""])])
    )
    return {
        tax.mostrador_code: {
            "kind": tax.type,
            "rate": format(tax.rate, "f") if tax.rate is not None else "",
            "amount": format(tax.amount, "f") if tax.amount is not None else "",
        }
        for tax in found
    }


def _codes(model: str, point) -> list[str]:
    found = Pool().get(model).search([("company", "=", point.company.id), ("mostrador_code", "not in", [None, ""])])
    return sorted(record.mostrador_code for record in found)


def _last(lane: str) -> Told:
    """Return the highest journal number that was taken from a lane, and the hash of that row: an anchor."""
    found = Pool().get("mostrador.document").search([("lane", "=", lane)], order=[("seq", "DESC")], limit=1)
    return {"last_seq": found[0].seq if found else 0, "last_hash": found[0].hash if found else ""}
