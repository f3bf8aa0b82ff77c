"""Sales as tables for a spreadsheet: one of sales, one of their lines, taxes and tenders each (docs/journal.md).

The columns are the fields of the structs in `domain.sale`, so none is forgotten. Money and quantities are plain
decimals; texts cannot be taken for a formula.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import UNSET

from domain.buyer import InvoiceData
from domain.line_return import Returning
from domain.money import MICRO_DIGITS, format_scaled
from domain.sale import Sale, SaleLine
from domain.tax import TaxAmount
from domain.tender import Tender
from domain.text import safe_cell
from domain.trace import NO_TRACE

PERCENT_DIGITS: Final = 4
"""Parts per million as per cent."""

TABLES: Final[dict[str, type[msgspec.Struct]]] = {
    "sales": Sale,
    "lines": SaleLine,
    "taxes": TaxAmount,
    "tenders": Tender,
}
"""The tables by the name of their file; but for the first one each is a tuple in a sale of the same name."""

_INNER: Final = frozenset(
    {"lines", "taxes", "tenders", "deductions", "trace", "salesperson", "account", "invoice", "load", "card", "points"}
)
_PEOPLE: Final = {"salesperson": "code", "salesperson_name": "name"}
_BUYER: Final = {
    "on_account_minor": ("account", "amount_minor"),
    **{f"invoice_{name}": ("invoice", name) for name in InvoiceData.__struct_fields__},
    "points_earned": ("points", "earned"),
    "points_redeemed": ("points", "redeemed"),
    "points_taken_back": ("points", "taken_back"),
    "points_given_back": ("points", "given_back"),
}
"""What of a sale's account, invoice and points has a column."""
_LOADED: Final = {"load_minor": ("load", "amount_minor")}
"""What a line puts on a card."""
_TRACED: Final = ("lot", "serial", "expires_on")
RETURN_COLUMNS: Final = (
    "of_folio",
    "of_sale_id",
    "of_line_no",
    "return_reason",
    "return_is_damaged",
    "return_is_unconfirmed",
)
"""What a line's `returns` becomes; its taxes are in the sale's table of taxes."""

_RAW: Final = frozenset({"foreign_minor"})
"""Whole minor units of a currency whose decimals a sale does not say."""


def columns_of(table: str) -> tuple[str, ...]:
    """Return the names above a table's columns."""
    own = tuple(_title(name) for name in _fields(table))
    return own if table == "sales" else ("receipt_number", "folio", *own)


def rows_of(table: str, sale: Sale, exponent: int) -> list[tuple[str, ...]]:
    """Return a sale's rows in a table; `exponent` is the number of decimals of its currency."""
    structs: Iterable[msgspec.Struct] = (sale,) if table == "sales" else getattr(sale, table)
    key = () if table == "sales" else (str(sale.receipt_number), safe_cell(sale.folio))
    names = _fields(table)
    return [(*key, *(_cell(name, _value(row, name), exponent) for name in names)) for row in structs]


def _value(row: Any, name: str) -> Any:
    """Return what a row has under a column's name; some stand in structs of their own."""
    if name in _PEOPLE:
        return getattr(row.salesperson, _PEOPLE[name]) if row.salesperson else ""
    if name in _BUYER or name in _LOADED:
        struct, field = (_BUYER | _LOADED)[name]
        return getattr(getattr(row, struct) or None, field, "")
    if name in RETURN_COLUMNS:
        return _of_return(row.returns, name)
    return getattr(row.trace or NO_TRACE, name) if name in _TRACED else getattr(row, name)


def _of_return(returns: Returning, name: str) -> Any:
    """Return what a line that comes back has in a column: where it was sold, and why it comes back."""
    if returns is UNSET:
        return UNSET
    field = name.removeprefix("return_").removeprefix("of_")
    return getattr(returns.of, field, UNSET) if name.startswith("of_") else getattr(returns, field)


def _fields(table: str) -> tuple[str, ...]:
    """Return the fields of a table's struct that are no table themselves."""
    names = (name for name in TABLES[table].__struct_fields__ if name not in _INNER)
    own = tuple(column for name in names for column in (RETURN_COLUMNS if name == "returns" else (name,)))
    if table == "lines":
        own = (*own, *_TRACED, *_LOADED)
    own = (*own, *_BUYER) if table == "sales" else own
    return (*own, *_PEOPLE) if table in ("sales", "lines") else own


def _title(name: str) -> str:
    """Return a column's name: the field's own, but for the unit that its figures are no longer in."""
    if name.endswith("_ppm"):
        return f"{name.removesuffix('_ppm')}_percent"
    return name if name in _RAW else name.removesuffix("_minor").removesuffix("_micro")


def _cell(name: str, value: Any, exponent: int) -> str:
    """Return one cell."""
    if value is None or value is UNSET:
        return ""
    if isinstance(value, tuple):
        return safe_cell(" ".join(value))
    if isinstance(value, str):
        return safe_cell(value)
    if name.endswith("_micro"):
        return format_scaled(int(value), MICRO_DIGITS)
    if name.endswith("_ppm"):
        return format_scaled(int(value), PERCENT_DIGITS)
    if name.endswith("_minor") and name not in _RAW:
        return format_scaled(int(value), exponent)
    return str(int(value))
