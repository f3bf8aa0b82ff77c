"""The legend: the keys that work now, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from tui.widgets.line_widget import BLANK, LineWidget, Row, Span

GAP: Final = 2


class Legend(LineWidget):
    """Keys with their words, flowing over as many lines as the widget has."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._items: tuple[tuple[str, str], ...] = ()
        self._flow: tuple[int, list[Row]] = (0, [])

    def show_keys(self, items: Sequence[tuple[str, str]]) -> None:
        """Show keys: pairs of what stands on the key and what it does."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            self._flow = (0, [])
            self.repaint(range(self.size.height))

    def row(self, y: int) -> Row:
        """Return one line of the legend."""
        width = self.size.width
        if self._flow[0] != width:
            self._flow = (width, flow(self._items, width))
        rows = self._flow[1]
        return rows[y] if y < len(rows) else BLANK


def flow(items: Sequence[tuple[str, str]], width: int) -> list[Row]:
    """Lay keys onto lines of a width, whole keys only."""
    rows: list[Row] = []
    spans: list[Span] = []
    used = 0
    for key, word in items:
        size = cell_len(key) + cell_len(word) + 3
        if used and used + GAP + size > width:
            rows.append(Row(tuple(spans)))
            spans, used = [], 0
        if used:
            spans.append((" " * GAP, "plain"))
            used += GAP
        spans += [(f" {key} ", "key"), (f" {word}", "quiet")]
        used += size
    return [*rows, Row(tuple(spans))] if spans else rows
