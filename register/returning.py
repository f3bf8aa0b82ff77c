"""Taking things back: with a receipt of this lane, with one of another lane, or without any."""

from __future__ import annotations

import msgspec

from domain.basket import (
    Basket,
    Change,
    Draft,
    Line,
    PriceOrigin,
    QuantityOrigin,
    add_line,
    append_line,
    has_known_taxes,
    rebuild,
)
from domain.cash import judge_reason
from domain.intent import AddTender, Intent
from domain.intent_return import ReturnItem, ReturnLines
from domain.line_return import LineReturn, Origin
from domain.money import MICRO
from domain.outcome import BasketChanged, ReturnBegun
from domain.refund import refund_beyond
from domain.refusal import Fact, Reason, Refused
from domain.returning import (
    Back,
    Wanted,
    add_backs,
    backs_in,
    judge_quantity,
    over_return,
    return_line,
    returnable,
    returned_minor,
    returns_of,
    unconfirmed_minor,
)
from domain.tax import price_line
from register import loyalty
from register.finding import Found, find
from register.keeping import keep
from register.lane import Lane, coin_rounding, coin_step
from register.pricing import reprice
from register.receipts import KnownReceipt, OtherReceipt, find_receipt
from register.selling import new_basket, not_now, out_of_bounds
from storage import baskets

SHELF_REASONS = ("reason_size", "reason_mind", "reason_wrong", "reason_other")
DAMAGED_REASONS = ("reason_broken", "reason_spoiled")
"""Keys of the words for the reasons of a store that has named none."""

MAX_DIGITS = 9
"""Digits of a line's number that are read."""


def reasons(lane: Lane, *, is_damaged: bool) -> tuple[str, ...]:
    """Return the store's reasons for what goes back to the shelf, or for what is damaged."""
    named = lane.settings.returns.damaged_reasons if is_damaged else lane.settings.returns.reasons
    return named or tuple(lane.texts[key] for key in (DAMAGED_REASONS if is_damaged else SHELF_REASONS))


def judge_return_reason(lane: Lane, reason: str) -> Refused | None:
    """Return the refusal of a reason that is on neither list."""
    return judge_reason(reason, (*reasons(lane, is_damaged=False), *reasons(lane, is_damaged=True)))


def begin_return(lane: Lane, receipt: str) -> ReturnBegun | Refused:
    """Tell what can come back of a receipt."""
    if refused := lane.not_ready():
        return refused
    found = find_receipt(lane, receipt)
    match found:
        case Refused():
            return found
        case OtherReceipt():
            return _begin_other(lane, found)
        case KnownReceipt():
            return _begin_known(lane, found)


def _begin_other(lane: Lane, found: OtherReceipt) -> ReturnBegun:
    """Tell of another lane's receipt what its bar code says."""
    total, left = found.code.total_minor, _left_of_other(lane, found, lane.basket)
    return ReturnBegun(found.folio, "", "", "", "", total, (), {}, is_unconfirmed=True, left_minor=left)


def _begin_known(lane: Lane, found: KnownReceipt) -> ReturnBegun:
    """Tell of a receipt of this lane everything."""
    sale, paid = found.sale, found.paid(lane)
    backs = found.backs(paid, lane.basket)
    return ReturnBegun(
        folio=sale.folio,
        sale_id=sale.sale_id,
        at=sale.at,
        business_date=sale.business_date,
        customer=sale.customer,
        total_minor=sale.total_minor,
        lines=tuple(returnable(line, backs[number]) for number, line in paid.items()),
        refunds=found.refunds(lane),
        tenders=sale.tenders,
    )


def return_lines(
    lane: Lane, receipt: str, reason: str, lines: dict[str, int], is_damaged: bool
) -> BasketChanged | Refused:
    """Put what comes back of a receipt of this lane into the basket."""
    if refused := not_now(lane) or judge_return_reason(lane, reason):
        return refused
    found = find_receipt(lane, receipt)
    if isinstance(found, OtherReceipt):
        return Refused(Reason.BAD_RECEIPT, {"folio": found.folio})
    if isinstance(found, Refused):
        return found
    change = _lines_back(lane, found, _wanted(lane, found, reason, lines, is_damaged))
    return change if isinstance(change, Refused) else _save(lane, change, found.sale.customer)


