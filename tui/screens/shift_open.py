"""Opening a shift: the float that lies in the till."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.form import format_money, parse_amount
from domain.intent import OpenShift
from domain.outcome import Answer
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class ShiftOpenScreen(TypingScreen):
    """Asks for the float until a shift is open."""

    CHARACTERS: ClassVar[frozenset[str] | None] = frozenset("0123456789.,")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.title_rows = LineWidget(classes="title")
        self.tills = till.register.tills
        self.chosen = 0
        """Which of several tills it is to be."""
        self.left_minor = till.register.next_float(self.name_of_till)
        """What the Z before has left in the till, if it tells."""

    def body(self) -> Iterator[Widget]:
        """Yield what is asked and the entry line."""
        yield self.title_rows
        yield self.line

    @property
    def name_of_till(self) -> str:
        """The name of the till that is meant, empty where the lane has one."""
        return self.tills[self.chosen] if self.tills else ""

    def turn(self) -> None:
        """Take the next till."""
        self.chosen = (self.chosen + 1) % max(1, len(self.tills))
        self.left_minor = self.till.register.next_float(self.name_of_till)
        self.show()

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        if len(self.till.register.tills) > 1:
            yield Act.SWITCH, Live(self.turn, "legend.till_next")
        yield from self.typing_acts()
        yield Act.MENU, Live(lambda: openers.open_menu(self))
        yield Act.LOCK, Live(self.till.lock)
        yield Act.MORE, Live(lambda: openers.open_more(self), is_hidden=True)
        yield Act.READ_Z, Live(lambda: openers.open_z(self))
        yield Act.MANAGER, Live(lambda: openers.open_manager(self.till))
        yield Act.LEAVE, Live(lambda: openers.open_leave(self))

    def enter(self) -> None:
        """Open the shift with what is typed; nothing typed is what the Z before has left, else no float at all."""
        text = self.take_typed()
        amount = parse_amount(text, self.till.forms) if text else self.left_minor
        answer = Refused(Reason.BAD_AMOUNT, {"text": text}) if amount is None else self._open(amount)
        if isinstance(answer, Refused):
            self.refuse(answer)
            self.show_typed()
            return
        self.till.tell_status()
        self.till.home()

    def _open(self, amount: int) -> Answer:
        """Open the shift of the till that is meant."""
        return self.till.act(OpenShift(amount, self.name_of_till))

    def back(self) -> None:
        """Forget what is typed; there is nowhere to go back to."""
        if not self.typed:
            self.till.beep()
        self.typed = ""
        self.show_typed()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "shift_open.float"

    def show(self) -> None:
        """Show what is asked, and what is typed."""
        words = self.till.words
        how = words("shift_open.how")
        if self.left_minor is not None:
            how = words("shift_open.left", amount=format_money(self.left_minor, self.till.forms))
        title = words("shift_open.title")
        if self.tills:
            title = words("shift_open.till", till=safe_text(self.name_of_till, 30))
        rows = [text_row(title, "strong"), text_row(how, "quiet")]
        self.title_rows.show(rows)
        self.show_typed()
