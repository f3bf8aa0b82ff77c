"""What an operator, an integrator or a test asks of the register: one imperative struct per act.

The same structs are the lines of `mostrador pipe` (docs/pipe.md): JSON with the tag `do`. Amounts are whole
minor units, prices and quantities whole millionths.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from domain.account_intent import (
    ChangeCustomer,
    Collect,
    CreateCustomer,
    DropInvoice,
    PrintStatement,
    ReadAccount,
    ReverseCollection,
    SearchCustomers,
    SetInvoice,
)
from domain.intent_base import IntentBase, Whole
from domain.intent_return import BeginReturn, ChangeTender, FindSales, PostVoid, ReturnItem, ReturnLines
from domain.trace import Trace


class SignOn(IntentBase, frozen=True, tag="sign_on"):
    """Sign an operator on by number and PIN, or by a badge."""

    operator: str = ""
    pin: str = ""
    badge: str = ""


class SignOff(IntentBase, frozen=True, tag="sign_off"):
    """Sign the operator off; an open basket stays and waits for the next one."""


class Approve(IntentBase, frozen=True, tag="approve"):
    """Give one's word for an act that was refused for want of a permission: it goes through once, within a minute."""

    act: str
    """The fact `act` of the refusal: the hash of the act, its arguments and the basket."""
    operator: str = ""
    pin: str = ""
    badge: str = ""
    reason: str = ""


class Unlock(IntentBase, frozen=True, tag="unlock"):
    """Let an operator who has to wait for wrong PINs try again, and the lane with it; without a number the lane."""

    operator: str = ""


class OpenShift(IntentBase, frozen=True, tag="open_shift"):
    """Open a shift with a float in the till."""

    float_minor: Whole
    till: str = ""
    """Which of several; empty is the first."""


class Scan(IntentBase, frozen=True, tag="scan"):
    """Sell what a code means: a scan, or a typed code and Enter."""

    code: str
    quantity_micro: Whole | None = None
    source: Literal["scanner", "typed"] = "scanner"
    trace: Trace | None = None
    """Lot, serial and expiry date of an item that asks for them and whose code does not say them."""


class AddItem(IntentBase, frozen=True, tag="add_item"):
    """Sell an item by its SKU; the unit price only where the item asks for one."""

    sku: str
    quantity_micro: Whole | None = None
    unit_price_micro: Whole | None = None
    trace: Trace | None = None


class RingDepartment(IntentBase, frozen=True, tag="ring_department"):
    """Sell something of an open-price department at a typed unit price."""

    department: str
    unit_price_micro: Whole
    quantity_micro: Whole | None = None


class CheckAge(IntentBase, frozen=True, tag="check_age"):
    """Tell what was seen of a customer's age, for an item that asks for it: a birth date, or yes or no.

    Neither a birth date nor yes is a refusal, and is noted.
    """

    sku: str
    born_on: str = ""
    is_older: bool = False


class ChangeQuantity(IntentBase, frozen=True, tag="change_quantity"):
    """Give a line another quantity."""

    line_no: Whole
    quantity_micro: Whole


class VoidLine(IntentBase, frozen=True, tag="void_line"):
    """Take a line back."""

    line_no: Whole


class VoidBasket(IntentBase, frozen=True, tag="void_basket"):
    """Give the whole basket up."""


class DiscountLine(IntentBase, frozen=True, tag="discount_line"):
    """Take a part (in parts per million) or an amount off a line; neither takes the discount back."""

    line_no: Whole
    percent_ppm: Whole = 0
    amount_minor: Whole = 0
    reason: str = ""


class DiscountBasket(IntentBase, frozen=True, tag="discount_basket"):
    """Take a part (in parts per million) or an amount off the whole basket; neither takes the discount back."""

    percent_ppm: Whole = 0
    amount_minor: Whole = 0
    reason: str = ""


class OverridePrice(IntentBase, frozen=True, tag="override_price"):
    """Sell a line at another unit price."""

    line_no: Whole
    unit_price_micro: Whole
    reason: str = ""


class SetCustomer(IntentBase, frozen=True, tag="set_customer"):
    """Say whose basket it is; promotions for the customer's group may then give. An empty text is nobody's."""

    customer: str
    group: str = ""


class SetSalesperson(IntentBase, frozen=True, tag="set_salesperson"):
    """Say whose the sale is, or with a number one line of it; an empty text is nobody's."""

    salesperson: str
    line_no: Whole = 0


class ListSalespeople(IntentBase, frozen=True, tag="list_salespeople"):
    """List who can be chosen as a salesperson."""


class ChoosePriceList(IntentBase, frozen=True, tag="choose_price_list"):
    """Sell by another price list: the lines that are there follow. An empty text is the store's usual one."""

    code: str


class AddCoupon(IntentBase, frozen=True, tag="add_coupon"):
    """Take a coupon's code: the promotions that ask for it may then give."""

    code: str


class RedeemPoints(IntentBase, frozen=True, tag="redeem_points"):
    """Take loyalty points of the customer off the basket, in place of those before; 0 takes none."""

    points: Whole


class Suspend(IntentBase, frozen=True, tag="suspend"):
    """Put the basket aside under a name."""

    name: str


