"""Past sales, found as typed: by number, amount, day, the end of a card's reference, or what was sold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.widget import Widget

from domain.form import format_money, parse_amount
from domain.intent_return import FindSales
from domain.outcome import SalesFound
from domain.past_sale import PastSale
from domain.receipt import instant_text
from domain.receipt_code import is_receipt_code
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import Row
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from domain.form import Forms
    from tui.app import TillApp

HITS: Final = 16
Meaning: TypeAlias = tuple[str, int | None, str, str, str]
"""The first fields of `FindSales`."""
_DAY: Final = r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})\Z"
_ISO: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"


class PastSalesScreen(TypingScreen):
    """Chooses a past sale."""

    LENGTH: ClassVar[int] = 40

    def __init__(self, till: TillApp, word: str, then: Callable[[str], None]) -> None:
        """Take the word of what it is for, and what is done with the receipt."""
        super().__init__(till)
        self.word, self.then = word, then
        self.sales: tuple[PastSale, ...] = ()
        self.further: list[tuple[Meaning, int]] = []
        """What was asked of the newest receipts only, and where each goes on."""
        self.hits = PickList(id="hits", is_numbered=False)
        self.find()

    def body(self) -> Iterator[Widget]:
        """Yield the entry line and the sales."""
        yield self.line
        yield self.hits

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.choose_this")
        yield Act.UP, Live(lambda: self.hits.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.hits.move(1), "legend.choose")
        yield Act.PAGE_UP, Live(lambda: self.hits.move(-10), is_hidden=True)
        yield Act.PAGE_DOWN, Live(lambda: self.hits.move(10), is_hidden=True)
        yield Act.SWITCH, Live(self.look_further, "legend.further", is_shown=lambda: bool(self.further))
        yield from self.typing_acts()

    def scan(self, code: str) -> None:
        """Take a receipt by its bar code; any other code is an item that was sold."""
        if is_receipt_code(code):
            self.choose(code)
        else:
            self.typed = code
            self.retyped()

    def retyped(self) -> None:
        """Look again after each key."""
        self.find()
        self.show_typed()

    def find(self) -> None:
        """Look for what is typed."""
        self.further = [(wanted, 0) for wanted in meanings(self.typed.strip(), self.till.forms)]
        self.sales = ()
        self.look_further()

    def look_further(self) -> None:
        """Ask each question of the next some thousand receipts: one key never waits for all of a long ledger."""
        asked, self.further = self.further, []
        found = list(self.sales)
        for wanted, before in asked:
            answer = self.till.act(FindSales(*wanted, before=before, limit=HITS))
            if isinstance(answer, SalesFound):
                found += [sale for sale in answer.sales if sale not in found]
                self.further += [(wanted, answer.before)] if answer.before else []
        number = self.typed.strip()
        exact = [sale for sale in found if str(sale.receipt_number) == number]
        self.sales = (*exact, *(sale for sale in found if sale not in exact))
        self.hits.show_items([self._row(sale) for sale in self.sales])

    def enter(self) -> None:
        """Take what is chosen; a number or a folio is a receipt whether it is in sight or not."""
        text = self.typed.strip()
        if self.sales:
            self.choose(self.sales[self.hits.selected].folio)
        elif text:
            self.choose(text)
        else:
            self.till.beep()

    def choose(self, receipt: str) -> None:
        """Go on with a receipt."""
        self.leave()
        self.then(receipt)

    def label(self) -> str:
        """Return the name of the label's word."""
        return self.word

    def show(self) -> None:
        """Show what is typed; the sales are shown by `find`."""
        self.show_typed()

    def _row(self, sale: PastSale) -> Row:
        """Return one sale: folio, time, how many lines, what came back, total."""
        words, forms = self.till.words, self.till.forms
        at = instant_text(sale.at, self.till.register.style)
        back = words("past.back", amount=format_money(sale.returned_minor, forms)) if sale.returned_minor else ""
        word = "past.return" if sale.is_return else ""
        about = f"{sale.folio:<16} {at}  {words.count('sale.lines', sale.line_count)}  "
        return Row(
            ((about, "plain"), (f"{words(word)}  " if word else "", "quiet"), (back, "quiet")),
            ((f"{format_money(sale.total_minor, forms)} ", "strong"),),
        )


def meanings(text: str, forms: Forms) -> list[Meaning]:
    """Return what a typed text may mean: the first fields of `FindSales`, each a question of its own."""
    if not text:
        return [("", None, "", "", "")]
    if day := re.match(_DAY, text):
        return [(f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}", None, "", "", "")]
    if re.match(_ISO, text):
        return [(text, None, "", "", "")]
    amount = parse_amount(text, forms)
    found: list[Meaning] = []
    if amount is not None and amount > 0:
        found.append(("", amount, "", "", ""))
    if text.isascii() and text.isdigit() and len(text) == 4:
        found.append(("", None, "", "", text))
    if len(text) > 2 and (amount is None or len(text) > 6):
        found += [("", None, text, "", ""), ("", None, "", text, "")]
    return found
