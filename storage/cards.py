"""Stored value: what the ERP says is on each card, and what sales of this lane put on and took off."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from config.durable import Disk
from domain.sale import Sale
from domain.stored_value import CardBalance, CardKind
from storage.connection import LedgerDatabase

ADD_ENTRY: Final = """
    INSERT INTO card_entry (receipt_number, position, card_hash, last4, kind, amount_minor) VALUES (?, ?, ?, ?, ?, ?)"""
_PUT: Final = """
    INSERT INTO card_balance (card_hash, last4, kind, balance_minor, told_at, is_active, expires_on)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (card_hash) DO UPDATE SET last4 = excluded.last4, kind = excluded.kind,
        balance_minor = excluded.balance_minor, told_at = excluded.told_at, is_active = excluded.is_active,
        expires_on = excluded.expires_on
    WHERE excluded.told_at >= told_at OR told_at > ?8"""
_FIELDS: Final = "card_hash, last4, kind, balance_minor, told_at, is_active, expires_on"
_MOVED: Final = """
    SELECT coalesce(sum(e.amount_minor) FILTER (WHERE CASE WHEN e.amount_minor > 0 THEN s.at > ?2
        ELSE o.state <> 'sent' OR o.changed_at > ?2 END), 0), count(*)
    FROM card_entry e JOIN sale s USING (receipt_number) JOIN outbox o ON o.document_id = s.sale_id
    WHERE e.card_hash = ?1"""
SECRET_BYTES: Final = 32


def card_rows(sale: Sale) -> list[tuple[int | str, ...]]:
    """Return the rows of what a sale moves on cards: what lines put on, then what tenders take off or give back."""
    moves = [(line.load.card, line.load.amount_minor) for line in sale.lines if line.load]
    moves += [(tender.card, -tender.amount_minor) for tender in sale.tenders if tender.card]
    number = sale.receipt_number
    return [(number, n, card.hash, card.last4, card.kind.value, amount) for n, (card, amount) in enumerate(moves, 1)]


def put_balances(db: LedgerDatabase, balances: Iterable[CardBalance], latest: str) -> None:
    """Keep what the ERP says, inside the caller's transaction; older news does not replace newer.

    `latest` is the latest instant that a balance can be of by now: what the lane has for a later one, from a time when
    its clock was wrong, gives way to whatever is told.
    """
    rows = (
        (b.hash, b.last4, b.kind.value, b.balance_minor, b.told_at, int(b.is_active), b.expires_on) for b in balances
    )
    db.many(_PUT, [(*row, latest) for row in rows])


def read_balance(db: LedgerDatabase, card_hash: str) -> CardBalance | None:
    """Return what the ERP says of a card, None where it knows none."""
    row = db.one(f"SELECT {_FIELDS} FROM card_balance WHERE card_hash = ?", (card_hash,))  # noqa: S608
    return _balance(row) if row else None


def read_balances(db: LedgerDatabase) -> list[CardBalance]:
    """Return what the ERP says of all cards."""
    return [_balance(row) for row in db.all(f"SELECT {_FIELDS} FROM card_balance")]  # noqa: S608


def _balance(row: tuple[str, str, str, int, str, int, str]) -> CardBalance:
    return CardBalance(row[0], row[1], CardKind(row[2]), row[3], row[4], bool(row[5]), row[6])


def read_moved(db: LedgerDatabase, card_hash: str, told_at: str) -> tuple[int, bool]:
    """Return what this lane moved on a card that a balance told then cannot have yet, and whether it moved any.

    What was spent counts until the ERP had its document before that: it waits, was rejected, or was sent later. What
    was put on counts only where it came after that: the ERP may have had it before the lane knew so.
    """
    row = db.one(_MOVED, (card_hash, told_at))
    return (int(row[0]), bool(row[1])) if row else (0, False)


def card_secret(ledger: Path, disk: Disk | None = None) -> bytes:
    """Return the secret from which a lane's vouchers have their codes, made at first need. Raises `OSError`.

    It lies beside the ledger, readable by the lane's user only, and is in no backup of the ledger.
    """
    path = ledger.with_suffix(".cards")
    if not path.exists():
        (disk or Disk()).put(path, os.urandom(SECRET_BYTES), mode=0o400)
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise OSError(0, "it is no secret of vouchers", str(path))
    return secret
