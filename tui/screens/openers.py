"""Where keys lead: each opener imports its screen when it is first needed, so the first paint waits for none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from tui.screens.key_screen import KeyScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.account_outcome import CollectionPosted
    from domain.intent import AddItem, Scan
    from domain.outcome import SalePosted
    from domain.refusal import Refused
    from domain.tender import TenderKind
    from tui.app import TillApp
    from tui.screens.ask import Make, Wanted
    from tui.screens.key_screen import Deed
    from tui.screens.reference import Paying
    from tui.screens.sale import SaleScreen

S = TypeVar("S", bound=KeyScreen)


def kept(till: TillApp, kind: type[S]) -> S:
    """Return the one screen of a kind, made at first need and used again: what each sale opens must leave nothing."""
    name = kind.__name__
    if not till.is_screen_installed(name):
        till.install_screen(kind(till), name)
    screen = cast("S", till.get_screen(name))
    screen.foot.clear()
    return screen


def open_missing(till: TillApp) -> None:
    """Ask for what is missing before anything can be sold: an operator, then a shift."""
    if till.register.operator is None:
        from tui.screens.sign_on import SignOnScreen

        till.open(SignOnScreen(till))
    elif till.register.shift is None:
        from tui.screens.shift_open import ShiftOpenScreen

        till.open(ShiftOpenScreen(till))


def open_pay(till: TillApp) -> None:
    """Open the pay screen."""
    from tui.screens.pay import PayScreen

    pay = kept(till, PayScreen)
    pay.begin()
    till.open(pay)


def open_change(till: TillApp, posted: SalePosted | CollectionPosted) -> None:
    """Open the change screen."""
    from tui.screens.change import ChangeScreen

    change = kept(till, ChangeScreen)
    change.begin(posted)
    till.open(change)


def open_search(sale: SaleScreen, text: str, quantity_micro: int | None) -> None:
    """Open the search with what is typed."""
    from tui.screens.search import SearchScreen

    search = kept(sale.till, SearchScreen)
    search.begin(text, quantity_micro)
    sale.till.open(search)


def open_price_check(till: TillApp, code: str) -> None:
    """Open the price check, with an answer already where a code is typed."""
    from tui.screens.price_check import PriceCheckScreen

    screen = kept(till, PriceCheckScreen)
    screen.begin()
    till.open(screen)
    if code:
        screen.check(code)  # now, not when it is drawn: what is typed behind it must come behind it


def open_ask(till: TillApp, subject: str, wanted: Wanted, make: Make) -> None:
    """Ask for the price or the quantity that an item needs."""
    from tui.screens.ask import AskScreen

    ask = kept(till, AskScreen)
    ask.begin(subject, wanted, make)
    till.open(ask)


def open_trace(till: TillApp, refused: Refused, intent: Scan | AddItem) -> None:
    """Ask for the lot, the serial or the expiry date that an item needs."""
    from tui.screens.trace import TraceScreen

    trace = kept(till, TraceScreen)
    trace.begin(refused, intent)
    till.open(trace)


def open_age(till: TillApp, refused: Refused, intent: Scan | AddItem) -> None:
    """Ask for the age that an item asks for."""
    from tui.screens.age import AgeScreen

    age = kept(till, AgeScreen)
    age.begin(refused, intent)
    till.open(age)


def open_prices(sale: SaleScreen) -> None:
    """Open the list of what can be done with the price of the line that is meant."""
    from tui.screens.prices import PricesScreen

    prices = kept(sale.till, PricesScreen)
    prices.begin(sale.meant())
    sale.till.open(prices)


def open_price_reason(till: TillApp, subject: str, then: Callable[[str], None]) -> None:
    """Ask why a price is changed by hand."""
    from tui.screens.price_reason import PriceReasonScreen

    till.open(PriceReasonScreen(till, subject, then))


def open_customers(sale: SaleScreen, *, is_collecting: bool = False) -> None:
    """Open the search for customers, with what is typed."""
    from tui.screens import account_openers

    account_openers.open_customers(sale.till, sale.take_text(), is_collecting=is_collecting)


def open_invoice(till: TillApp) -> None:
    """Ask for what the invoice of the sale needs."""
    from tui.screens import account_openers

    account_openers.open_invoice(till)


def open_coupon(till: TillApp) -> None:
    """Ask for a coupon."""
    from tui.screens.coupon import CouponScreen

    coupon = kept(till, CouponScreen)
    coupon.begin()
    till.open(coupon)


def open_approve(below: KeyScreen, refused: Refused, deed: Deed) -> None:
    """Ask for somebody's word for what was refused on a screen."""
    from tui.screens.approve import ApproveScreen

    below.till.open(ApproveScreen(below.till, below, refused, deed))


