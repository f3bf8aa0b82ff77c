"""Gift cards on the screen: loaded, spent by a scan, and a voucher for what is owed."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SellingSettings
from tests.kit.cards import CARD, GIFT_500, GIFT_ANY, TAKEN, put_card_items
from tests.kit.catalog import BOOK
from tests.kit.lane import make_shop
from tests.tui.fake_register import ITEMS
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, add_items


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    shop = make_shop(tmp_path, cards=TAKEN, selling=SellingSettings(negative_lines=True))
    add_items(shop.db, ITEMS)
    put_card_items(shop.db)
    return RecordedRegister(shop.register.lane_at_work)


async def test_a_card_is_sold_by_two_scans_and_spent_by_one(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{GIFT_500}")
        assert "Se carga una tarjeta" in lane.text
        await lane.press(f"scan:{CARD}")
        assert lane.screen == "SaleScreen"
        assert "500.00" in lane.text
        await lane.press("f12", "enter")
        assert register.last_receipt == 1
        await lane.press("enter", "scan:111")
        await lane.press("f12", "f7")
        assert "Escanee la tarjeta o el vale" in lane.text
        await lane.press(f"scan:{CARD}")
        assert register.last_receipt == 2


async def test_a_card_with_a_typed_amount_asks_for_that_first(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{GIFT_ANY}")
        assert lane.screen == "AskScreen"
        await lane.press("250", "enter")
        assert lane.screen == "TraceScreen"
        await lane.press("gift-7777-8888", "enter")
        assert register.basket.loads_minor == 25_000
        assert lane.screen == "SaleScreen"


async def test_a_card_that_is_not_enough_says_what_it_has(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12", "10", "f7")
        await lane.press(f"scan:{CARD}")
        assert "Nadie conoce esta tarjeta" in lane.text
        assert lane.screen == "PayScreen"


async def test_what_is_owed_becomes_a_voucher_without_a_question(register: RecordedRegister) -> None:
    async with running(register) as lane:
        register.scan(BOOK, -1_000_000)
        await lane.press("f12")
        await lane.press("f7")
        assert register.last_receipt == 1
