"""A coupon's code, scanned or typed; Enter of nothing goes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.intent import AddCoupon
from domain.refusal import Refused
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class CouponScreen(TypingScreen):
    """Asks for a coupon until it is taken, or the operator goes back."""

    LENGTH: ClassVar[int] = 48

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.title_rows = LineWidget(classes="title")

    def begin(self) -> None:
        """Begin with nothing typed."""
        self.typed = ""

    def body(self) -> Iterator[Widget]:
        """Yield what is asked and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield from self.typing_acts()

    def scan(self, code: str) -> None:
        """Take a scanned coupon."""
        self.foot.clear()
        self.take(code)

    def enter(self) -> None:
        """Take what is typed."""
        text = self.take_typed().strip()
        if text:
            self.take(text)
        else:
            self.leave()

    def take(self, code: str) -> None:
        """Offer a coupon to the register."""
        answer = self.till.act(AddCoupon(code))
        if isinstance(answer, Refused):
            self.refuse(answer)
            self.show_typed()
            return
        self.leave()
        self.till.sale.changed()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "coupon.label"

    def show(self) -> None:
        """Show what is asked and what is typed."""
        words = self.till.words
        self.title_rows.show([text_row(words("coupon.title"), "quiet"), text_row(words("coupon.how"), "plain")])
        self.show_typed()
