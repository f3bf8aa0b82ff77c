"""Open and suspended baskets, written line by line: after a power cut the lane wakes up with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from domain.basket import Basket, Line
from domain.deduction import Terms
from domain.outcome import SuspendedBasket
from domain.tender import Tender
from storage.connection import LedgerDatabase

if TYPE_CHECKING:
    from domain.shared_basket import SharedBasket

_ENCODE = msgspec.json.Encoder().encode
_LINE = msgspec.json.Decoder(Line).decode
_TENDER = msgspec.json.Decoder(Tender).decode
_TERMS = msgspec.json.Decoder(Terms).decode

_OPEN = """
    INSERT INTO basket (basket_id, opened_at, state, operator, touched) VALUES (?, ?, 'open', ?, ?)
    ON CONFLICT (basket_id) DO UPDATE SET touched = excluded.touched"""
_PUT_LINE = """
    INSERT INTO basket_line (basket_id, line_no, line) VALUES (?, ?, ?)
    ON CONFLICT (basket_id, line_no) DO UPDATE SET line = excluded.line"""


def put_lines(db: LedgerDatabase, basket: Basket, lines: Iterable[Line], operator: str) -> None:
    """Write the lines of a basket that are new or different, inside the caller's transaction."""
    db.run(_OPEN, (basket.basket_id, basket.opened_at, operator, basket.touched))
    for line in lines:
        db.run(_PUT_LINE, (basket.basket_id, line.line_no, _ENCODE(line).decode()))


def put_terms(db: LedgerDatabase, basket: Basket) -> None:
    """Write what changes a basket's prices beside its lines."""
    db.run("UPDATE basket SET terms = ? WHERE basket_id = ?", (_ENCODE(basket.terms).decode(), basket.basket_id))


def put_tenders(db: LedgerDatabase, basket: Basket) -> None:
    """Write a basket's tenders in place of those it had."""
    db.run("DELETE FROM basket_tender WHERE basket_id = ?", (basket.basket_id,))
    rows = [(basket.basket_id, i, _ENCODE(t).decode()) for i, t in enumerate(basket.tenders)]
    db.many("INSERT INTO basket_tender (basket_id, position, tender) VALUES (?, ?, ?)", rows)


def suspend(db: LedgerDatabase, basket_id: str, name: str, at: str) -> None:
    """Put the open basket aside under a name."""
    db.run(
        "UPDATE basket SET state = 'suspended', name = ?, suspended_at = ?, is_resumed = 0 WHERE basket_id = ?",
        (name, at, basket_id),
    )


def resume(db: LedgerDatabase, basket_id: str) -> None:
    """Make a suspended basket the open one; no line of it was touched last."""
    db.run("UPDATE basket SET state = 'open', is_resumed = 1, touched = 0 WHERE basket_id = ?", (basket_id,))


def insert(db: LedgerDatabase, shared: SharedBasket) -> None:
    """Write a basket that comes from another lane among the suspended ones."""
    db.run(
        "INSERT INTO basket (basket_id, opened_at, state, name, operator, suspended_at, terms)"
        " VALUES (?, ?, 'suspended', ?, ?, ?, ?)",
        (
            shared.basket_id,
            shared.opened_at,
            shared.name,
            shared.operator,
            shared.suspended_at,
            _ENCODE(shared.terms).decode(),
        ),
    )
    rows = [(shared.basket_id, line.line_no, _ENCODE(line).decode()) for line in shared.lines]
    db.many("INSERT INTO basket_line (basket_id, line_no, line) VALUES (?, ?, ?)", rows)


def drop(db: LedgerDatabase, basket_id: str) -> None:
    """Forget a basket that was posted or voided."""
    db.run("DELETE FROM basket WHERE basket_id = ?", (basket_id,))


def read_open(db: LedgerDatabase) -> Basket | None:
    """Return the open basket as it was last written, without its sums (see `domain.basket.rebuild`)."""
    row = db.one("SELECT basket_id FROM basket WHERE state = 'open' ORDER BY opened_at DESC LIMIT 1")
    return read(db, row[0]) if row else None


def read(db: LedgerDatabase, basket_id: str) -> Basket | None:
    """Return one basket, without its sums, or None."""
    row = db.one("SELECT opened_at, name, is_resumed, touched, terms FROM basket WHERE basket_id = ?", (basket_id,))
    if row is None:
        return None
    lines = db.all("SELECT line FROM basket_line WHERE basket_id = ? ORDER BY line_no", (basket_id,))
    tenders = db.all("SELECT tender FROM basket_tender WHERE basket_id = ? ORDER BY position", (basket_id,))
    return Basket(
        basket_id=basket_id,
        opened_at=row[0],
        lines=tuple(_LINE(line) for (line,) in lines),
        tenders=tuple(_TENDER(tender) for (tender,) in tenders),
        name=row[1],
        is_resumed=bool(row[2]),
        touched=row[3],
        terms=_TERMS(row[4]),
    )


def count_suspended(db: LedgerDatabase) -> int:
    """Return how many baskets are suspended."""
    row = db.one("SELECT count(*) FROM basket WHERE state = 'suspended'")
    return int(row[0]) if row else 0


def list_suspended(db: LedgerDatabase) -> tuple[tuple[SuspendedBasket, Basket], ...]:
    """Return the suspended baskets, oldest first; their totals are the caller's to work out."""
    rows = db.all(
        "SELECT basket_id, name, operator, suspended_at FROM basket WHERE state = 'suspended'"
        " ORDER BY suspended_at, basket_id"
    )
    found = []
    for basket_id, name, operator, at in rows:
        basket = read(db, basket_id)
        if basket is not None:
            found.append((SuspendedBasket(basket_id, name, operator, at, len(basket.lines), 0), basket))
    return tuple(found)


def suspended_by(db: LedgerDatabase, basket_id: str) -> str:
    """Return who suspended a basket, an empty text where there is none."""
    row = db.one("SELECT operator FROM basket WHERE basket_id = ? AND state = 'suspended'", (basket_id,))
    return str(row[0]) if row else ""
