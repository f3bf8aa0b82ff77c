# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Price lists in the words of lanes: rules for one item, for a department, for all.

Tryton takes the first line that fits; a lane takes the narrowest rule, and of those the one with the largest minimum.
So each rule here is the line that wins for its target from a minimum on. A formula that lanes can reckon goes as such;
what is for one item, and what is no such formula, is worked out by Tryton itself and goes as a price. A list that
cannot be told so is not told at all, and it is said why.
"""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from sql.aggregate import Count
from trytond.exceptions import UserError
from trytond.model import fields
from trytond.modules.product import round_price
from trytond.pool import Pool
from trytond.transaction import Transaction

from .formula import read_formula
from .rows import department_of, department_of_product

MICRO = Decimal("0.000001")
MOST_EXACT = 5_000
"""Prices of single items that are worked out for one list."""

Told = dict[str, Any]
_KNOWN = {"id", "price_list", "category", "product", "quantity", "formula", "sequence", "rec_name"}
_KNOWN |= {f"{act}_{what}" for act in ("create", "write") for what in ("uid", "date")} | {"xml_id"}


class NotTellableError(Exception):
    """A list for which lanes have no words; the text says why."""


def price_lists(point) -> Told:
    """Return all price lists of a point's company, with notes on those that cannot be told."""
    rows: list[Told] = []
    notes: list[str] = []
    for price_list in lists_of(point):
        try:
            rules = PriceListRules(price_list, point).told()
        except (NotTellableError, UserError) as error:
            notes.append(f"the price list {price_list.name} does not come down: {error}")
            continue
        rows.append({"id": str(price_list.id), "code": list_code(price_list), "name": price_list.name, "rules": rules})
    return {"rows": rows, "notes": notes}


def list_code(price_list) -> str:
    """Return the code of a list, which customers and the lane's settings name."""
    return f"p{price_list.id}"


def lists_of(point) -> list[Any]:
    """Return the price lists of a point's company; none where Tryton has no such module."""
    pool = Pool()
    if "product.price_list" not in dict(pool.iterobject()):
        return []
    return pool.get("product.price_list").search([("company", "=", point.company.id)], order=[("id", "ASC")])


