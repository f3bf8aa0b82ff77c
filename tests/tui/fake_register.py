"""A small register in memory, over the real domain: quick enough for a thousand bursts, and it writes all down.

It refuses what the real one refuses, in the same words, as far as the screens can meet it (tests/tui also run on the
real register). `done` holds every intent it was asked, `slow` makes the next one take that many seconds of `clock`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from config.country import load_country
from domain import intent as intents
from domain import outcome as outcomes
from domain.account_intent import SearchCustomers
from domain.account_outcome import CustomersFound
from domain.basket import Basket, Change, Draft, PriceOrigin, QuantityOrigin, add_line, change_quantity, void_line
from domain.cash import CashKind, CashMove
from domain.customer import Customer
from domain.form import DEFAULT_FORMS, Forms
from domain.intent import Intent
from domain.invoice import InvoiceRules
from domain.item import PIECE, Department, Item, UoM
from domain.money import MICRO
from domain.outcome import Answer, SharedEntry, StatusTold, SuspendedBasket
from domain.permission import Permission
from domain.promotion_basket import Hint
from domain.receipt import Style
from domain.refusal import Reason, Refused
from domain.shift import Operator, Role, Shift
from domain.tax import TaxBook, TaxClass, TaxRate
from domain.tender import Tender, TenderKind, make_tender
from register.desk import Desk
from register.job import Job

BOOK: Final = TaxBook({"general": TaxClass("general", "IVA", (TaxRate("iva16", "IVA 16 %", 160_000),))})
KINDS: Final = (
    TenderKind("cash", "Efectivo", is_cash=True, gives_change=True, opens_drawer=True),
    TenderKind("voucher", "Vales"),
    TenderKind("card", "Tarjeta", needs_reference=True),
)
ANA: Final = Operator("1", "Ana", Role.SUPERVISOR)
PIN: Final = "1234"
AT: Final = "2026-11-24T18:05:09.123Z"
DENOMINATIONS: Final = (50_000, 10_000, 1_000, 50)
KILO: Final = UoM("kg", 3)
MAX_QUANTITY: Final = 10_000


def make_item(number: int, sku: str, name: str, price: int | None, uom: UoM = PIECE) -> Item:
    """Return an item; one sold by the kilogram is weighed."""
    return Item(number, sku, name, "01", "general", price, uom, is_weighed=uom is KILO)


ITEMS: Final = (
    make_item(1, "111", "Café Ñandú", 45_500_000),
    make_item(2, "222", "Agua 600 ml", 10_000_000),
    make_item(3, "333", "Pan dulce", 12_000_000),
    make_item(4, "20", "Clavos del 20", 1_000_000),
    make_item(5, "700", "Tarjeta de felicitación", None),
    make_item(6, "800", "Salmón", 329_000_000, KILO),
)
DEPARTMENTS: Final = (Department("01", "Abarrotes", "general"), Department("09", "Varios", "general", True))


class FakeRegister:
    """A lane without a ledger."""

    def __init__(self, items: tuple[Item, ...] = ITEMS, *, is_ready: bool = True) -> None:
        """Take what is sold; ready means signed on, with a shift open."""
        self.items = {item.sku: item for item in items}
        self.basket = Basket("")
        self.operator: Operator | None = ANA if is_ready else None
        self.shift: Shift | None = Shift(1, AT, "1", "2026-11-24", 50_000) if is_ready else None
        self.customer: Customer | None = None
        self.invoice_rules = InvoiceRules()
        self.forms: Forms = DEFAULT_FORMS
        self.lane, self.store_name = "1", "Tienda Ñandú"
        self.tender_kinds: tuple[TenderKind, ...] = KINDS
        self.next_refund: tuple[str, int | None] | None = None
        self.denominations = DENOMINATIONS
        self.max_quantity, self.lock_minutes = MAX_QUANTITY, 0
        self.style = Style(
            load_country("mx").receipt_texts("es"),
            self.forms,
            ZoneInfo("America/Mexico_City"),
            {kind.code: kind for kind in KINDS},
        )
        self.zone = self.style.zone
        self.suspended: dict[str, Basket] = {}
        self.done: list[Intent] = []
        self.sales: list[outcomes.SalePosted] = []
        self.printer = "ready"
        self.waiting, self.is_online, self.print_unknown = 0, True, 0
        self.news = False
        self.hints: tuple[Hint, ...] = ()
        self.on_act: Callable[[], None] = lambda: None
        self._baskets = 0

    def return_reasons(self, *, is_damaged: bool) -> tuple[str, ...]:
        return ("Defectuoso",) if is_damaged else ("Cambió de opinión", "Otro")

    def reasons(self, act: str) -> tuple[str, ...]:
        """Return two reasons."""
        return (f"{act} uno", f"{act} dos")

    @property
    def tills(self) -> tuple[str, ...]:
        return ()

    def next_float(self, till: str = "") -> int | None:
        """Return what the last Z has left."""
        return None

    def may(self, permission: Permission) -> bool:
        """Say that everything is allowed."""
        return True

    @property
    def shares_baskets(self) -> bool:
        return False

    def start_list_shared(self) -> Job[tuple[SharedEntry, ...]]:
        raise NotImplementedError

    def start_take_shared(self, share_id: str) -> Job[str]:
        raise NotImplementedError

    def ponder(self, intent: Intent) -> Callable[[], None] | None:
        """Have nothing to work out: PINs cost nothing here."""
        return None

    def get_ready_to_close(self) -> None:
        """Need nothing."""

    def open_desk(self) -> Desk:
        """Have nothing to read: tests of the desk run on the real register."""
        raise LookupError("a lane without a ledger")

    @property
    def cash_due_minor(self) -> int:
        """What is to pay in cash: nothing is rounded here."""
        return self.basket.balance_minor

    def departments(self) -> tuple[Department, ...]:
        """Return the departments."""
        return DEPARTMENTS

    def perform(self, intent: Intent) -> Answer:
        """Do what is asked, and write it down."""
        if not isinstance(intent, intents.Status):
            self.done.append(intent)
        self.on_act()
        method: Callable[[Any], Answer] = getattr(self, f"_{intent.__struct_config__.tag}")
        return method(intent)

    def poll(self) -> StatusTold | None:
        """Return the status once after `news` was set."""
        self.news, was_news = False, self.news
        return self._status(intents.Status()) if was_news else None

    def _search_customers(self, _: SearchCustomers) -> Answer:
        return CustomersFound(())

    # people and shifts

    def _sign_on(self, intent: intents.SignOn) -> Answer:
        if (intent.operator, intent.pin) != (ANA.operator, PIN):
            return Refused(Reason.WRONG_PIN)
        self.operator = ANA
        return outcomes.SignedOn(ANA)

    def _sign_off(self, _: intents.SignOff) -> Answer:
        self.operator = None
        return outcomes.SignedOff()

    def _open_shift(self, intent: intents.OpenShift) -> Answer:
        self.shift = Shift(1, AT, "1", "2026-11-24", intent.float_minor)
        return outcomes.ShiftOpened(self.shift)

    # selling

    def _scan(self, intent: intents.Scan) -> Answer:
        return self._sell(intent.code, intent.quantity_micro, None)

    def _add_item(self, intent: intents.AddItem) -> Answer:
        return self._sell(intent.sku, intent.quantity_micro, intent.unit_price_micro)

    def _sell(self, code: str, quantity: int | None, price: int | None) -> Answer:
        item = self.items.get(code)
        if item is None:
            return Refused(Reason.UNKNOWN_CODE, {"code": code})
        facts: Mapping[str, str | int] = {"sku": item.sku, "name": item.name}
        price = item.unit_price_micro if price is None else price
        if price is None:
            return Refused(Reason.NEEDS_PRICE, dict(facts))
        if item.is_weighed and quantity is None:
            return Refused(Reason.NEEDS_QUANTITY, dict(facts))
        return self._add(item, code, MICRO if quantity is None else quantity, price)

    def _ring_department(self, intent: intents.RingDepartment) -> Answer:
        item = make_item(0, f"dept-{intent.department}", "Varios", None)
        return self._add(item, intent.department, intent.quantity_micro or MICRO, intent.unit_price_micro)

    def _add(self, item: Item, code: str, quantity: int, price: int) -> Answer:
        if self.basket.tenders:
            return Refused(Reason.TENDER_STARTED)
        if refused := self._bad_quantity(item.name, item.uom.code, item.uom.digits, quantity):
            return refused
        if not self.basket.basket_id:
            self._baskets += 1
            self.basket = Basket(f"b{self._baskets}", AT)
        origin = PriceOrigin.CATALOG if item.unit_price_micro is not None else PriceOrigin.OPEN
        return self._take(add_line(BOOK, self.basket, Draft(item, code, quantity, price, origin)))

    def _bad_quantity(self, name: str, uom: str, digits: int, quantity: int) -> Refused | None:
        if quantity <= 0:
            return Refused(Reason.BAD_QUANTITY if not quantity else Reason.NEGATIVE_QUANTITY)
        if quantity > MAX_QUANTITY * MICRO:
            return Refused(Reason.TOO_MANY, {"max": MAX_QUANTITY})
        if quantity % 10 ** (6 - digits):
            return Refused(Reason.WRONG_UNIT, {"name": name, "uom": uom, "digits": digits})
        return None

    def _take(self, change: Change | Refused) -> Answer:
        if isinstance(change, Refused):
            return change
        self.basket = change.basket
        return self._changed(change)

    def _changed(self, change: Change | None = None) -> outcomes.BasketChanged:
        basket = self.basket
        lines = change.lines if change else ()
        return outcomes.BasketChanged(lines, basket.total_minor, basket.balance_minor, len(basket.lines))

    def _change_quantity(self, intent: intents.ChangeQuantity) -> Answer:
        if not self.basket.lines:
            return Refused(Reason.BASKET_EMPTY)
        line = self.basket.lines[intent.line_no - 1]
        if refused := self._bad_quantity(line.name, line.uom, line.uom_digits, intent.quantity_micro):
            return refused
        origin = QuantityOrigin.COUNTED
        return self._take(change_quantity(BOOK, self.basket, intent.line_no, intent.quantity_micro, origin))

    def _void_line(self, intent: intents.VoidLine) -> Answer:
        if self.basket.tenders:
            return Refused(Reason.TENDER_STARTED)
        return self._take(void_line(BOOK, self.basket, intent.line_no, "1", AT))

    def _void_basket(self, _: intents.VoidBasket) -> Answer:
        if not self.basket.lines:
            return Refused(Reason.BASKET_EMPTY)
        old, self.basket = self.basket, Basket("")
        return outcomes.BasketVoided(old.basket_id)

    def _suspend(self, intent: intents.Suspend) -> Answer:
        if not self.basket.lines:
            return Refused(Reason.BASKET_EMPTY)
        old, self.basket = msgspec.structs.replace(self.basket, name=intent.name), Basket("")
        self.suspended[old.basket_id] = old
        return outcomes.BasketSuspended(old.basket_id, intent.name)

    def _resume(self, intent: intents.Resume) -> Answer:
        if self.basket.lines:
            return Refused(Reason.BASKET_OPEN)
        if intent.basket_id not in self.suspended:
            return Refused(Reason.NO_SUCH_BASKET)
        self.basket = msgspec.structs.replace(self.suspended.pop(intent.basket_id), is_resumed=True, touched=0)
        return outcomes.BasketResumed(self.basket)

    def _list_suspended(self, _: intents.ListSuspended) -> Answer:
        return outcomes.SuspendedListed(
            tuple(
                SuspendedBasket(b.basket_id, b.name, "1", AT, len(b.lines), b.total_minor)
                for b in self.suspended.values()
            )
        )

    def _price_check(self, intent: intents.PriceCheck) -> Answer:
        item = self.items.get(intent.code)
        if item is None:
            return Refused(Reason.UNKNOWN_CODE, {"code": intent.code})
        price = None if item.unit_price_micro is None else item.unit_price_micro // 10_000
        return outcomes.PriceFound(item, MICRO, price)

    def _search(self, intent: intents.Search) -> Answer:
        text = intent.text.casefold()
        hits = [item for item in self.items.values() if text in item.name.casefold() or text in item.sku]
        return outcomes.ItemsFound(tuple(hits[: intent.limit]))

    # tender, reports

    def _add_tender(self, intent: intents.AddTender) -> Answer:
        basket = self.basket
        if not basket.lines:
            return Refused(Reason.BASKET_EMPTY)
        if basket.is_resumed and not intent.confirmed and not basket.tenders:
            return Refused(Reason.RESUMED_NEEDS_YES, {"name": basket.name})
        kind = next(kind for kind in KINDS if kind.code == intent.kind)
        tender: Tender | Refused = make_tender(kind, basket.balance_minor, intent.amount_minor, intent.reference)
        if basket.balance_minor == 0:
            return self._post(basket)
        if isinstance(tender, Refused):
            return tender
        self.basket = msgspec.structs.replace(basket, tenders=(*basket.tenders, tender))
        if self.basket.balance_minor:
            return outcomes.TenderAdded(tender, self.basket.balance_minor)
        return self._post(self.basket)

    def _post(self, basket: Basket) -> Answer:
        number = len(self.sales) + 1
        tendered = sum(t.amount_minor for t in basket.tenders)
        change = sum(t.change_minor for t in basket.tenders)
        posted = outcomes.SalePosted(
            number, f"1-{number:06d}", basket.basket_id, basket.total_minor, tendered, change, len(basket.lines)
        )
        self.sales.append(posted)
        self.basket = Basket("")
        return posted

    def _take_back_tenders(self, _: intents.TakeBackTenders) -> Answer:
        if not self.basket.tenders:
            return Refused(Reason.NO_TENDER)
        self.basket = msgspec.structs.replace(self.basket, tenders=())
        return self._changed()

    def _print_copy(self, _: intents.PrintCopy) -> Answer:
        return outcomes.CopyPrinted(len(self.sales), 1) if self.sales else Refused(Reason.NO_RECEIPT)

    def _read_x(self, _: intents.ReadX) -> Answer:
        return Refused(Reason.NO_SHIFT)

    def _consult(self, intent: intents.Consult) -> Answer:
        return outcomes.Consulted(intent.what)

    def _read_z(self, _: intents.ReadZ) -> Answer:
        return Refused(Reason.NO_Z)

    def _close_shift(self, intent: intents.CloseShift) -> Answer:
        if self.suspended and not intent.carry_over:
            return Refused(Reason.SUSPENDED_BASKETS, {"count": len(self.suspended)})
        return Refused(Reason.COUNT_AGAIN)

    def _move(self, kind: CashKind, amount_minor: int, reason: str = "") -> Answer:
        return outcomes.CashMoved(CashMove(kind, 1, amount_minor, reason))

    def _loan(self, intent: intents.Loan) -> Answer:
        return self._move(CashKind.LOAN, intent.amount_minor)

    def _pickup(self, intent: intents.Pickup) -> Answer:
        return self._move(CashKind.PICKUP, intent.amount_minor)

    def _paid_in(self, intent: intents.PaidIn) -> Answer:
        return self._move(CashKind.PAID_IN, intent.amount_minor, intent.reason)

    def _paid_out(self, intent: intents.PaidOut) -> Answer:
        return self._move(CashKind.PAID_OUT, intent.amount_minor, intent.reason)

    def _no_sale(self, intent: intents.NoSale) -> Answer:
        return outcomes.DrawerOpened(intent.reason)

    def _print_z(self, _: intents.PrintZ) -> Answer:
        return Refused(Reason.NO_Z)

    def _status(self, _: intents.Status) -> StatusTold:
        return StatusTold(
            lane="1",
            operator=self.operator,
            shift=self.shift,
            line_count=len(self.basket.lines),
            total_minor=self.basket.total_minor,
            balance_minor=self.basket.balance_minor,
            suspended=len(self.suspended),
            outbox_waiting=self.waiting,
            outbox_rejected=0,
            oldest_waiting_at="",
            print_waiting=0,
            printer=self.printer,
            is_online=self.is_online,
            print_unknown=self.print_unknown,
        )


def at_noon() -> datetime:
    """Return the time of day of the tests."""
    return datetime(2026, 11, 24, 18, 5, tzinfo=UTC)
