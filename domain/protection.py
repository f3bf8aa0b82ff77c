"""Which permission an act needs, from its arguments and the basket it is done to.

Parts are rounded up, so that no limit is passed by a fraction. An act that takes a discount back needs nothing; one on
a line that is not there needs nothing either, because it is refused anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from domain import account_intent as accounts
from domain import intent as intents
from domain import intent_return as past
from domain.basket import Basket, Line
from domain.deduction import GrantScope
from domain.intent import Intent
from domain.money import MAX_MINOR, MICRO, exact_scale, extend
from domain.permission import Need, Permission
from domain.tax import PPM
from domain.text import safe_text

MAX_REASON: Final = 60
"""Characters of a discount's reason that are kept."""


class Surroundings(msgspec.Struct, frozen=True):
    """What an act is done to: the open basket, the currency's digits, who acts, and who suspended what is resumed."""

    basket: Basket
    exponent: int
    operator: str
    suspended_by: str = ""
    beyond_minor: int = 0
    """How far what is asked for on account goes beyond the customer's credit."""
    worth_minor: int = 0
    """What comes back in the basket with this act, or by how much a refund goes beyond the kind it was paid in."""


PLAIN: Final[Mapping[type[Any], Permission]] = {
    intents.Unlock: Permission.UNLOCK,
    intents.VoidLine: Permission.LINE_VOID,
    intents.VoidBasket: Permission.BASKET_VOID,
    intents.ChoosePriceList: Permission.PRICE_LIST,
    intents.TakeBackTenders: Permission.TAKE_BACK,
    intents.PrintCopy: Permission.RECEIPT_COPY,
    intents.NoSale: Permission.NO_SALE,
    intents.PaidIn: Permission.PAID_IN,
    intents.Loan: Permission.LOAN,
    intents.Pickup: Permission.PICKUP,
    intents.OpenShift: Permission.OPEN_SHIFT,
    intents.CloseShift: Permission.CLOSE_SHIFT,
    intents.ReadX: Permission.READ_X,
    intents.PrintZ: Permission.Z_COPY,
    accounts.CreateCustomer: Permission.CUSTOMER_CREATE,
    accounts.ChangeCustomer: Permission.CUSTOMER_CHANGE,
    accounts.Collect: Permission.COLLECT,
    accounts.ReverseCollection: Permission.REVERSE_COLLECTION,
    accounts.PrintStatement: Permission.STATEMENT,
    past.PostVoid: Permission.POST_VOID,
    past.ChangeTender: Permission.TENDER_CHANGE,
}
"""Acts that always need the same."""


def need_of(intent: Intent, around: Surroundings) -> Need | None:
    """Return what an act needs, None where everybody who is signed on may do it."""
    kind = type(intent)
    if permission := PLAIN.get(kind):
        return Need(permission)
    measure = MEASURED.get(kind)
    return measure(intent, around) if measure else None


def _line_discount(intent: intents.DiscountLine, around: Surroundings) -> Need | None:
    """Measure what the line loses by hand in all, this discount included."""
    line = _line(around, intent.line_no)
    if line is None or not (intent.percent_ppm or intent.amount_minor):
        return None
    why = safe_text(intent.reason, MAX_REASON).strip()
    others = sum(
        grant.amount_minor
        for grant in around.basket.terms.grants
        if (grant.scope, grant.line_no) == (GrantScope.LINE, intent.line_no) and grant.reason != why
    )
    exact = abs(extend(line.quantity_micro, line.unit_price_micro))
    amount = (abs(intent.amount_minor) + others) * exact_scale(around.exponent)
    return Need(Permission.LINE_DISCOUNT, min(PPM, intent.percent_ppm + _part(amount, exact)))


def _basket_discount(intent: intents.DiscountBasket, around: Surroundings) -> Need | None:
    """Measure what the basket loses."""
    if not (intent.percent_ppm or intent.amount_minor):
        return None
    part = _part(abs(intent.amount_minor), abs(around.basket.total_minor))
    return Need(Permission.BASKET_DISCOUNT, min(PPM, intent.percent_ppm + part))


def _override(intent: intents.OverridePrice, around: Surroundings) -> Need | None:
    """Measure how far below its regular price the line is sold."""
    line = _line(around, intent.line_no)
    if line is None:
        return None
    regular = line.unit_price_micro if line.regular_price_micro is None else line.regular_price_micro
    return Need(Permission.PRICE_OVERRIDE, _part(max(0, regular - intent.unit_price_micro), regular))


