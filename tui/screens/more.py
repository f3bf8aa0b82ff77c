"""What is seldom done during a sale and has no key of its own, by number: the menu's own numbers are all taken."""

from __future__ import annotations

from domain.text import safe_text
from tui.keys import key_label
from tui.screens.key_screen import KeyScreen
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

KEY_WIDTH = 12


class MoreScreen(ListScreen):
    """Chooses an act of the screen below."""

    def __init__(self, below: KeyScreen) -> None:
        super().__init__(below.till)
        self.below = below
        self.specs = tuple(spec for spec in self.till.keys.more() if spec.act in below.live)

    def title_words(self) -> tuple[str, str]:
        """Return the title and how to choose."""
        return self.till.words("more.title"), self.till.words("menu.how")

    def rows(self) -> list[Row]:
        """Return what there is."""
        words = self.till.words
        return [
            Row(
                ((safe_text(words(spec.word)), "plain"),),
                ((f"{key_label(spec.key, words) if spec.key else '':<{KEY_WIDTH}}", "quiet"),),
            )
            for spec in self.specs
        ]

    def choose(self, index: int) -> None:
        """Do an act of the screen below, as its key would."""
        self.leave()
        self.below.do(self.below.live[self.specs[index].act])
