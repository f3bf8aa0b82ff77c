"""The manager's screens on the real register: figures with bars, the journal, an export; no key waits for a report."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from domain.bar import FULL
from domain.permission import Permission
from domain.report_detail import DetailReport
from register import desk
from register.job import Progress
from register.lane import Lane
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import RecordedRegister, real_register
from tui.screens.details import DetailsScreen
from tui.screens.export import ExportScreen
from tui.screens.journal import JournalScreen

PATIENCE = 60


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    register = real_register(tmp_path)
    for codes in (("111",), ("222", "333"), ("111",)):
        for code in codes:
            register.scan(code)
        register.add_tender("cash", 100_000)
    return register


class Powerless(FakeRegister):
    """A lane whose operator may nothing."""

    def may(self, permission: Permission) -> bool:
        """Say no."""
        return False


async def ended(lane: LaneScreen) -> str:
    """Wait for what the screen on top is waiting for, and return what it shows then."""
    screen = lane.app.screen
    assert isinstance(screen, DetailsScreen | ExportScreen)
    if screen.job is not None:
        assert screen.job.wait(PATIENCE)
    screen.look()
    await lane.pilot.pause()
    return lane.text


async def test_what_was_sold_is_drawn_by_each_thing_in_turn(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "09", "2")
        assert lane.screen == "DetailsScreen"
        assert "12:00" in await ended(lane)
        await lane.press("tab", "tab")
        text = await ended(lane)
        assert "Vendido por artículo" in text
        rows = [line for line in lane.lines if FULL in line]
        assert ["Café" in row for row in rows] == [True, False, False]
        assert "$91.00" in rows[0]
        assert rows[0].count(FULL) > rows[1].count(FULL) > 0
        assert "$113.00" in text
        await lane.press("-")
        assert "$113.00" not in await ended(lane)
        await lane.press("4")
        assert "$113.00" in await ended(lane)
        await lane.press("escape")
        assert lane.screen == "SaleScreen"


async def test_no_key_waits_for_a_report_and_esc_stops_it(
    register: RecordedRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, go_on, stopped = threading.Event(), threading.Event(), threading.Event()

    def slowly(lane: Lane, by: str, first: str, last: str, tell: Progress) -> DetailReport | None:
        tell(1, 4)
        at_work.set()
        assert go_on.wait(PATIENCE)
        if not tell(2, 4):
            stopped.set()
        return None

    monkeypatch.setattr(desk, "draw_details", slowly)
    async with running(register) as lane:
        await lane.press("f10", "09", "2")
        assert at_work.wait(PATIENCE)
        screen = lane.app.screen
        assert isinstance(screen, DetailsScreen)
        screen.look()
        await lane.pilot.pause()
        assert "Sumando: 25 %" in lane.text
        await lane.press("escape", "111", "enter")
        assert lane.screen == "SaleScreen"
        assert [line.sku for line in register.basket.lines] == ["111"]
        go_on.set()
        assert stopped.wait(PATIENCE)


async def test_a_report_is_written_to_a_folder_that_is_typed(
    register: RecordedRegister, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOUNTS", tmp_path / "none")
    stick = tmp_path / "s"
    stick.mkdir()
    async with running(register) as lane:
        await lane.press("f10", "09", "2")
        await ended(lane)
        await lane.press("f12", "enter")
        assert "no se guardó nada" in lane.text
        assert lane.screen == "ExportScreen"
        screen = lane.app.screen
        assert isinstance(screen, ExportScreen)
        screen.typed = str(stick)
        await lane.press("enter")
        await ended(lane)
        await lane.press("f12")
        assert "Guardado" in await ended(lane)
    assert sorted(path.suffix for path in stick.iterdir()) == [".csv", ".json"]


async def test_the_journal_is_read_narrowed_and_opened(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "09", "3")
        screen = lane.app.screen
        assert isinstance(screen, JournalScreen)
        count = register._lane.db.one("SELECT count(*) FROM journal")
        assert count == (len(screen.lines),)
        await lane.press(*"kind:sale_posted")
        assert [line.kind for line in screen.lines] == ["sale_posted"] * 3
        await lane.press(*" pan")
        assert len(screen.lines) == 1
        await lane.press("enter")
        assert lane.screen == "RecordScreen"
        assert "amount_minor: 2200" in lane.text
        await lane.press("escape", "escape", *"from:24")
        assert "from:24" in lane.text
        assert "aún no significa nada" in lane.text


async def test_the_journal_goes_on_page_by_page_and_back(
    register: RecordedRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.journal.PAGE", 2)
    async with running(register) as lane:
        await lane.press("f10", "09", "3")
        screen = lane.app.screen
        assert isinstance(screen, JournalScreen)
        first = list(screen.lines)
        assert len(first) == 2
        await lane.press("pagedown", "pagedown")
        assert [line.seq for line in screen.lines] == [first[-1].seq - 1, first[-1].seq - 2]
        await lane.press("pageup")
        assert screen.lines == first


async def test_who_may_not_is_told_so() -> None:
    register = Powerless()
    async with running(register) as lane:
        await lane.press("f10", "09", "1")
        assert lane.screen == "ManagerScreen"
        assert "Ana no puede" in lane.text
