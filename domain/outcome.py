"""What the register answers: one struct per thing that happened, in the past tense, or `Refused`.

The lines that `mostrador pipe` writes are these structs as JSON with the tag `did` (docs/pipe.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from domain.basket import Basket, Line
from domain.cash import CashMove
from domain.item import Item
from domain.outcome_base import OutcomeBase as _Outcome
from domain.past_sale import PastSale, ReturnableLine, TenderChange
from domain.permission import Permission
from domain.report import Report
from domain.shift import Operator, Salesperson, Shift, ShiftAge
from domain.tender import Tender

if TYPE_CHECKING:
    from domain.account_outcome import AccountOutcome
    from domain.refusal import Refused


class SignedOn(_Outcome, frozen=True, tag="signed_on"):
    """An operator has signed on."""

    operator: Operator


class SignedOff(_Outcome, frozen=True, tag="signed_off"):
    """The operator has signed off."""


class Approved(_Outcome, frozen=True, tag="approved"):
    """Somebody has given a word for an act: asked again within so many seconds, it goes through."""

    permission: Permission
    approver: Operator
    seconds: int


class Unlocked(_Outcome, frozen=True, tag="unlocked"):
    """An operator may try again."""

    operator: str


class ShiftOpened(_Outcome, frozen=True, tag="shift_opened"):
    """A shift is open."""

    shift: Shift


class BasketChanged(_Outcome, frozen=True, tag="basket_changed"):
    """Lines of the basket are new or different (the ones given), or its tenders are."""

    lines: tuple[Line, ...]
    total_minor: int
    balance_minor: int
    line_count: int


class AgeChecked(_Outcome, frozen=True, tag="age_checked"):
    """Somebody's age was looked at: whether it is enough for an item. Sent again, the item is sold or not."""

    sku: str
    min_age: int
    is_enough: bool


class BasketVoided(_Outcome, frozen=True, tag="basket_voided"):
    """The basket was given up."""

    basket_id: str


class BasketSuspended(_Outcome, frozen=True, tag="basket_suspended"):
    """The basket was put aside."""

    basket_id: str
    name: str


class BasketResumed(_Outcome, frozen=True, tag="basket_resumed"):
    """A suspended basket is open again."""

    basket: Basket


class SuspendedBasket(msgspec.Struct, frozen=True):
    """One suspended basket in a list."""

    basket_id: str
    name: str
    operator: str
    suspended_at: str
    line_count: int
    total_minor: int
    item_count: int = 0
    """How many pieces; weighed lines count as one."""
    age_minutes: int = 0
    share_id: str = ""
    """Where other lanes may take it: `take_shared` before it is resumed."""


class SuspendedListed(_Outcome, frozen=True, tag="suspended_listed"):
    """The suspended baskets, oldest first."""

    baskets: tuple[SuspendedBasket, ...]


class SalespeopleListed(_Outcome, frozen=True, tag="salespeople_listed"):
    """Who can be chosen as a salesperson, by name."""

    salespeople: tuple[Salesperson, ...]


class SharedEntry(msgspec.Struct, frozen=True):
    """One basket that a lane of the store has laid out for all."""

    share_id: str
    basket_id: str
    lane: str
    name: str
    operator: str
    suspended_at: str
    line_count: int
    item_count: int
    total_minor: int
    age_minutes: int = 0


class SharedListed(_Outcome, frozen=True, tag="shared_listed"):
    """The baskets that can be taken, oldest first."""

    baskets: tuple[SharedEntry, ...]


class BasketTaken(_Outcome, frozen=True, tag="basket_taken"):
    """A basket of the store is among this lane's suspended ones."""

    basket_id: str
    name: str


class OnHand(msgspec.Struct, frozen=True):
    """What is on hand of an item in its unit: what the ERP told and when, and what this lane has sold since.

    `sold_micro` is None where the ERP told it too long ago for the lane to say.
    """

    told_micro: int
    told_at: str
    age_minutes: int
    sold_micro: int | None

    @property
    def left_micro(self) -> int:
        """What is left of what the ERP told."""
        return self.told_micro - (self.sold_micro or 0)


class PriceFound(_Outcome, frozen=True, tag="price_found"):
    """What a code costs. `price_minor` is for `quantity_micro` of it; None where the price is asked at the sale."""

    item: Item
    quantity_micro: int
    price_minor: int | None
    on_hand: OnHand | UnsetType = UNSET
    """Where the ERP has told it."""


