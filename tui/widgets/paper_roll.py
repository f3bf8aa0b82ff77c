"""The paper roll: what the virtual printer printed, its newest end at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.widgets.line_widget import LineWidget, Row, text_row

MAX_LINES: Final = 400


class PaperRoll(LineWidget):
    """The end of the paper, as much of it as there is room for."""

    def show_paper(self, lines: Sequence[str]) -> None:
        """Show a roll of plain lines."""
        super().show([text_row(f" {line}", "paper") for line in lines[-MAX_LINES:]])
        self.refresh()

    def row(self, y: int) -> Row:
        """Return the row on a line, counted so that the last one stands at the bottom."""
        index = y + len(self._rows) - self.size.height
        return super().row(index) if index >= 0 else Row(ink="paper")
