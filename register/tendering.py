"""Taking tenders, and posting the sale when nothing is left to pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from domain.basket import Basket
from domain.journal import Kind
from domain.outcome import BasketChanged, CopyPrinted, SalePosted, TenderAdded
from domain.refusal import Reason, Refused
from domain.sale import Sale, SaleHeader, folio_of
from domain.shift import Operator, Shift
from domain.tender import Tender, make_tender
from register.keeping import answering, keep, not_saved, tell_journal
from register.lane import Lane, basket_changed, coin_rounding
from register.later import Later
from storage import baskets
from storage.copies import print_copy
from storage.errors import NotSaved
from storage.ledger import find_receipt, last_receipt, post_sale
from storage.recovery import reopen

if TYPE_CHECKING:
    from register import cards, crediting, customers, item_rules, loyalty, returning
else:
    cards, crediting, customers, item_rules, loyalty, returning = (
        Later(f"register.{name}") for name in ("cards", "crediting", "customers", "item_rules", "loyalty", "returning")
    )


def add_tender(
    lane: Lane, kind_code: str, amount_minor: int | None, reference: str, confirmed: bool
) -> TenderAdded | SalePosted | Refused:
    """Take a tender; the last one posts the sale."""
    basket = lane.basket or Basket("")
    if refused := _not_payable(lane, basket, confirmed):
        return refused
    balance = basket.balance_minor
    if balance == 0 and amount_minor is None:
        return _post(lane, basket)
    kind = lane.tender_kind(kind_code)
    if kind is None:
        return Refused(Reason.NO_SUCH_TENDER, {"kind": kind_code})
    if kind.is_account and (refused := crediting.not_on_account(lane, basket)):
        return refused
    rounding = coin_rounding(lane, balance, kind)
    if balance + rounding == 0 and amount_minor is None:
        return _post(lane, msgspec.structs.replace(basket, rounding_minor=rounding))
    tender: Tender | Refused = (
        cards.card_tender(lane, basket, kind, amount_minor, reference)
        if kind.is_stored_value
        else make_tender(kind, balance + rounding, amount_minor, reference, lane.book.exponent)
    )
    if isinstance(tender, Refused):
        return tender
    paid = msgspec.structs.replace(basket, tenders=(*basket.tenders, tender))
    left = balance - tender.net_minor
    if left in (0, -rounding):
        return _post(lane, msgspec.structs.replace(paid, rounding_minor=rounding) if left else paid)
    if refused := _keep_tenders(lane, paid, None):
        return refused
    return TenderAdded(tender, left)


def _not_payable(lane: Lane, basket: Basket, confirmed: bool) -> Refused | None:
    """Return why no tender can be taken, if so; a resumed basket must have been looked at first."""
    if refused := lane.not_ready():
        return refused
    if not basket.lines:
        return Refused(Reason.BASKET_EMPTY)
    if basket.is_resumed and not basket.tenders:
        if not confirmed:
            return Refused(Reason.RESUMED_NEEDS_YES, {"name": basket.name})
        if refused := _overtaken(lane, basket):
            return refused
    if basket.is_returning:
        return returning.no_longer_left(lane, basket)
    return None


def _overtaken(lane: Lane, basket: Basket) -> Refused | None:
    """Refuse what another basket has sold or spent while this one was put aside."""
    if any(line.trace for line in basket.lines) and (refused := item_rules.goods_gone(lane, basket)):
        return refused
    return loyalty.points_gone(lane, basket) if basket.terms.points else None


def take_back_tenders(lane: Lane) -> BasketChanged | Refused:
    """Give the tenders of an unfinished basket back, journalled."""
    basket = lane.basket
    if refused := lane.not_ready():
        return refused
    if basket is None or not basket.tenders:
        return Refused(Reason.NO_TENDER)
    body = {"basket_id": basket.basket_id, "tenders": basket.tenders}
    bare = msgspec.structs.replace(basket, tenders=())
    return _keep_tenders(lane, bare, body) or basket_changed(bare)


def _keep_tenders(lane: Lane, basket: Basket, body: Mapping[str, object] | None) -> Refused | None:
    """Write a basket's tenders, with an event where some were taken back."""

    def write() -> None:
        if body is not None:
            tell_journal(lane, Kind.TENDERS_TAKEN_BACK, body)
        baskets.put_tenders(lane.db, basket)

    if refused := keep(lane, write):
        return refused
    lane.basket = basket
    return None


