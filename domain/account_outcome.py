"""What the register answers about customers and accounts: parts of `domain.outcome.Outcome`."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from domain.account import Credit, OpenDocument
from domain.customer import Customer
from domain.outcome import Outcome
from domain.outcome_base import OutcomeBase
from domain.refusal import Refused


class CustomersFound(OutcomeBase, frozen=True, tag="customers_found"):
    """What a search found, best first."""

    customers: tuple[Customer, ...]


class CustomerSaved(OutcomeBase, frozen=True, tag="customer_saved"):
    """A customer is created or corrected."""

    customer: Customer


class CollectionSum(msgspec.Struct, frozen=True):
    """A collection in a list; a reversal is told beside the collection that it takes back."""

    number: int
    folio: str
    at: str
    amount_minor: int
    is_reversed: bool


class AccountRead(OutcomeBase, frozen=True, tag="account_read"):
    """How an account stands; the newest collections of this lane beside it."""

    customer: Customer
    credit: Credit
    balance_minor: int
    balance_at: str
    documents: tuple[OpenDocument, ...]
    collections: tuple[CollectionSum, ...]


class StatementPrinted(OutcomeBase, frozen=True, tag="statement_printed"):
    """A statement of account went to the printer's queue."""

    customer: str


class CollectionPosted(OutcomeBase, frozen=True, tag="collection_posted"):
    """A collection is in the ledger: what was handed over, the change, and what is owed after it."""

    number: int
    folio: str
    collection_id: str
    amount_minor: int
    tendered_minor: int
    change_minor: int
    unassigned_minor: int
    owed_minor: int


class CollectionReversed(OutcomeBase, frozen=True, tag="collection_reversed"):
    """A collection is taken back: what goes out of the till again is negative."""

    number: int
    folio: str
    reverses: int
    amount_minor: int
    owed_minor: int


AccountOutcome: TypeAlias = (
    CustomersFound | CustomerSaved | AccountRead | StatementPrinted | CollectionPosted | CollectionReversed
)
WholeAnswer: TypeAlias = Outcome | AccountOutcome | Refused
"""`domain.outcome.Answer` for who decodes answers or describes them."""
