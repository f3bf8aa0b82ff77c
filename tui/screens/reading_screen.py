"""A page to read by arrows and pages: reports, records, tables, help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from tui.keys import Act
from tui.screens.key_screen import KeyScreen, Live
from tui.widgets.reader import Reader

if TYPE_CHECKING:
    from tui.app import TillApp


class ReadingScreen(KeyScreen):
    """Keeps the page and moves in it."""

    PAGE_ID: ClassVar[str] = "page"

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.page = Reader(id=self.PAGE_ID)

    def body(self) -> Iterator[Widget]:
        """Yield the page."""
        yield self.page

    def step_acts(self) -> Iterator[tuple[Act, Live]]:
        """Return the keys that go line by line."""
        yield Act.UP, Live(lambda: self.read(-1), "legend.read")
        yield Act.DOWN, Live(lambda: self.read(1), "legend.read")

    def page_acts(self, *, is_hidden: bool = False) -> Iterator[tuple[Act, Live]]:
        """Return the keys that go page by page."""
        word = "" if is_hidden else "legend.page"
        yield Act.PAGE_UP, Live(lambda: self.read(-self.page.page), word, is_hidden=is_hidden)
        yield Act.PAGE_DOWN, Live(lambda: self.read(self.page.page), word, is_hidden=is_hidden)

    def close_acts(self) -> Iterator[tuple[Act, Live]]:
        """Return the keys that close the page."""
        yield Act.ENTER, Live(self.leave, "legend.close")
        yield Act.BACK, Live(self.leave, "legend.close")

    def read(self, step: int) -> None:
        """Go on in the page; at its ends beep."""
        if not self.page.move(step):
            self.till.beep()
