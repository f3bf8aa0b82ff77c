"""What a supervisor does to a sale that was posted: takes it back whole, or says how it really was paid."""

from __future__ import annotations

from domain.intent_return import ChangeTender
from domain.outcome import SalePosted, TenderChanged
from domain.past_sale import TenderChange
from domain.post_void import is_voidable, void_sale
from domain.refusal import Reason, Refused
from domain.tender import MAX_REFERENCE
from domain.tender_change import judge_change
from domain.text import holds_card_number, safe_text
from register.keeping import not_saved
from register.lane import Lane
from register.receipts import KnownReceipt, read_known
from register.returning import judge_return_reason
from register.tendering import announce, header_of
from storage.errors import NotSaved, saving
from storage.ledger import add_document, last_receipt, next_receipt
from storage.tender_changes import post_change
from storage.traces import has_cards

MAX_REASON = 60


def post_void(lane: Lane, reason: str) -> SalePosted | Refused:
    """Take the last sale of the open shift back whole, if nothing of it came back."""
    shift, operator = lane.shift, lane.operator
    refused = lane.not_ready() or judge_return_reason(lane, reason)
    if refused or shift is None or operator is None:
        return refused or Refused(Reason.NO_SHIFT)
    if lane.basket and lane.basket.lines:
        return Refused(Reason.BASKET_OPEN)
    number = last_receipt(lane.db)
    found = read_known(lane, number) if number else None
    if found is None or not _may_be_voided(found, shift.shift_id):
        return Refused(Reason.NOT_VOIDABLE, {"receipt_number": number})
    header, sale_id = header_of(lane, shift, operator), lane.new_id()
    try:
        with saving(), lane.db.atomic():
            sale = void_sale(found.sale, header, sale_id, next_receipt(lane.db), reason)
            add_document(lane.db, sale)
    except NotSaved as error:
        return not_saved(lane, error)
    return announce(lane, sale)


def _may_be_voided(found: KnownReceipt, shift_id: int) -> bool:
    """Say whether a sale is of the open shift, with nothing on cards, and nothing of it came back anywhere."""
    if has_cards(found.sale):
        return False  # what is on a card may be spent by now, by whoever has it
    return found.sale.shift_id == shift_id and is_voidable(found.sale) and not (found.returns or found.elsewhere)


def change_tender(lane: Lane, wanted: ChangeTender) -> TenderChanged | Refused:
    """Say in which kind a tender of a sale of the open shift really was."""
    if refused := lane.not_ready():
        return refused
    number = last_receipt(lane.db) if wanted.receipt_number is None else wanted.receipt_number
    found = read_known(lane, number) if 0 < number <= last_receipt(lane.db) else None
    if found is None:
        return Refused(Reason.NO_RECEIPT, {"receipt_number": number})
    kind = lane.tender_kind(wanted.kind)
    if kind is None or kind.is_stored_value:
        return Refused(Reason.NO_SUCH_TENDER, {"kind": wanted.kind})
    kinds, at = {one.code: one for one in lane.tender_kinds}, wanted.position - 1
    if refused := judge_change(found.sale, at, kinds, kind.code, lane.shift_id) or _bad_words(
        wanted, kind.needs_reference
    ):
        return refused
    tender = found.sale.tenders[at]
    if tender.card:
        return Refused(Reason.NO_SUCH_TENDER, {"kind": tender.kind})
    change = TenderChange(
        of=found.sale.sale_id,
        receipt_number=number,
        folio=found.sale.folio,
        position=at,
        from_kind=tender.kind,
        to_kind=kind.code,
        amount_minor=tender.amount_minor,
        change_minor=tender.change_minor,
        reference=wanted.reference.strip(),
        reason=safe_text(wanted.reason, MAX_REASON).strip(),
    )
    try:
        post_change(lane.db, lane.mark(), change)
    except NotSaved as error:
        return not_saved(lane, error)
    lane.counts.clear()
    lane.posted += 1
    return TenderChanged(change)


def _bad_words(wanted: ChangeTender, needs_reference: bool) -> Refused | None:
    """Return why reason or reference cannot be kept, if so."""
    if holds_card_number(wanted.reference) or holds_card_number(wanted.reason):
        return Refused(Reason.CARD_NUMBER, {"kind": wanted.kind})
    if len(wanted.reference) > MAX_REFERENCE:
        return Refused(Reason.REFERENCE_TOO_LONG, {"max": MAX_REFERENCE})
    if needs_reference and not wanted.reference.strip():
        return Refused(Reason.NEEDS_REFERENCE, {"kind": wanted.kind})
    return None if wanted.reason.strip() else Refused(Reason.NO_SUCH_REASON, {"reason": ""})
