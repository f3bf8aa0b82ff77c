"""Why a price is changed by hand: one of the store's reasons, by number, before the figure is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from domain.text import safe_text
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

if TYPE_CHECKING:
    from tui.app import TillApp


class PriceReasonScreen(ListScreen):
    """Chooses a reason and hands it over."""

    def __init__(self, till: TillApp, subject: str, then: Callable[[str], None]) -> None:
        """Take what is changed, and what comes next with the reason."""
        super().__init__(till)
        self.subject, self.then = subject, then
        self.reasons = till.register.reasons("approve")

    def title_words(self) -> tuple[str, str]:
        """Return the question, and of what it is."""
        return self.till.words("prices.why"), self.subject

    def rows(self) -> list[Row]:
        """Return the store's reasons."""
        return [Row(((safe_text(reason), "plain"),)) for reason in self.reasons]

    def choose(self, index: int) -> None:
        """Go on with a reason."""
        self.leave()
        self.then(self.reasons[index])
