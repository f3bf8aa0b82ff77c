"""Price cases of an ERP's answers, worked out here and compared: one case in, what was computed and what differs out.

A file has the form of `odoo_pricelists.json`, its numbers read as `Decimal` or `int`: products, price lists with the
fields of `product.pricelist.item`, and cases. Nothing here knows any particular case.

How the file's words become ours: names are codes; a category may be told by its whole path (`Root / Sub`) or by its
own name; times are UTC; a unit with a number (`Dozen(12)`) is that many of the product's own. The ERP computes with
binary floats and tells some decimals, so a price is equal when it is what was expected within half of the last digit,
counted with six decimals at least (a lane's own precision) and ten at most (beyond them floats differ from fractions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec

from domain.money import MICRO, divide_half_up
from domain.oracle import Case, Checked, check_case, number_of
from domain.price_list import Price, PriceBook, build_price_book, find_price
from domain.price_rule import PriceBasis, PricedItem, PriceList, PriceRule, PriceWay, RuleScope

LEAST_DIGITS: Final = 6
MOST_DIGITS: Final = 10
"""Decimals with which a price is compared, whatever the file has."""

_SCOPES: Final = {
    "0_product_variant": (RuleScope.ITEM, "product_variant"),
    "1_product": (RuleScope.TEMPLATE, "product_template"),
    "2_product_category": (RuleScope.DEPARTMENT, "category"),
    "3_global": (RuleScope.ALL, ""),
}
_BASES: Final = {
    "list_price": PriceBasis.LIST_PRICE,
    "standard_price": PriceBasis.COST,
    "pricelist": PriceBasis.PRICE_LIST,
}
_UNIT: Final = re.compile(r"\((?P<factor>[0-9]+(?:\.[0-9]+)?)\)\s*\Z")


class PriceFile(msgspec.Struct, frozen=True):
    """A file of cases, its lists read; `unread` says by list what could not be."""

    book: PriceBook
    products: Case
    unread: dict[str, str]


def check_price_file(data: Case) -> Iterator[Checked]:
    """Work out every case of a file."""
    file = read_price_file(data)
    for case in data["cases"]:
        yield check_price_case(file, case)


def read_price_file(data: Case) -> PriceFile:
    """Read the price lists of a file; one that cannot be read is one of its `unread`."""
    paths = {path: path.rsplit(" / ", 1)[-1] for product in data["products"].values() for path in _departments(product)}
    lists, unread = [], {}
    for one in data["pricelists"]:
        try:
            rules = tuple(rule for row in one["items"] for rule in _rules(row, paths))
            lists.append(PriceList(str(one["name"]), rules=rules))
        except (KeyError, ValueError, TypeError, ArithmeticError) as error:
            unread[str(one["name"])] = f"{type(error).__name__}: {error}"
    return PriceFile(build_price_book(lists), data["products"], unread)


def check_price_case(file: PriceFile, case: Case) -> Checked:
    """Work out one case and compare its price and its rule; its kind is the way in which the rule makes a price."""
    name = " ".join(str(case.get(key)) for key in ("pricelist", "product", "quantity", "uom", "date"))
    checked = check_case("pricelist_unread", {**case, "id": name}, lambda: case["expect"], lambda: _worked(file, case))
    return msgspec.structs.replace(checked, kind=f"pricelist_{checked.computed.get('way', 'unread')}")


def _worked(file: PriceFile, case: Case) -> dict[str, Any]:
    """Return what a case comes to; a price that is the expected one is written as that is."""
    found = _find(file, case)
    expected = Decimal(number_of(case["expect"]["price"]))
    price = expected if is_same_figure(expected, found.exact) else _decimal(found.exact, _digits(expected))
    rule = found.rule
    return {"price": price, "item": rule.rule_id if rule else None, "way": rule.way.value if rule else "none"}


def is_same_figure(expected: Decimal, exact: Fraction, least: int = LEAST_DIGITS) -> bool:
    """Say whether an exact figure is the one that was told, within half of its last digit; see the module."""
    distance: Fraction = abs(exact - Fraction(expected))
    return distance * 2 * int(10 ** _digits(expected, least)) <= 1


def _digits(expected: Decimal, least: int = LEAST_DIGITS) -> int:
    """Return the decimals with which a figure is compared."""
    exponent = expected.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{expected} is no figure")
    return min(max(-exponent, least), MOST_DIGITS)


def _decimal(exact: Fraction, digits: int) -> Decimal:
    parts = exact * 10**digits
    return Decimal(divide_half_up(parts.numerator, parts.denominator)).scaleb(-digits)


def _find(file: PriceFile, case: Case) -> Price:
    """Return the price of a case; ValueError says why there is none."""
    code = str(case["pricelist"])
    if code in file.unread:
        raise ValueError(file.unread[code])
    item = _item(str(case["product"]), file.products[case["product"]], str(case["uom"]))
    found = find_price(file.book, code, item, _micro(case["quantity"]), _instant(case["date"]), UTC)
    if not isinstance(found, Price):
        raise ValueError(f"{found.flaw} in {found.list_code}, rule {found.rule_id}")
    return found


def _factor(uom: str) -> tuple[int, int]:
    """Return how many of a product's own unit a unit means: the number in its name, else one."""
    found = _UNIT.search(uom)
    return Fraction(found["factor"]).as_integer_ratio() if found else (1, 1)


