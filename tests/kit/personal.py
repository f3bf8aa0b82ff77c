"""Sales to somebody: what says who it was goes the way of every personal text."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from domain.sale import post
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop

NAME: Final = "Ana Ruiz Ñandú"


def sell_to(shop: Shop, name: str = NAME, *, customer: str = "C7") -> None:
    """Sell a coffee to a customer of a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.ledger.post", lambda *facts: msgspec.structs.replace(post(*facts), customer_name=name))
        shop.register.scan(COFFEE)
        shop.register.set_customer(customer)
        shop.register.add_tender("cash", 5_000)
