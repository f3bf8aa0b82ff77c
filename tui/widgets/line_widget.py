"""The one kind of widget the lane is drawn with: rows of text, drawn line by line, nothing mounted per row.

A `Row` is width-independent: spans on the left, spans on the right, and what lies between. All text becomes a
segment in one place, behind `safe_text`, so no name from outside can reach the terminal as anything but letters.
Strips are cached by row and width, inks are resolved once for all widgets, and only lines that changed are repainted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from domain.text import safe_text

SPARE: Final = 16
"""Strips that a widget keeps beside two of each of its lines: a status line is another one with each sale."""
Span: TypeAlias = tuple[str, str]
"""A text and the name of its ink."""


class Row(NamedTuple):
    """One line: spans from the left, spans up to the right edge, `fill` between, all on `ink`."""

    left: tuple[Span, ...] = ()
    right: tuple[Span, ...] = ()
    ink: str = "plain"
    fill: str = " "
    is_centred: bool = False


BLANK: Final = Row()


def text_row(text: str, ink: str = "plain") -> Row:
    """Return a row of one text."""
    return Row(((text, ink),), ink=ink if ink in ("bar", "pick", "alarm", "paper") else "plain")


def cells(text: str) -> int:
    """Return how many cells a text takes. Plain ASCII is not looked up: rich would remember each text of a day."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int) -> str:
    """Return a text cut or padded to a number of cells."""
    if text.isascii():
        return text[:width].ljust(width)
    return set_cell_size(text, width)


class Inked(Protocol):
    """An application that has inks: the styles of its theme by name."""

    @property
    def inks(self) -> Mapping[str, Style]:
        """The styles, resolved once."""


class LineWidget(Widget, can_focus=False, inherit_bindings=False):
    """A widget of rows; `show` replaces them and repaints the lines that differ."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = ()
        self._strips: dict[tuple[Row, int], Strip] = {}

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        old, self._rows = self._rows, tuple(rows)
        changed = [y for y, (a, b) in enumerate(zip(old, self._rows, strict=False)) if a != b]
        shorter, longer = sorted((len(old), len(self._rows)))
        self.repaint([*changed, *range(shorter, longer)])

    def repaint(self, lines: Sequence[int]) -> None:
        """Repaint some lines, by their place on the widget."""
        width, height = self.size
        if width and height:
            regions = [Region(0, y, width, 1) for y in lines if 0 <= y < height]
            if regions:
                self.refresh(*regions)

    def row(self, y: int) -> Row:
        """Return the row that stands on a line of the widget."""
        return self._rows[y] if y < len(self._rows) else BLANK

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        row = self.row(y)
        strip = self._strips.get((row, width))
        if strip is None:
            if len(self._strips) > 2 * self.size.height + SPARE:
                self._strips.clear()
            strip = self._strips[row, width] = self.draw(row, width)
        return strip

    def draw(self, row: Row, width: int) -> Strip:
        """Turn a row into a strip of exactly `width` cells. The only place where text becomes a segment."""
        inks = cast("Inked", self.app).inks
        ground = inks[row.ink]
        left = [Segment(safe_text(text), inks[ink]) for text, ink in row.left]
        right = [Segment(safe_text(text), inks[ink]) for text, ink in row.right]
        right_width = sum(cells(segment.text) for segment in right)
        room = max(0, width - right_width)
        left_strip = Strip(left, sum(cells(segment.text) for segment in left)).crop(0, room)
        gap = room - left_strip.cell_length
        if row.is_centred:
            left_strip = Strip([Segment(row.fill * (gap // 2), ground), *left_strip])
            gap -= gap // 2
        middle = [Segment(row.fill * gap, ground)] if gap > 0 else []
        drawn = [*left_strip, *middle, *right]
        return Strip(drawn, sum(cells(segment.text) for segment in drawn)).crop(0, width)