def _item(code: str, product: Case, uom: str) -> PricedItem:
    """Return a product as it is sold by a unit."""
    return PricedItem(
        sku=code,
        list_price_micro=_micro(product["list_price"]),
        cost_micro=_micro(product["standard_price"]),
        template=str(product.get("template", code)),
        departments=_departments(product),
        uom_factor=_factor(uom),
    )


def _departments(product: Case) -> tuple[str, ...]:
    """Return the whole paths of a product's category and of those above it, the nearest first."""
    parts = str(product.get("category") or "").split(" / ")
    return tuple(" / ".join(parts[:length]) for length in range(len(parts), 0, -1)) if parts != [""] else ()


def _rules(row: Case, paths: Mapping[str, str]) -> Iterator[PriceRule]:
    """Yield a rule of the file; more than once where its category's name is that of several paths."""
    scope, key = _SCOPES[row["applied_on"]]
    targets: Sequence[str] = (str(row[key]),) if key else ("",)
    if scope is RuleScope.DEPARTMENT and targets[0] not in paths:
        targets = [path for path, name in paths.items() if name == targets[0]] or targets
    rule = PriceRule(
        rule_id=int(row["id"]),
        scope=scope,
        min_quantity_micro=_micro(row["min_quantity"]),
        start_at=_instant(row["date_start"]) if row["date_start"] else None,
        end_at=_instant(row["date_end"]) if row["date_end"] else None,
        way=PriceWay(row["compute_price"]),
        basis=PriceBasis.PRICE_LIST if row["base"] == "pricelist" and row["base_pricelist"] else _BASES[row["base"]],
        base_list=str(row["base_pricelist"] or ""),
    )
    for target in targets:
        yield _priced(rule, row, target)


def _priced(rule: PriceRule, row: Case, target: str) -> PriceRule:
    """Return a rule for a target with the figures of its row."""
    return msgspec.structs.replace(
        rule,
        target=target,
        fixed_price_micro=_micro(row["fixed_price"]),
        percent_micro=_percent(row["percent_price"]),
        discount_micro=_percent(row["price_discount"]),
        markup_micro=_percent(row["price_markup"]),
        round_micro=_micro(row["price_round"]),
        surcharge_micro=_micro(row["price_surcharge"]),
        min_margin_micro=_micro(row["price_min_margin"]),
        max_margin_micro=_micro(row["price_max_margin"]),
    )


def _micro(number: Decimal | int) -> int:
    """Return a number in millionths; ValueError if it is finer."""
    parts = Fraction(number_of(number)) * MICRO
    if parts.denominator != 1:
        raise ValueError(f"{number} is finer than a millionth")
    return int(parts)


def _percent(number: Decimal | int) -> int:
    """Return a percentage in millionths of one per cent; an ERP may keep 100/3, of which this is near enough."""
    parts = Fraction(number_of(number)) * MICRO
    return divide_half_up(parts.numerator, parts.denominator)


def _instant(text: Any) -> datetime:
    """Return an instant of the file: UTC without saying so."""
    at = datetime.fromisoformat(str(text))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
