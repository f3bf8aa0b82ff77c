"""A screen with one numbered list: a number or Enter chooses, arrows move, Esc goes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import KeyScreen, Live
from tui.widgets.line_widget import LineWidget, Row, text_row
from tui.widgets.pick_list import PickList, pick_number

if TYPE_CHECKING:
    from tui.app import TillApp


class ListScreen(KeyScreen):
    """Shows rows and hands the chosen one over."""

    TYPED: ClassVar[tuple[str, ...]] = ("digits",)

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.digits = ""
        self.title_rows = LineWidget(classes="title")
        self.choices = PickList(id="choices")

    def title_words(self) -> tuple[str, str]:
        """Return the title and the line below it, in words."""
        raise NotImplementedError

    def rows(self) -> list[Row]:
        """Return the list."""
        raise NotImplementedError

    def choose(self, index: int) -> None:
        """Do what choosing a row means."""
        raise NotImplementedError

    def body(self) -> Iterator[Widget]:
        """Yield the title and the list."""
        yield self.title_rows
        yield self.choices

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.choose_this")
        yield Act.UP, Live(lambda: self.step(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.step(1), "legend.choose")
        yield Act.PAGE_UP, Live(lambda: self.step(-10), is_hidden=True)
        yield Act.PAGE_DOWN, Live(lambda: self.step(10), is_hidden=True)
        yield Act.BACK, Live(self.leave)
        yield Act.HELP, Live(lambda: openers.open_help(self))

    def type_character(self, character: str) -> bool:
        """Choose by number, as soon as no longer one can be meant."""
        if not ("0" <= character <= "9"):
            return False
        self.digits, number = pick_number(self.digits, character, self.choices.count)
        if number is None and not self.digits:
            return False
        index = (number or int(self.digits)) - 1
        self.choices.select(index)
        if number is not None:
            self.choose(index)
        return True

    def step(self, step: int) -> None:
        """Move the choice."""
        self.digits = ""
        self.choices.move(step)

    def enter(self) -> None:
        """Choose the row that is marked."""
        self.digits = ""
        if self.choices.count:
            self.choose(self.choices.selected)
        else:
            self.till.beep()

    def show(self) -> None:
        """Show the title and the list."""
        title, below = self.title_words()
        self.title_rows.show([text_row(title, "strong"), text_row(below, "quiet")])
        self.choices.show_items(self.rows(), self.choices.selected)