def _wanted(
    lane: Lane, found: KnownReceipt, reason: str, lines: dict[str, int], is_damaged: bool
) -> list[Wanted] | Refused:
    """Return the pieces that are asked for; all that is left where no line is named."""
    if not lines:
        paid = found.paid(lane)
        backs = found.backs(paid, lane.basket)
        loads = {line.line_no for line in found.sale.lines if line.load}
        left = {n: returnable(line, backs[n]).left_micro for n, line in paid.items() if n not in loads}
        wanted = [Wanted(number, micro, reason, is_damaged) for number, micro in left.items() if micro]
        return wanted or over_return(found.sale.folio, 0)
    wrong = next(
        (number for number in lines if not (number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS)), None
    )
    if wrong is not None:
        return Refused(Reason.NO_SUCH_LINE, {"line_no": wrong[:12]})
    return [Wanted(int(number), micro, reason, is_damaged) for number, micro in lines.items()]


def _lines_back(lane: Lane, found: KnownReceipt, wanted: list[Wanted] | Refused) -> Change | Refused:
    """Return the open basket, or a new one, with a line for each piece that comes back."""
    if isinstance(wanted, Refused):
        return wanted
    basket = lane.basket or new_basket(lane)
    if refused := _of_another(basket, found.sale.folio):
        return refused
    paid = found.paid(lane)
    backs = found.backs(paid, basket)
    new: list[Line] = []
    for piece in wanted:
        line = paid.get(piece.line_no)
        if line is None:
            return Refused(Reason.NO_SUCH_LINE, {"line_no": piece.line_no})
        back = backs[piece.line_no]
        if found.sale.lines[piece.line_no - 1].load:
            return Refused(Reason.CARD_LINE, {"name": found.sale.lines[piece.line_no - 1].name})
        if refused := judge_quantity(returnable(line, back), piece.quantity_micro):
            return refused
        change = append_line(lane.book, basket, return_line(found.sale, line, piece, back, len(basket.lines) + 1))
        money = change.lines[0].tax
        basket, new = change.basket, [*new, *_stamped(lane, change.lines)]
        gross = money.base_minor + sum(row.tax_minor for row in money.rows)
        rows = tuple(msgspec.structs.replace(r, base_minor=-r.base_minor, tax_minor=-r.tax_minor) for r in money.rows)
        backs[piece.line_no] = add_backs(back, Back(piece.quantity_micro, -money.amount_minor, -gross, rows))
    lines = (*basket.lines[: len(basket.lines) - len(new)], *new)
    return Change(msgspec.structs.replace(basket, lines=lines, touched=0), tuple(new))


def _stamped(lane: Lane, lines: tuple[Line, ...]) -> list[Line]:
    """Return lines with who has made them and when."""
    return [msgspec.structs.replace(line, operator=lane.operator_id, at=lane.now()) for line in lines]


def _of_another(basket: Basket, folio: str) -> Refused | None:
    """Refuse a second receipt in one basket: an ERP's return names one sale."""
    first = returns_of(basket)
    if first is None or first.folio == folio:
        return None
    return Refused(Reason.OTHER_RECEIPT, {"folio": first.folio})


def _save(lane: Lane, change: Change, customer: str = "") -> BasketChanged | Refused:
    """Write what comes back; a basket that begins with it is its customer's."""
    basket, is_new = change.basket, lane.basket is None
    if is_new and customer:
        terms = msgspec.structs.replace(basket.terms, customer=customer)
        change = Change(msgspec.structs.replace(basket, terms=terms), change.lines)
    priced = reprice(lane, change)
    if isinstance(priced, Refused):
        return priced

    def write() -> None:
        baskets.put_lines(lane.db, priced.basket, priced.lines, lane.operator_id)
        if is_new and customer:
            baskets.put_terms(lane.db, priced.basket)

    return keep(lane, write) or lane.changed(priced)


# without a receipt of this lane


