"""The customer's age, for an item that asks for it: a birth date, or a word for what was seen; a no is noted.

Yes and no have keys of their own that no scanner types; Enter alone is neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.form import date_text, parse_date
from domain.intent import AddItem, CheckAge, Scan
from domain.outcome import AgeChecked
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens import adding
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

NAME_LENGTH = 40
EXAMPLE = date(1990, 5, 31).isoformat()


class AgeScreen(TypingScreen):
    """Asks for an age once in a sale."""

    CHARACTERS: ClassVar[frozenset[str] | None] = frozenset("0123456789/-. ")
    LENGTH: ClassVar[int] = 10

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.intent: Scan | AddItem = Scan("")
        self.facts: Refused = Refused(Reason.NEEDS_AGE)
        self.title_rows = LineWidget(classes="title")

    def begin(self, refused: Refused, intent: Scan | AddItem) -> None:
        """Take what is asked, and the intent that was refused for it."""
        self.typed = ""
        self.facts, self.intent = refused, intent

    def body(self) -> Iterator[Widget]:
        """Yield what is asked and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield Act.TENDER, Live(lambda: self.check(is_older=True), "legend.older", is_grave=True)
        yield Act.VOID, Live(self.check, "legend.too_young", is_grave=True)
        yield from self.typing_acts()

    def enter(self) -> None:
        """Take the birth date that is typed."""
        text, latest = self.take_typed(), str(self.facts.facts.get("date", ""))
        born_on = parse_date(text, self.till.forms, latest)
        if born_on is None:
            self.refuse(Refused(Reason.BAD_DATE, {"text": text}))
            self.show_typed()
        else:
            self.check(born_on)

    def check(self, born_on: str = "", *, is_older: bool = False) -> None:
        """Tell the register what was seen; an item whose age is right is sold at once."""
        answer = self.till.act(CheckAge(str(self.facts.facts.get("sku", "")), born_on, is_older))
        if not isinstance(answer, AgeChecked):
            if isinstance(answer, Refused):
                self.refuse(answer)
            self.show_typed()
            return
        self.leave()
        if answer.is_enough:
            adding.add_line(self.till.sale, self.intent)
            return
        name = safe_text(str(self.facts.facts.get("name", "")), NAME_LENGTH)
        self.till.sale.refuse_text(self.till.words("notice.too_young", name=name))

    def label(self) -> str:
        """Return the name of the label's word."""
        return "age.label"

    def show(self) -> None:
        """Show the item, how old one must be, and how to say so."""
        words, forms, facts = self.till.words, self.till.forms, self.facts.facts
        latest = date_text(str(facts.get("date", "")), forms)
        self.title_rows.show(
            [
                text_row(words("age.title", age=facts.get("age", 0), date=latest), "strong"),
                text_row(words("age.how", example=date_text(EXAMPLE, forms)), "quiet"),
            ]
        )
        self.show_typed()
