"""What is on hand, from a file or from the ERP's pages."""

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
from storage.erp_rows import read_keys
from storage.errors import saving
from storage.stock import StockLevel, drop_stock, put_stock, read_all_stock
from sync.catalog_columns import Aliases
from sync.catalog_words import FLAW_WORDS
from sync.feed import Feed, StockRow
from sync.feed_items import Taken

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


class StockTaker:
    """Takes the ERP's pages of what is on hand, by the rules of its files."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Take the time at which a page is told."""
        self._kind = StockKind(None, now)

    def take(self, db: LedgerDatabase, rows: Sequence[StockRow]) -> Taken:
        """Judge and keep the levels of a page."""
        judged = {row.erp_id: self._kind.judge((row.sku, row.on_hand)) for row in rows}
        sound = {erp_id: one[1] for erp_id, one in judged.items() if not isinstance(one, RowFlaw)}
        with saving(), db.atomic():
            self._kind.put(db, list(sound.values()))
        flaws = {erp_id: one for erp_id, one in judged.items() if isinstance(one, RowFlaw)}
        refused = {erp_id: f"{FLAW_WORDS[one.flaw]}: {one.text}" for erp_id, one in flaws.items()}
        return Taken({erp_id: sku for erp_id, (sku, _) in sound.items()}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Forget levels."""
        with saving(), db.atomic():
            drop_stock(db, read_keys(db, Feed.STOCK, erp_ids).values())
