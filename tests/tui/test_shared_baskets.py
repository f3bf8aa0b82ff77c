"""The list of suspended baskets: their age and pieces; and those that other lanes share, taken from the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import LaneSettings
from register.sharing import folder_of, tend
from tests.kit.catalog import COFFEE, WATER
from tests.kit.lane import Shop, make_shop
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import RecordedRegister, real_register
from tui.screens.resume import ResumeScreen

PATIENCE = 30


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    (tmp_path / "shared").mkdir()
    return real_register(tmp_path / "1", lane=LaneSettings(id="1", shared_folder=str(tmp_path / "shared")))


@pytest.fixture
def other(tmp_path: Path) -> Shop:
    """Another lane, which has a basket for all."""
    (tmp_path / "2").mkdir()
    (tmp_path / "shared").mkdir(exist_ok=True)
    shop = make_shop(tmp_path / "2", lane=LaneSettings(id="2", shared_folder=str(tmp_path / "shared")))
    for _ in range(100):
        shop.new_id()  # its ids are its own
    for code in (COFFEE, WATER, WATER):
        shop.register.scan(code)
    shop.register.suspend("Luz [/b]")
    look(shop.register.lane_at_work.db, shop)
    return shop


def look(_db: object, shop: Shop) -> None:
    """Do at a lane what its thread does."""
    lane = shop.register.lane_at_work
    tend(lane.db, folder_of(lane), lane.lane_id, lane.now)


async def come(lane: LaneScreen) -> None:
    """Wait for the folder's answer, and show it; the screen may have looked by itself, and be gone."""
    screen = lane.app.screen
    if isinstance(screen, ResumeScreen):
        for job in (screen.listing, screen.taking):
            assert job is None or job.wait(PATIENCE)
        screen.look()
        await lane.settle()


async def test_a_basket_of_another_lane_is_taken_up_by_its_number(register: RecordedRegister, other: Shop) -> None:
    async with running(register) as lane:
        await lane.press("f9")
        await come(lane)
        (row,) = [line for line in lane.lines if "Luz [/b]" in line]
        assert "Caja 2" in row
        assert "3 artículos" in row
        assert "hace 0 min" in row
        assert "65.50" in row
        await lane.press("1")
        await come(lane)
        assert lane.screen == "SaleScreen"
        assert register.basket.total_minor == 6_550
    look(None, other)
    assert other.db.one("SELECT count(*) FROM basket") == (0,)


async def test_who_was_quicker_is_said_in_place(register: RecordedRegister, other: Shop) -> None:
    async with running(register) as lane:
        await lane.press("f9")
        await come(lane)
        listed = other.register.list_suspended()
        other.register.take_shared(listed.baskets[0].share_id)  # type: ignore[union-attr]
        await lane.press("1")
        await come(lane)
        assert lane.screen == "ResumeScreen"
        assert "Otra caja ya la tomó" in lane.text
        assert "Luz" not in lane.text


async def test_ones_own_basket_comes_back_from_the_folder(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "f6")
        at_work = register.lane_at_work
        tend(at_work.db, folder_of(at_work), "1", at_work.now)
        await lane.press("f9", "1")
        await come(lane)
        assert lane.screen == "SaleScreen"
        assert len(register.basket.lines) == 1


async def test_a_folder_that_is_away_leaves_ones_own_to_see(register: RecordedRegister, tmp_path: Path) -> None:
    (tmp_path / "shared").rmdir()
    async with running(register) as lane:
        await lane.press("scan:111", "f6")
        await lane.press("f9")
        await come(lane)
        assert "Sin la carpeta de la tienda" in lane.text
        assert [line for line in lane.lines if "45.50" in line]
        await lane.press("1")
        await come(lane)
        assert lane.screen == "ResumeScreen" or register.basket.lines
