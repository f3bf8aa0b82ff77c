"""Items that come back without a receipt of this lane: each is scanned or typed, and has its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.form import format_money
from domain.intent_return import ReturnItem
from domain.outcome import ReturnBegun
from domain.refusal import Refused
from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp
    from tui.screens.returning import ReturnReasonScreen

MAX_CODE: Final = 40


class ReturnItemScreen(TypingScreen):
    """Takes codes of what comes back; F12 goes on to the refund."""

    LENGTH: ClassVar[int] = MAX_CODE

    def __init__(self, till: TillApp, begun: ReturnBegun | None = None, receipt: str = "") -> None:
        """Take another lane's receipt and its bar code, or nothing."""
        super().__init__(till)
        self.begun, self.receipt = begun, receipt
        self.code = ""
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield what is asked and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield Act.TENDER, Live(self.refund, is_shown=self.has_lines)
        yield from self.typing_acts()

    def scan(self, code: str) -> None:
        """Take a scanned code."""
        self.ask(code)

    def enter(self) -> None:
        """Take a typed code."""
        code = self.take_typed().strip()
        if code:
            self.ask(code)
        else:
            self.till.beep()

    def ask(self, code: str) -> None:
        """Ask for the reason."""
        from tui.screens.returning import ReturnReasonScreen

        self.code = code
        self.till.open(ReturnReasonScreen(self.till, self.bring))

    def bring(self, reasons: ReturnReasonScreen, reason: str, is_damaged: bool) -> None:
        """Put the item into the basket."""
        answer = self.till.act(ReturnItem(self.code, reason, is_damaged=is_damaged, receipt=self.receipt))
        if isinstance(answer, Refused):
            reasons.refuse(answer)
            return
        reasons.leave()
        self.till.sale.changed()
        self.show()

    def refund(self) -> None:
        """Go on to the refund."""
        self.leave()
        openers.open_pay(self.till)

    def has_lines(self) -> bool:
        """Say whether there is anything to refund."""
        return bool(self.till.register.basket.lines)

    def label(self) -> str:
        """Return the name of the label's word."""
        return "return.code"

    def show(self) -> None:
        """Show whose receipt it is and what lies in the basket."""
        words, forms, begun = self.till.words, self.till.forms, self.begun
        title = words("return.blind")
        if begun is not None:
            left = format_money(begun.left_minor, forms)
            title = words("return.other", folio=begun.folio, left=left)
        total = format_money(self.till.register.basket.balance_minor, forms)
        self.title_rows.show([text_row(title, "strong"), text_row(words("return.blind_how", total=total), "quiet")])
        self.show_typed()
