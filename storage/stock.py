"""What the ERP says is on hand: a plain table for whoever looks an item up, never a reason to refuse a sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from storage.connection import LedgerDatabase


class StockLevel(msgspec.Struct, frozen=True):
    """What is on hand of an item in its own unit, and when the ERP said so."""

    sku: str
    on_hand_micro: int
    told_at: str


LOOKED_BACK: Final = 2_000
"""Receipts in which sales of an item are looked for: a level that is older than all of them is told as it is."""

_BEGINS: Final = "SELECT at FROM sale WHERE receipt_number = (SELECT max(receipt_number) FROM sale) - ?"
_SOLD: Final = """
    SELECT coalesce(-sum(m.quantity_micro), 0)
    FROM sale s CROSS JOIN stock_move m ON m.receipt_number = s.receipt_number AND m.sku = ?
    JOIN outbox o ON o.document_id = s.sale_id
    WHERE s.receipt_number > (SELECT max(receipt_number) FROM sale) - ? AND (o.state <> 'sent' OR o.changed_at > ?)"""
_PUT: Final = """
    INSERT INTO stock_level (sku, on_hand_micro, told_at) VALUES (?, ?, ?)
    ON CONFLICT (sku) DO UPDATE SET on_hand_micro = excluded.on_hand_micro, told_at = excluded.told_at
    WHERE on_hand_micro <> excluded.on_hand_micro"""


def put_stock(db: LedgerDatabase, levels: Iterable[StockLevel]) -> None:
    """Keep levels, inside the caller's transaction; one that is as it was stays as it is."""
    db.many(_PUT, [(level.sku, level.on_hand_micro, level.told_at) for level in levels])


def drop_stock(db: LedgerDatabase, skus: Iterable[str]) -> None:
    """Forget what was on hand of items that the ERP speaks of no more."""
    db.many("DELETE FROM stock_level WHERE sku = ?", [(sku,) for sku in skus])


def read_all_stock(db: LedgerDatabase) -> Iterator[StockLevel]:
    """Yield every level that the ERP has told."""
    for row in db.all("SELECT sku, on_hand_micro, told_at FROM stock_level"):
        yield StockLevel(*row)


def read_stock(db: LedgerDatabase, sku: str) -> StockLevel | None:
    """Return what is on hand of an item, None where the ERP has never said."""
    row = db.one("SELECT sku, on_hand_micro, told_at FROM stock_level WHERE sku = ?", (sku,))
    return StockLevel(*row) if row else None


def read_sold(db: LedgerDatabase, level: StockLevel) -> int | None:
    """Return what this lane has sold of an item that its level cannot know of; None where that is too long ago to tell.

    Where the ERP tells the same level again because as much came as was sold, that is not noticed: what is left is
    told too low until the level changes.
    """
    begins = db.one(_BEGINS, (LOOKED_BACK,))
    if begins and begins[0] > level.told_at:
        return None
    row = db.one(_SOLD, (level.sku, LOOKED_BACK, level.told_at))
    return int(row[0]) if row else 0
