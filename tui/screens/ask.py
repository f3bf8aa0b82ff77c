"""A prompt for one number: a price, the weight of what is sold by weight, a discount."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from textual.widget import Widget

from domain.form import parse_amount, parse_price, parse_quantity
from domain.intent import AddItem, Intent, RingDepartment
from domain.money import MICRO_DIGITS
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.screens import adding
from tui.screens.key_screen import Live
from tui.screens.typing_screen import AMOUNT, TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

Wanted: TypeAlias = Literal["price", "quantity", "percent", "amount", "points"]
Make: TypeAlias = Callable[[int], Intent]


PERCENT_DIGITS = 4
"""Decimals of a percentage, as ERPs have them."""


class AskScreen(TypingScreen):
    """Asks until the register takes the number, or the operator goes back."""

    CHARACTERS: ClassVar[frozenset[str] | None] = AMOUNT

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.sale = till.sale
        self.subject = ""
        self.wanted: Wanted = "price"
        self.make: Make | None = None
        self.title_rows = LineWidget(classes="title")

    def begin(self, subject: str, wanted: Wanted, make: Make) -> None:
        """Take what is asked about, what is wanted of it, and the intent that a number makes."""
        self.typed = ""
        self.subject = subject
        self.wanted = wanted
        self.make = make

    def body(self) -> Iterator[Widget]:
        """Yield the item's name and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield from self.typing_acts()

    def enter(self) -> None:
        """Offer the number to the register."""
        text = self.take_typed()
        micro = self.read(text)
        if micro is None or self.make is None:
            reason = Reason.BAD_QUANTITY if self.wanted == "quantity" else Reason.BAD_AMOUNT
            self.refuse(Refused(reason, {"text": text}))
            self.show_typed()
            return
        intent = self.make(micro)
        answer = self.till.act(intent)
        if isinstance(answer, Refused) and answer.reason not in adding.ASKED:
            self.refuse(answer)
            self.show_typed()
            return
        self.leave()
        if isinstance(answer, Refused) and isinstance(intent, AddItem | RingDepartment):
            adding.ask(self.sale, answer, intent)
        self.sale.changed()

    def read(self, text: str) -> int | None:
        """Return what was typed: millionths of a price or a quantity, ppm of a percentage, minor units of an amount.

        None where it is no such number. Nothing typed is no discount, and takes one back.
        """
        match self.wanted:
            case "price":
                return parse_price(text, self.till.forms)
            case "quantity":
                return parse_quantity(text, MICRO_DIGITS)
            case "amount":
                return parse_amount(text, self.till.forms) if text else 0
            case "points":
                return int(text) if text.isascii() and text.isdigit() else None
            case "percent":
                percent = parse_quantity(text, PERCENT_DIGITS) if text else 0
                return None if percent is None else percent // 100

    def label(self) -> str:
        """Return the name of the label's word."""
        return f"ask.{self.wanted}_label"

    def show(self) -> None:
        """Show what is asked and what is typed."""
        self.title_rows.show(
            [text_row(self.till.words(f"ask.{self.wanted}"), "quiet"), text_row(self.subject, "strong")]
        )
        self.show_typed()
