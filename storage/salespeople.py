"""Salespeople, as the ERP or a file names them; who may sign on is one too, unless the list has the same code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.shift import Salesperson
from storage.connection import LedgerDatabase

_PUT: Final = """
    INSERT INTO salesperson (code, name, is_active) VALUES (?1, ?2, 1)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_active = 1
    WHERE (name, is_active) IS NOT (excluded.name, 1)"""
_DROP: Final = "UPDATE salesperson SET is_active = 0 WHERE code = ? AND is_active"
_ALL: Final = """
    SELECT code, name FROM salesperson WHERE is_active
    UNION ALL SELECT operator, name FROM operator WHERE is_active
        AND operator NOT IN (SELECT code FROM salesperson)
    ORDER BY 2, 1"""
_NAMES: Final = """
    SELECT operator, name FROM operator UNION ALL SELECT code, name FROM salesperson"""


def put_salespeople(db: LedgerDatabase, people: Iterable[Salesperson]) -> None:
    """Add and change salespeople inside the caller's transaction."""
    db.many(_PUT, [(person.code, person.name) for person in people])


def drop_salespeople(db: LedgerDatabase, codes: Iterable[str]) -> None:
    """Let salespeople be chosen no more, inside the caller's transaction; what they have sold stays theirs."""
    db.many(_DROP, [(code,) for code in codes])


def read_salespeople(db: LedgerDatabase) -> tuple[Salesperson, ...]:
    """Return who can be chosen, by name."""
    return tuple(Salesperson(*row) for row in db.all(_ALL))


def read_all(db: LedgerDatabase) -> list[tuple[Salesperson, bool]]:
    """Return the salespeople of the list, and whether they can be chosen."""
    rows = db.all("SELECT code, name, is_active FROM salesperson ORDER BY code")
    return [(Salesperson(code, name), bool(is_active)) for code, name, is_active in rows]


def find_salesperson(db: LedgerDatabase, code: str) -> Salesperson | None:
    """Return who can be chosen by a code."""
    return next((person for person in read_salespeople(db) if person.code == code), None)


def read_names(db: LedgerDatabase) -> dict[str, str]:
    """Return the names of everybody who ever could be chosen."""
    return dict(db.all(_NAMES))
