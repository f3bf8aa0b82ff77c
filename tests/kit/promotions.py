"""Promotions for tests, and how they come to a lane."""

from __future__ import annotations

from typing import Final

from domain.promotion import Conditions, NForM, PercentOff, Promotion, Scope
from storage.prices import put_promotions
from tests.kit.lane import Shop

THREE_FOR_TWO: Final = Promotion("3X2", "3x2 en café", NForM(3, 2), Scope(items=frozenset({"CAFE"})))
SUMMER: Final = Promotion(
    "VERANO", "Verano 10 %", PercentOff(100_000), conditions=Conditions(coupons=frozenset({"VERANO"}))
)


def bring_promotions(shop: Shop, *promotions: Promotion) -> None:
    """Bring promotions to a lane, as an import does."""
    put_promotions(shop.db, promotions, "2026-11-24T12:00:00.000Z")
