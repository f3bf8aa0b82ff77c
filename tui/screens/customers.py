"""Customers as they are typed: by name, tax id, telephone, card or code. Enter takes the chosen one.

What is taken is the basket's, or pays on the account, as the screen was opened for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.account_intent import SearchCustomers
from domain.account_outcome import CustomersFound
from domain.customer import Customer
from domain.intent import SetCustomer
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens import account_openers
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, Row, fit, text_row
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from tui.app import TillApp

HITS: Final = 20
NAME_WIDTH: Final = 38
CODE_WIDTH: Final = 12


class CustomersScreen(TypingScreen):
    """A line to type into and whom it finds."""

    LENGTH: ClassVar[int] = 40

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.is_collecting = False
        self.customers: tuple[Customer, ...] = ()
        self.title_rows = LineWidget(classes="short-title")
        self.hits = PickList(id="hits", is_numbered=False)

    def begin(self, text: str, *, is_collecting: bool) -> None:
        """Begin with what was typed, to choose whose basket it is or who pays on an account."""
        self.typed = text
        self.is_collecting = is_collecting
        self.find()

    def body(self) -> Iterator[Widget]:
        """Yield what is asked, the entry line and the hits."""
        yield self.title_rows
        yield self.line
        yield self.hits

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.choose_this")
        yield Act.UP, Live(lambda: self.hits.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.hits.move(1), "legend.choose")
        yield Act.PAGE_UP, Live(lambda: self.hits.move(-10), is_hidden=True)
        yield Act.PAGE_DOWN, Live(lambda: self.hits.move(10), is_hidden=True)
        yield Act.PRICE, Live(self.create, "legend.new_customer")
        yield Act.SWITCH, Live(self.read_account, "legend.account")
        yield Act.VOID, Live(self.set_nobody, "legend.nobody", is_shown=self.has_customer)
        yield from self.typing_acts()

    def has_customer(self) -> bool:
        """Say whether the basket is anybody's."""
        return bool(self.till.register.basket.terms.customer) and not self.is_collecting

    def find(self) -> None:
        """Look for what is typed; one letter is too few to mean anybody."""
        self.customers = ()
        if len(self.typed.strip()) > 1:
            answer = self.till.act(SearchCustomers(self.typed, HITS))
            if isinstance(answer, CustomersFound):
                self.customers = answer.customers
        elif own := self.till.register.customer:
            self.customers = (own,)
        self.hits.show_items([self._row(customer) for customer in self.customers])

    def retyped(self) -> None:
        """Look again after each key."""
        self.find()
        self.show_typed()

    def scan(self, code: str) -> None:
        """Take whose card was scanned, if it is one customer's."""
        self.foot.clear()
        self.typed = code[: self.LENGTH]
        self.find()
        self.show_typed()
        if len(self.customers) == 1:
            self.take(self.customers[0])
        else:
            self.refuse(Refused(Reason.NO_SUCH_CUSTOMER, {"customer": code}))

    def chosen(self) -> Customer | None:
        """Return the customer who is marked; refuse where nobody was found."""
        if self.customers:
            return self.customers[self.hits.selected]
        self.refuse_text(self.till.words("search.nothing", text=safe_text(self.typed, 30)))
        return None

    def enter(self) -> None:
        """Take the chosen customer."""
        if customer := self.chosen():
            self.take(customer)

    def take(self, customer: Customer) -> None:
        """Do with a customer what the screen is for."""
        if self.is_collecting:
            account_openers.open_account(self.till, customer.code)
        else:
            self.set_customer(customer.code)

    def set_customer(self, code: str) -> None:
        """Say whose basket it is, and go back to the sale."""
        answer = self.till.act(SetCustomer(code))
        if isinstance(answer, Refused):
            self.refuse(answer)
            return
        self.leave()
        self.till.sale.changed()
        known = self.till.register.customer
        if known is not None and known.note:
            self.till.sale.foot.tell(safe_text(known.note, 76))

    def set_nobody(self) -> None:
        """Take the customer off the basket."""
        if self.has_customer():
            self.set_customer("")
        else:
            self.till.beep()

    def read_account(self) -> None:
        """Show the account of the chosen customer."""
        if customer := self.chosen():
            account_openers.open_account(self.till, customer.code)

    def create(self) -> None:
        """Write a new customer, whose name may be typed already."""
        account_openers.open_customer_form(self.till, None, self.take_typed().strip())

    def label(self) -> str:
        """Return the name of the label's word."""
        return "search.label"

    def show(self) -> None:
        """Show what is asked and what is typed; the hits are shown by `find`."""
        word = "customers.collect" if self.is_collecting else "customers.title"
        self.title_rows.show([text_row(self.till.words(word), "strong")])
        self.find()
        self.show_typed()

    def _row(self, customer: Customer) -> Row:
        """Return one hit: name, tax id, code, and whether there is credit."""
        credit = self.till.words("customers.credit") if customer.has_credit else ""
        name = fit(customer.name, NAME_WIDTH)
        return Row(
            ((f"{name} ", "plain"), (f"{safe_text(customer.tax_id, 14):<14} ", "quiet"), (credit, "accent")),
            ((f"{safe_text(customer.code, CODE_WIDTH)} ", "quiet"),),
        )
