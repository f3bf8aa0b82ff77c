"""Who gets the commission of the sale, or of the line that is meant: chosen by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.intent import ListSalespeople, SetSalesperson
from domain.outcome import SalespeopleListed
from domain.refusal import Refused
from domain.shift import Salesperson
from domain.text import safe_text
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

if TYPE_CHECKING:
    from tui.screens.sale import SaleScreen

NAME_LENGTH = 60
NOBODY = Salesperson("", "")


class SalespersonScreen(ListScreen):
    """Chooses a salesperson."""

    def __init__(self, sale: SaleScreen, line_no: int) -> None:
        super().__init__(sale.till)
        self.sale, self.line_no = sale, line_no
        answer = self.till.act(ListSalespeople())
        found = answer.salespeople if isinstance(answer, SalespeopleListed) else ()
        self.people = (*found, NOBODY)
        self.choices.show_items(self.rows(), self._chosen())

    def _chosen(self) -> int:
        """Return the place of whose it is now."""
        basket = self.till.register.basket
        now = basket.lines[self.line_no - 1].salesperson if self.line_no else basket.terms.salesperson
        return next((place for place, person in enumerate(self.people) if person == (now or NOBODY)), 0)

    def title_words(self) -> tuple[str, str]:
        """Return of what the salesperson is chosen."""
        words = self.till.words
        if not self.line_no:
            return words("salesperson.title"), words("prices.sale")
        name = safe_text(self.till.register.basket.lines[self.line_no - 1].name, 30)
        return words("salesperson.title"), words("prices.of_line", line=self.line_no, name=name)

    def rows(self) -> list[Row]:
        """Return name and code of each, and nobody last."""
        return [self._row(person) for person in self.people]

    def _row(self, person: Salesperson) -> Row:
        """Return one of them."""
        if not person.code:
            return Row(((self.till.words("salesperson.nobody"), "quiet"),))
        return Row(((safe_text(person.name, NAME_LENGTH), "plain"),), ((f"{safe_text(person.code)} ", "quiet"),))

    def choose(self, index: int) -> None:
        """Give the sale or the line to somebody."""
        answer = self.till.act(SetSalesperson(self.people[index].code, self.line_no))
        if isinstance(answer, Refused):
            self.refuse(answer)
            return
        self.leave()
        self.sale.changed()
