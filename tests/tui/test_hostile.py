"""Names as a joker may send them, on every screen, in true colour and on the console: letters only, and no crash."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from domain.item import Item
from domain.shift import Operator, Role
from tests.kit.hostile import HOSTILE_NAMES
from tests.tui.fake_register import ITEMS, FakeRegister, make_item
from tests.tui.lane_screen import LARGE, LaneScreen, running
from tests.tui.real_register import real_register
from tui.messages import DeviceChanged, PaperPrinted

DANGEROUS: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def hostile_items() -> Iterator[Item]:
    """Yield an item for each name, found by `h0`, `h1`…; every third asks for its price."""
    for number, name in enumerate(HOSTILE_NAMES):
        yield make_item(100 + number, f"h{number}", name, None if number % 3 == 2 else 1_000_000)


def check(lane: LaneScreen) -> None:
    """Assert that nothing on the screen could be taken for a command, and that every line is as wide as the screen."""
    for strip in lane.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert not [char for char in segment.text if unicodedata.category(char) in DANGEROUS], segment
        assert strip.cell_length == lane.app.size.width


@pytest.mark.parametrize(("first", "theme"), [(0, "console"), (6, "console"), (12, "console"), (3, "truecolor")])
async def test_a_hostile_name_is_letters_on_every_screen(first: int, theme: str) -> None:
    """Six names at a time, on items, tender kinds, baskets, operator, store, devices and paper."""
    numbers = range(first, first + 6)
    names = [HOSTILE_NAMES[number] for number in numbers]
    register = FakeRegister((*ITEMS, *hostile_items()))
    register.operator, register.store_name = Operator("1", names[0], Role.SUPERVISOR), names[1]
    cash, _, card = register.tender_kinds
    register.tender_kinds = tuple(
        msgspec.structs.replace(kind, name=name) for kind, name in zip([cash, card] * 3, names, strict=True)
    )
    async with running(register, size=LARGE, theme=theme, roll=True) as lane:
        lane.app.post_message(PaperPrinted(tuple(names)))
        lane.app.post_message(DeviceChanged(names[2], names[3]))
        for number in numbers:
            for keys in PER_NAME:
                await lane.press(*(key.replace("hN", f"h{number}") for key in keys))
                check(lane)
        for keys in JOURNEY:
            await lane.press(*keys)
            check(lane)
        assert lane.app.is_running


PER_NAME: Final[tuple[tuple[str, ...], ...]] = (("scan:hN",), ("9", "enter"), ("hN", "f5"), ("escape", "escape"))
JOURNEY: Final[tuple[tuple[str, ...], ...]] = (
    ("up",),
    ("delete",),
    ("f3", "h"),
    ("escape", "escape", "f2"),
    ("1", "5", "enter"),
    ("f12",),
    ("f2",),
    ("escape", "1", "enter"),
    ("delete",),
    ("escape", "f6"),
    ("f9",),
    ("enter",),
    ("f12", "enter"),
    ("f12",),
    ("scan:111",),
    ("f10", "4"),
    ("escape", "f1"),
    ("escape", "ctrl+l"),
    ("\x1b[31m\u202e", "enter"),
)


async def test_a_hostile_code_and_name_that_is_typed_or_scanned_is_letters_too() -> None:
    async with running(FakeRegister()) as lane:
        for name in HOSTILE_NAMES:
            await lane.press(f"scan:{name}")
            check(lane)
            await lane.press("111", "enter", "*")
            check(lane)


async def test_hostile_names_of_a_real_ledger_reach_the_report(tmp_path: Path) -> None:
    items = [msgspec.structs.replace(i, name=i.name.encode(errors="ignore").decode()) for i in hostile_items()]
    register = real_register(tmp_path, items)  # a lone surrogate is no text that SQLite keeps
    async with running(register) as lane:
        for number in range(len(HOSTILE_NAMES)):
            await lane.press(f"scan:h{number}")
            await lane.press("escape")
            check(lane)
        await lane.press("f12", "enter")
        check(lane)
        await lane.press("f10", "1")
        check(lane)
        assert lane.screen == "ReportScreen"
