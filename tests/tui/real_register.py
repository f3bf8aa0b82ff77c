"""The real register on a real ledger, selling what the small one in memory sells, and writing down what it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.intent import Intent, Status
from domain.item import Item
from domain.outcome import Answer
from register.lane import Lane
from register.register import Register
from storage.connection import LedgerDatabase
from tests.kit.lane import make_shop
from tests.tui.fake_register import ITEMS


class RecordedRegister(Register):
    """A register that keeps what it was asked."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(lane)
        self.done: list[Intent] = []

    def perform(self, intent: Intent) -> Answer:
        """Write the intent down and do it."""
        if not isinstance(intent, Status):
            self.done.append(intent)
        return super().perform(intent)


def real_register(
    folder: Path, items: Iterable[Item] = ITEMS, *, is_ready: bool = True, **settings: Any
) -> RecordedRegister:
    """Return a register on a new ledger with more items in its catalogue; `settings` as for `make_shop`."""
    folder.mkdir(exist_ok=True)
    shop = make_shop(folder, is_ready=is_ready, **settings)
    add_items(shop.db, items)
    return RecordedRegister(shop.register._lane)


def add_items(db: LedgerDatabase, items: Iterable[Item]) -> None:
    """Write items into a catalogue, found by their SKU."""
    with db.atomic():
        for item in items:
            number = 1_000 + item.item_id
            row = (
                number,
                item.sku,
                item.name,
                item.department,
                item.tax_class,
                item.unit_price_micro,
                item.uom.code,
                item.uom.digits,
                int(item.is_weighed),
                1,
            )
            db.many(
                "INSERT INTO item (item_id, sku, name, department, tax_class,"
                " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [row],
            )
            db.many(
                "INSERT INTO item_fts (rowid, name, department) VALUES (?, ?, ?)", [(number, item.name, "Abarrotes")]
            )
