"""Gift cards for tests: an item that loads one, and balances as the ERP tells them."""

from __future__ import annotations

from typing import Any, Final

from config.settings import CardSettings
from domain.instant import latest_told
from domain.stored_value import CardBalance, CardKind, card_ref
from domain.trace import Trace
from storage.cards import put_balances
from storage.connection import LedgerDatabase
from tests.kit.lane import Shop

CARD: Final = "GIFT-0001-ABCD"
OTHER: Final = "GIFT00025678"
GIFT_500: Final = "REGALO500"
"""Puts 500.00 on a card."""
GIFT_ANY: Final = "REGALO"
"""Puts what is asked for on a card."""
TAKEN: Final = CardSettings(are_taken=True, fresh_hours=24)


def put_card_items(db: LedgerDatabase) -> None:
    """Write the items that load cards."""
    rows = ((71, GIFT_500, "Tarjeta de regalo 500", 500_000_000), (72, GIFT_ANY, "Tarjeta de regalo", None))
    with db.atomic():
        db.many(
            "INSERT INTO item (item_id, sku, name, department, tax_class, unit_price_micro, uom, uom_digits,"
            " is_weighed, is_for_sale, rules) VALUES (?, ?, ?, '01', 'general', ?, 'pc', 0, 0, 1, 'card')",
            rows,
        )


def tell(shop: Shop, code: str, balance_minor: int, at: str = "", **more: Any) -> None:
    """Have the ERP say what is on a card."""
    ref = card_ref("".join(code.split("-")))
    told_at = at or shop.register.lane_at_work.now()
    with shop.db.atomic():
        told = [CardBalance(ref.hash, ref.last4, CardKind.GIFT_CARD, balance_minor, told_at, **more)]
        put_balances(shop.db, told, latest_told(shop.clock.at))


def load(shop: Shop, code: str = CARD, amount_micro: int | None = None) -> Any:
    """Sell a card: for 500.00, or for an amount."""
    sku = GIFT_500 if amount_micro is None else GIFT_ANY
    return shop.register.add_item(sku, None, amount_micro, Trace(card=code))


def spend(shop: Shop, code: str = CARD, amount_minor: int | None = None) -> Any:
    """Pay by a card."""
    return shop.register.add_tender("stored_value", amount_minor, code)
