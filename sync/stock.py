"""What is on hand, from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from config.settings import Settings
from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_row import MAX_SKU
from domain.instant import stamp
from domain.money import MICRO_DIGITS, parse_scaled
from storage.connection import LedgerDatabase
from storage.stock import StockLevel, put_stock, read_all_stock
from sync.catalog_columns import Aliases

OnHand = tuple[str, int]
"""An item's SKU, and how much of it is on hand in millionths of its unit."""


class StockKind:
    """Files of stock: SKU and what is on hand, below nought where more was sold than there was."""

    name: Final = "stock"
    columns: Final[Aliases] = {
        "sku": "sku clave referencia reference default_code item_code item_no",
        "on_hand": "on_hand existencia existencias stock qty_available actual_qty",
    }
    needed: Final = ("sku", "on_hand")

    def __init__(
        self, settings: Settings | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Take the time at which a file is told; nothing of a shop changes how its stock is read."""
        self._now = now

    def judge(self, cells: Sequence[str]) -> tuple[str, OnHand] | RowFlaw:
        """Return what a row says is on hand of which item."""
        sku, text = (cell.strip() for cell in cells)
        if not sku or len(sku) > MAX_SKU or not sku.isprintable():
            return RowFlaw(Flaw.BAD_SKU if sku else Flaw.NO_CODE, shown(sku))
        on_hand_micro = parse_scaled(text, MICRO_DIGITS)
        return RowFlaw(Flaw.BAD_ON_HAND, shown(text)) if on_hand_micro is None else (sku, (sku, on_hand_micro))

    def known(self, db: LedgerDatabase) -> Mapping[str, OnHand]:
        """Return what the lane was told before."""
        return {level.sku: (level.sku, level.on_hand_micro) for level in read_all_stock(db)}

    def put(self, db: LedgerDatabase, rows: Sequence[OnHand]) -> None:
        """Keep what is told now."""
        at = stamp(self._now())
        put_stock(db, [StockLevel(sku, on_hand_micro, at) for sku, on_hand_micro in rows])
