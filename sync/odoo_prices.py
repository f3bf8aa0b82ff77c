"""Odoo's price lists in the lane's words: rule by rule, as docs/price-lists.md has them.

There is no public method of Odoo that tells a price, so the lane evaluates the rules (`domain.price_list`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from domain.money import MICRO
from domain.price_rule import PriceBasis, PriceList, PriceRule, PriceWay, RuleScope
from sync.feed import Page, PriceListRow
from sync.odoo_feeds import BOTH, OVERLAP, TIME, OdooFeeds, department_code, read_time, template_code
from sync.odoo_rpc import OdooRpc, Record

_SCOPES: Final[Mapping[str, RuleScope]] = {
    "0_product_variant": RuleScope.ITEM,
    "1_product": RuleScope.TEMPLATE,
    "2_product_category": RuleScope.DEPARTMENT,
    "3_global": RuleScope.ALL,
}
_BASES: Final[Mapping[str, PriceBasis]] = {
    "list_price": PriceBasis.LIST_PRICE,
    "standard_price": PriceBasis.COST,
    "pricelist": PriceBasis.PRICE_LIST,
}
_FIELDS: Final = (
    *("pricelist_id", "applied_on", "product_tmpl_id", "product_id", "categ_id", "min_quantity", "date_start"),
    *("date_end", "compute_price", "base", "base_pricelist_id", "fixed_price", "percent_price", "price_discount"),
    *("price_round", "price_surcharge", "price_min_margin", "price_max_margin", "write_date"),
)
_MARKUP: Final = "price_markup"
_MARKUP_SINCE: Final = 18


def pull_prices(rpc: OdooRpc, feeds: OdooFeeds, version: int, checkpoint: str, store_currency: str) -> Page:
    """Return all price lists, or an empty page while nothing of them has changed."""
    mark = _mark(rpc)
    if mark == checkpoint:
        return Page(checkpoint=checkpoint)
    lists = rpc.search("product.pricelist", [], ["name", "currency_id", "write_date"], order="id")
    fields = [*_FIELDS, *([_MARKUP] if version >= _MARKUP_SINCE else [])]
    items = list(rpc.pages("product.pricelist.item", [["pricelist_id", "in", [one["id"] for one in lists]]], fields))
    skus = feeds.skus(sorted({item["product_id"][0] for item in items if item["product_id"]}))
    notes: list[str] = []
    rules: dict[int, list[PriceRule]] = {one["id"]: [] for one in lists}
    for item in items:
        rule = read_rule(item, skus)
        if rule is None:
            notes.append(f"a rule of the price list {item['pricelist_id'][1]} is not understood and left out")
        else:
            rules[item["pricelist_id"][0]].append(rule)
    rows = [_row(one, rules[one["id"]], store_currency) for one in lists]
    return Page(rows, checkpoint=mark, notes=tuple(notes))


def _mark(rpc: OdooRpc) -> str:
    """Return a text that changes with any list or rule, also when one is deleted.

    The newest change alone would hide one of the same second, and one begun before it and committed after it: so
    all that were written shortly before the newest one count, each by id and instant.
    """
    parts: list[str] = []
    for model, domain in (("product.pricelist", [BOTH]), ("product.pricelist.item", [])):
        newest = rpc.search(model, domain, ["write_date"], order="write_date desc", limit=1)
        dates: list[str] = []
        if newest:
            since = (read_time(newest[0]["write_date"]) - OVERLAP).strftime(TIME)
            recent = rpc.pages(model, [*domain, ["write_date", ">=", since]], ["write_date"])
            dates = [f"{one['id']} {one['write_date']}" for one in recent]
        count = rpc.call(model, "search_count", {"domain": domain})
        parts.append(f"{count} {hashlib.sha256(str(dates).encode()).hexdigest()}")
    return ";".join(parts)


def _row(record: Record, rules: Sequence[PriceRule], store_currency: str) -> PriceListRow:
    currency = str(record["currency_id"][1])
    return PriceListRow(
        erp_id=str(record["id"]),
        stamp=str(record["write_date"]),
        price_list=PriceList(
            code=list_code(record["id"]),
            name=str(record["name"])[:60],
            currency="" if currency == store_currency else currency,
            rules=tuple(rules),
        ),
    )


def read_rule(item: Record, skus: Mapping[int, str]) -> PriceRule | None:
    """Return a rule, None for one that the lane cannot evaluate."""
    scope, basis = _SCOPES.get(item["applied_on"]), _BASES.get(item["base"] or "list_price")
    way = item["compute_price"]
    if scope is None or basis is None or way not in set(PriceWay):
        return None
    target = _target(item, scope, skus)
    if target is None:
        return None
    return PriceRule(
        rule_id=item["id"],
        scope=scope,
        target=target,
        min_quantity_micro=micro(item["min_quantity"]),
        start_at=_instant(item["date_start"]),
        end_at=_instant(item["date_end"]),
        way=PriceWay(way),
        basis=basis,
        base_list=list_code(item["base_pricelist_id"][0]) if item["base_pricelist_id"] else "",
        fixed_price_micro=micro(item["fixed_price"]),
        percent_micro=micro(item["percent_price"]),
        discount_micro=micro(item["price_discount"]),
        markup_micro=micro(item.get(_MARKUP)),
        round_micro=micro(item["price_round"]),
        surcharge_micro=micro(item["price_surcharge"]),
        min_margin_micro=micro(item["price_min_margin"]),
        max_margin_micro=micro(item["price_max_margin"]),
    )


def _target(item: Record, scope: RuleScope, skus: Mapping[int, str]) -> str | None:
    """Return what a rule is for, None where Odoo has lost it."""
    if scope is RuleScope.ITEM:
        return skus.get(item["product_id"][0]) if item["product_id"] else None
    if scope is RuleScope.TEMPLATE:
        return template_code(item["product_tmpl_id"]) if item["product_tmpl_id"] else None
    if scope is RuleScope.DEPARTMENT:
        return department_code(item["categ_id"]) if item["categ_id"] else None
    return ""


def list_code(pricelist_id: int) -> str:
    """Return the code of a price list, which settings and customers name."""
    return f"p{pricelist_id}"


def micro(value: Any) -> int:
    """Return a number in millionths; what is finer is the noise of a float."""
    return int((Decimal(value or 0) * MICRO).to_integral_value())


def _instant(text: Any) -> datetime | None:
    return read_time(text) if text else None
