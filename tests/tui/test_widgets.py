"""The widgets by themselves: rows into strips, digits, lists, the legend; and what of them is painted."""

from __future__ import annotations

import pytest
from textual.geometry import Region

from domain.basket import Basket
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import LARGE, SMALL, running
from tui.themes import THEMES, make_inks, pick_theme
from tui.widgets.big_number import BLOCK, HEIGHT, big_line
from tui.widgets.foot import LegendItem, flow
from tui.widgets.line_widget import LineWidget, Row, fit
from tui.widgets.pick_list import pick_number

FONT = frozenset([*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x100)), *"─│┌┐└┘├┤┬┴┼█░▒▓←↑→↓€‘’“”–—…·"])
"""Glyphs that the console's small fonts have (notes on kiosks); what the lane draws itself needs no other."""


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_what_the_lane_draws_itself_is_in_the_consoles_font(size: tuple[int, int]) -> None:
    async with running(FakeRegister(), size=size) as lane:
        for keys in (
            ["scan:111"],
            ["scan:800"],
            ["1", "enter"],
            ["f12"],
            ["escape", "f10"],
            ["f1"],
            ["escape"],
            ["f1"],
        ):
            await lane.press(*keys)
            assert not set("".join(lane.lines)) - FONT


@pytest.mark.parametrize("theme", ["console", "truecolor"])
def test_every_ink_has_a_colour_in_every_theme(theme: str) -> None:
    inks = make_inks(THEMES[theme])
    assert {"plain", "strong", "alarm", "pick", "total"} <= inks.keys()
    assert all(style.color is not None and style.bgcolor is not None for style in inks.values())


def test_the_console_theme_uses_sixteen_colours_and_eight_grounds() -> None:
    for style in make_inks(THEMES["console"]).values():
        assert style.color is not None
        assert style.bgcolor is not None
        assert style.color.number is not None
        assert style.color.number < 16
        assert style.bgcolor.number is not None
        assert style.bgcolor.number < 8


@pytest.mark.parametrize(
    ("setting", "environ", "theme"),
    [
        ("auto", {"TERM": "linux"}, "console"),
        ("auto", {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ("auto", {"TERM": "linux", "COLORTERM": "truecolor"}, "console"),
        ("truecolor", {}, "truecolor"),
        ("console", {"COLORTERM": "truecolor"}, "console"),
    ],
)
def test_the_look_follows_the_setting_and_then_the_terminal(setting: str, environ: dict[str, str], theme: str) -> None:
    assert pick_theme(setting, environ) == theme


@pytest.mark.parametrize(("text", "width"), [("1,234.50", 50), ("123,456.78", 50), ("99,999,999.99", 50), ("5", 6)])
def test_a_number_is_five_lines_of_blocks_no_wider_than_its_room(text: str, width: int) -> None:
    lines = [big_line(text, y, width) for y in range(HEIGHT)]
    assert len({len(line) for line in lines}) == 1
    assert all(len(line) <= width and set(line) <= {BLOCK, " "} for line in lines)


def test_a_number_too_long_for_its_room_is_written_small_and_whole() -> None:
    assert [big_line("12,345,678.90", y, 20).strip() for y in range(HEIGHT)] == ["", "", "", "", "12,345,678.90"]


def test_every_digit_looks_different() -> None:
    assert len({tuple(big_line(digit, y, 10) for y in range(HEIGHT)) for digit in "0123456789-"}) == 11


@pytest.mark.parametrize(
    ("typed", "digit", "count", "left", "chosen"),
    [
        ("", "3", 9, "", 3),
        ("", "1", 20, "1", None),
        ("1", "2", 20, "", 12),
        ("", "9", 5, "", None),
        ("", "0", 5, "", None),
    ],
)
def test_a_number_chooses_as_soon_as_no_longer_one_can_be_meant(
    typed: str, digit: str, count: int, left: str, chosen: int | None
) -> None:
    assert pick_number(typed, digit, count) == (left, chosen)


def test_a_text_is_fitted_by_cells_not_by_characters() -> None:
    assert fit("abc", 5) == "abc  "
    assert fit("abcdef", 4) == "abcd"
    assert fit("日本語", 5) == "日本 "


def test_a_legend_breaks_between_keys_and_keeps_the_place_of_one_that_sleeps() -> None:
    items = [LegendItem("F1", "Help"), LegendItem("F6", "Suspend", False), LegendItem("F12", "PAY")]
    (row,) = flow(items, 40, " ")
    assert "".join(text for text, _ in row.left) == "  F1  Help  " + " " * 14 + " F12  PAY  "
    assert len(flow(items, 16, "")) == 3


class Painted:
    """Which lines of a widget were asked to be painted."""

    def __init__(self, widget: LineWidget) -> None:
        self.lines: list[int] = []
        widget.refresh = self.refresh  # type: ignore[method-assign,assignment]

    def refresh(self, *regions: Region, **_: object) -> None:
        """Take the place of `Widget.refresh`."""
        self.lines += [region.y for region in regions]


@pytest.fixture
def rows() -> list[Row]:
    return [Row(((str(number), "plain"),)) for number in range(5)]


async def test_only_lines_that_differ_are_painted(rows: list[Row]) -> None:
    async with running(FakeRegister()) as lane:
        await lane.press("f5")
        widget = lane.app.screen.query_one(".title", LineWidget)
        widget.show(rows[:3])
        painted = Painted(widget)
        widget.show(rows[:3])
        assert not painted.lines
        widget.show([rows[0], rows[4]])
        assert painted.lines == [1, 2]


async def test_a_scan_paints_the_line_and_its_neighbour_however_long_the_basket() -> None:
    register = FakeRegister()
    async with running(register, size=LARGE) as lane:
        await lane.press(*["scan:111", "scan:222"] * 5)
        painted = Painted(lane.app.sale.view)
        await lane.press("scan:333")
        assert sorted(painted.lines) == [10, 11]
        painted.lines.clear()
        await lane.press("scan:333")
        assert painted.lines == [11]


async def test_a_new_basket_is_painted_whole_and_from_its_top() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press(*["scan:111", "scan:222"] * 20)
        await lane.press("f6")
        await lane.press("scan:333")
        view = lane.app.sale.view
        assert view.row(1).left[0][0].startswith(" >  1 ")
        assert not view.row(2).left
        assert view._basket is register.basket
        assert register.basket != Basket("")
