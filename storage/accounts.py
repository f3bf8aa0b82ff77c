"""Accounts: what the ERP says that customers owe, and the lane's own documents that its word does not cover yet.

A move is covered where a balance had it in: the mark names the batch under which its document had been sent. It stays
in that balance, whatever becomes of the document; the next balance looks again, and finds one open that the ERP has
refused since, or that was put back and goes out under another name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec import UNSET

from domain.account import Account, AccountMove, MoveKind, OpenDocument, PaidPart
from domain.instant import latest_told, read_stamp
from domain.sale import Sale
from storage.connection import LedgerDatabase
from storage.customers import find_customer

_MOVE: Final = """
    INSERT INTO account_move (journal_seq, document_id, customer, kind, folio, date, due_date, amount_minor)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_OPEN: Final = """
    SELECT m.document_id, m.kind, m.folio, m.date, m.due_date, m.amount_minor FROM account_move m
    WHERE m.customer IN ({places}) AND NOT EXISTS (SELECT 1 FROM account_cover c WHERE c.journal_seq = m.journal_seq)
    ORDER BY m.journal_seq"""
_PARTS: Final = """
    SELECT p.document_id, p.folio, p.amount_minor, p.date, p.due_date FROM collection_part p JOIN collection USING
    (number) WHERE collection_id = ? ORDER BY position"""
_DOCUMENTS: Final = """
    SELECT document_id, folio, date, due_date, amount_minor, open_minor FROM open_document WHERE customer = ?"""
_COVER: Final = """
    INSERT INTO account_cover (journal_seq, batch)
        SELECT m.journal_seq, o.batch FROM account_move m JOIN outbox o USING (journal_seq)
        WHERE m.journal_seq = ? AND o.state = 'sent'
    ON CONFLICT (journal_seq) DO UPDATE SET batch = excluded.batch"""
_UNCOVER: Final = """
    DELETE FROM account_cover WHERE journal_seq IN (
        SELECT c.journal_seq FROM account_move m
        JOIN account_cover c USING (journal_seq) JOIN outbox o USING (journal_seq)
        WHERE m.customer IN ({places}) AND (o.state <> 'sent' OR o.batch <> c.batch))"""
_BALANCE: Final = """
    INSERT INTO account_balance (customer, balance_minor, balance_at, taken_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (customer) DO UPDATE SET balance_minor = excluded.balance_minor, balance_at = excluded.balance_at,
        taken_at = excluded.taken_at"""
_PUT_DOCUMENT: Final = """
    INSERT OR REPLACE INTO open_document (customer, document_id, folio, date, due_date, amount_minor, open_minor)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
_UP_TO: Final = "SELECT journal_seq FROM account_move WHERE customer IN ({places}) AND journal_seq <= ?"
_SENT_UNTIL: Final = """
    SELECT m.journal_seq FROM account_move m JOIN outbox o USING (journal_seq)
    WHERE m.customer IN ({places}) AND o.state = 'sent' AND o.changed_at <= ?"""


class Balance(msgspec.Struct, frozen=True):
    """What the ERP says of one account at an instant: its sum, what is open, and which of the lane's moves are in it.

    `covers` are journal numbers of this lane. `documents` None says nothing about them.
    """

    customer: str
    balance_minor: int
    balance_at: str
    covers: frozenset[int] = frozenset()
    documents: tuple[OpenDocument, ...] | None = None


def read_account(db: LedgerDatabase, customer: str, was: Sequence[str] = ()) -> Account:
    """Return what is known of a customer's account; `was` are codes that the customer had before."""
    row = db.one("SELECT balance_minor, balance_at FROM account_balance WHERE customer = ?", (customer,))
    balance, at = (int(row[0]), str(row[1])) if row else (0, "")
    documents = tuple(OpenDocument(*found) for found in db.all(_DOCUMENTS, (customer,)))
    return Account(customer, balance, at, documents, _open_moves(db, (customer, *was)))


def _open_moves(db: LedgerDatabase, codes: Sequence[str]) -> tuple[AccountMove, ...]:
    """Return the moves of a customer that no balance covers, oldest first."""
    moves = []
    for document_id, kind, folio, date, due_date, amount in db.all(_filled(_OPEN, codes), tuple(codes)):
        parts: tuple[PaidPart, ...] = ()
        credits: tuple[str, ...] = ()
        if kind != MoveKind.SALE:
            parts = tuple(PaidPart(*part) for part in db.all(_PARTS, (document_id,)))
        elif amount < 0:
            credits = _sold_by(db, document_id)
        moves.append(AccountMove(document_id, MoveKind(kind), folio, date, due_date, amount, parts, credits))
    return tuple(moves)


def account_owner(db: LedgerDatabase, sale_id: str) -> str:
    """Return on whose account a sale of this lane went, an empty text where it went on none."""
    row = db.one("SELECT customer FROM account_move WHERE document_id = ?", (sale_id,))
    return str(row[0]) if row else ""


