"""Customers at the lane: found, created, corrected, and wanted on an invoice."""

from __future__ import annotations

import msgspec

from domain.account_outcome import CustomerSaved, CustomersFound
from domain.basket import Basket
from domain.buyer import InvoiceData
from domain.customer import Customer, CustomerForm, clean_form, form_of, judge_form, with_form
from domain.invoice import check_code, clean_invoice, judge_invoice
from domain.journal import Kind
from domain.outcome import BasketChanged
from domain.refusal import Reason, Refused
from domain.text import holds_card_number, safe_text
from register.keeping import keep
from register.lane import Lane, basket_changed
from register.selling import new_basket, not_now
from register.tax_ids import invoice_pack, judge_tax_id
from storage import baskets
from storage.customers import find_by_key, find_customer, put_customers, search_customers
from storage.events import journal_event
from storage.journal import read_head
from storage.ledger import put_outbox

MAX_HITS = 100
MAX_TEXT = 60


def search(lane: Lane, text: str, limit: int) -> CustomersFound:
    """Find customers as they are typed."""
    return CustomersFound(search_customers(lane.db, text[:MAX_TEXT], max(0, min(limit, MAX_HITS))))


def customer_of(lane: Lane, basket: Basket) -> Customer | None:
    """Return the customer of a basket as the ledger has it now; None for nobody, or for one the lane does not know."""
    return find_customer(lane.db, basket.terms.customer) if basket.terms.customer else None


def create(lane: Lane, form: CustomerForm) -> CustomerSaved | Refused:
    """Create a customer under a code of the lane's, journalled, and tell the ERP once."""
    form = clean_form(form)
    if refused := _not_savable(lane, form) or _is_known(lane, form, ""):
        return refused
    made: list[Customer] = []

    def write() -> None:
        code = f"{lane.lane_id}-N{read_head(lane.db).seq + 1}"
        made.append(with_form(Customer(code, form.name), form))
        _tell(lane, Kind.CUSTOMER_CREATED, made[0], f"{lane.lane_id}-customer-{code}", ())

    return keep(lane, write) or CustomerSaved(made[0])


def change(lane: Lane, code: str, form: CustomerForm) -> CustomerSaved | Refused:
    """Correct a customer, journalled with what stands now, and tell the ERP."""
    known = find_customer(lane.db, code)
    if known is None:
        return Refused(Reason.NO_SUCH_CUSTOMER, {"customer": safe_text(code, MAX_TEXT)})
    form = clean_form(form)
    if refused := _not_savable(lane, form) or _is_known(lane, form, known.code):
        return refused
    changed = with_form(known, form)

    def write() -> None:
        created = f"{lane.lane_id}-customer-{known.code}"
        name = f"{created}-{read_head(lane.db).seq + 1}"
        _tell(lane, Kind.CUSTOMER_CHANGED, changed, name, (created,))

    return keep(lane, write) or CustomerSaved(changed)


def _tell(lane: Lane, kind: Kind, customer: Customer, document_id: str, of: tuple[str, ...]) -> None:
    """Write a customer, the journal's event of it and the document for the ERP."""
    form = form_of(customer)
    body = {
        "document_id": document_id,
        "customer": customer.code,
        "name": form.name,
        "tax_id": form.tax_id,
        "phone": form.phone,
        "email": form.email,
        "card": form.card,
        "of": of,
    }
    head = journal_event(lane.db, lane.mark(), kind, body)
    put_customers(lane.db, (customer,))
    put_outbox(lane.db, document_id, kind, head.seq)
    lane.posted += 1


def _not_savable(lane: Lane, form: CustomerForm) -> Refused | None:
    """Return why a customer cannot be kept like this, if so."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    return judge_form(form) or (judge_tax_id(lane, form.tax_id) if form.tax_id else None)


def _is_known(lane: Lane, form: CustomerForm, code: str) -> Refused | None:
    """Return that somebody else has the tax id or the card already, if so: two of one are one too many for an ERP."""
    for key in (form.tax_id, form.card):
        for other in find_by_key(lane.db, key) if key else ():
            if other.code != code and other.is_active:
                return Refused(Reason.CUSTOMER_EXISTS, {"customer": other.code, "name": other.name})
    return None


# invoices


def set_invoice(lane: Lane, data: InvoiceData) -> BasketChanged | Refused:
    """Keep what the invoice of the open basket needs, checked as the country does it."""
    if refused := not_now(lane):
        return refused
    basket = lane.basket or new_basket(lane)
    known = customer_of(lane, basket)
    wanted = clean_invoice(_own_data(known) if known and not data.tax_id else data)
    if refused := _bad_invoice(lane, wanted):
        return refused
    return _keep_invoice(lane, basket, wanted)


def drop_invoice(lane: Lane) -> BasketChanged | Refused:
    """Want no invoice of the open basket."""
    if refused := not_now(lane):
        return refused
    if lane.basket is None or lane.basket.terms.invoice is None:
        return Refused(Reason.BASKET_EMPTY)
    return _keep_invoice(lane, lane.basket, None)


def _own_data(customer: Customer) -> InvoiceData:
    """Return a customer's invoice data, or what is known of them."""
    return customer.invoice or InvoiceData(customer.tax_id, customer.name, email=customer.email)


def _bad_invoice(lane: Lane, data: InvoiceData) -> Refused | None:
    """Return why an invoice cannot be made of this, if so."""
    if holds_card_number(" ".join(msgspec.structs.astuple(data))):
        return Refused(Reason.CARD_NUMBER)
    return judge_invoice(data, invoice_pack(lane).rules) or judge_tax_id(lane, data.tax_id)


def _keep_invoice(lane: Lane, basket: Basket, data: InvoiceData | None) -> BasketChanged | Refused:
    """Write what a basket's invoice needs. The journal has it with the sale, once there is one."""
    terms = msgspec.structs.replace(basket.terms, invoice=data)
    new = msgspec.structs.replace(basket, terms=terms)

    def write() -> None:
        baskets.put_lines(lane.db, new, (), lane.operator_id)
        baskets.put_terms(lane.db, new)

    if refused := keep(lane, write):
        return refused
    lane.basket = new
    return basket_changed(new)


def new_check_code(lane: Lane) -> str:
    """Return a check code for a receipt: forty random bits of a new id."""
    return check_code(int(lane.new_id().replace("-", "")[-16:], 16) ^ int(lane.new_id().replace("-", "")[:12], 16))