class ItemsFound(_Outcome, frozen=True, tag="items_found"):
    """What a search found, best first."""

    items: tuple[Item, ...]


class TenderAdded(_Outcome, frozen=True, tag="tender_added"):
    """A part of the basket is paid."""

    tender: Tender
    balance_minor: int


class SalePosted(_Outcome, frozen=True, tag="sale_posted"):
    """The sale is in the ledger: what was paid, and the change to hand over."""

    receipt_number: int
    folio: str
    sale_id: str
    total_minor: int
    tendered_minor: int
    change_minor: int
    line_count: int


class CopyPrinted(_Outcome, frozen=True, tag="copy_printed"):
    """A copy of a receipt went to the printer's queue."""

    receipt_number: int
    copy: int


class XRead(_Outcome, frozen=True, tag="x_read"):
    """The totals of the open shift."""

    report: Report


class Consulted(_Outcome, frozen=True, tag="consulted"):
    """Whoever is signed on may look at this, or somebody has approved it."""

    what: str


class ZRead(_Outcome, frozen=True, tag="z_read"):
    """A Z as it was drawn, with the hash of its journal row."""

    report: Report
    hash: str


class ShiftClosed(_Outcome, frozen=True, tag="shift_closed"):
    """The shift is closed and its Z drawn."""

    report: Report


class CashMoved(_Outcome, frozen=True, tag="cash_moved"):
    """Cash has moved without a sale; its slip is in the printer's queue."""

    move: CashMove


class DrawerOpened(_Outcome, frozen=True, tag="drawer_opened"):
    """The drawer is opened without a sale."""

    reason: str


class ZCopyPrinted(_Outcome, frozen=True, tag="z_copy_printed"):
    """A copy of a Z went to the printer's queue."""

    number: int
    copy: int


class ReturnBegun(_Outcome, frozen=True, tag="return_begun"):
    """What can come back of a receipt. Of another lane's nothing is known but what its bar code says."""

    folio: str
    sale_id: str
    at: str
    business_date: str
    customer: str
    total_minor: int
    lines: tuple[ReturnableLine, ...]
    refunds: dict[str, int]
    """What can be refunded in each kind of tender in which it was paid."""
    is_unconfirmed: bool = False
    tenders: tuple[Tender, ...] = ()
    """How it was paid, by what is known now."""
    left_minor: int = 0
    """For how much items of another lane's receipt can still come back."""


class TenderChanged(_Outcome, frozen=True, tag="tender_changed"):
    """A tender of a posted sale is of another kind now."""

    change: TenderChange


class SalesFound(_Outcome, frozen=True, tag="sales_found"):
    """Posted sales that fit, newest first. The search goes on below `before`; 0 is its end."""

    sales: tuple[PastSale, ...]
    before: int


class StatusTold(_Outcome, frozen=True, tag="status_told"):
    """How the lane stands."""

    lane: str
    operator: Operator | None
    shift: Shift | None
    line_count: int
    total_minor: int
    balance_minor: int
    suspended: int
    outbox_waiting: int
    outbox_rejected: int
    oldest_waiting_at: str
    print_waiting: int
    printer: str
    print_unknown: int = 0
    """Papers of which nobody knows whether they were printed: whoever looks at the printer asks for copies."""
    is_online: bool | None = None
    """How the sync's last try went; None before the first."""
    sync_problem: str = ""
    shift_age: ShiftAge = ShiftAge.FRESH
    has_too_much_cash: bool = False
    """Whether a pickup is proposed."""


Outcome: TypeAlias = (
    SignedOn
    | SignedOff
    | Approved
    | Unlocked
    | ShiftOpened
    | BasketChanged
    | AgeChecked
    | BasketVoided
    | BasketSuspended
    | BasketResumed
    | SuspendedListed
    | SharedListed
    | BasketTaken
    | SalespeopleListed
    | PriceFound
    | ItemsFound
    | TenderAdded
    | SalePosted
    | CopyPrinted
    | XRead
    | Consulted
    | ZRead
    | ShiftClosed
    | CashMoved
    | DrawerOpened
    | ZCopyPrinted
    | ReturnBegun
    | TenderChanged
    | SalesFound
    | StatusTold
)
Answer: TypeAlias = "Outcome | AccountOutcome | Refused"
"""A text, so that no start of a lane loads what is answered about accounts; `mostrador.pipe` has it whole."""
