"""A small catalogue with one item for each thing an item can be."""

from __future__ import annotations

from typing import Final

from domain.barcode import check_digit
from storage.connection import LedgerDatabase

COFFEE: Final = "7501000111206"
"""45.50, IVA included, by the piece."""
COFFEE_SIX: Final = "17501000111203"
"""Six of the coffee, by one code."""
WATER: Final = "75012342"
"""10.00, zero-rated, a GTIN-8."""
BOOK: Final = "4006381333931"
"""199.90, exempt."""
SOAP: Final = "036000291452"
"""12.345, IVA included: a price with three decimals, a GTIN-12."""
SALMON: Final = "20001"
"""Sold by the kilogram at 329.00, weighed; label item 20001."""
ROPE: Final = "ROPE"
"""Sold by the metre with two decimals, not weighed, 8.50."""
GIFT: Final = "GIFT"
"""Asks for its price at each sale."""
OLD: Final = "OLD"
"""Not for sale any more."""
STRAY: Final = "STRAY"
"""Carries a tax class that nobody knows."""
FREE: Final = "FREE"
"""Costs nothing."""
OPEN_DEPARTMENT: Final = "09"
"""Rung up by a typed price from 1.00 to 1,000.00."""

_DEPARTMENTS: Final = (
    ("01", "Abarrotes", "general", 0, 0, 0),
    ("02", "Pescadería", "zero", 0, 0, 0),
    ("09", "Varios", "general", 1, 1_000_000, 1_000_000_000),
)
_ITEMS: Final = (
    (1, "CAFE", "Café Ñandú 250 g", "01", "general", 45_500_000, "pc", 0, 0, 1),
    (2, "AGUA", "Agua 600 ml", "01", "zero", 10_000_000, "pc", 0, 0, 1),
    (3, "LIBRO", "Pedro Páramo", "01", "exempt", 199_900_000, "pc", 0, 0, 1),
    (4, "JABON", "Jabón de tocador", "01", "general", 12_345_000, "pc", 0, 0, 1),
    (5, SALMON, "Salmón", "02", "zero", 329_000_000, "kg", 3, 1, 1),
    (6, ROPE, "Cuerda", "01", "general", 8_500_000, "m", 2, 0, 1),
    (7, GIFT, "Tarjeta de felicitación", "01", "general", None, "pc", 0, 0, 1),
    (8, OLD, "Disquete", "01", "general", 5_000_000, "pc", 0, 0, 0),
    (9, STRAY, "Sin clase", "01", "nobody", 5_000_000, "pc", 0, 0, 1),
    (10, FREE, "Bolsa", "01", "general", 0, "pc", 0, 0, 1),
)
_CODES: Final = (
    (COFFEE.rjust(14, "0"), 1, 1_000_000),
    (COFFEE_SIX, 1, 6_000_000),
    (WATER.rjust(14, "0"), 2, 1_000_000),
    (BOOK.rjust(14, "0"), 3, 1_000_000),
    (SOAP.rjust(14, "0"), 4, 1_000_000),
    (SALMON, 5, 1_000_000),
)


def weight_label(item: str, grams: int) -> str:
    """Return a label of the shop's scale (`21.....{NNDDD}`)."""
    body = f"21{item:0>5}{grams:05d}"
    return body + check_digit(body)


def price_label(item: str, cents: int) -> str:
    """Return a price label (`23.....{NNNDD}`)."""
    body = f"23{item:0>5}{cents:05d}"
    return body + check_digit(body)


def fill_catalog(db: LedgerDatabase) -> None:
    """Write departments, items, their codes and their words."""
    with db.atomic():
        db.many(
            "INSERT INTO department (code, name, tax_class, is_open_price, min_price_micro, max_price_micro)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            _DEPARTMENTS,
        )
        db.many(
            "INSERT INTO item (item_id, sku, name, department, tax_class,"
            " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _ITEMS,
        )
        db.many("INSERT INTO item_code VALUES (?, ?, ?)", _CODES)
        names = {code: name for code, name, *_ in _DEPARTMENTS}
        words = [(item[0], item[2], names[str(item[3])]) for item in _ITEMS]
        db.many("INSERT INTO item_fts (rowid, name, department) VALUES (?, ?, ?)", words)
