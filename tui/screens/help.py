"""Help: the keys of the screen below, all of them, and how one types."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from domain.paper import wrap
from domain.text import safe_text
from tui.keys import Act, KeySpec, key_label
from tui.screens.key_screen import KeyScreen, Live
from tui.screens.reading_screen import ReadingScreen
from tui.widgets.line_widget import BLANK, LineWidget, Row, text_row

KEY_WIDTH = 10
NUMBER_WIDTH = 5
MARGIN = 6
"""Cells of a line that are not the page's."""
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
        width = self.app.size.width - MARGIN
        lessons = [
            text_row(f" {line}") for number in range(1, LESSONS + 1) for line in wrap(words(f"help.{number}"), width)
        ]
        self.page.show([*self._keys(), *self._more(), BLANK, *lessons])

    def _keys(self) -> Iterator[Row]:
        """Yield one row per key of the screen below."""
        words, keys = self.till.words, self.till.keys
        for act, live in self.below.live.items():
            spec = keys.spec(act)
            if not spec.is_more:
                yield self._row(spec, spec.menu, words(live.word or spec.word))

    def _more(self) -> Iterator[Row]:
        """Yield the rows of the list behind the menu, under its key."""
        words, keys = self.till.words, self.till.keys
        rows = [(str(number), spec) for number, spec in enumerate(keys.more(), 1) if spec.act in self.below.live]
        if rows:
            yield BLANK
            yield text_row(f" {words('sheet.more', key=key_label(keys.spec(Act.MORE).key, words))}", "quiet")
        for number, spec in rows:
            yield self._row(spec, number, words(spec.word))

    def _row(self, spec: KeySpec, number: str, word: str) -> Row:
        """Return what one key does: its name, its number, its word."""
        label = key_label(spec.key, self.till.words) if spec.key else ""
        return Row(
            ((f" {label:<{KEY_WIDTH}}", "accent"), (f"{number:<{NUMBER_WIDTH}}", "quiet"), (safe_text(word), "plain"))
        )
