"""The state of one lane: what is signed on, open and being sold, and what it needs to say and save it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from config.boot import beat
from config.country import Country
from config.roles import rights_of_roles
from config.settings import PositionSettings, Settings
from domain.approval import Approval, Asked
from domain.barcode import LabelPattern
from domain.basket import Basket, Change, has_known_taxes, rebuild
from domain.cash_rounding import CashRounding, RoundingWay, round_cash
from domain.deduction import has_fixed, without_fixed
from domain.form import Forms
from domain.instant import read_stamp, stamp
from domain.journal import Kind
from domain.lockout import Beat
from domain.money import MICRO_DIGITS, parse_scaled
from domain.outcome import BasketChanged
from domain.permission import DEFAULT_RIGHTS, NOTHING, Rights
from domain.receipt_code import NO_KEY, ReceiptKey
from domain.refusal import Reason, Refused
from domain.shift import CashCount, Operator, Role, Shift
from domain.tax import TaxBook, TaxProfile, TaxRounding
from domain.tender import ForeignCurrency, TenderKind
from register.pins import Proof
from register.pricing import Prices, reckon_basket
from storage import baskets, shifts
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event

Clock = Callable[[], datetime]
NewId = Callable[[], str]
BeatClock = Callable[[], Beat]

STORED_VALUE: Final = "stored_value"
"""The kind of tender that gift cards and vouchers are."""

UNKNOWN_TAXES: Final = "?"
"""The name under which a basket is put aside whose taxes the settings no longer know."""


@dataclass(repr=False, eq=False)
class Lane:
    """One lane at work. Only the register's own modules change it, and only after the ledger has."""

    db: LedgerDatabase
    settings: Settings
    country: Country
    clock: Clock
    new_id: NewId
    book: TaxBook
    forms: Forms
    texts: Mapping[str, str]
    zone: ZoneInfo
    labels: tuple[LabelPattern, ...]
    tender_kinds: tuple[TenderKind, ...]
    currency: str
    wake_printer: Callable[[], None] = lambda: None
    printer_state: Callable[[], str] = lambda: ""
    wake_sharer: Callable[[], None] = lambda: None
    operator: Operator | None = None
    shift: Shift | None = None
    basket: Basket | None = None
    is_in_doubt: bool = False
    """An act has failed, and the ledger was not asked yet what of it is there."""
    posted: int = 0
    """Documents posted since the start: the register's own news, which `data_version` does not tell."""
    counts: list[CashCount] = field(default_factory=list)
    cash_rounding: CashRounding = field(default_factory=lambda: CashRounding(0))
    prices: Prices = field(default_factory=Prices)
    beat: BeatClock = beat
    roles: Mapping[Role, Rights] = field(default_factory=lambda: DEFAULT_RIGHTS)
    rights: Rights = NOTHING
    """What whoever is signed on may do without asking."""
    asked: Asked | None = None
    approval: Approval | None = None
    proof: Proof | None = None
    """What a thread has worked out of a PIN that is about to be judged."""
    receipt_key: ReceiptKey = NO_KEY
    """What proves the bar codes of the store's receipts."""
    positions: tuple[PositionSettings, ...] = ()
    """Fiscal positions of the settings and of the ERP."""

    @property
    def lane_id(self) -> str:
        """The lane's number in the store."""
        return self.settings.lane.id

    @property
    def operator_id(self) -> str:
        """The number of who is signed on, or an empty text."""
        return self.operator.operator if self.operator else ""

    @property
    def shift_id(self) -> int:
        """The open shift's number, or 0."""
        return self.shift.shift_id if self.shift else 0

    def now(self) -> str:
        """Return the instant as the ledger writes it: UTC, milliseconds, `2026-11-24T18:05:09.123Z`."""
        return stamp(self.clock())

    def minutes_since(self, at: str) -> int:
        """Return how many whole minutes ago something was; 0 where the clock stands before it."""
        return max(0, int((self.clock() - read_stamp(at)).total_seconds()) // 60)

    def mark(self) -> Mark:
        """Return where, when and by whom something happens now."""
        return Mark(self.lane_id, self.now(), self.operator_id, self.shift_id)

    def today(self) -> str:
        """Return the date in the store's time zone."""
        return self.clock().astimezone(self.zone).date().isoformat()

    def tender_kind(self, code: str) -> TenderKind | None:
        """Return a kind of tender by its code."""
        for kind in self.tender_kinds:
            if kind.code == code:
                return kind
        return None

    def not_ready(self) -> Refused | None:
        """Return why nothing can be sold now, if so: nobody signed on, or no shift."""
        if self.operator is None:
            return Refused(Reason.NOT_SIGNED_ON)
        return None if self.shift else Refused(Reason.NO_SHIFT)

    def changed(self, change: Change) -> BasketChanged:
        """Take a new basket over, after it was saved, and say what is different."""
        self.basket = change.basket
        return basket_changed(change.basket, change)


def settle(lane: Lane) -> None:
    """Take shift, basket and counts from the ledger after a failed act: its commit may have come about all the same."""
    if lane.is_in_doubt:
        read_state(lane)
        lane.is_in_doubt = False


def read_state(lane: Lane) -> None:
    """Take the open shift, the open basket and the counts of the till from the ledger."""
    shift, stored = shifts.read_open_shift(lane.db), baskets.read_open(lane.db)
    lane.prices.refresh(lane, stored)
    if stored and not has_known_taxes(lane.book, stored):
        _put_aside(lane, stored, shift)
        stored = None
    # paid in part, it comes to what it came to when its last line was sold, not to another hour's promotions
    at = read_stamp(stored.lines[-1].at) if stored and stored.tenders and stored.lines else None
    basket = reckon_basket(lane, rebuild(lane.book, stored), at) if stored else None
    counts = shifts.read_counts(lane.db, shift) if shift else []
    lane.shift, lane.basket, lane.counts = shift, basket, counts


def _put_aside(lane: Lane, basket: Basket, shift: Shift | None) -> None:
    """Suspend an open basket that the settings no longer know the taxes of, journalled; the old ones resume it."""
    mark = Mark(lane.lane_id, lane.now(), "", shift.shift_id if shift else 0)
    body = {"basket_id": basket.basket_id, "name": UNKNOWN_TAXES, "line_count": len(basket.lines)}
    with saving(), lane.db.atomic():
        journal_event(lane.db, mark, Kind.BASKET_SUSPENDED, body)
        baskets.suspend(lane.db, basket.basket_id, UNKNOWN_TAXES, mark.at)


def basket_changed(basket: Basket, change: Change | None = None) -> BasketChanged:
    """Return the outcome of a basket that is different now."""
    lines = change.lines if change else ()
    return BasketChanged(lines, basket.due_minor, basket.balance_minor, len(basket.lines))


def make_lane(db: LedgerDatabase, settings: Settings, country: Country, clock: Clock, new_id: NewId) -> Lane:
    """Return a lane on an open ledger: its shift, and the basket that was open when it last stopped."""
    language = settings.store.language
    currency = country.currency(settings.store.currency)
    classes = {tax_class.code: tax_class for tax_class in country.tax_classes(language)}
    bare = [without_fixed(tax_class) for tax_class in classes.values() if has_fixed(tax_class)]
    classes |= {tax_class.code: tax_class for tax_class in bare}
    if settings.positions:
        from register.positions import mapped_classes  # few shops have customers with other taxes

        classes |= mapped_classes(settings.positions, classes)
    book = TaxBook(
        classes, TaxRounding(settings.selling.tax_rounding), currency.exponent, TaxProfile(settings.selling.tax_profile)
    )
    rules = tuple(LabelPattern(rule.kind, rule.pattern) for rule in settings.labels) or country.labels
    lane = Lane(
        db=db,
        settings=settings,
        country=country,
        clock=clock,
        new_id=new_id,
        book=book,
        forms=country.forms(language, currency.code),
        texts=country.receipt_texts(language),
        zone=ZoneInfo(settings.store.time_zone),
        labels=rules,
        tender_kinds=(
            *country.tender_kinds(language),
            *_card_kinds(settings, country, language),
            *_foreign_kinds(settings, country),
        ),
        currency=currency.code,
        cash_rounding=_cash_rounding(settings, currency.cash_rounding_minor),
        roles=rights_of_roles(settings.roles),
        receipt_key=_receipt_key(settings),
        positions=settings.positions,
    )
    read_state(lane)
    return lane


def coin_rounding(lane: Lane, balance_minor: int, kind: TenderKind) -> int:
    """Return by how much a balance is rounded when it is settled in a kind of tender."""
    return round_cash(lane.cash_rounding, balance_minor) - balance_minor if coin_step(lane, kind) > 1 else 0


def coin_step(lane: Lane, kind: TenderKind) -> int:
    """Return the smallest amount there is of a kind of tender, of which all others are multiples."""
    rounding = lane.cash_rounding
    is_exact = rounding.is_cash_only and not (kind.is_cash or kind.foreign)
    return 1 if is_exact else max(1, rounding.step_minor)


def _receipt_key(settings: Settings) -> ReceiptKey:
    """Return the store's key, where it has one."""
    if not settings.returns.key_file:
        return NO_KEY
    from config.receipt_key import read_receipt_key  # a lane whose store has none does not import it

    return read_receipt_key(settings.returns.key_file)


def _cash_rounding(settings: Settings, currency_minor: int) -> CashRounding:
    """Return how what is paid is rounded to coins."""
    selling = settings.selling
    step = 0 if selling.cash_rounding == "none" else selling.cash_rounding_minor or currency_minor
    return CashRounding(step, RoundingWay(selling.cash_rounding_way), is_cash_only=selling.cash_rounding == "cash")


def _card_kinds(settings: Settings, country: Country, language: str) -> Iterator[TenderKind]:
    """Yield the kind of tender that gift cards and vouchers of the store are, where it takes them."""
    if settings.cards.are_taken:
        name = country.receipt_texts(language)["stored_value"]
        fiscal = "05" if country.code == "mx" else ""  # SAT c_FormaPago: monedero electrónico
        yield TenderKind(STORED_VALUE, name, needs_reference=True, fiscal_code=fiscal, is_stored_value=True)


def _foreign_kinds(settings: Settings, country: Country) -> Iterator[TenderKind]:
    """Yield a kind of tender for each foreign currency that is taken, named like cash with the currency's code."""
    cash = next((kind for kind in country.tender_kinds(settings.store.language) if kind.is_cash), None)
    for exchange in settings.exchange:
        rate = parse_scaled(exchange.rate, MICRO_DIGITS)
        if cash is None or not rate:
            continue
        foreign = ForeignCurrency(exchange.currency, rate, change_kind=cash.code)
        yield TenderKind(
            code=f"{cash.code}_{exchange.currency.lower()}",
            name=f"{cash.name} {exchange.currency}",
            gives_change=True,
            opens_drawer=True,
            fiscal_code=cash.fiscal_code,
            limit_minor=cash.limit_minor,
            foreign=foreign,
        )
