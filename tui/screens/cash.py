"""Cash without a sale, by number: the drawer, paid in and out, pickups, loans.

What needs a reason asks for it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.cash import NEEDS_REASON, NO_SALE, CashKind
from domain.form import format_money, parse_amount
from domain.intent import Loan, NoSale, PaidIn, PaidOut, Pickup
from domain.outcome import CashMoved, DrawerOpened
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.list_screen import ListScreen
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

Make = Callable[[int, str], Loan | Pickup | PaidIn | PaidOut]

MAKERS: Final[Mapping[str, Make]] = {
    CashKind.PAID_IN.value: PaidIn,
    CashKind.PAID_OUT.value: PaidOut,
    CashKind.PICKUP.value: lambda amount, _: Pickup(amount),
    CashKind.LOAN.value: lambda amount, _: Loan(amount),
}
CHOICES: Final = (NO_SALE, *MAKERS)
"""The list, in its order."""
_ASKING: Final = frozenset({NO_SALE, *(kind.value for kind in NEEDS_REASON)})


class CashScreen(ListScreen):
    """Chooses what is to be done with the till."""

    def title_words(self) -> tuple[str, str]:
        """Return the title."""
        return self.till.words("cash.title"), self.till.words("cash.how")

    def rows(self) -> list[Row]:
        """Return what can be done."""
        return [Row(((self.till.words(f"cash.{name}"), "plain"),)) for name in CHOICES]

    def choose(self, index: int) -> None:
        """Leave, and ask for the reason or the amount."""
        self.leave()
        ask_cash(self.till, CHOICES[index])


def ask_cash(till: TillApp, name: str) -> None:
    """Ask for what an act of the till needs: a reason where there is a list of them, else the amount."""
    if till.register.shift is None:
        till.sale.refuse(Refused(Reason.NO_SHIFT))
    elif name in _ASKING:
        till.open(ReasonScreen(till, name))
    else:
        till.open(CashAmountScreen(till, name))


class ReasonScreen(ListScreen):
    """Chooses the reason for opening the drawer, or for what is paid in or out."""

    def __init__(self, till: TillApp, name: str) -> None:
        """Take the act that needs a reason."""
        self.act_name = name
        self.reasons = till.register.reasons(name)
        super().__init__(till)

    def title_words(self) -> tuple[str, str]:
        """Return the act and the question."""
        return self.till.words(f"cash.{self.act_name}"), self.till.words("cash.reason")

    def rows(self) -> list[Row]:
        """Return the store's reasons."""
        return [Row(((safe_text(reason), "plain"),)) for reason in self.reasons]

    def choose(self, index: int) -> None:
        """Open the drawer, or ask for the amount."""
        reason = self.reasons[index]
        self.leave()
        if self.act_name != NO_SALE:
            self.till.open(CashAmountScreen(self.till, self.act_name, reason))
            return
        answer = self.till.act(NoSale(reason))
        if isinstance(answer, Refused):
            self.till.sale.refuse(answer)
        elif isinstance(answer, DrawerOpened):
            self.till.tell_status()
            self.till.sale.foot.tell(self.till.words("notice.drawer_opened", reason=safe_text(answer.reason)))


class CashAmountScreen(TypingScreen):
    """Asks how much moves."""

    CHARACTERS: ClassVar[frozenset[str] | None] = frozenset("0123456789.,")

    def __init__(self, till: TillApp, name: str, reason: str = "") -> None:
        """Take the act and its reason."""
        super().__init__(till)
        self.act_name, self.reason = name, reason
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield what is asked and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, is_grave=True)
        yield from self.typing_acts()

    def enter(self) -> None:
        """Move the amount that is typed."""
        text = self.take_typed()
        amount = parse_amount(text, self.till.forms)
        bad = Refused(Reason.BAD_AMOUNT, {"text": text})
        answer = bad if amount is None else self.till.act(MAKERS[self.act_name](amount, self.reason))
        if not isinstance(answer, CashMoved):
            self.refuse(answer if isinstance(answer, Refused) else bad)
            self.show_typed()
            return
        self.leave()
        self.till.tell_status()
        moved = format_money(answer.move.amount_minor, self.till.forms)
        self.till.sale.foot.tell(
            self.till.words("notice.cash_moved", name=self.till.words(f"cash.{self.act_name}"), amount=moved)
        )

    def label(self) -> str:
        """Return the name of the label's word."""
        return "cash.amount"

    def show(self) -> None:
        """Show what is asked, for what reason, and what is typed."""
        words = self.till.words
        title = words(f"cash.{self.act_name}") + (f": {safe_text(self.reason)}" if self.reason else "")
        self.title_rows.show([text_row(title, "strong"), text_row(words("cash.amount_how"), "quiet")])
        self.show_typed()
