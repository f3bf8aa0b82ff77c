"""Customers: found by code, tax id, telephone or card, and by name as it is typed.

Plain tables that the ERP, files and the lane fill; the journal has what the lane itself created and changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from domain.customer import Customer, phone_digits, search_key, search_keys
from domain.text import fold
from storage.catalog import match_query
from storage.connection import LedgerDatabase

_DECODE: Final = msgspec.json.Decoder(Customer).decode
_ENCODE: Final = msgspec.json.Encoder().encode
_BY_CODE: Final = "SELECT document FROM customer WHERE code = ?"
_BY_KEY: Final = """
    SELECT c.document FROM customer_key k JOIN customer c USING (customer_id) WHERE k.key = ?
    ORDER BY c.is_active DESC, c.customer_id LIMIT ?"""
_BY_PREFIX: Final = """
    SELECT c.customer_id, c.document, c.is_active FROM customer c WHERE c.customer_id IN
    (SELECT customer_id FROM customer_key WHERE key >= ? AND key < ? LIMIT ?) LIMIT ?"""
_BY_WORDS: Final = """
    SELECT c.customer_id, c.document, c.is_active FROM (SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?
    LIMIT ?) f JOIN customer c ON c.customer_id = f.rowid"""
_PUT: Final = """
    INSERT INTO customer (code, name, document, is_active) VALUES (?, ?, ?, ?)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, document = excluded.document,
        is_active = excluded.is_active RETURNING customer_id"""
_PUT_WORDS: Final = "INSERT OR REPLACE INTO customer_fts (rowid, name) VALUES (?, ?)"
_PUT_KEY: Final = "INSERT OR IGNORE INTO customer_key (key, customer_id) VALUES (?, ?)"
LEAST_PREFIX: Final = 2
MOST_SAME: Final = 5
"""Customers that one key is looked at for; more have no business with one tax id."""


def find_customer(db: LedgerDatabase, code: str) -> Customer | None:
    """Return the customer with a code, of the ERP's or a former one of the lane's, or None."""
    row = db.one(_BY_CODE, (code,))
    if row is not None:
        return _DECODE(row[0])
    known = (_DECODE(document) for (document,) in db.all(_BY_KEY, (search_key(code), MOST_SAME)))
    return next((customer for customer in known if code in customer.was), None)


def find_by_key(db: LedgerDatabase, text: str) -> tuple[Customer, ...]:
    """Return the customers who have exactly this code, tax id, card or telephone number."""
    found: dict[str, Customer] = {}
    for key in dict.fromkeys((search_key(text), phone_digits(text))):
        for (document,) in db.all(_BY_KEY, (key, MOST_SAME)) if key else ():
            customer = _DECODE(document)
            found.setdefault(customer.code, customer)
    return tuple(found.values())


def search_customers(db: LedgerDatabase, text: str, limit: int) -> tuple[Customer, ...]:
    """Return customers with a key that begins so, then those whose name holds every word, the last as a beginning.

    Accents and case are ignored, customers who are no more are left out. Short beginnings are not ranked, for the
    reason that `storage.catalog.search_items` gives.
    """
    rows = _search_keys(db, text, limit)
    query = match_query(text)
    for scoped in (query.removesuffix(" *"), query) if query else ():
        if len(rows) < limit:
            rows += db.all(_BY_WORDS, (scoped, limit))
    found = {customer_id: document for customer_id, document, is_active in rows if is_active}
    return tuple(_DECODE(document) for document in list(found.values())[:limit])


def _search_keys(db: LedgerDatabase, text: str, limit: int) -> list[tuple[int, str, int]]:
    """Return the rows of customers with a key that begins like what was typed."""
    rows: list[tuple[int, str, int]] = []
    is_phone = not any(char.isalpha() for char in text)
    for start in dict.fromkeys((search_key(text), phone_digits(text) if is_phone else "")):
        if len(start) >= LEAST_PREFIX:
            rows += db.all(_BY_PREFIX, (start, f"{start}\x7f", limit, limit))
    return rows


def put_customers(db: LedgerDatabase, customers: Iterable[Customer]) -> None:
    """Write customers with their keys and words, inside the caller's transaction."""
    for customer in customers:
        _take_over(db, customer)
        text = _ENCODE(customer).decode()
        row = db.one(_PUT, (customer.code, customer.name, text, int(customer.is_active)))
        if row is None:
            continue
        db.run("DELETE FROM customer_key WHERE customer_id = ?", (row[0],))
        db.many(_PUT_KEY, [(key, row[0]) for key in search_keys(customer)])
        db.run(_PUT_WORDS, (row[0], fold(customer.name)))


def _take_over(db: LedgerDatabase, customer: Customer) -> None:
    """Take the customer that the lane had created away, once the ERP has given it another code."""
    for code in customer.was:
        row = db.one("SELECT customer_id FROM customer WHERE code = ?", (code,)) if code != customer.code else None
        if row is not None:
            db.run("DELETE FROM customer_fts WHERE rowid = ?", (row[0],))
            db.run("DELETE FROM customer WHERE customer_id = ?", (row[0],))


def has_customer(db: LedgerDatabase, code: str) -> bool:
    """Say whether a customer is known by exactly this code."""
    return db.one("SELECT 1 FROM customer WHERE code = ?", (code,)) is not None


def forget_customer(db: LedgerDatabase, code: str) -> None:
    """Delete who a customer is, and the words by which the customer was found.

    Moves on the account keep the code. The index of words is written anew: what is merely marked as deleted in it could
    still be read.
    """
    row = db.one("SELECT customer_id FROM customer WHERE code = ?", (code,))
    if row is None:
        return
    db.run("DELETE FROM customer_fts WHERE rowid = ?", (row[0],))
    db.run("DELETE FROM customer WHERE customer_id = ?", (row[0],))
    db.run("INSERT INTO customer_fts (customer_fts) VALUES ('optimize')")


def count_customers(db: LedgerDatabase) -> int:
    """Return how many customers there are."""
    row = db.one("SELECT count(*) FROM customer")
    return int(row[0]) if row else 0
