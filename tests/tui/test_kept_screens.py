"""Screens that every sale opens are made once: nothing of the sale before is on them, and none is left over."""

from __future__ import annotations

from textual.screen import Screen

from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import running
from tui.app import TillApp


def screens_alive(app: TillApp) -> int:
    """Return how many screens an application has in its registry."""
    return sum(isinstance(node, Screen) for node in app._registry)


async def test_a_hundred_sales_leave_as_many_screens_as_one() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        counts = set()
        for _ in range(100):
            await lane.press("scan:111", "f12", "enter")
            assert lane.screen == "ChangeScreen"
            await lane.press("enter")
            assert lane.screen == "SaleScreen"
            counts.add(screens_alive(lane.app))
        assert len(counts) == 1


async def test_what_was_typed_and_left_is_not_there_the_next_time() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "f12", "77")
        pay = lane.app.screen
        assert "77" in lane.text
        await lane.press("escape", "escape")
        assert lane.screen == "SaleScreen"
        await lane.press("f12")
        assert lane.app.screen is pay
        assert "77" not in lane.text


async def test_a_notice_does_not_come_back_with_its_screen() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "f12", "scan:222")
        assert [line for line in lane.lines if line.startswith(" ! ")]
        await lane.press("escape")
        await lane.press("f12")
        assert lane.screen == "PayScreen"
        assert not [line for line in lane.lines if line.startswith(" ! ")]


async def test_the_change_screen_shows_each_sale_s_own_change() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        seen = []
        for paid in ("100", "200"):
            await lane.press("scan:111", "f12", paid, "enter")
            assert lane.screen == "ChangeScreen"
            seen.append(lane.text)
            await lane.press("enter")
        assert seen[0] != seen[1]
