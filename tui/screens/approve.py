"""An approval in place: a badge, or number and PIN in stars, then the reason by number; and the act is done.

The key that was refused is struck again in the approver's name, with what was typed as it was then. No key of the burst
that led here gives the word: Enter and the reason are done only after a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.badge import begins_badge, is_badge
from domain.intent import Approve
from domain.outcome import Answer
from domain.refusal import Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens.key_screen import Deed, KeyScreen, Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import BLANK, LineWidget, Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class ApproveScreen(TypingScreen):
    """Asks who approves and why, until the word is given or the operator goes back."""

    LENGTH: ClassVar[int] = 24

    def __init__(self, till: TillApp, below: KeyScreen, refused: Refused, deed: Deed) -> None:
        """Take the screen on which an act was refused, the refusal, and what is to be done again."""
        super().__init__(till)
        self.below, self.deed = below, deed
        self.act_hash = str(refused.facts.get("act", ""))
        self.permission = str(refused.facts.get("permission", ""))
        self.reasons = till.register.reasons("approve")
        self.number = self.pin = self.badge = ""
        self.title_rows = LineWidget(classes="title")
        self.reason_rows = LineWidget(id="choices")

    def body(self) -> Iterator[Widget]:
        """Yield what is to be approved, the reasons and the entry line."""
        yield self.title_rows
        yield self.reason_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, is_grave=True)
        yield from self.typing_acts()

    @property
    def is_known(self) -> bool:
        """Whether it is said who approves, and only the reason is missing."""
        return bool(self.badge or self.pin)

    def scan(self, code: str) -> None:
        """Take the approver's badge."""
        if not is_badge(code) or self.is_known:
            super().scan(code)
            return
        self.foot.clear()
        self.typed, self.badge = "", code
        self.show()

    def enter(self) -> None:
        """Take the number or a typed badge, then the PIN; the reason needs no Enter."""
        text = self.take_typed().strip()
        if self.is_known or not text:
            self.till.beep()
        elif self.number:
            self.pin = text
        elif is_badge(text):
            self.badge = text
        else:
            self.number = text
        self.show()

    def type_character(self, character: str) -> bool:
        """Type, or choose the reason by number."""
        if not self.is_known:
            return super().type_character(character)
        index = int(character) - 1 if "1" <= character <= "9" else len(self.reasons)
        if index >= len(self.reasons):
            return False
        if self.till.is_blind:
            self.stop_blind()
        else:
            self.give(self.reasons[index])
        return True

    def give(self, reason: str) -> None:
        """Give the word and do the act again; a wrong PIN begins anew with the number."""
        intent = Approve(self.act_hash, self.number, self.pin, self.badge, reason)
        self.number = self.pin = self.badge = ""
        self.till.ponder(intent, self._given)
        if self.till.is_pondering:
            self.show()
            self.foot.tell(self.till.words("sign_on.checking"))

    def _given(self, answer: Answer) -> None:
        """Do the act, or tell why it is still forbidden."""
        if isinstance(answer, Refused):
            self.refuse(answer)
            self.show()
            return
        self.leave()
        self.deed.restore()
        self.deed.do()
        if self.below.is_top:
            self.below.redraw()

    def back(self) -> None:
        """Go back with everything as it was before the key."""
        self.number = self.pin = self.badge = self.typed = ""
        self.leave()
        self.deed.restore()
        if self.below.is_top:
            self.below.redraw()

    def label(self) -> str:
        """Return the name of the label's word."""
        if self.is_known:
            return "approve.reason"
        return "approve.pin" if self.number else "approve.number"

    def show_typed(self) -> None:
        """Show the number, or stars for a PIN and a badge."""
        is_secret = bool(self.number) or begins_badge(self.typed)
        self.line.show_entry(self.till.words(self.label()), self.typed, is_masked=is_secret)

    def show(self) -> None:
        """Show what is to be approved, and the reasons once it is known who approves."""
        words = self.till.words
        title = text_row(words("approve.title"), "quiet")
        self.title_rows.show([title, text_row(words(f"permission.{self.permission}"), "strong"), BLANK])
        self.reason_rows.show(list(self._reason_rows()) if self.is_known else [])
        self.show_typed()

    def _reason_rows(self) -> Iterator[Row]:
        """Yield the reasons with their numbers."""
        for number, reason in enumerate(self.reasons[:9], 1):
            yield Row(((f"{number:>3}  ", "accent"), (safe_text(reason), "plain")))
