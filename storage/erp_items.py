"""What the ERP's ids change in the catalogue beside its rows: SKUs that are renamed, items that are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from storage.connection import LedgerDatabase

_PARK: Final = "UPDATE item SET sku = ?2 WHERE sku = ?1"
_LAND: Final = "UPDATE item SET sku = ?2 WHERE sku = ?1 AND NOT EXISTS (SELECT 1 FROM item WHERE sku = ?2)"
_RETIRE: Final = "UPDATE item SET is_for_sale = 0 WHERE sku = ? AND is_for_sale"
_FREE: Final = """
    DELETE FROM item_code WHERE code = ?1 AND EXISTS (
        SELECT 1 FROM item i JOIN erp_row r ON r.feed = 'items' AND r.key = i.sku
        WHERE i.item_id = item_code.item_id AND r.is_gone)"""


def rename_items(db: LedgerDatabase, renamed: Mapping[str, str]) -> None:
    """Give items their new SKUs, old to new, inside the caller's transaction; two may change places.

    A new SKU that a third item has stays with it: that row is then refused like any other that claims it.
    """
    parked = [(old, f"\x1f{old}", new) for old, new in renamed.items()]
    db.many(_PARK, [(old, place) for old, place, _ in parked])
    db.many(_LAND, [(place, new) for _, place, new in parked])
    db.many(_LAND, [(place, old) for old, place, _ in parked])


def retire_items(db: LedgerDatabase, skus: Iterable[str]) -> None:
    """Sell items no more, inside the caller's transaction. They stay: receipts name them."""
    db.many(_RETIRE, [(sku,) for sku in skus])


def free_codes(db: LedgerDatabase, codes: Iterable[str]) -> None:
    """Take codes that others are about to have from items that are gone, inside the caller's transaction."""
    db.many(_FREE, [(code,) for code in codes])