class Resume(IntentBase, frozen=True, tag="resume"):
    """Take a suspended basket up again."""

    basket_id: str


class ListShared(IntentBase, frozen=True, tag="list_shared"):
    """List the suspended baskets in the folder that all lanes of the store see."""


class TakeShared(IntentBase, frozen=True, tag="take_shared"):
    """Take a basket from that folder among the suspended ones of this lane, unless another lane was quicker."""

    share_id: str


class PriceCheck(IntentBase, frozen=True, tag="price_check"):
    """Tell what a code costs, without selling."""

    code: str


class Search(IntentBase, frozen=True, tag="search"):
    """Find items by words of their name, by department or by the beginning of a code."""

    text: str
    limit: Whole = 20


class AddTender(IntentBase, frozen=True, tag="add_tender"):
    """Take a tender; without an amount it is exactly the balance. The sale is posted when nothing is left to pay."""

    kind: str
    amount_minor: Whole | None = None
    reference: str = ""
    confirmed: bool = False
    """Set when the operator was asked and has said yes: that the resumed basket is the one to be paid, or that so much
    change is right. The register insists on the first; the second is asked by whoever takes typed amounts (the pay
    screen, from the largest note on), and one yes answers both."""


class TakeBackTenders(IntentBase, frozen=True, tag="take_back_tenders"):
    """Give back the tenders of a basket that is not fully paid."""


class PrintCopy(IntentBase, frozen=True, tag="print_copy"):
    """Print a receipt again, marked as a copy; without a number the last one."""

    receipt_number: Whole | None = None


class ReadX(IntentBase, frozen=True, tag="read_x"):
    """Read the open shift's totals."""

    paper: bool = False
    """Print it too."""


class Consult(IntentBase, frozen=True, tag="consult"):
    """Ask to look at what was sold in detail, at the journal or at the sync inbox, or to write any of them out."""

    what: Literal["details", "journal", "export", "inbox"] = "details"


class ReadZ(IntentBase, frozen=True, tag="read_z"):
    """Read a Z again; without a number the newest one."""

    number: Whole | None = None


class CloseShift(IntentBase, frozen=True, tag="close_shift"):
    """Close the shift with the blind count of the till and draw its Z."""

    counted_minor: Whole
    pieces: dict[str, Whole] = msgspec.field(default_factory=dict)
    """How many of each denomination, by its value in minor units, where they were counted one by one."""
    carry_over: bool = False
    """Leave suspended baskets to the next shift."""
    next_float_minor: Whole | None = None
    """What of the counted cash stays in the till; the rest goes to the safe. Null says nothing about it."""


class Loan(IntentBase, frozen=True, tag="loan"):
    """Bring cash from the safe into the till."""

    amount_minor: Whole
    note: str = ""


class Pickup(IntentBase, frozen=True, tag="pickup"):
    """Take cash from the till to the safe."""

    amount_minor: Whole
    note: str = ""


class PaidIn(IntentBase, frozen=True, tag="paid_in"):
    """Take cash that is no sale into the till, for a reason of the store's list."""

    amount_minor: Whole
    reason: str
    note: str = ""


class PaidOut(IntentBase, frozen=True, tag="paid_out"):
    """Pay cash out of the till, for a reason of the store's list."""

    amount_minor: Whole
    reason: str
    note: str = ""


class NoSale(IntentBase, frozen=True, tag="no_sale"):
    """Open the drawer without a sale, for a reason of the store's list."""

    reason: str


class PrintZ(IntentBase, frozen=True, tag="print_z"):
    """Print a Z again as it was drawn, marked as a copy; without a number the newest one."""

    number: Whole | None = None


class ListSuspended(IntentBase, frozen=True, tag="list_suspended"):
    """List the suspended baskets."""


class Status(IntentBase, frozen=True, tag="status"):
    """Tell who is signed on, what is open and how the outbox and the printer stand."""


Intent: TypeAlias = (
    SignOn
    | SignOff
    | Approve
    | Unlock
    | OpenShift
    | Scan
    | AddItem
    | RingDepartment
    | CheckAge
    | ChangeQuantity
    | VoidLine
    | VoidBasket
    | DiscountLine
    | DiscountBasket
    | OverridePrice
    | SetCustomer
    | SetSalesperson
    | ListSalespeople
    | ChoosePriceList
    | AddCoupon
    | RedeemPoints
    | Suspend
    | Resume
    | ListShared
    | TakeShared
    | PriceCheck
    | Search
    | AddTender
    | TakeBackTenders
    | PrintCopy
    | ReadX
    | Consult
    | ReadZ
    | CloseShift
    | Loan
    | Pickup
    | PaidIn
    | PaidOut
    | NoSale
    | PrintZ
    | SearchCustomers
    | CreateCustomer
    | ChangeCustomer
    | SetInvoice
    | DropInvoice
    | ReadAccount
    | PrintStatement
    | Collect
    | ReverseCollection
    | ListSuspended
    | BeginReturn
    | ReturnLines
    | ReturnItem
    | PostVoid
    | ChangeTender
    | FindSales
    | Status
)
