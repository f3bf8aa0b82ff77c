"""Items that ask for something when they are sold, beside the small catalogue."""

from __future__ import annotations

from typing import Final

from storage.connection import LedgerDatabase

WINE: Final = "WINE"
"""From 18 years on, 120.00."""
BEER: Final = "BEER"
"""From 18 years on, 20.00."""
RUM: Final = "RUM"
"""From 21 years on, 250.00."""
CHEESE: Final = "CHEESE"
"""By lot, with an expiry date, 80.00."""
CHEESE_GTIN: Final = "07501055300075"
PHONE: Final = "PHONE"
"""By serial, 3,000.00."""
PHONE_GTIN: Final = "07501000111183"
YOGURT: Final = "YOGURT"
"""Its expiry date alone is asked for, 15.00."""
EGGS: Final = "EGGS"
"""From 12 on, by sixes, 4.00."""
CABLE: Final = "CABLE"
"""By the metre, from 1.50 m on, 10.00."""

_ITEMS: Final = (
    (51, WINE, "Vino tinto", 120, "pc", 0, "age=18"),
    (52, BEER, "Cerveza", 20, "pc", 0, "age=18"),
    (53, RUM, "Ron añejo", 250, "pc", 0, "age=21"),
    (54, CHEESE, "Queso Oaxaca", 80, "pc", 0, "lot expiry"),
    (55, PHONE, "Teléfono", 3_000, "pc", 0, "serial"),
    (56, YOGURT, "Yogur", 15, "pc", 0, "expiry"),
    (57, EGGS, "Huevo", 4, "pc", 0, "min=12 by=6"),
    (58, CABLE, "Cable", 10, "m", 2, "min=1.5"),
)
_CODES: Final = ((CHEESE_GTIN, 54), (PHONE_GTIN, 55))


def put_ruled(db: LedgerDatabase) -> None:
    """Write the items, their codes and their words."""
    with db.atomic():
        for number, sku, name, price, uom, digits, rules in _ITEMS:
            db.run(
                "INSERT INTO item (item_id, sku, name, department, tax_class, unit_price_micro, uom, uom_digits,"
                " is_weighed, is_for_sale, rules) VALUES (?, ?, ?, '01', 'general', ?, ?, ?, 0, 1, ?)",
                (number, sku, name, price * 1_000_000, uom, digits, rules),
            )
            db.run("INSERT INTO item_fts (rowid, name, department) VALUES (?, ?, 'Abarrotes')", (number, name))
        db.many("INSERT INTO item_code VALUES (?, ?, 1000000)", _CODES)