def return_item(lane: Lane, wanted: ReturnItem) -> BasketChanged | Refused:
    """Put an item that comes back into the basket: at a price that is typed, or today's."""
    if refused := not_now(lane) or judge_return_reason(lane, wanted.reason):
        return refused
    found = find(lane, wanted.code)
    if isinstance(found, Refused):
        return found
    if found.item.rules.is_card:
        return Refused(Reason.CARD_LINE, {"name": found.item.name})
    draft = _draft(lane, wanted, found)
    if isinstance(draft, Refused):
        return draft
    basket = lane.basket or new_basket(lane)
    of = draft.returns.of if isinstance(draft.returns, LineReturn) else None
    if of is not None and (refused := _of_another(basket, of.folio)):
        return refused
    change = add_line(lane.book, basket, draft)
    if isinstance(change, Refused):
        return change
    change = Change(msgspec.structs.replace(change.basket, touched=0), change.lines)
    return _beyond_other(lane, wanted.receipt, change.basket) or _save(lane, change)


def _draft(lane: Lane, wanted: ReturnItem, found: Found) -> Draft | Refused:
    """Return the line of an item that comes back, or why it cannot."""
    if lane.basket is not None and lane.basket.terms.position:
        from register.positions import placed_found  # few customers have other taxes

        found = placed_found(lane, lane.basket, found)
    item = found.item
    facts: dict[str, Fact] = {"sku": item.sku, "name": item.name}
    price = found.price_micro if wanted.unit_price_micro is None else wanted.unit_price_micro
    is_todays = wanted.unit_price_micro is None and found.price_origin is not PriceOrigin.LABEL
    quantity = (MICRO if found.quantity_micro is None else found.quantity_micro) * (
        MICRO if wanted.quantity_micro is None else wanted.quantity_micro
    )
    if price is None:
        return Refused(Reason.NEEDS_PRICE, facts)
    if price < 0 or (wanted.quantity_micro is not None and wanted.quantity_micro <= 0):
        return Refused(Reason.BAD_QUANTITY if price >= 0 else Reason.PRICE_OUT_OF_RANGE, facts)
    if item.tax_class not in lane.book.classes:
        return Refused(Reason.NO_TAX_CLASS, {**facts, "tax_class": item.tax_class})
    micro = quantity // MICRO
    if not item.uom.takes(micro):
        return Refused(Reason.WRONG_UNIT, {**facts, "uom": item.uom.code, "digits": item.uom.digits})
    if refused := out_of_bounds(lane, micro, price):
        return refused
    of = _origin(lane, wanted.receipt)
    if isinstance(of, Refused):
        return of
    return Draft(
        item=item,
        code=found.code,
        quantity_micro=-micro,
        unit_price_micro=price,
        price_origin=PriceOrigin.RETURN,
        quantity_origin=QuantityOrigin.COUNTED,
        operator=lane.operator_id,
        at=lane.now(),
        regular_price_micro=None if is_todays else item.unit_price_micro,
        returns=LineReturn(wanted.reason, of, wanted.is_damaged, of is not None),
    )


def _origin(lane: Lane, receipt: str) -> Origin | Refused | None:
    """Return whose receipt an item comes back with; one of this lane's own names its lines."""
    if not receipt:
        return None
    found = find_receipt(lane, receipt)
    if isinstance(found, OtherReceipt):
        return Origin(found.folio)
    return found if isinstance(found, Refused) else Refused(Reason.BAD_RECEIPT, {"folio": found.sale.folio})


def _beyond_other(lane: Lane, receipt: str, basket: Basket) -> Refused | None:
    """Refuse more than another lane's receipt came to."""
    found = find_receipt(lane, receipt) if receipt else None
    if not isinstance(found, OtherReceipt):
        return found if isinstance(found, Refused) else None
    left = _left_of_other(lane, found, basket)
    return Refused(Reason.OVER_RECEIPT, {"folio": found.folio, "left_minor": left}) if left < 0 else None


def _left_of_other(lane: Lane, found: OtherReceipt, basket: Basket | None) -> int:
    """Return for how much items of another lane's receipt can still come back, with a basket in it."""
    posted = sum(unconfirmed_minor(document.lines, found.folio) for document in found.returns)
    aside = (one for _, one in baskets.list_suspended(lane.db) if has_known_taxes(lane.book, one))
    lying = [rebuild(lane.book, one) for one in aside] + ([basket] if basket else [])
    return found.code.total_minor - posted - sum(_lying_minor(one, found.folio) for one in lying)


