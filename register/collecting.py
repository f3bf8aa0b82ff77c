"""Collections: money received on customers' accounts, its reversal, and the statement of an account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.account import Account, OpenDocument, open_documents, pay, turn
from domain.account_intent import CollectTender
from domain.account_outcome import AccountRead, CollectionPosted, CollectionReversed, StatementPrinted
from domain.collection import Collection
from domain.customer import Customer
from domain.journal import Kind
from domain.money import MAX_MINOR
from domain.refusal import Reason, Refused
from domain.tender import Tender, make_tender
from domain.text import holds_card_number, safe_text
from register.crediting import account_of, credit, credit_rules
from register.keeping import keep, not_saved
from register.lane import Lane
from storage import collecting
from storage.customers import find_customer
from storage.errors import NotSaved
from storage.events import journal_event
from storage.ledger import put_named_job

MAX_TENDERS = 20
MAX_REASON = 60
RECENT = 10


def read(lane: Lane, code: str) -> AccountRead | Refused:
    """Tell how a customer's account stands."""
    customer = find_customer(lane.db, code)
    if customer is None:
        return _unknown(code)
    account = account_of(lane, customer)
    return AccountRead(
        customer=customer,
        credit=credit(lane, customer, account),
        balance_minor=account.balance_minor,
        balance_at=account.balance_at,
        documents=open_documents(account),
        collections=collecting.recent(lane.db, (customer.code, *customer.was), RECENT),
    )


def print_statement(lane: Lane, code: str) -> StatementPrinted | Refused:
    """Queue a customer's statement of account, journalled; it is composed when it is printed."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    customer = find_customer(lane.db, code)
    if customer is None:
        return _unknown(code)

    def write() -> None:
        head = journal_event(lane.db, lane.mark(), Kind.STATEMENT_PRINTED, {"customer": customer.code})
        put_named_job(lane.db, head.seq, lane.now())

    if refused := keep(lane, write):
        return refused
    lane.wake_printer()
    return StatementPrinted(customer.code)


def collect(
    lane: Lane, code: str, amount_minor: int, tenders: Sequence[CollectTender], documents: Sequence[str]
) -> CollectionPosted | Refused:
    """Receive an amount on an account, as one document with its own number and receipt."""
    if refused := lane.not_ready():
        return refused
    customer = find_customer(lane.db, code)
    if customer is None:
        return _unknown(code)
    account = account_of(lane, customer)
    opened = open_documents(account)
    if refused := _not_collectable(lane, account, opened, amount_minor, documents):
        return refused
    taken = _take(lane, amount_minor, tenders)
    if isinstance(taken, Refused):
        return taken
    parts, rest = pay(opened, amount_minor, documents)
    made = _blank(lane, customer, account, amount_minor, taken)
    made = collecting.with_parts(made, parts, rest)
    try:
        posted = collecting.post(lane.db, made)
    except NotSaved as error:
        return not_saved(lane, error)
    _tell(lane)
    return CollectionPosted(
        number=posted.number,
        folio=posted.folio,
        collection_id=posted.collection_id,
        amount_minor=posted.amount_minor,
        tendered_minor=sum(tender.amount_minor for tender in posted.tenders),
        change_minor=sum(tender.change_minor for tender in posted.tenders),
        unassigned_minor=posted.unassigned_minor,
        owed_minor=posted.owed_minor,
    )


def reverse(lane: Lane, number: int, reason: str) -> CollectionReversed | Refused:
    """Take a collection back whole, in the kinds it came by; foreign money goes back as the store's own."""
    if refused := lane.not_ready():
        return refused
    if holds_card_number(reason):
        return Refused(Reason.CARD_NUMBER)
    found = collecting.read(lane.db, number)
    if found is None or found.reverses:
        return Refused(Reason.NO_SUCH_COLLECTION, {"number": number})
    if collecting.is_reversed(lane.db, number):
        return Refused(Reason.COLLECTION_REVERSED, {"folio": found.folio})
    customer = find_customer(lane.db, found.customer) or Customer(found.customer, found.customer_name)
    tenders = tuple(_turned(lane, tender) for tender in found.tenders)
    blank = _blank(lane, customer, account_of(lane, customer), -found.amount_minor, tenders)
    made = collecting.as_reversal(blank, found, turn(found.parts), safe_text(reason, MAX_REASON).strip())
    try:
        posted = collecting.post(lane.db, made)
    except NotSaved as error:
        return not_saved(lane, error)
    _tell(lane)
    return CollectionReversed(posted.number, posted.folio, number, posted.amount_minor, posted.owed_minor)


