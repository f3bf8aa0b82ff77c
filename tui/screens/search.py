"""Search as you type: items by words of their name, by department or code; Enter sells the chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.form import format_price
from domain.intent import AddItem, Search
from domain.item import Item
from domain.outcome import ItemsFound
from domain.text import safe_text
from tui.keys import Act
from tui.screens.adding import add_line
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import Row, fit
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from tui.app import TillApp

HITS: Final = 20
NAME_WIDTH: Final = 46


class SearchScreen(TypingScreen):
    """A line to type into and what it finds."""

    LENGTH: ClassVar[int] = 40

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.sale = till.sale
        self.quantity_micro: int | None = None
        self.items: tuple[Item, ...] = ()
        self.hits = PickList(id="hits", is_numbered=False)

    def begin(self, text: str, quantity_micro: int | None) -> None:
        """Begin with what was typed on the sale screen, and how much is to be sold."""
        self.typed = text
        self.quantity_micro = quantity_micro
        self.find()

    def body(self) -> Iterator[Widget]:
        """Yield the entry line and the hits."""
        yield self.line
        yield self.hits

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.sell, "legend.sell")
        yield Act.UP, Live(lambda: self.hits.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.hits.move(1), "legend.choose")
        yield Act.PAGE_UP, Live(lambda: self.hits.move(-10), is_hidden=True)
        yield Act.PAGE_DOWN, Live(lambda: self.hits.move(10), is_hidden=True)
        yield from self.typing_acts()

    def find(self) -> None:
        """Look for what is typed; one letter is too few to mean anything."""
        self.items = ()
        if len(self.typed.strip()) > 1:
            answer = self.till.act(Search(self.typed, HITS))
            if isinstance(answer, ItemsFound):
                self.items = answer.items
        self.hits.show_items([self._row(item) for item in self.items])

    def retyped(self) -> None:
        """Look again after each key."""
        self.find()
        self.show_typed()

    def sell(self) -> None:
        """Sell the chosen item and go back."""
        if not self.items:
            self.refuse_text(self.till.words("search.nothing", text=safe_text(self.typed, 30)))
            return
        item = self.items[self.hits.selected]
        self.leave()
        add_line(self.sale, AddItem(item.sku, self.quantity_micro))

    def label(self) -> str:
        """Return the name of the label's word."""
        return "search.label"

    def show(self) -> None:
        """Show what is typed; the hits are shown by `find`."""
        self.show_typed()

    def _row(self, item: Item) -> Row:
        """Return one hit: name, SKU, price."""
        price = item.unit_price_micro
        text = self.till.words("price.asked") if price is None else format_price(price, self.till.forms)
        return Row(((f"{fit(item.name, NAME_WIDTH)} ", "plain"), (item.sku[:14], "quiet")), ((f"{text} ", "strong"),))
