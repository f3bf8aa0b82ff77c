"""The status bar: lane and operator on the left; printer, scanner, sync and clock on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from tui.widgets.line_widget import LineWidget, Row, Span, cells

LEFT_FLOOR: Final = 21
"""Cells that stay for who sells where, however much is wrong: `Caja 1  Ana  Turno 1` and its margin."""
USUAL_WIDTH: Final = 80
"""The width before the bar has been laid out."""


class Light(msgspec.Struct, frozen=True):
    """One thing in the status bar; one that `is_bad` stands in reverse with a mark.

    `short` is what is left of a bad one where there is no room for its `text`; one without it is not shortened.
    """

    text: str
    is_bad: bool = False
    short: str = ""

    @property
    def span(self) -> Span:
        """What is painted of it."""
        return (f" !{self.text}! ", "alarm") if self.is_bad else (f" {self.text} ", "bar")

    @property
    def width(self) -> int:
        """How many cells it takes."""
        return cells(self.span[0])


class StatusBar(LineWidget):
    """One line, painted only when something on it is different."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._told: tuple[str, tuple[Light, ...], str] = ("", (), "")

    def show_status(self, left: str, lights: tuple[Light, ...], clock: str) -> None:
        """Show who sells where, how the devices and the sync stand, and the time."""
        self._told = (left, lights, clock)
        self._arrange()

    def on_resize(self) -> None:
        """Arrange the bar anew: it has more room, or less."""
        self._arrange()

    def _arrange(self) -> None:
        """Lay the bar out for its width; each light that stays is whole."""
        left, lights, clock = self._told
        before, after = f" {left}", f" {clock} "
        room = (self.size.width or USUAL_WIDTH) - min(cells(before), LEFT_FLOOR) - cells(after)
        spans = [light.span for light in fit_lights(lights, room)]
        row = Row(((before, "bar-strong"),), (*spans, (after, "bar-strong")), "bar")
        if (row,) != self._rows:
            self.show([row])


def fit_lights(lights: Sequence[Light], room: int) -> tuple[Light, ...]:
    """Return the lights that a number of cells has room for, in their order.

    What is well or merely waits goes first, from the right; then what is wrong is shortened, from the right; at last
    the wrong things on the right become one light with their number. So the first light is the last to go.
    """
    shown = list(lights)
    for place in reversed(range(len(shown))):
        if _width(shown) > room and not shown[place].is_bad:
            del shown[place]
    for place in reversed(range(len(shown))):
        if _width(shown) > room and (short := shown[place].short):
            shown[place] = Light(short, True)
    hidden = 0
    while shown and _width(shown) + _more(hidden).width * bool(hidden) > room:
        shown.pop()
        hidden += 1
    return (*shown, _more(hidden)) if hidden else tuple(shown)


def _more(count: int) -> Light:
    """Return the light that stands for a number of others."""
    return Light(f"+{count}", True)


def _width(lights: Sequence[Light]) -> int:
    return sum(light.width for light in lights)
