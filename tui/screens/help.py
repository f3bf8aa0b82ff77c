"""Help: the keys of the screen below, all of them, and how one types."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui.keys import Act, key_label
from tui.screens.key_screen import KeyScreen, Live
from tui.screens.reading_screen import ReadingScreen
from tui.widgets.line_widget import BLANK, LineWidget, Row, text_row

KEY_WIDTH = 12
LESSONS = 5
"""How many sentences of `help.1`, `help.2`… there are."""


class HelpScreen(ReadingScreen):
    """A page to read."""

    def __init__(self, below: KeyScreen) -> None:
        super().__init__(below.till)
        self.below = below
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield the title and the page."""
        yield self.title_rows
        yield self.page

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from self.step_acts()
        yield from self.page_acts(is_hidden=True)
        yield Act.ENTER, Live(self.leave, "legend.close")
        yield Act.HELP, Live(self.leave, is_hidden=True)
        yield Act.BACK, Live(self.leave, "legend.close")

    def show(self) -> None:
        """Show the keys and the lessons."""
        words = self.till.words
        self.title_rows.show([text_row(words("help.title"), "strong"), text_row(words("help.how"), "quiet")])
        lessons = [text_row(words(f"help.{number}")) for number in range(1, LESSONS + 1)]
        self.page.show([*self._keys(), BLANK, *lessons])

    def _keys(self) -> Iterator[Row]:
        """Yield one row per key of the screen below."""
        words, keys = self.till.words, self.till.keys
        for act, live in self.below.live.items():
            spec = keys.spec(act)
            if spec.is_more:
                continue  # the list behind the menu shows its own
            label = key_label(spec.key, words) if spec.key else ""
            number = words("help.menu", number=spec.menu) if spec.menu else ""
            yield Row(
                ((f" {label:<{KEY_WIDTH}}", "accent"), (words(live.word or spec.word), "plain")),
                ((f"{number} ", "quiet"),),
            )
