"""The legend: the keys that work now, and nothing else. A key that works sometimes keeps its place empty meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from tui.widgets.line_widget import BLANK, LineWidget, Row, Span

GAP: Final = 2


class LegendItem(NamedTuple):
    """A key's label, the word for what it does, and whether it works now."""

    label: str
    word: str
    is_on: bool = True


class Legend(LineWidget):
    """Keys with their words, flowing over as many lines as the widget has."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._items: tuple[LegendItem, ...] = ()
        self._flow: tuple[int, list[Row]] = (0, [])

    def show_keys(self, items: Sequence[LegendItem]) -> None:
        """Show other keys."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            self._flow = (0, [])
            self.repaint(range(self.size.height))

    def row(self, y: int) -> Row:
        """Return one line of the legend."""
        width = self.size.width
        if self._flow[0] != width:
            roomy = flow(self._items, width, " ")
            tight = len(roomy) > self.size.height
            self._flow = (width, flow(self._items, width, "") if tight else roomy)
        rows = self._flow[1]
        return rows[y] if y < len(rows) else BLANK


def flow(items: Sequence[LegendItem], width: int, pad: str) -> list[Row]:
    """Lay keys onto lines of a width, whole keys only, each key between two `pad`s."""
    rows: list[Row] = []
    spans: list[Span] = []
    used = 0
    for key, word, is_on in items:
        cap = f"{pad}{key}{pad}"
        size = cell_len(cap) + cell_len(word) + 1
        if used and used + GAP + size > width:
            rows.append(Row(tuple(spans)))
            spans, used = [], 0
        if used:
            spans.append((" " * GAP, "plain"))
            used += GAP
        spans += [(cap, "key"), (f" {word}", "quiet")] if is_on else [(" " * size, "plain")]
        used += size
    return [*rows, Row(tuple(spans))] if spans else rows