def _blank(
    lane: Lane, customer: Customer, account: Account, amount_minor: int, tenders: tuple[Tender, ...]
) -> Collection:
    """Return a document without its number and parts."""
    mark = lane.mark()
    return Collection(
        collection_id=lane.new_id(),
        kind="collection",
        number=0,
        folio="",
        lane=mark.lane,
        shift_id=mark.shift_id,
        business_date=lane.shift.business_date if lane.shift else lane.today(),
        at=mark.at,
        operator=mark.operator,
        operator_name=lane.operator.name if lane.operator else "",
        currency=lane.currency,
        customer=customer.code,
        customer_name=customer.name,
        customer_tax_id=customer.tax_id,
        amount_minor=amount_minor,
        tenders=tenders,
        parts=(),
        unassigned_minor=0,
        owed_minor=account.owed_minor - amount_minor,
        balance_at=account.balance_at,
        of=(),
    )


def _not_collectable(
    lane: Lane, account: Account, opened: Iterable[OpenDocument], amount_minor: int, documents: Sequence[str]
) -> Refused | None:
    """Return why an amount cannot be received, if so."""
    if not 0 < amount_minor <= MAX_MINOR:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": amount_minor})
    known = {document.document_id: document for document in opened}
    if strange := [name for name in documents if name not in known]:
        return Refused(Reason.NO_SUCH_DOCUMENT, {"document": safe_text(strange[0], MAX_REASON)})
    if not credit_rules(lane.settings).keeps_overpayment and amount_minor > max(0, account.owed_minor):
        return Refused(Reason.OVERPAID, {"owed_minor": max(0, account.owed_minor)})
    return None


def _take(lane: Lane, amount_minor: int, tenders: Sequence[CollectTender]) -> tuple[Tender, ...] | Refused:
    """Return the tenders of an amount: together they come to it, and change is given from what gives change."""
    wanted = tenders or (CollectTender(lane.tender_kinds[0].code),)
    taken: list[Tender] = []
    left = amount_minor
    for tender in wanted[:MAX_TENDERS]:
        kind = lane.tender_kind(tender.kind)
        if kind is None or not kind.pays_accounts:
            return Refused(Reason.NO_SUCH_TENDER, {"kind": safe_text(tender.kind, MAX_REASON)})
        if left <= 0:
            return Refused(Reason.BAD_AMOUNT, {"amount_minor": tender.amount_minor or 0})
        made = make_tender(kind, left, tender.amount_minor, tender.reference, lane.book.exponent)
        if isinstance(made, Refused):
            return made
        taken.append(made)
        left -= made.net_minor
    return Refused(Reason.BAD_AMOUNT, {"amount_minor": amount_minor - left}) if left else tuple(taken)


def _turned(lane: Lane, tender: Tender) -> Tender:
    """Return a tender that gives one back."""
    kind = lane.tender_kind(tender.kind)
    back = kind.foreign.change_kind if kind is not None and kind.foreign else tender.kind
    return Tender(back, -tender.net_minor, 0, tender.reference)


def _unknown(code: str) -> Refused:
    return Refused(Reason.NO_SUCH_CUSTOMER, {"customer": safe_text(code, MAX_REASON)})


def _tell(lane: Lane) -> None:
    """Say that there is news, and paper; a count of the till from before is void."""
    lane.counts.clear()
    lane.posted += 1
    lane.wake_printer()
