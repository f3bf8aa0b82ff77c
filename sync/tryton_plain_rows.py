"""What a stock Tryton has for the lane: which models and fields, and how their records are rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from domain.text import safe_text
from sync.feed import AnyRow, CellRow, CodeRow, Feed, ItemRow

FEEDS: Final = (Feed.ITEMS, Feed.CUSTOMERS, Feed.SALESPEOPLE)
MODELS: Final = {
    Feed.ITEMS: "product.product",
    Feed.CUSTOMERS: "party.party",
    Feed.SALESPEOPLE: "company.employee",
}
FIELDS: Final[Mapping[Feed, tuple[str, ...]]] = {
    Feed.ITEMS: (
        *("code", "name", "active", "salable", "gross_price_used", "list_price_used", "sale_uom.symbol"),
        *("identifiers.code", "template.code", "template.categories.name", "template.categories.accounting"),
        *("template.account_category.customer_taxes.name", "template.account_category.customer_taxes.type"),
        "template.account_category.customer_taxes.rate",
    ),
    Feed.CUSTOMERS: ("code", "name", "active", "tax_identifier.code", "phone", "email"),
    Feed.SALESPEOPLE: ("party.code", "party.name", "active"),
}
PREFIXES: Final[Mapping[Feed, tuple[str, ...]]] = {
    Feed.ITEMS: ("", "template.", "template.gross_prices.", "template.list_prices.", "identifiers."),
    Feed.CUSTOMERS: ("", "identifiers.", "contact_mechanisms."),
    Feed.SALESPEOPLE: ("", "party."),
}
"""The records beside a feed's whose stamps move when it does: a new price moves another stamp than the item's."""
LIVE: Final[Mapping[Feed, list[Any]]] = {
    Feed.ITEMS: [["salable", "=", True], ["code", "!=", None]],
    Feed.CUSTOMERS: [["code", "!=", None]],
    Feed.SALESPEOPLE: [["party.code", "!=", None]],
}

Record = Mapping[str, Any]


class PlainRows:
    """Reads records. `taxes` goes from Tryton's names of taxes to tax classes."""

    def __init__(self, taxes: Mapping[str, str]) -> None:
        """Know the store's own words for taxes."""
        self._taxes = taxes
        self._readers: Mapping[Feed, Callable[[Record], AnyRow | None]] = {
            Feed.ITEMS: self._read_item,
            Feed.CUSTOMERS: self._read_customer,
            Feed.SALESPEOPLE: self._read_salesperson,
        }

    def read(self, feed: Feed, record: Record) -> AnyRow | None:
        """Return a row, None for what is archived, not for sale, or has no code."""
        return self._readers[feed](record) if record["active"] else None

    def _read_item(self, record: Record) -> AnyRow | None:
        if not record["code"] or not record["salable"]:
            return None
        template = record["template."]
        departments = [one["name"] for one in template["categories."] if not one["accounting"]]
        price = record["gross_price_used"]
        unit = _text((record["sale_uom."] or {}).get("symbol"))
        return ItemRow(
            erp_id=str(record["id"]),
            sku=_text(record["code"]),
            name=_text(record["name"]),
            price=_decimal(record["list_price_used"] if price is None else price),
            codes=tuple(CodeRow(_text(one["code"])) for one in record["identifiers."] if one["code"]),
            department=_text(departments[0]) if departments else "",
            tax_class=self._tax_class(template["account_category."]),
            unit=unit,
            template=_text(template["code"]),
            is_weighed=unit == "kg",
        )

    def _tax_class(self, category: Record | None) -> str:
        """Return a class that the settings name for a tax, else a word that the country may know: its rate."""
        taxes = (category or {}).get("customer_taxes.") or []
        for tax in taxes:
            if tax["name"] in self._taxes:
                return self._taxes[tax["name"]]
        if not taxes:
            return "exempt"
        if len(taxes) == 1 and taxes[0]["type"] == "percentage" and isinstance(taxes[0]["rate"], Decimal):
            return f"{(taxes[0]['rate'] * 100).normalize():f}%"
        return " + ".join(_text(tax["name"]) for tax in taxes)

    def _read_customer(self, record: Record) -> AnyRow | None:
        if not record["code"]:
            return None
        code = _text(record["code"])
        cells = {name: _text(record[name]) for name in ("name", "phone", "email")}
        cells["tax_id"] = _text((record["tax_identifier."] or {}).get("code"))
        cells["name"] = cells["name"] or code
        return CellRow(erp_id=str(record["id"]), key=code, cells=cells)

    def _read_salesperson(self, record: Record) -> AnyRow | None:
        party = record["party."]
        if not party["code"]:
            return None
        cells = {"code": _text(party["code"]), "name": _text(party["name"])}
        return CellRow(erp_id=str(record["id"]), key=cells["code"], cells=cells)


def _text(value: object) -> str:
    return safe_text(value).strip() if isinstance(value, str) else ""


def _decimal(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else ""
