"""A screen with one line to type into. What is typed is a plain text here; there is no input field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from tui.keys import LANE, Act
from tui.screens import openers
from tui.screens.key_screen import KeyScreen, Live
from tui.widgets.entry_line import EntryLine

if TYPE_CHECKING:
    from tui.app import TillApp

AMOUNT: Final = frozenset("0123456789.,-")


class TypingScreen(KeyScreen):
    """Keeps what is typed and shows it on an entry line."""

    CHARACTERS: ClassVar[frozenset[str] | None] = None
    """What may be typed; None is anything printable."""
    LENGTH: ClassVar[int] = 16
    TYPED: ClassVar[tuple[str, ...]] = ("typed",)

    def __init__(self, till: TillApp) -> None:
        self.typed = ""
        super().__init__(till)
        self.line = EntryLine(classes="entry")

    def typing_acts(self) -> Iterator[tuple[Act, Live]]:
        """Return the keys of every typing screen."""
        yield Act.ERASE, Live(self.erase, is_hidden=True)
        yield Act.BACK, Live(self.back)
        if self.CONTEXT == LANE:
            yield Act.HELP, Live(lambda: openers.open_help(self))

    def type_character(self, character: str) -> bool:
        """Take a character, if it may stand here and there is room."""
        if self.CHARACTERS is not None and character not in self.CHARACTERS:
            return False
        if len(self.typed) >= self.LENGTH:
            return False
        self.typed += character
        self.retyped()
        return True

    def erase(self) -> None:
        """Take the last character back."""
        self.typed = self.typed[:-1]
        self.retyped()

    def back(self) -> None:
        """Forget what is typed; with nothing typed, leave."""
        if not self.typed:
            self.leave()
            return
        self.typed = ""
        self.retyped()

    def take_typed(self) -> str:
        """Take what is typed, leaving the line empty."""
        text, self.typed = self.typed, ""
        return text

    def retyped(self) -> None:
        """Show what is typed now."""
        self.show_typed()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "entry.text"

    def show_typed(self) -> None:
        """Show the entry line."""
        self.line.show_entry(self.till.words(self.label()), self.typed)
