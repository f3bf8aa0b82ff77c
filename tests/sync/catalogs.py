"""Catalogue files for tests: written, imported at once, and what the ledger has afterwards."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import msgspec

from config.settings import Settings
from storage.connection import LedgerDatabase
from storage.pace import Pace
from sync.catalog_import import ImportOptions, ImportReport, import_catalog
from sync.import_rules import shop_rules

RULES = shop_rules(Settings())
OPTIONS = ImportOptions(RULES)
AT_ONCE = Pace(pause=lambda _ns: None)
HEADER = ("code", "name", "price", "department")


def put(db: LedgerDatabase, *rows: Sequence[str], header: Sequence[str] = HEADER, name: str = "items.csv") -> Path:
    path = db.path.with_name(name)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def take(db: LedgerDatabase, *rows: Sequence[str], header: Sequence[str] = HEADER, **options: bool) -> ImportReport:
    wanted = msgspec.structs.replace(OPTIONS, **options)
    return import_catalog(db, put(db, *rows, header=header), wanted, pace=AT_ONCE)


def catalog(db: LedgerDatabase) -> dict[str, list[tuple[object, ...]]]:
    """Return all there is of the catalogue, but for the numbers of its rows."""
    return {
        "items": db.all(
            "SELECT sku, name, department, tax_class, unit_price_micro, uom, is_weighed, is_for_sale"
            " FROM item ORDER BY sku"
        ),
        "codes": db.all("SELECT code, sku, pack_micro FROM item_code JOIN item USING (item_id) ORDER BY code"),
        "departments": db.all("SELECT * FROM department ORDER BY code"),
    }


def words_of(db: LedgerDatabase, word: str) -> list[str]:
    rows = db.all("SELECT sku FROM item WHERE item_id IN (SELECT rowid FROM item_fts WHERE item_fts MATCH ?)", (word,))
    return sorted(str(sku) for (sku,) in rows)
