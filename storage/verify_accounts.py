"""What `storage.verify` proves of accounts: moves, collections and their parts are what their records say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from domain.chain import Discrepancy, Flaw
from domain.collection import Collection
from domain.journal import Kind, Record
from domain.sale import Sale
from storage import accounts, collecting
from storage.connection import LedgerDatabase

COLLECTION_KINDS: Final = frozenset({Kind.COLLECTION_POSTED, Kind.COLLECTION_REVERSED})
ACCOUNT_KINDS: Final = COLLECTION_KINDS | {Kind.CUSTOMER_CREATED, Kind.CUSTOMER_CHANGED}
ACCOUNT_TABLES: Final = ("account_move", "collection", "collection_part")

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows that a record asks for, by table."""


def sale_rows(record: Record, sale: Sale) -> Rows:
    """Return what a sale must have left on an account."""
    move = accounts.move_of(sale)
    return {"account_move": [accounts.move_row(sale.customer, move, record.seq)]} if move else {}


def collection_rows(record: Record, collection: Collection) -> Rows:
    """Return what a collection must have left."""
    return {
        "collection": [collecting.collection_row(collection, record.seq)],
        "collection_part": list(collecting.part_rows(collection)),
        "account_move": [accounts.move_row(collection.customer, collecting.move_of(collection), record.seq)],
    }


def collection_in(record: Record) -> Collection:
    """Return the collection of a record."""
    return msgspec.convert(record.body, Collection)


def wrong_rows(db: LedgerDatabase, record: Record, rows: Rows) -> Iterator[Discrepancy]:
    """Yield the tables that do not say what a record says."""
    for table, wanted in rows.items():
        if db.all(_READ[table], (record.seq,)) != wanted:
            yield Discrepancy(Flaw.TABLE, record.seq, table)


def said_twice(record: Record, collection: Collection) -> Iterator[Discrepancy]:
    """Yield where a collection says another operator, instant, shift or kind than the record around it."""
    said = (collection.operator, collection.at, collection.shift_id, collecting.journal_kind(collection))
    if said != (record.operator, record.at, record.shift_id, record.kind):
        yield Discrepancy(Flaw.TABLE, record.seq, "the record and its document differ")


_READ: Final = {
    "account_move": "SELECT journal_seq, document_id, customer, kind, folio, date, due_date, amount_minor"
    " FROM account_move WHERE journal_seq = ?",
    "collection": "SELECT number, collection_id, kind, reverses, shift_id, customer, amount_minor, at, operator,"
    " journal_seq FROM collection WHERE journal_seq = ?",
    "collection_part": "SELECT p.number, p.position, p.document_id, p.folio, p.date, p.due_date, p.amount_minor"
    " FROM collection_part p JOIN collection c USING (number) WHERE c.journal_seq = ? ORDER BY p.position",
}
