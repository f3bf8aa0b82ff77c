# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What Tryton's own point of sale makes of baskets, for a lane to hold its arithmetic against. Nothing is kept."""

from decimal import Decimal
from typing import Any

from trytond.exceptions import UserError
from trytond.modules.product import round_price
from trytond.pool import Pool
from trytond.transaction import Transaction

from .rows import point_of
from .shape import number, rows, text

MAX_BASKETS = 500

_check = rows({"tax_class": text, "quantity": number, "price": number}, {})


def reckoned(lane: str, baskets: list[Any]) -> dict[str, Any]:
    """Return total and taxes of each basket at its lines' prices, taxes in them where the point's prices have them."""
    if flaws := [flaw for basket in baskets if (flaw := _check(basket))]:
        raise UserError(f"a basket is none: {flaws[0]}")
    point = point_of(lane)
    codes = {line["tax_class"] for basket in baskets for line in basket}
    found = Pool().get("product.category").search([("accounting", "=", True), ("mostrador_code", "in", list(codes))])
    categories = {category.mostrador_code: category for category in found}
    if missing := codes - categories.keys():
        raise UserError(f"no accounting category has the code {', '.join(sorted(missing))}")
    with Transaction().set_context(company=point.company.id):
        return {"totals": [_reckon(point, basket, categories) for basket in baskets]}


def _reckon(point, basket, categories) -> dict[str, str]:
    pool = Pool()
    sale = pool.get("sale.point.sale")(company=point.company, point=point, date=pool.get("ir.date").today())
    sale.currency = point.company.currency
    sale.lines = [_make_line(sale, line, categories[line["tax_class"]]) for line in basket]
    total = sum((line.gross_amount for line in sale.lines), Decimal(0))
    tax = sum((line.tax_amount for line in sale.lines), Decimal(0))
    return {"total": format(total, "f"), "tax": format(tax, "f")}


def _make_line(sale, line, category):
    """Return a line priced as Tryton does it when a product is put on a sale."""
    pool = Pool()
    tax_model = pool.get("account.tax")
    one = pool.get("sale.point.sale.line")(sale=sale, quantity=float(line["quantity"]), mostrador_category=category)
    one.company, one.currency = sale.company, sale.currency
    one.mostrador_net = one.mostrador_gross = None
    price = Decimal(line["price"])
    taxes = category.customer_taxes_used
    if sale.point.tax_included:
        one.unit_gross_price = price
        one.unit_list_price = round_price(tax_model.reverse_compute(price, taxes, date=sale.date))
    else:
        one.unit_list_price = price
        added = sum(tax["amount"] for tax in tax_model.compute(taxes, price, 1, date=sale.date))
        one.unit_gross_price = round_price(price + added)
    return one
