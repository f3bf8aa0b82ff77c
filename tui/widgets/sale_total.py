"""The lower part of the sale: a line across, and below it, side by side, what was touched last and the total.

It is one widget, because every widget more costs each scan its share of painting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.widgets.big_number import HEIGHT, big_line
from tui.widgets.line_widget import LineWidget, Row, Span

ENTRY_LINE: Final = HEIGHT
"""What is typed stands on the last line, on the left."""


class SaleTotal(LineWidget):
    """Six lines: a rule, then info and entry on the left and the total's digits on the right."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: list[tuple[Span, ...]] = [()] * (HEIGHT + 1)
        self._right: tuple[Span, ...] = ()
        self._total = ""

    def show_sums(self, left: Sequence[Span], right: Sequence[Span], total: str) -> None:
        """Show what stands on the rule, and the total below it."""
        if total != self._total:
            self._total = total
            self.repaint(range(1, HEIGHT + 1))
        self._right = tuple(right)
        self._put(0, left)

    def show_info(self, lines: Sequence[Sequence[Span]]) -> None:
        """Show up to four lines on the left."""
        for y in range(1, ENTRY_LINE):
            self._put(y, lines[y - 1] if y <= len(lines) else ())

    def show_entry(self, spans: Sequence[Span]) -> None:
        """Show what is typed."""
        self._put(ENTRY_LINE, spans)

    def _put(self, y: int, spans: Sequence[Span]) -> None:
        """Put spans on the left of a line, and paint it where they are others."""
        if self._left[y] != tuple(spans):
            self._left[y] = tuple(spans)
            self.repaint([y])

    def row(self, y: int) -> Row:
        """Return one line."""
        if y > HEIGHT:
            return Row()
        if y == 0:
            return Row((("─", "faint"), *self._left[0]), (*self._right, ("─", "faint")), "faint", "─")
        number = big_line(self._total, y - 1, self.size.width * 5 // 8)
        return Row(((" ", "plain"), *self._left[y]), ((number, "total"), (" ", "plain")))
