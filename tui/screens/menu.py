"""The menu: everything the screen below can do, by number, for keyboards and people without function keys.

Del in it gives the whole basket up: two different keys, and never Enter (docs/keys.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from domain.text import safe_text
from tui.keys import Act, KeySpec, key_label
from tui.screens.confirm import void_basket
from tui.screens.key_screen import KeyScreen, Live
from tui.widgets.line_widget import LineWidget, Row
from tui.widgets.pick_list import PickList

KEY_WIDTH = 12


class MenuScreen(KeyScreen):
    """Chooses an act of the screen below."""

    def __init__(self, below: KeyScreen) -> None:
        self.below = below
        super().__init__(below.till)
        self.specs = tuple(spec for spec in self.till.keys.menu() if spec.act in below.live)
        self.typed = ""
        self.title_rows = LineWidget(classes="short-title")
        self.choices = PickList(id="choices", is_numbered=False)

    def body(self) -> Iterator[Widget]:
        """Yield the title and the list."""
        yield self.title_rows
        yield self.choices

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(lambda: self.choose(self.specs[self.choices.selected]), "legend.choose_this")
        yield Act.UP, Live(lambda: self.choices.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.choices.move(1), "legend.choose")
        if Act.VOID_BASKET in self.below.live:
            yield Act.VOID, Live(self.void_basket, "legend.void_basket", True, self.has_lines)
        yield Act.BACK, Live(self.leave)

    def has_lines(self) -> bool:
        """Say whether there is a basket to give up."""
        return bool(self.till.register.basket.lines)

    def type_character(self, character: str) -> bool:
        """Choose by number: one digit, or 0 and another."""
        text = self.typed + character
        self.typed = "0" if text == "0" else ""
        spec = next((spec for spec in self.specs if spec.menu == text), None)
        if spec is not None:
            self.choose(spec)
        return spec is not None or bool(self.typed)

    def choose(self, spec: KeySpec) -> None:
        """Do an act of the screen below, as its key would."""
        self.leave()
        self.below.do(self.below.live[spec.act])

    def void_basket(self) -> None:
        """Give the basket up, which needs no other word: Del is the second key."""
        self.leave()
        void_basket(self.below)

    def show(self) -> None:
        """Show what there is to choose."""
        words = self.till.words
        title = Row(((f"{words('menu.title')}   ", "strong"), (words("menu.how"), "quiet")))
        self.title_rows.show([title])  # one line: all acts stand on a screen of 25
        self.choices.show_items([self._row(spec) for spec in self.specs], self.choices.selected)

    def _row(self, spec: KeySpec) -> Row:
        """Return one act: its number, its word and its key."""
        words = self.till.words
        label = key_label(spec.key, words) if spec.key else ""
        return Row(
            ((f"{spec.menu:>3}  ", "accent"), (safe_text(words(spec.word)), "plain")),
            ((f"{label:<{KEY_WIDTH}}", "quiet"),),
        )
