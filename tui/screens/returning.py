"""What comes back of a receipt: its lines by number, how much of each, and for which reason.

A number marks a line with all that is left of it, `*` asks how much, Tab marks everything. Enter asks for the reason;
then the lines are in the basket and the pay screen is open. Esc there goes back to the sale, for an exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from domain.form import format_money, format_quantity, parse_quantity
from domain.intent_return import BeginReturn, ReturnLines
from domain.outcome import ReturnBegun
from domain.past_sale import ReturnableLine
from domain.receipt import instant_text
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.app import TillApp

NAME_WIDTH: Final = 34


class ReturnScreen(ListScreen):
    """Chooses what comes back of a receipt of this lane."""

    TYPED: ClassVar[tuple[str, ...]] = ("digits", "wanted", "quantity")

    def __init__(self, till: TillApp, begun: ReturnBegun) -> None:
        """Take what can come back; where there is but one thing, it is marked."""
        super().__init__(till)
        self.begun = begun
        self.wanted: dict[int, int] = {}
        self.quantity: str | None = None
        """What is typed as a quantity, None where a number means a line."""
        left = [line for line in begun.lines if line.left_micro]
        if len(left) == 1:
            self.wanted = {left[0].line_no: left[0].left_micro}
            self.choices.selected = begun.lines.index(left[0])

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from super().acts()
        yield Act.TIMES, Live(self.ask_quantity, "legend.how_many")
        yield Act.SWITCH, Live(self.mark_all, "legend.everything")
        yield Act.ERASE, Live(self.erase, is_hidden=True)
        yield Act.BACK, Live(self.back)

    def title_words(self) -> tuple[str, str]:
        """Return the receipt, and what is asked."""
        words, begun = self.till.words, self.begun
        at = instant_text(begun.at, self.till.register.style)
        total = format_money(begun.total_minor, self.till.forms)
        how = words("return.how") if self.quantity is None else words("return.quantity", text=self.quantity)
        return words("return.title", folio=begun.folio, at=at, total=total), how

    def rows(self) -> list[Row]:
        """Return the lines that were sold."""
        return [self._row(line) for line in self.begun.lines]

    def _row(self, line: ReturnableLine) -> Row:
        """Return one line: what was sold, what is left of it, what is marked, and what was paid."""
        forms, words = self.till.forms, self.till.words
        left = format_quantity(line.left_micro, line.uom_digits, forms)
        sold = format_quantity(line.sold_micro, line.uom_digits, forms)
        wanted = self.wanted.get(line.line_no, 0)
        mark = words("return.marked", quantity=format_quantity(wanted, line.uom_digits, forms)) if wanted else ""
        ink = "plain" if line.left_micro else "quiet"
        return Row(
            ((f"{fit(line.name, NAME_WIDTH)} ", ink), (words("return.left", left=left, sold=sold), "quiet")),
            ((mark, "strong"), (f"{format_money(line.paid_minor, forms):>12} ", ink)),
        )

    def type_character(self, character: str) -> bool:
        """Mark a line by its number, or take a digit of a quantity."""
        if self.quantity is None:
            return super().type_character(character)
        if character not in "0123456789.," or len(self.quantity) > 8:
            return False
        self.quantity += character
        self.show()
        return True

    def choose(self, index: int) -> None:
        """Mark a line with all that is left of it, or take the mark away."""
        line = self.begun.lines[index]
        if not line.left_micro:
            self.refuse(Refused(Reason.OVER_RETURN, {"name": line.name, "left": "0"}))
            return
        if line.line_no in self.wanted:
            del self.wanted[line.line_no]
        else:
            self.wanted[line.line_no] = line.left_micro
        self.show()

    def ask_quantity(self) -> None:
        """Ask how much of the marked line comes back."""
        self.quantity = ""
        self.show()

    def mark_all(self) -> None:
        """Mark everything that is left."""
        self.wanted = {line.line_no: line.left_micro for line in self.begun.lines if line.left_micro}
        self.show()

    def erase(self) -> None:
        """Take the last digit of a quantity back."""
        if self.quantity is not None:
            self.quantity = self.quantity[:-1]
            self.show()

    def back(self) -> None:
        """Forget a quantity that is half typed; else go back to the sale."""
        if self.quantity is None:
            self.leave()
            return
        self.quantity = None
        self.show()

    def enter(self) -> None:
        """Take a typed quantity, or ask for the reason; with nothing marked, the line under the mark is meant."""
        self.digits = ""
        if self.quantity is not None:
            self._take_quantity(self.quantity)
            return
        if not self.wanted and self.begun.lines:
            self.choose(self.choices.selected)
        if self.wanted:
            self.till.open(ReturnReasonScreen(self.till, self.bring))

    def _take_quantity(self, text: str) -> None:
        """Mark the chosen line with a typed quantity."""
        line = self.begun.lines[self.choices.selected]
        micro = parse_quantity(text, line.uom_digits)
        self.quantity = None
        if micro is None or not 0 < micro <= line.left_micro:
            left = format_quantity(line.left_micro, line.uom_digits, self.till.forms)
            self.refuse(Refused(Reason.OVER_RETURN, {"name": line.name, "left": left}))
        else:
            self.wanted[line.line_no] = micro
        self.show()

    def bring(self, reasons: ReturnReasonScreen, reason: str, is_damaged: bool) -> None:
        """Put what is marked into the basket, and go on to the refund."""
        lines = {str(number): micro for number, micro in self.wanted.items()}
        answer = self.till.act(ReturnLines(self.begun.folio, reason, lines, is_damaged))
        if isinstance(answer, Refused):
            reasons.refuse(answer)
            return
        reasons.leave()
        self.leave()
        self.till.sale.changed()
        openers.open_pay(self.till)


class ReturnReasonScreen(ListScreen):
    """Chooses why something comes back: what is damaged does not go back to the shelf."""

    def __init__(self, till: TillApp, then: Callable[[ReturnReasonScreen, str, bool], None], name: str = "") -> None:
        """Take what is done with the reason, which leaves this screen where it was done, and what comes back."""
        self.name_asked = name
        self.reasons = [(reason, False) for reason in till.register.return_reasons(is_damaged=False)]
        self.reasons += [(reason, True) for reason in till.register.return_reasons(is_damaged=True)]
        self.then = then
        super().__init__(till)

    def title_words(self) -> tuple[str, str]:
        """Return the question."""
        words = self.till.words
        why = words("return.why_of", name=self.name_asked) if self.name_asked else words("return.why")
        return why, words("return.why_how")

    def rows(self) -> list[Row]:
        """Return the store's reasons."""
        damaged = self.till.words("return.damaged")
        return [Row(((reason, "plain"), (f"  {damaged}" if bad else "", "quiet"))) for reason, bad in self.reasons]

    def choose(self, index: int) -> None:
        """Do what was to be done."""
        reason, is_damaged = self.reasons[index]
        self.then(self, reason, is_damaged)


def begin_return(till: TillApp, receipt: str) -> None:
    """Show what can come back of a receipt: its lines, or of another lane's the place for what is scanned."""
    begun = till.act(BeginReturn(receipt))
    if not isinstance(begun, ReturnBegun):
        till.sale.refuse(begun if isinstance(begun, Refused) else Refused(Reason.NO_RECEIPT))
    elif begun.is_unconfirmed:
        from tui.screens.return_item import ReturnItemScreen

        till.open(ReturnItemScreen(till, begun, receipt))
    else:
        till.open(ReturnScreen(till, begun))
