"""The blind count that closes the shift: pieces by denomination, or the total. What is expected is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec
from textual.widget import Widget

from domain.form import format_money, parse_amount
from domain.intent import CloseShift
from domain.outcome import ShiftClosed
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import KeyScreen, Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, Row, text_row
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from tui.app import TillApp

MAX_PIECES: Final = 6


class CountScreen(TypingScreen):
    """Counts the till without knowing what should be in it."""

    CHARACTERS: ClassVar[frozenset[str] | None] = frozenset("0123456789.,")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.denominations = till.register.denominations
        self.pieces: dict[int, int] = {}
        self.is_total = not self.denominations
        """Whether the total is typed instead of the pieces."""
        self.unconfirmed: CloseShift | None = None
        """A close that waits for the operator's word about suspended baskets."""
        self.counted_close: CloseShift | None = None
        """A close that waits for what is left in the till."""
        self.is_second = False
        self.title_rows = LineWidget(classes="title")
        self.rows = PickList(id="pieces", is_numbered=False)

    def on_mount(self) -> None:
        """Show the count, and bring in meanwhile what a Z needs."""
        super().on_mount()
        self.till.register.get_ready_to_close()

    def body(self) -> Iterator[Widget]:
        """Yield what is to be counted and the entry line."""
        yield self.title_rows
        yield self.rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.count_next", is_grave=True)
        yield Act.SWITCH, Live(self.switch, "legend.count_switch")
        yield Act.UP, Live(lambda: self.step(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.step(1), "legend.choose")
        yield from self.typing_acts()
        yield Act.TENDER, Live(self.confirm, "legend.carry_over", True, lambda: self.unconfirmed is not None)

    def retyped(self) -> None:
        """Show what is typed; a close that waited for a word waits no longer."""
        self.unconfirmed = None
        super().retyped()

    def switch(self) -> None:
        """Count by total instead of by piece, or the other way round."""
        self.counted_close = None
        self.is_total = not self.is_total or not self.denominations
        self.typed, self.unconfirmed = "", None
        self.show()

    def step(self, step: int) -> None:
        """Go to another denomination."""
        self.typed = ""
        self.rows.move(step)
        self.show()

    def enter(self) -> None:
        """Take a number of pieces and go on; behind the last, or a total, ask for the next float and close."""
        if self.counted_close is not None:
            self._take_float(self.counted_close)
        elif self.is_total or set(self.typed) & set(".,"):
            self._take_total()
        elif self.rows.selected < len(self.denominations):
            self._take_pieces(self.denominations[self.rows.selected])
        else:
            pieces = {str(value): count for value, count in self.pieces.items() if count}
            self._ask_float(CloseShift(self.counted(), pieces))

    def _take_total(self) -> None:
        """Take a typed total: no number of pieces has a decimal point."""
        text = self.take_typed()
        amount = parse_amount(text, self.till.forms)
        if amount is None:
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
            self.show()
        else:
            self._ask_float(CloseShift(amount))

    def _ask_float(self, intent: CloseShift) -> None:
        """Ask what of the count stays in the till, before anybody says whether it is right."""
        self.counted_close = intent
        self.show()

    def usual_float(self, intent: CloseShift) -> int:
        """Return what stays where nothing is typed: the float that this shift began with, if there is so much."""
        shift = self.till.register.shift
        return min(intent.counted_minor, shift.float_minor if shift else 0)

    def _take_float(self, intent: CloseShift) -> None:
        """Close the shift with what stays in the till."""
        text = self.take_typed()
        left = parse_amount(text, self.till.forms) if text else self.usual_float(intent)
        if left is None or left > intent.counted_minor:
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
            self.show()
        else:
            self.close(msgspec.structs.replace(intent, next_float_minor=left))

    def back(self) -> None:
        """Forget what is typed; then go back to the count; then leave."""
        if self.typed or self.counted_close is None:
            super().back()
            return
        self.counted_close = self.unconfirmed = None
        self.show()

    def _take_pieces(self, value: int) -> None:
        """Take how many of a denomination there are."""
        text = self.take_typed()
        if text and not (text.isdigit() and len(text) <= MAX_PIECES):
            self.refuse(Refused(Reason.BAD_QUANTITY, {"text": text}))
        else:
            self.pieces[value] = int(text) if text else self.pieces.get(value, 0)
            self.rows.move(1)
        self.show()

    def counted(self) -> int:
        """Return what the pieces come to."""
        return sum(value * count for value, count in self.pieces.items())

    def close(self, intent: CloseShift) -> None:
        """Close the shift, count again, or ask about suspended baskets."""
        self.unconfirmed = None
        answer = self.till.act(intent)
        match answer:
            case ShiftClosed():
                self.leave()
                self.till.tell_status()
                openers.open_z(self.till.sale)
                return
            case Refused(reason=Reason.COUNT_AGAIN):
                self.is_second, self.pieces, self.counted_close = True, {}, None
                self.rows.select(0)
                self.refuse(answer)
            case Refused(reason=Reason.SUSPENDED_BASKETS):
                self.unconfirmed = msgspec.structs.replace(intent, carry_over=True)
                self.refuse(answer)
            case Refused():
                self.refuse(answer)
            case _:
                pass
        self.show()

    def confirm(self) -> None:
        """Leave the suspended baskets to the next shift and close; without a question the key means nothing."""
        if self.unconfirmed is None:
            self.till.beep()
            return
        self.close(self.unconfirmed)

    def label(self) -> str:
        """Return the name of the label's word."""
        if self.counted_close is not None:
            return "count.next_float"
        if self.is_total:
            return "count.total"
        return "count.pieces" if self.rows.selected < len(self.denominations) else "count.done_label"

    def show(self) -> None:
        """Show what is counted so far."""
        words = self.till.words
        title = words("count.again" if self.is_second else "count.title")
        self.title_rows.show([text_row(title, "strong"), text_row(self._how(), "quiet")])
        self.rows.show_items([] if self.is_total or self.counted_close else list(self._rows()), self.rows.selected)
        self.show_typed()

    def _how(self) -> str:
        """Return what to do now."""
        if self.counted_close is None:
            return self.till.words("count.how")
        usual = format_money(self.usual_float(self.counted_close), self.till.forms)
        return self.till.words("count.next_float_how", amount=usual)

    def _rows(self) -> Iterator[Row]:
        """Yield the denominations with what was counted of each, and the end of the list."""
        forms, words = self.till.forms, self.till.words
        for value in self.denominations:
            count = self.pieces.get(value)
            many = "" if count is None else f"× {count}"
            worth = "" if count is None else format_money(value * count, forms)
            yield Row(
                ((f"{format_money(value, forms):>12}  ", "plain"), (f"{many:<10}", "strong")), ((f"{worth} ", "quiet"),)
            )
        total = format_money(self.counted(), forms)
        yield Row(((f"{words('count.done'):<24}", "accent"),), ((f"{total} ", "strong"),))


def open_blind_count(below: KeyScreen) -> None:
    """Open the count, unless it would be in vain."""
    register = below.till.register
    if register.shift is None:
        below.refuse(Refused(Reason.NO_SHIFT))
    elif register.basket.lines:
        below.refuse(Refused(Reason.BASKET_OPEN))
    else:
        below.till.open(CountScreen(below.till))
