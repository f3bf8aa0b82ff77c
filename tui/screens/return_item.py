"""Items that come back without a receipt of this lane: each is scanned or typed, and has its reason.

What is typed takes its meaning from the next key, as on the sale screen: `3` `*` is how many of the next code come
back, `45.50` F2 at which price each. Without them it is one, at today's price; what has no price asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.form import format_money, format_price, format_quantity, parse_price, parse_quantity
from domain.intent import PriceCheck
from domain.intent_return import ReturnItem
from domain.money import MICRO, MICRO_DIGITS
from domain.outcome import PriceFound, ReturnBegun
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp
    from tui.screens.returning import ReturnReasonScreen

MAX_CODE: Final = 40
NAME_LENGTH: Final = 40


class ReturnItemScreen(TypingScreen):
    """Takes codes of what comes back; F12 goes on to the refund."""

    LENGTH: ClassVar[int] = MAX_CODE

    def __init__(self, till: TillApp, begun: ReturnBegun | None = None, receipt: str = "") -> None:
        """Take another lane's receipt and its bar code, or nothing."""
        super().__init__(till)
        self.begun, self.receipt = begun, receipt
        self.wanted: tuple[str, str] | None = None
        """Code and name of what came back and has no price: it is typed now."""
        self.quantity_micro: int | None = None
        self.price_micro: int | None = None
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield what is asked and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield Act.TIMES, Live(self.take_quantity, "legend.times")
        yield Act.PRICE, Live(self.take_price, "legend.price_each")
        yield Act.TENDER, Live(self.refund, is_shown=self.has_lines)
        yield from self.typing_acts()

    def scan(self, code: str) -> None:
        """Take a scanned code."""
        if self.wanted is None:
            self.ask(code)
        else:
            self.till.beep()

    def enter(self) -> None:
        """Take a typed code, or the price that an item has not."""
        text = self.take_typed().strip()
        if self.wanted is not None:
            self._price_wanted(*self.wanted, text)
        elif text:
            self.ask(text)
        else:
            self.till.beep()

    def take_quantity(self) -> None:
        """Take what is typed as how many of the next code come back."""
        text = self.take_typed()
        micro = parse_quantity(text, MICRO_DIGITS)
        if self.wanted is not None or micro is None or micro <= 0:
            self.refuse(Refused(Reason.BAD_QUANTITY))
        else:
            self.quantity_micro = micro
        self.show()

    def take_price(self) -> None:
        """Take what is typed as the price of each of the next code; nothing typed is today's again."""
        text = self.take_typed()
        micro = parse_price(text, self.till.forms) if text else None
        if (text and micro is None) or (micro is not None and micro < 0):
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
        else:
            self.price_micro = micro
        self.show()

    def back(self) -> None:
        """Forget what is typed, then what was to come back at a price or how many; then leave."""
        is_asked = self.wanted is not None or self.quantity_micro is not None or self.price_micro is not None
        if self.typed or not is_asked:
            super().back()
            return
        self.forget()
        self.show()

    def forget(self) -> None:
        """Begin with the next code anew."""
        self.wanted = self.quantity_micro = self.price_micro = None

    def ask(self, code: str) -> None:
        """Ask for the price where there is none, then for the reason."""
        found = self.till.act(PriceCheck(code))
        if not isinstance(found, PriceFound):
            self.refuse(found if isinstance(found, Refused) else Refused(Reason.UNKNOWN_CODE, {"code": code}))
        elif found.price_minor is None and self.price_micro is None:
            self.wanted = code, safe_text(found.item.name, NAME_LENGTH)
        else:
            self._ask_why(code, safe_text(found.item.name, NAME_LENGTH))
        self.show()

    def _ask_why(self, code: str, name: str) -> None:
        """Ask for the reason."""
        from tui.screens.returning import ReturnReasonScreen

        def bring(reasons: ReturnReasonScreen, reason: str, is_damaged: bool) -> None:
            wanted = ReturnItem(code, reason, self.quantity_micro, self.price_micro, is_damaged, self.receipt)
            self.bring(reasons, wanted)

        self.till.open(ReturnReasonScreen(self.till, bring, name))

    def bring(self, reasons: ReturnReasonScreen, wanted: ReturnItem) -> None:
        """Put the item into the basket."""
        answer = self.till.act(wanted)
        if isinstance(answer, Refused):
            reasons.refuse(answer)
            return
        reasons.leave()
        self.forget()
        self.till.sale.changed()
        self.show()

    def _price_wanted(self, code: str, name: str, text: str) -> None:
        """Take the price of what has none, and go on to the reason."""
        micro = parse_price(text, self.till.forms)
        if micro is None or micro < 0:
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
            self.show()
            return
        self.wanted, self.price_micro = None, micro
        self._ask_why(code, name)

    def refund(self) -> None:
        """Go on to the refund."""
        self.leave()
        openers.open_pay(self.till)

    def has_lines(self) -> bool:
        """Say whether there is anything to refund."""
        return bool(self.till.register.basket.lines)

    def label(self) -> str:
        """Return the name of the label's word."""
        return "return.code" if self.wanted is None else "ask.price_label"

    def show(self) -> None:
        """Show whose receipt it is and what lies in the basket."""
        words, forms, begun = self.till.words, self.till.forms, self.begun
        title = words("return.blind")
        if begun is not None:
            left = format_money(begun.left_minor, forms)
            title = words("return.other", folio=begun.folio, left=left)
        total = format_money(self.till.register.basket.balance_minor, forms)
        how = text_row(words("return.blind_how", total=total), "quiet")
        self.title_rows.show([text_row(title, "strong"), how, text_row(self._next(), "strong")])
        self.show_typed()

    def _next(self) -> str:
        """Return how many of the next code come back, and at which price."""
        words, forms = self.till.words, self.till.forms
        if self.wanted is not None:
            return words("return.price_of", name=self.wanted[1])
        quantity = format_quantity(MICRO if self.quantity_micro is None else self.quantity_micro, 0, forms)
        if self.price_micro is None:
            return words("return.next_today", quantity=quantity)
        return words("return.next", quantity=quantity, price=format_price(self.price_micro, forms))
