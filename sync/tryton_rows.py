"""Reads what our module tells of a Tryton as rows of the lane's feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.text import safe_text
from sync.feed import AnyRow, CellRow, CodeRow, DepartmentRow, FactRow, Feed, ItemRow, ReturnedRow, StockRow

Told = Mapping[str, Any]

WEIGHED_UNIT = "kg"
"""The unit in which an item is put on the scale: Tryton has no word for that."""


def read_row(feed: Feed, told: Told) -> AnyRow:
    """Return a row. Raises `KeyError`, `TypeError`, `ValueError` for what is none."""
    return _READERS[feed](told)


def _text(told: Told, name: str) -> str:
    value = told[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return safe_text(value).strip()


def _read_department(told: Told) -> AnyRow:
    return DepartmentRow(
        erp_id=_text(told, "id"),
        stamp=_text(told, "stamp"),
        code=_text(told, "code"),
        name=_text(told, "name"),
        parent=_text(told, "parent"),
    )


def _read_item(told: Told) -> AnyRow:
    unit = _text(told, "unit")
    return ItemRow(
        erp_id=_text(told, "id"),
        stamp=_text(told, "stamp"),
        sku=_text(told, "sku"),
        name=_text(told, "name"),
        price=_text(told, "price"),
        cost=_text(told, "cost"),
        codes=tuple(CodeRow(safe_text(str(code))) for code in told["codes"]),
        department=_text(told, "department"),
        tax_class=_text(told, "tax_class"),
        unit=unit,
        template=_text(told, "template"),
        is_weighed=unit == WEIGHED_UNIT,
        traits={"tracking": tracking} if (tracking := safe_text(str(told.get("tracking", "")))) else {},
    )


def _read_stock(told: Told) -> AnyRow:
    return StockRow(erp_id=_text(told, "id"), sku=_text(told, "sku"), on_hand=_text(told, "on_hand"))


def _read_customer(told: Told) -> AnyRow:
    """Return a customer. What Tryton does not tell, such as limits without its module for them, stays as it is."""
    cells = {name: _text(told, name) for name in ("name", "tax_id", "phone", "email")}
    cells |= {"terms": _text(told, "term"), "days": _text(told, "days")}
    if limit := _text(told, "limit"):
        cells["credit_limit"] = limit
    if "price_list" in told:
        cells["price_list"] = _text(told, "price_list")
    return CellRow(erp_id=_text(told, "id"), stamp=_text(told, "stamp"), key=_text(told, "code"), cells=cells)


def _read_balance(told: Told) -> AnyRow:
    cells = {"owed": _text(told, "owed")}
    return CellRow(erp_id=_text(told, "id"), stamp=cells["owed"], key=_text(told, "code"), cells=cells)


def _read_salesperson(told: Told) -> AnyRow:
    cells = {"code": _text(told, "code"), "name": _text(told, "name")}
    return CellRow(erp_id=_text(told, "id"), stamp=_text(told, "stamp"), key=cells["code"], cells=cells)


def _read_tender_kind(told: Told) -> AnyRow:
    facts = {name: "1" if told[name] else "0" for name in ("is_cash", "is_account")}
    return FactRow(
        erp_id=_text(told, "id"),
        stamp=_text(told, "stamp"),
        key=_text(told, "code"),
        name=_text(told, "name"),
        facts=facts,
    )


def _read_term(told: Told) -> AnyRow:
    facts = {"days": _text(told, "days")}
    return FactRow(
        erp_id=_text(told, "id"),
        stamp=_text(told, "stamp"),
        key=_text(told, "code"),
        name=_text(told, "name"),
        facts=facts,
    )


def _read_returned(told: Told) -> AnyRow:
    quantity, line = _text(told, "quantity"), str(int(told["line"]))
    return ReturnedRow(
        erp_id=_text(told, "id"), stamp=quantity, folio=_text(told, "folio"), line=line, quantity=quantity
    )


_READERS: Mapping[Feed, Callable[[Told], AnyRow]] = {
    Feed.DEPARTMENTS: _read_department,
    Feed.ITEMS: _read_item,
    Feed.STOCK: _read_stock,
    Feed.TERMS: _read_term,
    Feed.CUSTOMERS: _read_customer,
    Feed.BALANCES: _read_balance,
    Feed.SALESPEOPLE: _read_salesperson,
    Feed.TENDER_KINDS: _read_tender_kind,
    Feed.RETURNED: _read_returned,
}
FEEDS = tuple(_READERS)
