"""Selling by keys and scans: what the sale screen does with them and shows of it."""

from __future__ import annotations

from domain.intent import ChangeQuantity, Scan, VoidLine
from domain.money import MICRO
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import running


async def test_a_scanned_and_a_typed_code_stand_in_the_basket() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("222", "enter")
        assert register.done == [Scan("111", None, "scanner"), Scan("222", None, "typed")]
        assert [line for line in lane.lines if "Café Ñandú" in line and "45.50" in line]
        assert [line for line in lane.lines if "> " in line and "Agua 600 ml" in line]


async def test_a_number_and_times_is_the_quantity_of_the_next_scan() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("3", "*")
        assert "3 ×" in lane.text
        await lane.press("scan:111")
        assert register.done == [Scan("111", 3 * MICRO, "scanner")]
        assert "3 ×" not in lane.lines[-4]


async def test_a_quantity_and_enter_changes_the_marked_line() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222", "up")
        await lane.press("4", "*", "enter")
        assert register.done[-1] == ChangeQuantity(1, 4 * MICRO)


async def test_del_voids_the_line_touched_last_and_then_the_one_before() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222")
        await lane.press("delete")
        await lane.press("delete")
        assert [i for i in register.done if isinstance(i, VoidLine)] == [VoidLine(2), VoidLine(1)]
        assert "cancelada" in lane.text
        assert "cancela 2" in lane.text


async def test_a_scan_leaves_what_is_being_typed() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("22", "scan:111", "2", "enter")
        assert register.done == [Scan("111", None, "scanner"), Scan("222", None, "typed")]
