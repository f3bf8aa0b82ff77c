"""Ringing up by department: the open-price departments by number, at what was typed or is asked then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.form import format_price, parse_price
from domain.intent import RingDepartment
from domain.item import Department
from domain.refusal import Reason, Refused
from tui.screens import openers
from tui.screens.adding import add_line
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

if TYPE_CHECKING:
    from tui.screens.sale import SaleScreen


class DepartmentsScreen(ListScreen):
    """Chooses a department."""

    def __init__(self, sale: SaleScreen, price: str, quantity_micro: int | None) -> None:
        super().__init__(sale.till)
        self.sale = sale
        self.price = price
        self.quantity_micro = quantity_micro
        self.open_price = tuple(d for d in sale.till.register.departments() if d.is_open_price)

    def title_words(self) -> tuple[str, str]:
        """Return the title, and the price that was typed."""
        words = self.till.words
        if not self.open_price:
            return words("departments.title"), words("departments.none")
        if self.price:
            return words("departments.title"), words("departments.at", price=self.price)
        return words("departments.title"), words("departments.how")

    def rows(self) -> list[Row]:
        """Return the departments with their limits."""
        return [self._row(department) for department in self.open_price]

    def _row(self, department: Department) -> Row:
        """Return one department's row."""
        limit = format_price(department.max_price_micro, self.till.forms)
        return Row(((department.name, "plain"),), ((f"{self.till.words('departments.up_to', price=limit)} ", "quiet"),))

    def choose(self, index: int) -> None:
        """Ring the department up, or ask for the price first."""
        department = self.open_price[index]
        code, quantity = department.code, self.quantity_micro
        price = parse_price(self.price, self.till.forms) if self.price else None
        self.leave()
        if self.price and price is None:
            self.sale.refuse(Refused(Reason.BAD_AMOUNT, {"text": self.price}))
        elif price is None:
            make = lambda micro: RingDepartment(code, micro, quantity)  # noqa: E731
            openers.open_ask(self.till, department.name, "price", make)
        else:
            add_line(self.sale, RingDepartment(code, price, quantity))
