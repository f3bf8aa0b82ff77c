"""What is asked of the register about customers and their accounts: parts of `domain.intent.Intent`."""

from __future__ import annotations

import msgspec

from domain.intent_base import IntentBase, Whole


class SearchCustomers(IntentBase, frozen=True, tag="search_customers"):
    """Find customers by words of their name, or by the beginning of a code, tax id, telephone number or card."""

    text: str
    limit: Whole = 20


class CreateCustomer(IntentBase, frozen=True, tag="create_customer"):
    """Create a customer; the ERP is told once and gives a code of its own."""

    name: str
    tax_id: str = ""
    phone: str = ""
    email: str = ""
    card: str = ""


class ChangeCustomer(IntentBase, frozen=True, tag="change_customer"):
    """Correct a customer: all five fields are written as they are given."""

    customer: str
    name: str
    tax_id: str = ""
    phone: str = ""
    email: str = ""
    card: str = ""


class SetInvoice(IntentBase, frozen=True, tag="set_invoice"):
    """Say what the invoice of the open basket needs. Without a tax id the customer's own data are taken."""

    tax_id: str = ""
    name: str = ""
    regime: str = ""
    postcode: str = ""
    use: str = ""
    email: str = ""


class DropInvoice(IntentBase, frozen=True, tag="drop_invoice"):
    """Want no invoice of the open basket after all."""


class ReadAccount(IntentBase, frozen=True, tag="read_account"):
    """Tell how a customer's account stands: credit, open documents, what was collected."""

    customer: str


class PrintStatement(IntentBase, frozen=True, tag="print_statement"):
    """Print a customer's statement of account."""

    customer: str


class CollectTender(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed over of a collection; without an amount exactly what is left of it."""

    kind: str
    amount_minor: Whole | None = None
    reference: str = ""


class Collect(IntentBase, frozen=True, tag="collect"):
    """Receive money on a customer's account: for chosen documents in their order, or for the oldest first.

    Without tenders it is exactly the amount in the default kind.
    """

    customer: str
    amount_minor: Whole
    tenders: tuple[CollectTender, ...] = ()
    documents: tuple[str, ...] = ()


class ReverseCollection(IntentBase, frozen=True, tag="reverse_collection"):
    """Take a collection of this lane back whole, as its money came; what it paid is open again."""

    number: Whole
    reason: str = ""
