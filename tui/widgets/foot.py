"""The foot of every screen: one sentence of notice, and below it the legend of the keys that work now.

A refusal stands in reverse with a mark before it, news stand there quietly. The legend shows the keys that are live
and nothing else; a key that works sometimes keeps its place empty meanwhile.
"""

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


class Foot(LineWidget):
    """A line of notice and as many lines of legend as there is height for."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._notice = BLANK
        self._items: tuple[LegendItem, ...] = ()
        self._flow: tuple[int, list[Row]] = (0, [])

    def refuse(self, text: str) -> None:
        """Show a refusal."""
        self._show_notice(Row(((f" ! {text} ", "alarm"),), ink="alarm"))

    def tell(self, text: str) -> None:
        """Show news."""
        self._show_notice(Row(((f"   {text}", "good"),)))

    def clear(self) -> None:
        """Show no notice."""
        self._show_notice(BLANK)

    def _show_notice(self, row: Row) -> None:
        """Show another notice."""
        if row != self._notice:
            self._notice = row
            self.repaint([0])

    def show_keys(self, items: Sequence[LegendItem]) -> None:
        """Show other keys; only the lines that differ are painted."""
        if tuple(items) == self._items:
            return
        lines = range(1, self.size.height)
        before = [self.row(y) for y in lines]
        self._items = tuple(items)
        self._flow = (0, [])
        self.repaint([y for y, row in zip(lines, before, strict=True) if self.row(y) != row])

    def row(self, y: int) -> Row:
        """Return the notice, or one line of the legend."""
        if y == 0:
            return self._notice
        width = self.size.width - 2
        if self._flow[0] != width:
            roomy = flow(self._items, width, " ")
            is_tight = len(roomy) > self.size.height - 1
            self._flow = (width, flow(self._items, width, "") if is_tight else roomy)
        rows = self._flow[1]
        return rows[y - 1] if y <= len(rows) else BLANK


def flow(items: Sequence[LegendItem], width: int, pad: str) -> list[Row]:
    """Lay keys onto lines of a width, whole keys only, each key between two `pad`s; a margin is before them."""
    rows: list[Row] = []
    spans: list[Span] = [(" ", "plain")]
    used = 0
    for key, word, is_on in items:
        cap = f"{pad}{key}{pad}"
        size = cell_len(cap) + cell_len(word) + 1
        if used and used + size > width:
            rows.append(Row(tuple(spans)))
            spans, used = [(" ", "plain")], 0
        spans += [(cap, "key"), (f" {word}{' ' * GAP}", "quiet")] if is_on else [(" " * (size + GAP), "plain")]
        used += size + GAP
    return [*rows, Row(tuple(spans))] if used else rows
