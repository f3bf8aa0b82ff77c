"""A prompt for the reference of a tender: a card's approval code, a transfer's number. Never a card's number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.intent import AddTender
from domain.refusal import Reason, Refused
from domain.tender import MAX_REFERENCE, TenderKind
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp
    from tui.screens.pay import PayScreen


class ReferenceScreen(TypingScreen):
    """Asks for the reference, then offers the tender on the pay screen."""

    LENGTH: ClassVar[int] = MAX_REFERENCE

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.pay: PayScreen | None = None
        self.kind = TenderKind("", "")
        self.amount_minor: int | None = None
        self.title_rows = LineWidget(classes="title")

    def begin(self, pay: PayScreen, kind: TenderKind, amount_minor: int | None) -> None:
        """Take the pay screen that gets the tender, and what is known of it."""
        self.typed = ""
        self.pay = pay
        self.kind = kind
        self.amount_minor = amount_minor

    def body(self) -> Iterator[Widget]:
        """Yield the kind of tender and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, is_grave=True)
        yield from self.typing_acts()

    def enter(self) -> None:
        """Offer the tender with its reference."""
        reference = self.take_typed().strip()
        if not reference:
            self.refuse(Refused(Reason.NEEDS_REFERENCE, {"kind": self.kind.name}))
            self.show_typed()
            return
        self.leave()
        if self.pay is not None:
            self.pay.tender(AddTender(self.kind.code, self.amount_minor, reference))

    def label(self) -> str:
        """Return the name of the label's word."""
        return "ask.reference_label"

    def show(self) -> None:
        """Show what is asked and what is typed."""
        words = self.till.words
        self.title_rows.show([text_row(words("ask.reference"), "quiet"), text_row(self.kind.name, "strong")])
        self.show_typed()
