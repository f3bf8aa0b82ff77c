"""Signing on: a badge, or the operator's number and the PIN in stars. From here the lane can also be shut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.badge import begins_badge, is_badge
from domain.intent import SignOn, Unlock
from domain.outcome import Answer
from domain.permission import Permission
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import BLANK, LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class SignOnScreen(TypingScreen):
    """Asks who it is until somebody is signed on."""

    LENGTH: ClassVar[int] = 24

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.number = ""
        """The operator's number once it is typed; then the line takes the PIN."""
        self.waits: str | None = None
        """The number that was told to wait last."""
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield the store's name and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield from self.typing_acts()
        yield Act.MENU, Live(lambda: openers.open_menu(self))
        yield Act.LEAVE, Live(lambda: openers.open_leave(self))

    def enter(self) -> None:
        """Take the number, then try it with the PIN."""
        text = self.take_typed().strip()
        if not text:
            self.till.beep()
        elif self.number:
            self._sign_on(SignOn(self.number, text))
        elif is_badge(text):
            self._sign_on(SignOn(badge=text))
        else:
            self.number = text
        self.show()

    def scan(self, code: str) -> None:
        """Take a badge."""
        if not is_badge(code):
            super().scan(code)
            return
        self.foot.clear()
        self.typed = ""
        self._sign_on(SignOn(badge=code))

    def _sign_on(self, intent: SignOn) -> None:
        """Try a badge, or a number and a PIN; a wrong one begins anew with the number."""
        self.number = ""
        self.till.ponder(intent, partial(self._signed_on, intent))
        if self.till.is_pondering:
            self.foot.tell(self.till.words("sign_on.checking"))

    def _signed_on(self, intent: SignOn, answer: Answer) -> None:
        """Go on to the sale, or tell why not."""
        if isinstance(answer, Refused):
            self.waits = intent.operator if answer.reason is Reason.PIN_WAIT else None
            self.refuse(answer)
            return
        self._unlock()
        self.till.tell_status()
        self.till.home()

    def _unlock(self) -> None:
        """Let who had to wait try again, where whoever came instead may say so (by a badge, for which nobody waits)."""
        number, self.waits = self.waits, None
        if number is None or not self.till.register.may(Permission.UNLOCK):
            return
        if isinstance(self.till.act(Unlock(number)), Refused):
            self.till.act(Unlock())  # the number was nobody's: the lane waited

    def back(self) -> None:
        """Begin anew with the number; there is nowhere to go back to."""
        if not self.typed and not self.number:
            self.till.beep()
        self.typed = self.number = ""
        self.show()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "sign_on.pin" if self.number else "sign_on.number"

    def show_typed(self) -> None:
        """Show the number, or as many stars as the PIN or a badge has signs."""
        is_secret = bool(self.number) or begins_badge(self.typed)
        self.line.show_entry(self.till.words(self.label()), self.typed, is_masked=is_secret)

    def show(self) -> None:
        """Show where one signs on, and what is typed."""
        words, register = self.till.words, self.till.register
        waiting = len(register.basket.lines)
        rows = [text_row(register.store_name, "strong"), text_row(words("sign_on.title"), "quiet")]
        rows.append(text_row(words.count("sign_on.waiting", waiting), "accent") if waiting else BLANK)
        self.title_rows.show(rows)
        self.show_typed()