def _sold_by(db: LedgerDatabase, sale_id: str) -> tuple[str, ...]:
    """Return the ids of the sales of which something came back."""
    row = db.one(
        "SELECT json_extract(j.record, '$.body.of') FROM account_move m JOIN journal j ON j.seq = m.journal_seq"
        " WHERE m.document_id = ?",
        (sale_id,),
    )
    return msgspec.json.decode(row[0], type=tuple[str, ...]) if row and row[0] else ()


def add_move(db: LedgerDatabase, customer: str, move: AccountMove, journal_seq: int) -> None:
    """Write a move, inside the caller's transaction."""
    db.run(_MOVE, move_row(customer, move, journal_seq))


def add_sale_move(db: LedgerDatabase, sale: Sale, journal_seq: int) -> None:
    """Write how a sale moves its customer's account, if it does, inside the caller's transaction."""
    if move := move_of(sale):
        add_move(db, sale.customer, move, journal_seq)


def move_row(customer: str, move: AccountMove, journal_seq: int) -> tuple[int | str, ...]:
    """Return the row of a move."""
    return (
        journal_seq,
        move.document_id,
        customer,
        move.kind.value,
        move.folio,
        move.date,
        move.due_date,
        move.amount_minor,
    )


def move_of(sale: Sale) -> AccountMove | None:
    """Return how a sale moves its customer's account, None where it does not."""
    if sale.account is UNSET or not sale.account.amount_minor:
        return None
    due = sale.account.dues[0].date if sale.account.dues else sale.business_date
    return AccountMove(sale.sale_id, MoveKind.SALE, sale.folio, sale.business_date, due, sale.account.amount_minor)


def sent_moves(db: LedgerDatabase) -> frozenset[int]:
    """Return the moves whose documents the ERP has taken: ask before a balance is asked for, and it covers them."""
    rows = db.all(
        "SELECT m.journal_seq FROM account_move m JOIN outbox o USING (journal_seq) WHERE o.state = 'sent'"
        " AND NOT EXISTS (SELECT 1 FROM account_cover c WHERE c.journal_seq = m.journal_seq AND c.batch = o.batch)"
    )
    return frozenset(int(seq) for (seq,) in rows)


def has_unanswered(db: LedgerDatabase) -> bool:
    """Say whether a move went to the ERP that has not answered: nobody knows then whether a balance has it in."""
    found = db.one(
        "SELECT 1 FROM outbox o JOIN account_move m USING (journal_seq) WHERE o.state = 'waiting' AND o.batch <> ''"
    )
    return found is not None


def moves_sent_until(db: LedgerDatabase, customers: Sequence[str], at: str) -> frozenset[int]:
    """Return the moves of a customer that had been sent at an instant of the lane's clock."""
    rows = db.all(_filled(_SENT_UNTIL, customers), (*customers, at))
    return frozenset(int(seq) for (seq,) in rows)


def moves_up_to(db: LedgerDatabase, customers: Sequence[str], journal_seq: int) -> frozenset[int]:
    """Return the moves of a customer up to a number of the journal."""
    rows = db.all(_filled(_UP_TO, customers), (*customers, journal_seq))
    return frozenset(int(seq) for (seq,) in rows)


def put_balances(db: LedgerDatabase, balances: Iterable[Balance], at: str) -> int:
    """Take balances over, each with what it covers, inside the caller's transaction; return how many were newer.

    One that is older than what the lane has says nothing new and is passed over, unless what the lane has is of a time
    that is still to come at `at`: a wrong clock has told that.
    """
    taken, latest = 0, latest_told(read_stamp(at))
    for balance in balances:
        row = db.one("SELECT balance_at FROM account_balance WHERE customer = ?", (balance.customer,))
        if row and balance.balance_at < row[0] <= latest:
            continue
        db.run(_BALANCE, (balance.customer, balance.balance_minor, balance.balance_at, at))
        customer = find_customer(db, balance.customer)
        codes = (balance.customer, *(customer.was if customer else ()))
        db.run(_filled(_UNCOVER, codes), codes)
        db.many(_COVER, [(seq,) for seq in sorted(balance.covers)])
        if balance.documents is not None:
            _put_documents(db, balance.customer, balance.documents)
        taken += 1
    return taken


def _put_documents(db: LedgerDatabase, customer: str, documents: Iterable[OpenDocument]) -> None:
    """Write a customer's open documents in place of all that there were."""
    db.run("DELETE FROM open_document WHERE customer = ?", (customer,))
    rows = [
        (customer, one.document_id, one.folio, one.date, one.due_date, one.amount_minor, one.open_minor)
        for one in documents
    ]
    db.many(_PUT_DOCUMENT, rows)


def _filled(sql: str, values: Sequence[object]) -> str:
    """Return a statement with one place for each value."""
    return sql.format(places=", ".join("?" * len(values)))