class PriceListRules:
    """One list on its way to rules."""

    def __init__(self, price_list, point) -> None:
        """Look at a list's lines. Raises `NotTellableError` for a line that asks for more than these fields."""
        self._list = price_list
        self._point = point
        self._lines = list(price_list.lines)
        self._general = [line for line in self._lines if not line.product]
        self._minima = sorted({Decimal(0), *(_minimum(line) for line in self._lines)})
        for line in self._lines:
            if asked := _asks_more(line):
                raise NotTellableError(f"a line asks for {asked}, and a lane has no such rule")

    def told(self) -> list[Told]:
        """Return the rules. Raises `NotTellableError`, and `UserError` where Tryton cannot reckon a formula either."""
        try:
            ways = {line.id: self._way(line) for line in self._general}
        except NotTellableError as error:
            return self._numbered(self._exact(self._all_products(str(error))))
        wanted = [*self._exact(self._single_products())]
        for category in {line.category.id: line.category for line in self._general if line.category}.values():
            wanted += self._rules("department", department_of(category), self._of(category), ways, is_whole=True)
        wanted += self._rules("all", "", [line for line in self._general if not line.category], ways)
        return self._numbered(wanted)

    def _numbered(self, rules: Sequence[Told]) -> list[Told]:
        return [{"id": number, **rule} for number, rule in enumerate(rules, 1)]

    def _of(self, category) -> list[Any]:
        """Return the lines that fit everything in a category, in their order."""
        above = set()
        while category:
            above.add(category.id)
            category = category.parent
        return [line for line in self._general if not line.category or line.category.id in above]

    def _rules(
        self, scope: str, target: str, lines: Sequence[Any], ways: Told, *, is_whole: bool = False
    ) -> list[Told]:
        """Return the line that wins from each minimum on; each of them where other departments' rules stand beside."""
        found: list[Told] = []
        last = None
        for least in self._minima:
            line = next((line for line in lines if _minimum(line) <= least), None)
            if line is not None and (is_whole or line is not last):
                found.append({"scope": scope, "target": target, "min": _plain(least), **ways[line.id]})
            last = line
        return found

    def _way(self, line) -> Told:
        """Return how a line makes a price, in a lane's words. Raises `NotTellableError` for one that has none."""
        if line.category and line.category.accounting:
            raise NotTellableError("a line is for an accounting category")
        read = read_formula(line.formula, self._list.price)
        is_alike = bool(self._list.tax_included) == bool(self._point.tax_included)
        if read is None or read.listed < 0 or read.cost < 0 or (read.listed and read.cost):
            raise NotTellableError(f"a lane cannot reckon {line.formula}")
        if read.is_amount and is_alike:
            return {"way": "fixed", "price": _exactly(read.amount)}
        if read.cost and is_alike:
            return {"way": "cost", "percent": _exactly((read.cost - 1) * 100), "surcharge": _exactly(read.amount)}
        if read.listed and not read.amount and not self._list.tax_included and self._is_by_rate():
            return {"way": "list", "percent": _exactly((1 - read.listed) * 100), "surcharge": "0"}
        if read.listed and is_alike and not self._list.tax_included:
            return {"way": "list", "percent": _exactly((1 - read.listed) * 100), "surcharge": _exactly(read.amount)}
        raise NotTellableError(
            f"{line.formula} is without the taxes that the lane's prices have, or the other way round"
        )

    def _is_by_rate(self) -> bool:
        """Say whether all taxes are rates, so that a part of a price is the same part with taxes."""
        domain = [("company", "=", self._point.company.id), ("type", "=", "fixed"), ("parent", "=", None)]
        return not self._point.tax_included or not Pool().get("account.tax").search(domain, limit=1)

    def _exact(self, products: Sequence[Any]) -> list[Told]:
        """Return the prices of single items as Tryton reckons them."""
        if len(products) * len(self._minima) > MOST_EXACT:
            raise NotTellableError(f"it has prices of {len(products)} items by themselves, more than come down")
        return [rule for product in products for rule in self._exact_rules(product)]

    def _exact_rules(self, product) -> Iterator[Told]:
        uom = Pool().get("product.uom")
        own = self._list.get_uom(product)
        last = None
        for least in self._minima:
            price = self._list.compute(product, float(least), own)
            if price is not None and price != last:
                counted = uom.compute_qty(own, float(least), product.sale_uom, round=False)
                minimum = Decimal(str(counted)).quantize(MICRO, ROUND_CEILING)
                told = uom.compute_price(product.default_uom, price, product.sale_uom)
                target = {"scope": "item", "target": product.code, "min": _plain(minimum)}
                yield {**target, "way": "fixed", "price": _plain(self._as_sold(product, told))}
            last = price

    def _as_sold(self, product, price: Decimal) -> Decimal:
        """Return a list's price with or without taxes, as the lane's prices are."""
        tax_model = Pool().get("account.tax")
        if bool(self._list.tax_included) == bool(self._point.tax_included):
            return price
        today = Pool().get("ir.date").today()
        taxes = product.customer_taxes_used
        if self._list.tax_included:
            return round_price(tax_model.reverse_compute(price, taxes, today))
        return round_price(price + sum(one["amount"] for one in tax_model.compute(taxes, price, 1, today)))

    def _single_products(self) -> list[Any]:
        """Return the products that no rule for a department or for all would price as Tryton does."""
        ids = {line.product.id for line in self._lines if line.product}
        categories = {line.category.id for line in self._general if line.category}
        if categories:
            ids |= {product.id for product in _in_many_categories() if self._is_elsewhere(product, categories)}
        if self._general:
            ids |= set(_sold_by_another_unit())
        return self._sold([("id", "in", sorted(ids))])

    def _is_elsewhere(self, product, categories: set[int]) -> bool:
        """Say whether a product is in other categories of the lines than its department is."""
        here = {one.id for one in _above(department_of_product(product))} & categories
        return here != {one.id for category in product.categories_all for one in _above(category)} & categories

    def _all_products(self, why: str) -> list[Any]:
        products = self._sold([])
        if len(products) * len(self._minima) > MOST_EXACT:
            raise NotTellableError(f"{why}, and {len(products)} items are too many to be priced by themselves")
        return products

    def _sold(self, domain: list[Any]) -> list[Any]:
        found = (
            Pool()
            .get("product.product")
            .search(
                [*domain, ("salable", "=", True), ("code", "not in", [None, ""])],
                order=[("id", "ASC")],
                limit=MOST_EXACT + 1,
            )
        )
        return list(found)


def _asks_more(line) -> str:
    """Return a field by which another module makes a line fit, empty for none."""
    for name, field in line._fields.items():
        if name not in _KNOWN and not isinstance(field, fields.Function) and getattr(line, name) not in (None, "", ()):
            return name
    return ""


def _in_many_categories() -> list[Any]:
    """Return the products whose template is in more than one category."""
    pool = Pool()
    table = pool.get("product.template-product.category").__table__()
    query = table.select(table.template, group_by=[table.template], having=Count(table.category) > 1)
    return _products_of(query)


def _sold_by_another_unit() -> list[int]:
    """Return the products that are sold by another unit than they are kept in."""
    table = Pool().get("product.template").__table__()
    query = table.select(table.id, where=table.default_uom != table.sale_uom)
    return [product.id for product in _products_of(query)]


def _products_of(query) -> list[Any]:
    cursor = Transaction().connection.cursor()
    cursor.execute(*query)
    ids = [one for (one,) in cursor]
    return list(Pool().get("product.product").search([("template", "in", ids)])) if ids else []


def _above(category) -> Iterator[Any]:
    while category:
        yield category
        category = category.parent


def _minimum(line) -> Decimal:
    return Decimal(str(line.quantity or 0))


def _exactly(value: Fraction) -> str:
    """Return a decimal of at most six digits. Raises `NotTellableError` for what is none."""
    micro = value * 1_000_000
    if micro.denominator != 1:
        raise NotTellableError(f"{float(value)} has more than six decimals")
    return _plain(Decimal(micro.numerator).scaleb(-6))


def _plain(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