def open_taxes(till: TillApp) -> None:
    """Show the taxes of the open sale."""
    from tui.screens.taxes import TaxesScreen

    till.open(kept(till, TaxesScreen))


def open_reference(pay: Paying, kind: TenderKind, amount_minor: int | None) -> None:
    """Ask for the reference that a kind of tender needs."""
    from tui.screens.reference import ReferenceScreen

    reference = kept(pay.till, ReferenceScreen)
    reference.begin(pay, kind, amount_minor)
    pay.till.open(reference)


def open_departments(sale: SaleScreen, price: str, quantity_micro: int | None) -> None:
    """Open the list of open-price departments."""
    from tui.screens.departments import DepartmentsScreen

    sale.till.open(DepartmentsScreen(sale, price, quantity_micro))


def open_resume(sale: SaleScreen) -> None:
    """Open the list of suspended baskets."""
    from tui.screens.resume import ResumeScreen

    sale.till.open(ResumeScreen(sale))


def open_menu(below: KeyScreen) -> None:
    """Open the menu of what the screen below can do."""
    from tui.screens.menu import MenuScreen

    below.till.open(MenuScreen(below))


def open_more(below: KeyScreen) -> None:
    """Open the list of what has no key and no number in the menu."""
    from tui.screens.more import MoreScreen

    below.till.open(MoreScreen(below))


def open_salesperson(sale: SaleScreen, line_no: int) -> None:
    """Ask whose the sale is, or one line of it."""
    from tui.screens.salesperson import SalespersonScreen

    sale.till.open(SalespersonScreen(sale, line_no))


def open_help(below: KeyScreen) -> None:
    """Open the help about the screen below."""
    from tui.screens.help import HelpScreen

    below.till.open(HelpScreen(below))


def open_void_basket(below: KeyScreen) -> None:
    """Ask whether the whole basket is to be given up."""
    from tui.screens.confirm import ask_void_basket

    ask_void_basket(below)


def open_leave(below: KeyScreen) -> None:
    """Ask whether the lane is to be shut, if whoever asks may do so."""
    from tui.screens.confirm import ask_leave

    ask_leave(below)


def open_manager(till: TillApp) -> None:
    """Open the list of what managers do."""
    from tui.screens.manager import ManagerScreen

    till.open(ManagerScreen(till))


def open_x(below: KeyScreen) -> None:
    """Read an X and show it."""
    from tui.screens.report import read_x

    read_x(below)


def open_z(below: KeyScreen) -> None:
    """Show the newest Z again."""
    from tui.screens.report import read_z

    read_z(below)


def open_cash(till: TillApp) -> None:
    """Open the list of what can be done with the till without a sale."""
    from tui.screens.cash import CashScreen

    till.open(CashScreen(till))


def open_no_sale(till: TillApp) -> None:
    """Ask for the reason to open the drawer."""
    from domain.cash import NO_SALE
    from tui.screens.cash import ask_cash

    ask_cash(till, NO_SALE)


def open_count(below: KeyScreen) -> None:
    """Open the blind count that closes the shift."""
    from tui.screens.count import open_blind_count

    open_blind_count(below)


def open_return(till: TillApp, receipt: str) -> None:
    """Show what can come back of a receipt."""
    from tui.screens.returning import begin_return

    begin_return(till, receipt)


def open_past_sales(till: TillApp) -> None:
    """Look for the sale of which something comes back."""
    from tui.screens.past_sales import PastSalesScreen

    till.open(PastSalesScreen(till, "past.return_label", lambda receipt: open_return(till, receipt)))


def open_return_item(till: TillApp) -> None:
    """Take things back without a receipt."""
    from tui.screens.return_item import ReturnItemScreen

    till.open(ReturnItemScreen(till))


def open_amend(till: TillApp) -> None:
    """Open the list of what can be put right of a posted sale."""
    from tui.screens.amending import AmendScreen

    till.open(AmendScreen(till))
