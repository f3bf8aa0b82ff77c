"""A text longer than the screen, to be read by arrows and pages: reports, help."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.line_widget import LineWidget, Row


class Reader(LineWidget):
    """Rows with a place in them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = 0

    def show(self, rows: Sequence[Row]) -> None:
        """Show another text from its beginning."""
        self._top = 0
        super().show(rows)

    def move(self, step: int) -> bool:
        """Go some lines further; say whether there was anywhere to go."""
        top = max(0, min(self._top + step, len(self._rows) - self.size.height))
        if top == self._top:
            return False
        self._top = top
        self.refresh()
        return True

    @property
    def page(self) -> int:
        """How many lines make a page."""
        return max(1, self.size.height - 1)

    @property
    def is_longer(self) -> bool:
        """Whether there is more than fits."""
        return len(self._rows) > self.size.height

    def row(self, y: int) -> Row:
        """Return the row on a line."""
        return super().row(self._top + y)
