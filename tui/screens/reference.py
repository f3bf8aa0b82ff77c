"""A prompt for the reference of a tender: a card's approval code, a transfer's number. Never a card's number.

A scanner that types may fill it, from the barcode of a card's slip; but its Enter takes no payment, because what was
scanned may as well be the next item. Such a reference waits for F12, as every question before a payment does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.widget import Widget

from domain.intent import AddTender
from domain.refusal import Reason, Refused
from domain.tender import MAX_REFERENCE, TenderKind
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.wedge import Rush, is_scan, rush
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class Paying(Protocol):
    """A screen that takes a tender once its reference is known."""

    till: TillApp

    def tender(self, intent: AddTender) -> None:
        """Take it."""


class ReferenceScreen(TypingScreen):
    """Asks for the reference, then offers the tender on the pay screen."""

    LENGTH: ClassVar[int] = MAX_REFERENCE

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.pay: Paying | None = None
        self.kind = TenderKind("", "")
        self.amount_minor: int | None = None
        self.rush = Rush()
        self.is_scanned = False
        """Whether what stands typed came from a scanner, and nobody has changed it since."""
        self.title_rows = LineWidget(classes="title")

    def begin(self, pay: Paying, kind: TenderKind, amount_minor: int | None) -> None:
        """Take the pay screen that gets the tender, and what is known of it."""
        self.typed = ""
        self.pay = pay
        self.kind = kind
        self.amount_minor = amount_minor
        self.rush = Rush()
        self.is_scanned = False

    def body(self) -> Iterator[Widget]:
        """Yield the kind of tender and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, is_grave=True)
        yield from self.typing_acts()
        yield Act.TENDER, Live(self.confirm, "legend.confirm", True, lambda: self.is_scanned)

    def press(self, key: str, character: str | None, at: float) -> None:
        """Do what a key means here, and keep how quickly the keys come."""
        self.rush = rush(self.rush, at)
        super().press(key, character, at)

    def retyped(self) -> None:
        """Show what is typed now: what is changed by hand is what a person means."""
        self.is_scanned = False
        super().retyped()

    def enter(self) -> None:
        """Take what is typed, unless a scanner has typed it: that is asked about."""
        is_rushed = is_scan(self.rush, self.typed) and not self.kind.is_stored_value
        self.is_scanned = self.is_scanned or is_rushed
        if self.is_scanned:
            self.refuse_text(self.till.words("notice.scanned_reference"))
            return
        self.take()

    def scan(self, code: str) -> None:
        """Take a scanned gift card or voucher; for anything else a scan is a mistake."""
        if not self.kind.is_stored_value:
            super().scan(code)
            return
        self.foot.clear()
        self.typed = code
        self.take()

    def confirm(self) -> None:
        """Take what a scanner has typed; without that the key means nothing here."""
        if self.is_scanned:
            self.take()
        else:
            self.till.beep()

    def take(self) -> None:
        """Offer the tender with its reference."""
        self.is_scanned = False
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
        self.title_rows.show(
            [
                text_row(words("ask.card" if self.kind.is_stored_value else "ask.reference"), "quiet"),
                text_row(self.kind.name, "strong"),
            ]
        )
        self.show_typed()
