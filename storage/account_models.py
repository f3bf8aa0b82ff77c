"""Customers, accounts and collections as peewee models: the schema described once more (see `storage.models`)."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from typing import Final

from peewee import CompositeKey, Model
from playhouse.sqlite_ext import FTS5Model, SearchField

from storage.columns import WORD_INDEX, Table, belongs, refers, text, whole


class Customer(Table):
    """A customer, whole, as the ERP or the lane told it; name and code stand again to be looked up."""

    customer_id = whole(primary_key=True)
    code = text(unique=True)
    name = text()
    document = text()
    is_active = whole("is_active IN (0, 1)", 1)


class CustomerKey(Table):
    """By what a customer is found beside the name."""

    key = text()
    customer = belongs(Customer, "customer_id", on_delete="CASCADE")

    class Meta:
        table_name = "customer_key"
        without_rowid = True
        primary_key = CompositeKey("key", "customer")
        indexes = ((("customer",), False),)


class CustomerFts(FTS5Model):  # type: ignore[misc]  # playhouse has no stubs
    """The word index of customers' names; it holds no text of its own."""

    name = SearchField()

    class Meta:
        table_name = "customer_fts"
        legacy_table_names = False
        options = WORD_INDEX


class AccountBalance(Table):
    """What the ERP says that a customer owes, and of when."""

    customer = text(primary_key=True)
    balance_minor = whole()
    balance_at = text()
    taken_at = text()

    class Meta:
        table_name = "account_balance"
        without_rowid = True


class OpenDocument(Table):
    """A document that the ERP says is not paid."""

    customer = text()
    document_id = text()
    folio = text()
    date = text()
    due_date = text()
    amount_minor = whole()
    open_minor = whole()

    class Meta:
        table_name = "open_document"
        without_rowid = True
        primary_key = CompositeKey("customer", "document_id")


class AccountMove(Table):
    """A document of the lane that moves an account."""

    journal_seq = refers("journal", "seq", primary_key=True)
    document_id = text(unique=True)
    customer = text()
    kind = text("kind IN ('sale', 'collection', 'reversal')")
    folio = text()
    date = text()
    due_date = text()
    amount_minor = whole()

    class Meta:
        table_name = "account_move"
        indexes = ((("customer",), False),)


class AccountCover(Table):
    """A move that the ERP's balance has in it, and the batch under which its document had been sent."""

    journal_seq = refers("account_move", "journal_seq", primary_key=True)
    batch = text()

    class Meta:
        table_name = "account_cover"


class Collection(Table):
    """A collection, or the reversal of one; its row seals its parts."""

    number = whole("number > 0", primary_key=True)
    collection_id = text(unique=True)
    kind = text("kind IN ('collection', 'reversal')")
    reverses = refers("collection", "number", "(reverses IS NULL) = (kind = 'collection')", unique=True, null=True)
    shift_id = refers("shift", "shift_id")
    customer = text()
    amount_minor = whole("amount_minor <> 0")
    at = text()
    operator = text()
    journal_seq = refers("journal", "seq", unique=True)


class CollectionPart(Table):
    """What of a collection pays one document."""

    number = belongs(Collection, "number", deferrable="INITIALLY DEFERRED")
    position = whole()
    document_id = text()
    folio = text()
    date = text()
    due_date = text()
    amount_minor = whole()

    class Meta:
        table_name = "collection_part"
        without_rowid = True
        primary_key = CompositeKey("number", "position")


ACCOUNT_MODELS: Final[tuple[type[Model], ...]] = (
    Customer,
    CustomerKey,
    CustomerFts,
    AccountBalance,
    OpenDocument,
    AccountMove,
    AccountCover,
    Collection,
    CollectionPart,
)
