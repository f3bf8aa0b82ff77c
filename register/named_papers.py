"""Papers that the printer's queue only names, by the row of the journal: receipts of collections, statements.

They are composed when they are printed, so that nobody's name lies in a queue that never forgets.
"""

from __future__ import annotations

from domain.account import open_documents
from domain.account_paper import Statement, compose_collection, compose_statement
from domain.journal import Kind
from domain.paper import Paper
from domain.receipt import StoreHead, Style
from register.crediting import credit_in
from register.lane import Lane
from storage.accounts import read_account
from storage.collecting import collection_at, kind_at
from storage.connection import LedgerDatabase
from storage.customers import find_customer
from storage.prints import PrintJob


def compose_named(db: LedgerDatabase, job: PrintJob, lane: Lane, head: StoreHead, style: Style) -> Paper | None:
    """Return the paper of a row of the journal, None where the row has none. It may run in any thread."""
    row = kind_at(db, job.number)
    if row is None:
        return None
    kind, customer, row_hash = row
    if kind == Kind.STATEMENT_PRINTED:
        return _statement(db, customer, job.created_at, lane, head, style)
    collection = collection_at(db, job.number)
    return compose_collection(collection, row_hash, head, style, job.copy) if collection else None


def _statement(db: LedgerDatabase, code: str, at: str, lane: Lane, head: StoreHead, style: Style) -> Paper | None:
    """Return a customer's statement as the account stands now."""
    customer = find_customer(db, code)
    if customer is None:
        return None
    account = read_account(db, customer.code, customer.was)
    statement = Statement(
        customer=customer.code,
        name=customer.name,
        tax_id=customer.tax_id,
        at=at,
        credit=credit_in(lane.settings, customer, account, lane.clock()),
        limit_minor=customer.credit_limit_minor,
        balance_at=account.balance_at,
        documents=open_documents(account),
    )
    return compose_statement(statement, head, style)
