"""Past sales, found as typed: by number, amount, day, the end of a card's reference, or what was sold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final

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
ROUNDS: Final = 5
"""Questions asked of the ledger for one key: each looks at some thousand receipts."""
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
        found: list[PastSale] = []
        for wanted in meanings(self.typed.strip(), self.till.forms):
            before = 0
            for _ in range(ROUNDS):
                answer = self.till.act(FindSales(*wanted, before=before, limit=HITS))
                if not isinstance(answer, SalesFound):
                    break
                found += [sale for sale in answer.sales if sale not in found]
                before = answer.before
                if not before or len(found) >= HITS:
                    break
        number = self.typed.strip()
        exact = [sale for sale in found if str(sale.receipt_number) == number]
        self.sales = (*exact, *(sale for sale in found if sale not in exact))[:HITS]
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


def meanings(text: str, forms: Forms) -> list[tuple[str, int | None, str, str, str]]:
    """Return what a typed text may mean: the first fields of `FindSales`, each a question of its own."""
    if not text:
        return [("", None, "", "", "")]
    if day := re.match(_DAY, text):
        return [(f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}", None, "", "", "")]
    if re.match(_ISO, text):
        return [(text, None, "", "", "")]
    amount = parse_amount(text, forms)
    found: list[tuple[str, int | None, str, str, str]] = []
    if amount is not None and amount > 0:
        found.append(("", amount, "", "", ""))
    if text.isascii() and text.isdigit() and len(text) == 4:
        found.append(("", None, "", "", text))
    if len(text) > 2 and (amount is None or len(text) > 6):
        found += [("", None, text, "", ""), ("", None, "", text, "")]
    return found
