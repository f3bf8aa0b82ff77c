"""The register: what a lane can do, without a screen. One method per thing an operator means.

Every method answers an `Outcome` or a `Refused`, in some milliseconds, and raises nothing: what a screen, a pipe
or a test may ask is all here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from config.boot import beat
from config.country import Country, country_of
from config.settings import Settings
from domain import intent as intents
from domain import outcome as outcomes
from domain.basket import Basket
from domain.form import Forms
from domain.intent import Intent
from domain.intent_base import IntentBase
from domain.item import Department
from domain.outcome import Answer
from domain.permission import Permission
from domain.promotion_basket import Hint
from domain.refusal import Refused
from domain.shift import Operator, Shift
from domain.tender import TenderKind
from domain.trace import Trace
from register import approving, finding, people, selling, standing
from register.account_acts import AccountActs
from register.approving import with_permissions
from register.clock_guard import ClockGuard, Elapsed
from register.goods_acts import GoodsActs
from register.keeping import act, answering
from register.lane import BeatClock, Clock, Lane, NewId, coin_rounding, make_lane, settle
from register.later import Later
from register.past import PastActs
from storage import catalog, ledger
from storage.connection import LedgerDatabase
from storage.errors import NotSaved
from storage.software import note_software

if TYPE_CHECKING:
    from domain.receipt import Style
    from register import discounting, papers, suspending, tendering
    from register.desk import Desk
    from register.papers import ComposeJob
else:
    discounting, papers, suspending, tendering = (
        Later(f"register.{name}") for name in ("discounting", "papers", "suspending", "tendering")
    )

_EMPTY: Final = Basket("")


@with_permissions
class Register(GoodsActs, AccountActs, PastActs):
    """What one lane can do."""

    def __init__(self, lane: Lane) -> None:
        """Take a lane that is open (see `open_register`)."""
        self._lane = lane
        self._news = standing.News(lane)
        self._guard: ClockGuard | None = None
        self._software: Callable[[], str] | None = None

    def attach_printer(self, wake: Callable[[], None], state: Callable[[], str]) -> None:
        """Say whom to wake when a paper is queued, and who knows how the printer is."""
        self._lane.wake_printer, self._lane.printer_state = wake, state

    def drawer_finder(self) -> Callable[[LedgerDatabase], int]:
        """Return what tells on which drawer the till at hand opens; it may run in any thread."""
        return papers.drawer_finder(self._lane)

    def receipt_composer(self) -> ComposeJob:
        """Return what makes the receipts that the printer's queue names."""
        return papers.receipt_composer(self._lane)

    # what is so

    @property
    def lane_at_work(self) -> Lane:
        """The lane's state, for the register's own modules."""
        return self._lane

    @property
    def basket(self) -> Basket:
        """The open basket; an empty one where nothing is open."""
        return self._lane.basket or _EMPTY

    @property
    def cash_due_minor(self) -> int:
        """What is still to pay, rounded to coins where it is paid in cash."""
        balance = self.basket.balance_minor
        kind = next((kind for kind in self._lane.tender_kinds if kind.is_cash), None)
        return balance if kind is None else balance + coin_rounding(self._lane, balance, kind)

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What is missing for promotions that nearly give something."""
        return self._lane.prices.hints if self._lane.basket else ()

    @property
    def operator(self) -> Operator | None:
        """Who is signed on."""
        return self._lane.operator

    @property
    def shift(self) -> Shift | None:
        """The open shift."""
        return self._lane.shift

    @property
    def forms(self) -> Forms:
        """How money, numbers and times are written here."""
        return self._lane.forms

    @property
    def style(self) -> Style:
        """The words and forms of the lane's papers."""
        return papers.style_of(self._lane)

    @property
    def language(self) -> str:
        """The store's language."""
        return self._lane.settings.store.language

    @property
    def lane(self) -> str:
        """The lane's number in the store."""
        return self._lane.lane_id

    @property
    def store_name(self) -> str:
        """The store's name, as the settings have it."""
        return self._lane.settings.store.name

    @property
    def max_quantity(self) -> int:
        """The largest quantity of one line; above it a number is a code."""
        return self._lane.settings.selling.max_quantity

    @property
    def lock_minutes(self) -> int:
        """Idle minutes after which the screen locks; 0 never."""
        return self._lane.settings.lane.lock_minutes

    @property
    def tender_kinds(self) -> tuple[TenderKind, ...]:
        """The kinds of tender, the default one first."""
        return self._lane.tender_kinds

    @property
    def denominations(self) -> tuple[int, ...]:
        """Values of notes and coins in minor units, largest first."""
        return self._lane.country.currency(self._lane.currency).denominations_minor

    @property
    def last_receipt(self) -> int:
        """The newest receipt's number, 0 before the first."""
        found = answering(ledger.last_receipt)(self._lane.db)
        return 0 if isinstance(found, Refused) else found

    def departments(self) -> tuple[Department, ...]:
        """Return the departments by code; none while the ledger does not answer."""
        found = answering(catalog.read_departments)(self._lane.db)
        return () if isinstance(found, Refused) else found

    # people

    @act
    def sign_on(self, operator: str = "", pin: str = "", badge: str = "") -> outcomes.SignedOn | Refused:
        """Sign an operator on by number and PIN, or by badge."""
        self._begin()
        return people.sign_on(self._lane, operator, pin, badge)

    @act
    def sign_off(self) -> outcomes.SignedOff | Refused:
        """Sign the operator off; the basket stays."""
        return people.sign_off(self._lane)

    @act
    def add_operator(self, operator: Operator, pin: str, *, is_any_pin: bool = False) -> Refused | None:
        """Add an operator, or give one a new PIN."""
        return people.add_operator(self._lane, operator, pin, is_any_pin=is_any_pin)

    @act
    def give_badge(self, operator: str, badge: str) -> Refused | None:
        """Give an operator a badge in place of the one before; an empty text takes it away."""
        return people.give_badge(self._lane, operator, badge)

    @act
    def approve(
        self, act: str, operator: str = "", pin: str = "", badge: str = "", reason: str = ""
    ) -> outcomes.Approved | Refused:
        """Give a word for the act that was refused for want of a permission."""
        return approving.approve(self._lane, act, operator, pin, badge, reason)

    def ponder(self, intent: Intent) -> Callable[[], None] | None:
        """Return what of an intent takes long and may be worked out in a thread before it is performed, if anything.

        It leaves the ledger alone; `perform` uses what comes of it, once, or works it out itself.
        """
        work = answering(people.ponder)(self._lane, intent)
        return None if isinstance(work, Refused) else work

    @act
    def unlock(self, operator: str = "") -> outcomes.Unlocked | Refused:
        """Let an operator who has to wait for wrong PINs try again."""
        return people.unlock(self._lane, operator)

    @act
    def forget_attempts(self, operator: str) -> outcomes.Unlocked | Refused:
        """Let an operator try again at the word of whoever has the machine: no intent, and no operator needed."""
        return people.forget_attempts(self._lane, operator)

    def may(self, permission: Permission) -> bool:
        """Say whether whoever is signed on has a permission."""
        return permission in self._lane.rights.permissions

    def open_desk(self) -> Desk:
        """Return what managers read here while the lane goes on selling."""
        from register.desk import Desk

        return Desk(self._lane)

    # selling

    @act
    def scan(
        self, code: str, quantity_micro: int | None = None, source: str = "scanner", trace: Trace | None = None
    ) -> outcomes.BasketChanged | Refused:
        """Sell what a scanned or typed code means."""
        return selling.scan(self._lane, code, quantity_micro, trace)

    @act
    def add_item(
        self,
        sku: str,
        quantity_micro: int | None = None,
        unit_price_micro: int | None = None,
        trace: Trace | None = None,
    ) -> outcomes.BasketChanged | Refused:
        """Sell an item by its SKU."""
        return selling.add_item(self._lane, sku, quantity_micro, unit_price_micro, trace)

    @act
    def ring_department(
        self, department: str, unit_price_micro: int, quantity_micro: int | None = None
    ) -> outcomes.BasketChanged | Refused:
        """Sell something of an open-price department."""
        return selling.ring_department(self._lane, department, unit_price_micro, quantity_micro)

    @act
    def change_quantity(self, line_no: int, quantity_micro: int) -> outcomes.BasketChanged | Refused:
        """Give a line another quantity."""
        return selling.set_quantity(self._lane, line_no, quantity_micro)

    @act
    def void_line(self, line_no: int) -> outcomes.BasketChanged | Refused:
        """Take a line back."""
        return selling.take_back(self._lane, line_no)

    @act
    def void_basket(self) -> outcomes.BasketVoided | Refused:
        """Give the whole basket up."""
        return selling.give_up(self._lane)

    @act
    def suspend(self, name: str) -> outcomes.BasketSuspended | Refused:
        """Put the basket aside under a name."""
        return suspending.suspend(self._lane, name)

    @act
    def resume(self, basket_id: str) -> outcomes.BasketResumed | Refused:
        """Take a suspended basket up again."""
        return suspending.resume(self._lane, basket_id)

    @act
    def list_suspended(self) -> outcomes.SuspendedListed:
        """List the suspended baskets."""
        return suspending.list_suspended(self._lane)

    @act
    def price_check(self, code: str) -> outcomes.PriceFound | Refused:
        """Tell what a code costs, without selling."""
        return finding.check_price(self._lane, code)

    @act
    def search(self, text: str, limit: int = 20) -> outcomes.ItemsFound:
        """Find items by words, department or the beginning of a code."""
        return finding.search(self._lane, text, limit)

    # tender

    @act
    def add_tender(
        self, kind: str, amount_minor: int | None = None, reference: str = "", confirmed: bool = False
    ) -> outcomes.TenderAdded | outcomes.SalePosted | Refused:
        """Take a tender; the last one posts the sale."""
        return tendering.add_tender(self._lane, kind, amount_minor, reference, confirmed)

    @act
    def take_back_tenders(self) -> outcomes.BasketChanged | Refused:
        """Give back the tenders of a basket that is not fully paid."""
        return tendering.take_back_tenders(self._lane)

    @act
    def set_customer(self, customer: str, group: str = "") -> outcomes.BasketChanged | Refused:
        """Say whose basket it is."""
        return discounting.set_customer(self._lane, customer, group)

    @act
    def choose_price_list(self, code: str) -> outcomes.BasketChanged | Refused:
        """Sell by another price list."""
        return discounting.choose_price_list(self._lane, code)

    @act
    def add_coupon(self, code: str) -> outcomes.BasketChanged | Refused:
        """Take a coupon."""
        return discounting.add_coupon(self._lane, code)

    @act
    def print_copy(self, receipt_number: int | None = None) -> outcomes.CopyPrinted | Refused:
        """Print a receipt again, marked as a copy."""
        return tendering.reprint(self._lane, receipt_number)

    # the whole

    def watch_clock(self, elapsed: Elapsed, is_synced: Callable[[], bool]) -> None:
        """Say which clock nobody can set, and who knows of the time server: jumps are journalled from now on."""
        self._guard = ClockGuard(self._lane, elapsed, is_synced)

    def attach_software(self, software: Callable[[], str]) -> None:
        """Say who knows what this program is called: a change of it is journalled before the first sign-on."""
        self._software = software

    def _begin(self) -> None:
        """Do before the first sign-on what no start waits for: note the program, ask about the clock; until saved."""
        if self._software is None:
            return
        if self._guard:
            self._guard.ask()
        with suppress(NotSaved):
            note_software(self._lane.db, self._lane.mark(), self._software())
            self._software = None

    def settle(self) -> None:
        """Bring the lane in step with the ledger, if an act before has failed, and look at the clock."""
        settle(self._lane)
        if self._guard:
            self._guard.look()

    @act
    def status(self) -> outcomes.StatusTold:
        """Tell how the lane stands."""
        return standing.tell(self._lane)

    def poll(self) -> outcomes.StatusTold | None:
        """Return the status if the sync or the printer has changed anything since the last call, else None."""
        news = answering(self._news.look)()
        return None if isinstance(news, Refused) else news

    def perform(self, intent: Intent) -> Answer:
        """Do what an intent asks; the pipe's and the screens' one door."""
        method: Callable[..., Answer] = getattr(self, _METHODS[type(intent)])
        return method(**{name: getattr(intent, name) for name in intent.__struct_fields__})


_METHODS: Final[dict[type[Any], str]] = {
    kind: str(kind.__struct_config__.tag)
    for kind in vars(intents).values()
    if isinstance(kind, type) and issubclass(kind, IntentBase) and kind is not IntentBase
}
"""Each intent's tag is the name of its method."""


def open_register(
    db: LedgerDatabase,
    settings: Settings,
    *,
    clock: Clock = lambda: datetime.now(UTC),
    new_id: NewId = lambda: str(uuid4()),
    country: Country | None = None,
    beat: BeatClock = beat,
) -> Register:
    """Return the register of a lane on an open ledger, with the shift and the basket it last had."""
    pack = country or country_of(settings)
    lane = make_lane(db, settings, pack, clock, new_id)
    lane.beat = beat
    return Register(lane)
