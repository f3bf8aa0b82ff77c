"""Who may sign on: names, roles, rights of their own, and the hashes of PINs and badges.

What a PIN's hash costs on this machine is a fact of the ledger: a lane that moves keeps it until it is tuned anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from domain.lockout import Attempts, Beat
from domain.permission import Rights
from domain.shift import Operator, Role
from storage.connection import LedgerDatabase

COST: Final = "pin_cost"
"""The ledger's fact of the cost: `memory_kib,passes`."""

_PUT = """
    INSERT INTO operator (operator, name, role, pin_hash, is_active) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (operator) DO UPDATE SET name = excluded.name, role = excluded.role,
        pin_hash = excluded.pin_hash, is_active = 1"""
_FIND = "SELECT operator, name, role, pin_hash, rights FROM operator WHERE is_active = 1 AND "
_ATTEMPT = """
    INSERT INTO pin_attempt (subject, failures, wait_ms, boot, at_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, wait_ms = excluded.wait_ms,
        boot = excluded.boot, at_ms = excluded.at_ms"""
_FACT = "INSERT INTO ledger_info (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_ENCODER = msgspec.json.Encoder(order="sorted")
_RIGHTS = msgspec.json.Decoder(Rights)


class Credential(msgspec.Struct, frozen=True):
    """An operator with what proves who it is; `rights` None is what the role has."""

    operator: Operator
    pin_hash: str
    rights: Rights | None = None


def put_operator(db: LedgerDatabase, operator: Operator, pin_hash: str) -> None:
    """Add an operator, or change one; a badge and rights that are there stay."""
    with db.atomic():
        db.run(_PUT, (operator.operator, operator.name, operator.role.value, pin_hash))


def find_operator(db: LedgerDatabase, number: str) -> Credential | None:
    """Return an active operator by number."""
    return _credential(db.one(f"{_FIND} operator = ?", (number,)))


def find_badge(db: LedgerDatabase, badge_hash: str) -> Credential | None:
    """Return the active operator whose badge has this hash."""
    return _credential(db.one(f"{_FIND} badge_hash = ?", (badge_hash,))) if badge_hash else None


def _credential(row: tuple[str, str, str, str, str] | None) -> Credential | None:
    """Return the operator of a row."""
    if row is None:
        return None
    number, name, role, pin_hash, rights = row
    return Credential(Operator(number, name, Role(role)), pin_hash, _RIGHTS.decode(rights) if rights else None)


def read_operators(db: LedgerDatabase) -> tuple[Operator, ...]:
    """Return everyone who ever could sign on."""
    rows: Iterable[tuple[str, str, str]] = db.all("SELECT operator, name, role FROM operator ORDER BY operator")
    return tuple(Operator(number, name, Role(role)) for number, name, role in rows)


def put_hash(db: LedgerDatabase, number: str, pin_hash: str) -> None:
    """Replace the hash of a PIN that stays the same."""
    db.run("UPDATE operator SET pin_hash = ? WHERE operator = ?", (pin_hash, number))


def put_badge(db: LedgerDatabase, number: str, badge_hash: str) -> None:
    """Give an operator a badge in place of the one before; an empty hash takes it away."""
    db.run("UPDATE operator SET badge_hash = ? WHERE operator = ?", (badge_hash, number))


def put_rights(db: LedgerDatabase, number: str, rights: Rights | None) -> None:
    """Give an operator rights of its own, as an ERP tells them; None goes back to those of the role."""
    text = "" if rights is None else _ENCODER.encode(rights).decode()
    db.run("UPDATE operator SET rights = ? WHERE operator = ?", (text, number))


def read_cost(db: LedgerDatabase) -> tuple[int, int] | None:
    """Return what a PIN's hash costs here: memory in KiB and passes; None where nobody has tuned it."""
    row = db.one("SELECT value FROM ledger_info WHERE key = ?", (COST,))
    if row is None:
        return None
    memory, _, passes = str(row[0]).partition(",")
    return (int(memory), int(passes)) if memory.isdigit() and passes.isdigit() else None


def put_cost(db: LedgerDatabase, memory_kib: int, passes: int) -> None:
    """Keep what a PIN's hash shall cost from now on."""
    with db.atomic():
        db.run(_FACT, (COST, f"{memory_kib},{passes}"))


def read_attempts(db: LedgerDatabase, subject: str) -> Attempts | None:
    """Return the wrong PINs of an operator, or of the lane."""
    row = db.one("SELECT failures, wait_ms, boot, at_ms FROM pin_attempt WHERE subject = ?", (subject,))
    return Attempts(row[0], row[1], Beat(row[2], row[3])) if row else None


def put_attempts(db: LedgerDatabase, subject: str, attempts: Attempts | None) -> None:
    """Keep the wrong PINs of an operator, or of the lane; None forgets them."""
    if attempts is None:
        db.run("DELETE FROM pin_attempt WHERE subject = ?", (subject,))
        return
    since = attempts.since
    db.run(_ATTEMPT, (subject, attempts.failures, attempts.wait_ms, since.boot, since.ms))


def find_anyone(db: LedgerDatabase, number: str) -> Credential | None:
    """Return an operator by number, also one who may sign on no more."""
    found = db.one("SELECT operator, name, role, pin_hash, rights FROM operator WHERE operator = ?", (number,))
    return _credential(found)


def is_last_operator(db: LedgerDatabase, number: str) -> bool:
    """Say whether nobody else may sign on, or nobody else who has a PIN where this one has."""
    sql = """SELECT 1 FROM operator WHERE is_active AND operator <> ?1
        AND (pin_hash <> '' OR (SELECT pin_hash = '' FROM operator WHERE operator = ?1))"""
    return db.one(sql, (number,)) is None


def set_active(db: LedgerDatabase, number: str, *, is_active: bool) -> None:
    """Let an operator sign on, or no more, inside the caller's transaction; nothing is written where it is so."""
    sql = "UPDATE operator SET is_active = ? WHERE operator = ? AND is_active <> ?"
    db.run(sql, (int(is_active), number, int(is_active)))
