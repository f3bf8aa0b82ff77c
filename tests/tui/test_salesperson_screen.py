"""Choosing whose a sale or a line is, behind F8; and the list there."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.shift import Salesperson
from storage.salespeople import put_salespeople
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, real_register


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    made = real_register(tmp_path)
    db = made.lane_at_work.db
    with db.atomic():
        put_salespeople(db, [Salesperson("V1", "Luis"), Salesperson("V2", "Zoe [/b]")])
    return made


async def test_whose_a_sale_is_takes_three_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f8", "1")
        assert "¿Quién vendió?" in lane.text
        assert "Zoe [/b]" in lane.text
        await lane.press("3")
        assert lane.screen == "SaleScreen"
        assert register.basket.terms.salesperson == Salesperson("V1", "Luis")
        await lane.press("f8", "1")
        assert [line for line in lane.lines if "> " in line and "Luis" in line]
        await lane.press("5")
        assert register.basket.terms.salesperson is None


async def test_the_marked_line_may_be_somebody_elses(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222", "up")
        await lane.press("f8", "2", "4")
        assert [bool(line.salesperson) for line in register.basket.lines] == [True, False]
        await lane.press("up")
        assert "Zoe [/b]" in lane.text


async def test_without_a_line_there_is_none_to_give(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f8", "2")
        assert lane.screen == "SaleScreen"


async def test_the_menu_leads_there_too(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "05")
        assert lane.screen == "MoreScreen"
        assert "Vendedor de la partida" in lane.text
        await lane.press("escape")
        assert lane.screen == "SaleScreen"
