"""Opens the screens of customers and accounts, each imported when it is wanted first (see `tui.screens.openers`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.account_intent import ReadAccount
from domain.refusal import Refused
from tui.screens.key_screen import KeyScreen
from tui.screens.openers import kept

if TYPE_CHECKING:
    from domain.account_outcome import AccountRead
    from domain.customer import Customer
    from tui.app import TillApp


def open_customers(till: TillApp, text: str, *, is_collecting: bool = False) -> None:
    """Open the search for customers with what is typed."""
    from tui.screens.customers import CustomersScreen

    screen = kept(till, CustomersScreen)
    screen.begin(text, is_collecting=is_collecting)
    till.open(screen)


def is_collecting(till: TillApp) -> bool:
    """Say whether the search below was opened for a collection."""
    from tui.screens.customers import CustomersScreen

    return any(isinstance(screen, CustomersScreen) and screen.is_collecting for screen in till.screen_stack)


def open_account(till: TillApp, code: str) -> None:
    """Show a customer's account."""
    from domain.account_outcome import AccountRead
    from tui.screens.account import AccountScreen

    answer = till.act(ReadAccount(code))
    if isinstance(answer, AccountRead):
        screen = kept(till, AccountScreen)
        screen.begin(answer)
        till.open(screen)
    elif isinstance(answer, Refused) and isinstance(till.screen, KeyScreen):
        till.screen.refuse(answer)


def open_collect(till: TillApp, customer: Customer, amount_minor: int, documents: tuple[str, ...]) -> None:
    """Ask how an amount is paid."""
    from tui.screens.collect import CollectScreen

    screen = kept(till, CollectScreen)
    screen.begin(customer, amount_minor, documents)
    till.open(screen)


def open_collections(till: TillApp, account: AccountRead) -> None:
    """Show the collections that could be taken back."""
    from tui.screens.collections import CollectionsScreen

    till.open(CollectionsScreen(till, account))


def open_customer_form(till: TillApp, customer: Customer | None, name: str) -> None:
    """Write a new customer, or correct one."""
    from tui.screens.customer_form import CustomerFormScreen

    screen = kept(till, CustomerFormScreen)
    screen.begin(customer, name)
    till.open(screen)


def open_invoice(till: TillApp) -> None:
    """Ask for what an invoice needs."""
    from tui.screens.invoice import InvoiceScreen

    screen = kept(till, InvoiceScreen)
    screen.begin()
    till.open(screen)


def tell(till: TillApp, text: str) -> None:
    """Say on the screen on top what was done."""
    if isinstance(till.screen, KeyScreen):
        till.screen.foot.tell(text)
