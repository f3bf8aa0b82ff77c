"""Price check: what a scanned or typed code costs, large, and nothing is sold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.form import format_money, format_quantity
from domain.intent import PriceCheck
from domain.money import MICRO
from domain.outcome import OnHand, PriceFound
from domain.refusal import Refused
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.big_number import BigNumber
from tui.widgets.line_widget import BLANK, LineWidget, Row, text_row
from tui.words import age_text

if TYPE_CHECKING:
    from tui.app import TillApp


class PriceCheckScreen(TypingScreen):
    """Answers one code after the other until Esc."""

    LENGTH: ClassVar[int] = 48

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.found: PriceFound | None = None
        self.title_rows = LineWidget(classes="title")
        self.big_label = LineWidget(id="big-label")
        self.price = BigNumber(id="big")

    def begin(self) -> None:
        """Begin with nothing typed and nothing found."""
        self.typed = ""
        self.found = None

    def body(self) -> Iterator[Widget]:
        """Yield the item, its price and the entry line."""
        yield self.title_rows
        yield self.big_label
        yield self.price
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.check")
        yield from self.typing_acts()

    def enter(self) -> None:
        """Check what is typed; nothing typed goes back."""
        text = self.take_typed()
        if text:
            self.check(text)
        else:
            self.leave()

    def scan(self, code: str) -> None:
        """Check a scanned code."""
        self.foot.clear()
        self.check(code)

    def check(self, code: str) -> None:
        """Ask for a price and show it."""
        answer = self.till.act(PriceCheck(code))
        self.found = answer if isinstance(answer, PriceFound) else None
        if isinstance(answer, Refused):
            self.refuse(answer)
        self.show()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "sale.code"

    def show(self) -> None:
        """Show what was found."""
        words, forms = self.till.words, self.till.forms
        self.title_rows.show([text_row(words("price_check.title"), "quiet"), self._item_row(), self._stock_row()])
        price = self.found.price_minor if self.found else None
        self.price.show_number("" if price is None else format_money(price, forms, symbol=False))
        self.big_label.show([self._price_row()])
        self.show_typed()

    def _item_row(self) -> Row:
        """Return the item's name and SKU."""
        if self.found is None:
            return text_row(self.till.words("price_check.how"), "plain")
        return Row(((f"{self.found.item.name}  ", "strong"), (self.found.item.sku, "quiet")))

    def _price_row(self) -> Row:
        """Return how much of it the price is for."""
        words, found = self.till.words, self.found
        if found is None:
            return BLANK
        if found.price_minor is None:
            return text_row(words("price.asked"), "accent")
        symbol = self.till.forms.symbol.strip()
        uom = found.item.uom
        if found.quantity_micro == MICRO and not uom.digits:
            return text_row(f"{words('basket.price')} {symbol}", "quiet")
        many = format_quantity(found.quantity_micro, uom.digits, self.till.forms)
        return text_row(f"{words('price.per', quantity=f'{many} {uom.code}')} {symbol}", "quiet")

    def _stock_row(self) -> Row:
        """Return what is on hand in the item's unit, with its age; nothing where the ERP has told nothing."""
        if self.found is None or not isinstance(self.found.on_hand, OnHand):
            return BLANK
        words, on_hand, uom = self.till.words, self.found.on_hand, self.found.item.uom

        def many(quantity_micro: int) -> str:
            return format_quantity(quantity_micro, uom.digits, self.till.forms)

        left, age = f"{many(on_hand.left_micro)} {uom.code}", age_text(words, on_hand.age_minutes)
        if not on_hand.sold_micro:
            return text_row(words("price_check.on_hand", left=left, age=age), "plain")
        facts = {"left": left, "told": many(on_hand.told_micro), "age": age}
        word = "price_check.on_hand_sold" if on_hand.sold_micro > 0 else "price_check.on_hand_returned"
        return text_row(words(word, sold=many(abs(on_hand.sold_micro)), **facts), "plain")
