"""Finding items: by code, by SKU, and by words as they are typed."""

from __future__ import annotations

import re
from typing import Any

from domain.barcode import lookup_keys
from domain.item import CodedItem, Department, Item, UoM
from domain.item_rule import NO_RULES, read_rules
from domain.text import fold
from storage.connection import LedgerDatabase

_COLUMNS = (
    "i.item_id, i.sku, i.name, i.department, i.tax_class, i.unit_price_micro, i.uom, i.uom_digits, i.is_weighed,"
    " i.is_for_sale, i.rules"
)
_BY_CODE = f"SELECT {_COLUMNS}, c.pack_micro FROM item_code c JOIN item i USING (item_id) WHERE c.code = ?"  # noqa: S608
_BY_SKU = f"SELECT {_COLUMNS} FROM item i WHERE i.sku = ?"  # noqa: S608
_BY_WORDS = (
    f"SELECT {_COLUMNS} FROM (SELECT rowid FROM item_fts WHERE item_fts MATCH ? LIMIT ?) f"  # noqa: S608
    " JOIN item i ON i.item_id = f.rowid"
)
_BY_PREFIX = (
    f"SELECT {_COLUMNS} FROM item i WHERE i.item_id IN"  # noqa: S608
    " (SELECT item_id FROM item_code WHERE code >= ? AND code < ? LIMIT ?) LIMIT ?"
)
_DEPARTMENT = "code, name, tax_class, is_open_price, min_price_micro, max_price_micro, parent"
_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 8
_PADS = (1, 2, 6)
"""Zeros that stand before a GTIN-13, -12 and -8 in the catalogue."""


def find_by_code(db: LedgerDatabase, code: str) -> CodedItem | None:
    """Return the item a code stands for and how much of it, or None."""
    for key in lookup_keys(code):
        row = db.one(_BY_CODE, (key,))
        if row is not None:
            return CodedItem(_item(row), code, row[11])
    for sku in dict.fromkeys((code, code.upper())):
        item = find_by_sku(db, sku)
        if item is not None:
            return CodedItem(item, code)
    return None


def find_by_sku(db: LedgerDatabase, sku: str) -> Item | None:
    """Return the item with a SKU, or None."""
    row = db.one(_BY_SKU, (sku,))
    return _item(row) if row else None


def search_items(db: LedgerDatabase, text: str, limit: int) -> tuple[Item, ...]:
    """Return items whose name or department holds every word, the last one as a beginning; or whose code begins so.

    Accents and case are ignored. Short beginnings are not ranked: ranking two letters costs 60 ms at a million
    names, the first hits of the index 0.015.
    """
    found = {item.item_id: item for item in _search_codes(db, text.strip(), limit)}
    query = match_query(text)
    # Whole words come before beginnings, and names before departments that are called so.
    whole = query.removesuffix(" *")
    for scoped in (f"name : ({whole})", f"name : ({query})", query) if query else ():
        if len(found) < limit:
            for item in map(_item, db.all(_BY_WORDS, (scoped, limit))):
                found.setdefault(item.item_id, item)
    return tuple(found.values())[:limit]


def match_query(text: str) -> str:
    """Return an FTS5 query for what someone typed, or an empty text; nothing typed can be an operator in it."""
    words = _WORD.findall(fold(text))[:MAX_WORDS]
    if not words:
        return ""
    return " AND ".join([f'"{word}"' for word in words[:-1]] + [f'"{words[-1]}" *'])


def read_departments(db: LedgerDatabase) -> tuple[Department, ...]:
    """Return the departments by code."""
    rows = db.all(f"SELECT {_DEPARTMENT} FROM department ORDER BY code")  # noqa: S608
    return tuple(_department(row) for row in rows)


def find_department(db: LedgerDatabase, code: str) -> Department | None:
    """Return a department, or None."""
    row = db.one(f"SELECT {_DEPARTMENT} FROM department WHERE code = ?", (code,))  # noqa: S608
    return _department(row) if row else None


def _department(row: tuple[Any, ...]) -> Department:
    return Department(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6])


def _search_codes(db: LedgerDatabase, text: str, limit: int) -> list[Item]:
    """Return items with a code that begins with what was typed: digits of a GTIN count without leading zeros."""
    if len(text) < 2 or " " in text or not text.isascii():
        return []
    rows = []
    for start in dict.fromkeys((text, text.upper(), *(text.rjust(len(text) + pad, "0") for pad in _PADS))):
        rows += db.all(_BY_PREFIX, (start, start + "\x7f", limit, limit))
    return list({item.item_id: item for item in map(_item, rows)}.values())[:limit]


def _item(row: tuple[Any, ...]) -> Item:
    """Return the item of a row."""
    item_id, sku, name, department, tax_class, price, uom, digits, is_weighed, is_for_sale, rules = row[:11]
    return Item(
        item_id,
        sku,
        name,
        department,
        tax_class,
        price,
        UoM(uom, digits),
        bool(is_weighed),
        bool(is_for_sale),
        read_rules(rules) if rules else NO_RULES,
    )
