"""Where money is taken: what is due, large; the kinds of tender beside the sums; an amount that is typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.form import parse_amount
from domain.refusal import Reason, Refused
from domain.tender import TenderKind
from tui.keys import KINDS, PAY, Act, Context
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.wedge import Rush, begins_like_a_code, is_scan, rush
from tui.widgets.big_number import BigNumber
from tui.widgets.line_widget import LineWidget

if TYPE_CHECKING:
    from tui.app import TillApp


class TenderScreen(TypingScreen):
    """Keeps how quickly the keys come: a scanner's Enter pays nothing."""

    CONTEXT: ClassVar[Context] = PAY
    CHARACTERS: ClassVar[frozenset[str] | None] = frozenset("0123456789.,")

    def __init__(self, till: TillApp, kinds: Sequence[TenderKind]) -> None:
        """Take the kinds of tender; those that have no key are left out."""
        self.kinds = tuple(kinds)[: len(KINDS)]
        super().__init__(till)
        self.rush = Rush()
        self.due_label = LineWidget(id="big-label")
        self.due = BigNumber(id="big")
        self.kind_rows = LineWidget(id="kinds")
        self.sums = LineWidget(id="sums")

    @property
    def default(self) -> TenderKind:
        """The kind of Enter."""
        return self.kinds[0]

    def body(self) -> Iterator[Widget]:
        """Yield what is due, the kinds of tender beside the sums, and what is typed."""
        yield self.due_label
        yield self.due
        yield Widget(self.kind_rows, self.sums, id="pay-columns")
        yield self.line

    def kind_acts(self) -> Iterator[tuple[Act, Live]]:
        """Return Enter and the key of each kind."""
        yield Act.ENTER, Live(self.enter, "legend.pay_default", is_grave=True)
        for act, kind in zip(KINDS, self.kinds, strict=False):
            yield act, Live(partial(self.take, kind), is_grave=True, is_hidden=True)

    def press(self, key: str, character: str | None, at: float) -> None:
        """Do what a key means here, and keep how quickly the keys come."""
        self.rush = rush(self.rush, at)
        super().press(key, character, at)

    def label(self) -> str:
        """Return the name of the label's word."""
        return "pay.amount"

    def enter(self) -> None:
        """Take what is typed in the default kind, unless a scanner has typed it."""
        if is_scan(self.rush, self.typed):
            self.take_typed()
            self.refuse(Refused(Reason.SCAN_NOT_HERE))
            self.show()
        else:
            self.take(self.default)

    def take(self, kind: TenderKind) -> None:
        """Take what is typed, or exactly what is due, in a kind of tender."""
        raise NotImplementedError

    def amount_of(self, text: str) -> int | None:
        """Return a typed amount in minor units; None if it is none."""
        return None if begins_like_a_code(text) else parse_amount(text, self.till.forms)
