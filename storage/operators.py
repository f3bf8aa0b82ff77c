"""Who may sign on: names, roles and the hashes of their PINs."""

from __future__ import annotations

from collections.abc import Iterable

from domain.shift import Operator, Role
from storage.connection import LedgerDatabase

_PUT = """
    INSERT INTO operator (operator, name, role, pin_hash, is_active) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (operator) DO UPDATE SET name = excluded.name, role = excluded.role,
        pin_hash = excluded.pin_hash, is_active = 1"""


def put_operator(db: LedgerDatabase, operator: Operator, pin_hash: str) -> None:
    """Add an operator, or change one."""
    with db.atomic():
        db.run(_PUT, (operator.operator, operator.name, operator.role.value, pin_hash))


def find_operator(db: LedgerDatabase, number: str) -> tuple[Operator, str] | None:
    """Return an active operator and the hash of the PIN, or None."""
    row = db.one("SELECT operator, name, role, pin_hash FROM operator WHERE operator = ? AND is_active = 1", (number,))
    return (Operator(row[0], row[1], Role(row[2])), row[3]) if row else None


def read_operators(db: LedgerDatabase) -> tuple[Operator, ...]:
    """Return everyone who ever could sign on."""
    rows: Iterable[tuple[str, str, str]] = db.all("SELECT operator, name, role FROM operator ORDER BY operator")
    return tuple(Operator(number, name, Role(role)) for number, name, role in rows)
