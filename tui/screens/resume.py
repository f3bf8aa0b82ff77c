"""The suspended baskets, to take one up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.form import format_money, format_time
from domain.instant import read_stamp
from domain.intent import ListSuspended, Resume
from domain.outcome import SuspendedBasket, SuspendedListed
from domain.refusal import Refused
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row, fit

if TYPE_CHECKING:
    from tui.screens.sale import SaleScreen

NAME_WIDTH = 36


class ResumeScreen(ListScreen):
    """Chooses a suspended basket."""

    def __init__(self, sale: SaleScreen) -> None:
        super().__init__(sale.till)
        self.sale = sale
        answer = self.till.act(ListSuspended())
        self.baskets = answer.baskets if isinstance(answer, SuspendedListed) else ()

    def title_words(self) -> tuple[str, str]:
        """Return the title, or that there is none."""
        words = self.till.words
        return words("resume.title"), words("resume.how" if self.baskets else "resume.none")

    def rows(self) -> list[Row]:
        """Return name, time, operator, lines and total of each basket."""
        return [self._row(basket) for basket in self.baskets]

    def _row(self, basket: SuspendedBasket) -> Row:
        """Return one basket's row."""
        forms, words = self.till.forms, self.till.words
        at = read_stamp(basket.suspended_at)
        time = format_time(at, self.till.register.style.zone, forms)
        when = "" if basket.name.startswith(time) else f"{time}  "
        about = f"{when}{basket.operator}  {words.count('sale.lines', basket.line_count)}"
        return Row(
            ((f"{fit(basket.name, NAME_WIDTH)}  ", "plain"), (about, "quiet")),
            ((f"{format_money(basket.total_minor, forms)} ", "strong"),),
        )

    def choose(self, index: int) -> None:
        """Take a basket up again."""
        basket = self.baskets[index]
        answer = self.till.act(Resume(basket.basket_id))
        if isinstance(answer, Refused):
            self.refuse(answer)
            return
        self.leave()
        self.till.tell_status()
        self.sale.changed()