def _post(lane: Lane, basket: Basket) -> SalePosted | Refused:
    """Post a paid basket; on a failure ask the ledger before saying anything."""
    shift, operator = lane.shift, lane.operator
    if shift is None or operator is None:
        return Refused(Reason.NO_SHIFT)
    header = _about_buyer(lane, basket, header_of(lane, shift, operator))
    try:
        sale = post_sale(lane.db, lane.book, basket, header)
    except NotSaved as error:
        return _after_failure(lane, basket, error)
    lane.basket = None
    return announce(lane, sale)


def announce(lane: Lane, sale: Sale) -> SalePosted:
    """Let the lane go on after a document was posted, and say so."""
    lane.counts.clear()  # what was counted before this sale says nothing of the till after it
    lane.posted += 1
    lane.wake_printer()
    return _posted(sale)


def header_of(lane: Lane, shift: Shift, operator: Operator) -> SaleHeader:
    """Return what a sale has beside its basket, whoever buys."""
    return SaleHeader(
        lane.lane_id,
        shift.shift_id,
        shift.business_date,
        lane.now(),
        operator.operator,
        operator.name,
        lane.currency,
    )


def _about_buyer(lane: Lane, basket: Basket, header: SaleHeader) -> SaleHeader:
    """Return a header with who buys, what goes on the account, and the check code of who makes the invoice himself."""
    if lane.settings.invoice.url and basket.terms.invoice is None and basket.total_minor > 0:
        header = msgspec.structs.replace(header, check_code=customers.new_check_code(lane))
    if not basket.terms.customer:
        return header
    if lane.settings.loyalty.earn_minor or basket.terms.points or basket.is_returning:
        header = loyalty.with_points(lane, basket, header)
    return crediting.with_customer(lane, basket, header)


def _after_failure(lane: Lane, basket: Basket, error: NotSaved) -> SalePosted | Refused:
    """Look for the sale after a failed commit: a medium's error does not say whether it is there.

    The connection that failed is asked first. A new one would read the WAL from its beginning and believe pages
    that the kernel shows but could not write, and every later sale would lie behind that hole (a power cut after
    it lost acknowledged sales in 2,004 of 2,880 states).
    """
    found = answering(find_receipt)(lane.db, basket.basket_id)
    if isinstance(found, Refused):
        try:
            reopen(lane.db)
        except NotSaved as second:
            return not_saved(lane, second)
        found = answering(find_receipt)(lane.db, basket.basket_id)
    if isinstance(found, Refused) or found is None:
        return not_saved(lane, error)
    number = found
    lane.basket = None
    lane.counts.clear()
    lane.posted += 1
    lane.wake_printer()
    return SalePosted(
        receipt_number=number,
        folio=folio_of(lane.lane_id, number),
        sale_id=basket.basket_id,
        total_minor=basket.due_minor,
        tendered_minor=sum(t.amount_minor for t in basket.tenders),
        change_minor=sum(t.change_minor for t in basket.tenders),
        line_count=len(basket.lines) + sum(len(deduction.parts) for deduction in basket.deductions),
    )


def _posted(sale: Sale) -> SalePosted:
    """Return the outcome of a posted sale."""
    return SalePosted(
        receipt_number=sale.receipt_number,
        folio=sale.folio,
        sale_id=sale.sale_id,
        total_minor=sale.due_minor,
        tendered_minor=sum([tender.amount_minor for tender in sale.tenders]),
        change_minor=sale.change_minor,
        line_count=len(sale.lines),
    )


def reprint(lane: Lane, receipt_number: int | None) -> CopyPrinted | Refused:
    """Print a receipt again as a numbered copy, journalled."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    newest = last_receipt(lane.db)
    number = newest if receipt_number is None else receipt_number
    if not 0 < number <= newest:
        return Refused(Reason.NO_RECEIPT, {"receipt_number": number})
    try:
        copy = print_copy(lane.db, lane.mark(), number)
    except NotSaved as error:
        return not_saved(lane, error)
    if copy is None:
        return Refused(Reason.NO_RECEIPT, {"receipt_number": number})
    lane.wake_printer()
    return CopyPrinted(number, copy)