def _lying_minor(basket: Basket, folio: str) -> int:
    """Return what a basket brings back of another lane's receipt; one that is put aside may be paid later."""
    of = returns_of(basket)
    return returned_minor(basket) if of is not None and of.folio == folio else 0


# what is asked before money goes out


def no_longer_left(lane: Lane, basket: Basket) -> Refused | None:
    """Refuse to pay for what has come back by now: another basket, or the ERP, may have been quicker."""
    of = returns_of(basket)
    if of is None or not of.sale_id:
        return None
    found = find_receipt(lane, of.folio)
    if not isinstance(found, KnownReceipt):
        return Refused(Reason.NO_RECEIPT, {"receipt_number": of.folio})
    paid = found.paid(lane)
    posted = found.backs(paid, None)
    for number, lying in backs_in(basket, of.folio).items():
        line = returnable(paid[number], posted[number])
        if lying.quantity_micro > line.left_micro:
            return over_return(line.name, line.left_micro)
    return loyalty.not_theirs(lane, found, basket)


def worth_of(lane: Lane, intent: Intent) -> int:
    """Return what an act is measured by: what comes back with it, or by how much a refund is in another kind."""
    basket = lane.basket or Basket("")
    match intent:
        case AddTender():
            return _beyond_kind(lane, basket, intent)
        case ReturnLines():
            return returned_minor(basket) + _worth_of_lines(lane, intent)
        case ReturnItem():
            return returned_minor(basket) + _worth_of_item(lane, intent)
        case _:
            return 0


def _beyond_kind(lane: Lane, basket: Basket, intent: AddTender) -> int:
    """Return by how much a refund is more than the sale was paid with in its kind; a basket without one is free."""
    left, kind = _refunds_left(lane, basket), lane.tender_kind(intent.kind)
    owed, amount = -basket.balance_minor, intent.amount_minor
    due = owed - coin_rounding(lane, -owed, kind) if kind else owed
    if amount is None or amount == due:
        amount = min(owed, due)  # the coins that settle it are no more of the kind than what they stand for
    return 0 if left is None else refund_beyond(left, intent.kind, amount)


def next_refund(lane: Lane) -> tuple[str, int | None] | None:
    """Return the kind, and how much of it, in which money goes back before any other: one that the sale was paid in.

    All that is owed is no amount: what coins make of it is the tender's. A part is one that coins can pay. None where
    nothing is to go back, or nobody knows how it came.
    """
    basket = lane.basket or Basket("")
    owed = -basket.balance_minor
    left = _refunds_left(lane, basket) if owed > 0 else None
    for kind in lane.tender_kinds if left else ():
        most = left.get(kind.code, 0) if left else 0
        part = most - most % coin_step(lane, kind)
        if most >= owed or part > 0:
            return kind.code, None if most >= owed else part
    return None


def _refunds_left(lane: Lane, basket: Basket) -> dict[str, int] | None:
    """Return what can still go back in each kind of what a basket returns; None where it is of no known receipt."""
    of = returns_of(basket)
    found = find_receipt(lane, of.folio) if of is not None and of.sale_id else None
    if not isinstance(found, KnownReceipt):
        return None
    left = found.refunds(lane)
    for tender in basket.tenders:
        left[tender.kind] = left.get(tender.kind, 0) + tender.amount_minor
    return left


def _worth_of_lines(lane: Lane, intent: ReturnLines) -> int:
    """Return what lines of a receipt bring, as far as they can be read; what cannot is refused by the act itself."""
    found = find_receipt(lane, intent.receipt)
    if not isinstance(found, KnownReceipt):
        return 0
    wanted = _wanted(lane, found, intent.reason, intent.lines, intent.is_damaged)
    change = _lines_back(lane, found, wanted) if isinstance(wanted, list) else wanted
    if isinstance(change, Refused):
        return 0
    return returned_minor(change.basket) - returned_minor(lane.basket or Basket(""))


def _worth_of_item(lane: Lane, intent: ReturnItem) -> int:
    """Return what an item brings at its price, taxes included."""
    found = find(lane, intent.code)
    if isinstance(found, Refused):
        return 0
    draft = _draft(lane, intent, found)
    if isinstance(draft, Refused):
        return 0
    money = price_line(lane.book, draft.item.tax_class, -draft.quantity_micro, draft.unit_price_micro)
    return money.base_minor + sum(money.taxes_minor)
