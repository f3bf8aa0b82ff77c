"""The sale: the basket, the total, what is typed. Everything else is one key away and comes back here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.badge import is_badge
from domain.basket import Basket
from domain.entry import CodeTyped, EmptyEnter, Entry, EntryKey, QuantityAlone, take_quantity
from domain.entry import press as press_entry
from domain.form import format_money, format_quantity
from domain.intent import ChangeQuantity, PrintCopy, Scan, SignOn, Suspend, VoidLine
from domain.outcome import BasketSuspended, CopyPrinted, SignedOn
from domain.receipt_code import is_receipt_code
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens import openers
from tui.screens.adding import add_line
from tui.screens.key_screen import KeyScreen, Live
from tui.screens.marking import meant_line, step_line
from tui.screens.sale_rows import count_spans, info_lines
from tui.widgets.basket_view import BasketView
from tui.widgets.entry_line import entry_spans
from tui.widgets.paper_roll import PaperRoll
from tui.widgets.sale_total import SaleTotal

if TYPE_CHECKING:
    from tui.app import TillApp

NAME_LENGTH = 40
ENTRY_ROOM = 18


class SaleScreen(KeyScreen):
    """Where the lane rests."""

    TYPED: ClassVar[tuple[str, ...]] = ("entry", "chosen")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.entry = Entry()
        self.chosen = 0
        """The line chosen by arrows, or 0: then the one last touched is meant."""
        words = till.words
        self.view = BasketView(words, id="basket")
        self.total = SaleTotal(id="total")
        self.roll = PaperRoll(id="roll") if till.has_roll else None

    def body(self) -> Iterator[Widget]:
        """Yield the basket, below it what is typed and the total, and beside them the roll."""
        if self.roll is None:
            yield self.view
            yield self.total
        else:
            yield Widget(Widget(self.view, self.total, id="main"), self.roll, id="columns")

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do during a sale."""
        has_lines, is_clear, is_between = self.has_lines, self.is_clear, self.is_between
        yield Act.HELP, Live(lambda: openers.open_help(self))
        yield Act.PRICE, Live(self.ring_price)
        yield Act.SEARCH, Live(self.search)
        yield Act.CUSTOMER, Live(lambda: openers.open_customers(self))
        yield Act.PRICE_CHECK, Live(self.check_price)
        yield Act.SUSPEND, Live(self.suspend, is_shown=has_lines)
        yield Act.RESUME, Live(lambda: openers.open_resume(self))
        yield Act.MENU, Live(lambda: openers.open_menu(self))
        yield Act.PRICES, Live(lambda: openers.open_prices(self), is_shown=has_lines)
        yield Act.TENDER, Live(self.tender, is_grave=True, is_shown=is_clear)
        yield Act.TIMES, Live(self.times)
        yield Act.VOID, Live(self.void_line, is_grave=True, is_shown=has_lines)
        yield Act.LOCK, Live(self.sign_off, is_hidden=True)
        yield Act.COPY, Live(self.print_copy, is_shown=is_between, is_floating=True)
        yield Act.UP, Live(lambda: self.move(-1), "legend.choose", is_shown=is_clear, is_floating=True)
        yield Act.DOWN, Live(lambda: self.move(1), "legend.choose", is_shown=is_clear, is_floating=True)
        yield Act.BACK, Live(self.back, "legend.clear", is_shown=self.has_typed, is_floating=True)
        yield Act.PAGE_UP, Live(lambda: self.move(-10), is_hidden=True)
        yield Act.PAGE_DOWN, Live(lambda: self.move(10), is_hidden=True)
        yield Act.ENTER, Live(self.enter, is_hidden=True)
        yield Act.ERASE, Live(lambda: self.feed(EntryKey.BACKSPACE), is_hidden=True)
        yield Act.READ_X, Live(lambda: openers.open_x(self))
        yield Act.MORE, Live(lambda: openers.open_more(self), is_hidden=True)
        yield Act.CLOSE_SHIFT, Live(lambda: openers.open_count(self))
        yield Act.CASH, Live(lambda: openers.open_cash(self.till), is_hidden=True)
        yield Act.NO_SALE, Live(lambda: openers.open_no_sale(self.till), is_hidden=True)
        yield Act.VOID_BASKET, Live(lambda: openers.open_void_basket(self))
        yield Act.MANAGER, Live(lambda: openers.open_manager(self.till))
        yield Act.LEAVE, Live(lambda: openers.open_leave(self))
        yield from self.more_acts()

    def more_acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what is behind `Act.MORE`."""
        yield Act.SALESPERSON, Live(lambda: openers.open_salesperson(self, 0))
        yield Act.LINE_SALESPERSON, Live(self.give_line)
        yield Act.READ_Z, Live(lambda: openers.open_z(self))
        yield Act.RETURNS, Live(lambda: openers.open_past_sales(self.till), is_hidden=True)
        yield Act.RETURN_ITEM, Live(lambda: openers.open_return_item(self.till))
        yield Act.AMEND, Live(lambda: openers.open_amend(self.till))
        yield Act.COLLECT, Live(lambda: openers.open_customers(self, is_collecting=True), is_hidden=True)
        yield Act.INVOICE, Live(lambda: openers.open_invoice(self.till), is_hidden=True)

    # what is typed

    def type_character(self, character: str) -> bool:
        """Add a character to what is typed."""
        self.feed(character)
        return True

    def feed(self, key: EntryKey | str) -> None:
        """Give a key to the entry machine and do what comes of it."""
        before, register = self.has_typed(), self.till.register
        self.entry, effect = press_entry(self.entry, key, register.max_quantity)
        if before is not self.has_typed():
            self.call_next(self.show_legend)  # once for a code that arrives in one go, not once for each end of it
        match effect:
            case None:
                self.show_entry()
            case CodeTyped(code, _) if is_badge(code):
                self.change_operator(code)
            case CodeTyped(code, _) if is_receipt_code(code):
                openers.open_return(self.till, code)
            case CodeTyped(code, quantity):
                add_line(self, Scan(code, quantity, "typed"))
            case QuantityAlone(quantity):
                self.change_quantity(quantity)
            case EmptyEnter():
                self.till.beep()
            case Refused():
                self.show_entry()
                self.refuse(effect)

    def enter(self) -> None:
        """Finish what is typed."""
        self.feed(EntryKey.ENTER)

    def times(self) -> None:
        """Make what is typed the quantity of what comes next."""
        self.feed(EntryKey.TIMES)

    def back(self) -> None:
        """Forget what is typed, then what is chosen; never anything that was sold."""
        if not self.has_typed() and not self.chosen:
            self.till.beep()
            return
        if not self.has_typed():
            self.chosen = 0
        self.entry = Entry()
        self.show()

    def take_text(self) -> str:
        """Take what is typed for another screen."""
        text, self.entry = self.entry.buffer, Entry("", self.entry.quantity_micro)
        return text

    def take_quantity(self) -> int | None:
        """Take the quantity typed for the next item."""
        self.entry, quantity = take_quantity(self.entry)
        return quantity

    # what is sold

    def scan(self, code: str) -> None:
        """Sell a scanned code; what is being typed stays as it is."""
        self.foot.clear()
        if is_badge(code):
            self.change_operator(code)
        elif is_receipt_code(code):
            openers.open_return(self.till, code)
        else:
            add_line(self, Scan(code, self.take_quantity(), "scanner"))

    def change_operator(self, badge: str) -> None:
        """Sign on whose badge was scanned, in place of whoever is there; the basket stays."""
        answer = self.till.act(SignOn(badge=badge))
        match answer:
            case Refused():
                self.refuse(answer)
            case SignedOn():
                self.till.tell_status()
                self.foot.tell(self.till.words("notice.signed_on", name=safe_text(answer.operator.name, NAME_LENGTH)))
        self.show()

    def changed(self) -> None:
        """Show the basket after it changed; the line last touched is the one meant again."""
        self.chosen = 0
        self.show()
        if self.is_top:
            self.show_legend()

    def change_quantity(self, quantity_micro: int) -> None:
        """Give the line that is meant another quantity."""
        answer = self.till.act(ChangeQuantity(self.meant(), quantity_micro))
        if isinstance(answer, Refused):
            self.refuse(answer)
        self.changed()

    def void_line(self) -> None:
        """Take the line that is meant back."""
        number = self.meant()
        answer = self.till.act(VoidLine(number)) if number else Refused(Reason.BASKET_EMPTY)
        if isinstance(answer, Refused):
            self.refuse(answer)
        self.changed()

    def move(self, step: int) -> None:
        """Choose the next line up or down that can still be changed."""
        number = step_line(self.basket, self.meant(), step)
        if number == self.chosen or not number:
            self.till.beep()
            return
        self.chosen = number
        self.show()

    def meant(self) -> int:
        """Return the number of the line that Del and a lone quantity mean, or 0."""
        return meant_line(self.basket, self.chosen)

    # where the keys lead

    def tender(self) -> None:
        """Go to the pay screen; not with something half typed, which would be taken for money there."""
        if self.entry.buffer:
            self.refuse_text(self.till.words("notice.half_typed", text=self.entry.buffer[:16]))
        elif not self.has_lines():
            self.refuse(Refused(Reason.BASKET_EMPTY))
        else:
            self.entry = Entry()
            openers.open_pay(self.till)

    def ring_price(self) -> None:
        """Sell by department, at what is typed or will be asked."""
        openers.open_departments(self, self.take_text(), self.take_quantity())

    def search(self) -> None:
        """Look for an item by what is typed."""
        openers.open_search(self, self.take_text(), self.take_quantity())

    def check_price(self) -> None:
        """Tell a price without selling."""
        openers.open_price_check(self.till, self.take_text())

    def give_line(self) -> None:
        """Ask whose the line is that is meant."""
        if number := self.meant():
            openers.open_salesperson(self, number)
        else:
            self.refuse(Refused(Reason.BASKET_EMPTY))

    def suspend(self) -> None:
        """Put the basket aside under what is typed, or under the time and its first item."""
        name = self.take_text() or self.automatic_name()
        answer = self.till.act(Suspend(name))
        match answer:
            case Refused():
                self.refuse(answer)
            case BasketSuspended():
                self.entry = Entry()
                self.till.tell_status()
                self.foot.tell(self.till.words("notice.suspended", name=answer.name))
        self.changed()

    def automatic_name(self) -> str:
        """Return a name under which a customer's basket is found again."""
        lines = self.basket.lines
        return f"{self.till.clock_text()} {lines[0].name if lines else ''}"[:NAME_LENGTH]

    def sign_off(self) -> None:
        """Sign off."""
        self.entry, self.chosen = Entry(), 0
        self.till.lock()

    def print_copy(self) -> None:
        """Print the last receipt again, marked as a copy."""
        answer = self.till.act(PrintCopy())
        match answer:
            case Refused():
                self.refuse(answer)
            case CopyPrinted():
                self.till.tell_status()
                facts = {"copy": answer.copy, "receipt": answer.receipt_number}
                self.foot.tell(self.till.words("notice.copy", **facts))

    # what is shown

    @property
    def basket(self) -> Basket:
        """The open basket."""
        return self.till.register.basket

    def is_between(self) -> bool:
        """Say whether nothing is being sold."""
        return not self.has_lines()

    def has_lines(self) -> bool:
        """Say whether there is anything to pay, void or suspend."""
        return bool(self.basket.lines)

    def has_typed(self) -> bool:
        """Say whether anything is half typed."""
        return self.entry != Entry()

    def is_clear(self) -> bool:
        """Say whether the basket can be paid: there is something in it, and nothing half typed."""
        return self.has_lines() and not self.entry.buffer

    def show(self) -> None:
        """Show basket, total and what is typed."""
        basket, forms, words = self.basket, self.till.forms, self.till.words
        self.view.show_basket(basket, forms, self.meant(), is_moved=bool(self.chosen))
        label = f" {words('sale.total')} {forms.symbol.strip()} "
        total = format_money(basket.due_minor, forms, symbol=False)
        self.total.show_sums(count_spans(basket, words, self.till.register.customer), ((label, "quiet"),), total)
        self.total.show_info(list(info_lines(basket, self.meant(), words, forms, self.till.register.hints)))
        self.show_entry()

    def show_entry(self) -> None:
        """Show what is typed."""
        micro = self.entry.quantity_micro
        quantity = "" if micro is None else format_quantity(micro, 0, self.till.forms)
        room = ENTRY_ROOM - len(quantity)
        self.total.show_entry(entry_spans(self.till.words("sale.code"), self.entry.buffer, quantity, room))
