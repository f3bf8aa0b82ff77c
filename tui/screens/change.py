"""The change to hand over, large. Any key or scan goes on, and none is lost: it belongs to the next sale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget

from domain.form import format_money
from domain.outcome import SalePosted
from tui.keys import Act
from tui.screens.key_screen import KeyScreen, Live
from tui.widgets.big_number import BigNumber
from tui.widgets.line_widget import LineWidget, Row, text_row
from tui.widgets.paper_roll import PaperRoll

if TYPE_CHECKING:
    from domain.account_outcome import CollectionPosted
    from tui.app import TillApp


class ChangeScreen(KeyScreen):
    """Stands until the next key."""

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.posted: SalePosted | CollectionPosted | None = None
        self.label = LineWidget(id="big-label")
        self.change = BigNumber(id="big")
        self.sums = LineWidget(id="change-sums")
        self.roll = PaperRoll(id="roll") if till.has_roll else None

    def begin(self, posted: SalePosted | CollectionPosted) -> None:
        """Take the sale, or the collection, whose change it is."""
        self.posted = posted

    def body(self) -> Iterator[Widget]:
        """Yield the change, the sums below it, and beside them the roll."""
        parts = (self.label, self.change, self.sums)
        if self.roll is None:
            yield from parts
        else:
            yield Widget(Widget(*parts, id="main"), self.roll, id="columns")

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here: Enter closes, every other key goes on to the sale."""
        yield Act.ENTER, Live(self.leave, "legend.next_sale")

    def press(self, key: str, character: str | None, at: float) -> None:
        """Close on Enter; hand any other key to the sale, which has it as if this screen had not been."""
        if self.till.keys.act_of(key, self.CONTEXT) is Act.ENTER:
            super().press(key, character, at)
            return
        self.leave()
        below = self.till.screen
        if isinstance(below, KeyScreen):
            below.press(key, character, at)

    def scan(self, code: str) -> None:
        """Begin the next sale with a scan."""
        self.leave()
        below = self.till.screen
        if isinstance(below, KeyScreen):
            below.scan(code)

    def show(self) -> None:
        """Show the change, and what it is the change of."""
        posted, forms, words = self.posted, self.till.forms, self.till.words
        if posted is None:
            return
        total = posted.total_minor if isinstance(posted, SalePosted) else posted.amount_minor
        word = "change.change" if posted.change_minor else "change.paid"
        word = "change.refunded" if posted.tendered_minor < 0 else word
        amount = posted.change_minor or total
        self.label.show([text_row(f"{words(word)} {forms.symbol.strip()}", "quiet")])
        self.change.show_number(format_money(abs(amount), forms, symbol=False))
        sums = [
            (words("sale.total"), format_money(total, forms)),
            (words("change.tendered"), format_money(posted.tendered_minor, forms)),
            (words("change.receipt"), posted.folio),
        ]
        self.sums.show([Row(((text, "quiet"),), ((value, "plain"),)) for text, value in sums])
