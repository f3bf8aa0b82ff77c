"""Says a sale as a draft of `sale.sale` of a stock Tryton: its values, and whether its totals are the receipt's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from sync.tryton_document import Untellable, Words

PRICE = Decimal("0.0001")
_HASH = re.compile(r"[0-9a-f]{64}")


class Found(msgspec.Struct, frozen=True):
    """A product as Tryton has it: its id, its unit and the taxes of its category."""

    product_id: int
    unit_id: int
    tax_ids: tuple[int, ...]


def skus_of(told: Words) -> list[str]:
    """Return the SKUs that a sale names."""
    return sorted({line["product"] for line in told["lines"] if line["product"]})


def quote_lines(told: Words, products: Mapping[str, Found]) -> list[Any]:
    """Return the lines of a draft. Raises `Untellable` for an item that Tryton has not."""
    classes: dict[str, Found] = {}
    for line in told["lines"]:
        if line["product"] and line["product"] not in products:
            raise Untellable(f"there is no item {line['product']!r} in Tryton")
        if line["product"]:
            classes.setdefault(line["tax_class"], products[line["product"]])
    return [["create", [_quote_line(line, products, classes) for line in told["lines"]]]]


def _quote_line(line: Words, products: Mapping[str, Found], classes: Mapping[str, Found]) -> Words:
    """Return a line; one without a product is taxed as an item of its tax class on the same receipt."""
    quantity, net = Decimal(line["quantity"]), Decimal(line["net"])
    found = products.get(line["product"]) or classes.get(line["tax_class"])
    if found is None:
        raise Untellable(f"{line['name']} has no item, and nothing on the receipt tells its taxes in Tryton")
    values: Words = {
        "type": "line",
        "description": line["name"],
        "quantity": _number(quantity),
        "unit_price": (net / quantity).quantize(PRICE) if quantity else net,
        "taxes": [["add", list(found.tax_ids)]] if found.tax_ids else [],
    }
    if line["product"]:
        values |= {"product": found.product_id, "unit": found.unit_id}
    return values


def _number(quantity: Decimal) -> Any:
    """Return a quantity as Tryton's interface wants it: a number of JSON, written exactly."""
    text = format(quantity, "f")
    return msgspec.Raw((text if "." in text else f"{text}.0").encode())


def quote(told: Words, party_id: int, company_id: int, products: Mapping[str, Found]) -> Words:
    """Return the values of a draft; its `reference` is the document's key, its description ends in the hash."""
    return {
        "reference": told["key"],
        "description": f"{told['number']} {told['hash']}",
        "sale_date": date.fromisoformat(told["date"]),
        "party": party_id,
        "company": company_id,
        "lines": quote_lines(told, products),
    }


def is_other(told: Words, record: Mapping[str, Any]) -> bool:
    """Say whether a draft was made of another record; one whose description somebody has changed does not say."""
    held = str(record.get("description") or "").rpartition(" ")[2]
    return _HASH.fullmatch(held) is not None and held != told["hash"]


def find_difference(told: Words, totals: Mapping[str, Any]) -> str:
    """Return how a draft's totals differ from the receipt's, empty for by no more than a cent a line."""
    net = sum((Decimal(line["net"]) for line in told["lines"]), Decimal(0))
    gross = sum((Decimal(line["gross"]) for line in told["lines"]), Decimal(0))
    allowed = Decimal("0.01") * len(told["lines"])
    pairs = ((net, totals.get("untaxed_amount")), (gross, totals.get("total_amount")))
    off = [f"{theirs} in place of {ours}" for ours, theirs in pairs if not _is_near(ours, theirs, allowed)]
    return "Tryton comes to " + ", ".join(off) if off else ""


def _is_near(ours: Decimal, theirs: Any, allowed: Decimal) -> bool:
    return isinstance(theirs, Decimal) and abs(ours - theirs) <= allowed


def read_products(records: Iterable[Mapping[str, Any]]) -> dict[str, Found]:
    """Return products by their SKU, from what `search_read` told."""
    found = {}
    for record in records:
        category = (record.get("template.") or {}).get("account_category.") or {}
        taxes = category.get("customer_taxes.") or []
        found[str(record["code"])] = Found(record["id"], record["sale_uom"], tuple(tax["id"] for tax in taxes))
    return found