def _open_price(intent: intents.AddItem | intents.RingDepartment, around: Surroundings) -> Need | None:
    """Measure what is rung up at a typed price, in minor units."""
    negative = _negative(intent, around)
    if negative or intent.unit_price_micro is None:
        return negative
    quantity = MICRO if intent.quantity_micro is None else intent.quantity_micro
    exact = extend(quantity, intent.unit_price_micro)
    return Need(Permission.OPEN_PRICE, _money(-(-exact // exact_scale(around.exponent))))


def _negative(
    intent: intents.Scan | intents.AddItem | intents.RingDepartment | intents.ChangeQuantity, _: Surroundings
) -> Need | None:
    """Say that a line of less than nothing gives money back."""
    return Need(Permission.LINE_NEGATIVE) if (intent.quantity_micro or 0) < 0 else None


def _quantity(intent: intents.ChangeQuantity, around: Surroundings) -> Need | None:
    """Say whether amounts by hand would be a larger part of a smaller line, or of a smaller sale, than they are."""
    line = _line(around, intent.line_no)
    if line is None or intent.quantity_micro < 0:
        return _negative(intent, around)
    grants, scale = around.basket.terms.grants, exact_scale(around.exponent)
    before = abs(extend(line.quantity_micro, line.unit_price_micro))
    after = abs(extend(intent.quantity_micro, line.unit_price_micro))
    off = sum(g.amount_minor for g in grants if (g.scope, g.line_no) == (GrantScope.LINE, line.line_no)) * scale
    if off and after < before:
        return Need(Permission.LINE_DISCOUNT, min(PPM, line.discount_ppm + _part(off, after)))
    off = sum(grant.amount_minor for grant in grants if grant.scope is GrantScope.BASKET) * scale
    if off and after < before:
        left = around.basket.total_minor * scale + off - (before - after) * (PPM - line.discount_ppm) // PPM
        return Need(Permission.BASKET_DISCOUNT, _part(off, left))
    return None


def _paid_out(intent: intents.PaidOut, _: Surroundings) -> Need:
    """Measure what is paid out."""
    return Need(Permission.PAID_OUT, _money(intent.amount_minor))


def _tender(_: intents.AddTender, around: Surroundings) -> Need | None:
    """Measure what goes on account beyond the customer's credit, or say that a refund goes out in another kind."""
    if around.beyond_minor > 0:
        return Need(Permission.CREDIT, _money(around.beyond_minor))
    return Need(Permission.REFUND_KIND) if around.worth_minor else None


def _return(_: past.ReturnLines, around: Surroundings) -> Need:
    """Measure what comes back."""
    return Need(Permission.RETURN, _money(around.worth_minor))


def _return_item(intent: past.ReturnItem, around: Surroundings) -> Need:
    """Measure what comes back; another lane's receipt is one."""
    permission = Permission.RETURN if intent.receipt else Permission.RETURN_BLIND
    return Need(permission, _money(around.worth_minor))


def _consult(intent: intents.Consult, _: Surroundings) -> Need:
    """Say what looking on needs, and what taking it away does."""
    needed = {"export": Permission.EXPORT, "inbox": Permission.INBOX}
    return Need(needed.get(intent.what, Permission.DETAILS))


def _resume(_: intents.Resume, around: Surroundings) -> Need | None:
    """Say whether the basket was somebody else's."""
    is_own = around.suspended_by in ("", around.operator)
    return None if is_own else Need(Permission.RESUME_OTHERS)


MEASURED: Final[Mapping[type[Any], Callable[[Any, Surroundings], Need | None]]] = {
    intents.DiscountLine: _line_discount,
    intents.DiscountBasket: _basket_discount,
    intents.OverridePrice: _override,
    intents.AddItem: _open_price,
    intents.RingDepartment: _open_price,
    intents.Scan: _negative,
    intents.ChangeQuantity: _quantity,
    intents.PaidOut: _paid_out,
    past.ReturnLines: _return,
    past.ReturnItem: _return_item,
    intents.Resume: _resume,
    intents.Consult: _consult,
    intents.AddTender: _tender,
}
"""Acts that need a permission by what they do, or one with a limit."""


def _line(around: Surroundings, line_no: int) -> Line | None:
    """Return a line of the basket, None where there is none."""
    lines = around.basket.lines
    return lines[line_no - 1] if 0 < line_no <= len(lines) else None


def _part(amount: int, whole: int) -> int:
    """Return a part in parts per million, rounded up, at most all of it; something of nothing is all of it."""
    if amount <= 0:
        return 0
    return min(PPM, -(-amount * PPM // whole)) if whole > 0 else PPM


def _money(minor: int) -> int:
    """Return an amount within what money there is: more is refused anyway, and needs nobody's word."""
    return min(MAX_MINOR, max(0, minor))
