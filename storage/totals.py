"""The running totals of a shift: kept in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable

from domain.tally import Tally, TallyKind
from storage.connection import LedgerDatabase

_ADD = """
    INSERT INTO shift_total (shift_id, kind, key, count, amount_minor) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (shift_id, kind, key) DO UPDATE SET
        count = count + excluded.count, amount_minor = amount_minor + excluded.amount_minor"""


def add_tallies(db: LedgerDatabase, shift_id: int, tallies: Iterable[Tally]) -> None:
    """Add to a shift's totals inside the caller's transaction."""
    db.many(_ADD, [(shift_id, t.kind, t.key, t.count, t.amount_minor) for t in tallies])


def read_tallies(db: LedgerDatabase, shift_id: int) -> tuple[Tally, ...]:
    """Return a shift's totals."""
    rows = db.all(
        "SELECT kind, key, count, amount_minor FROM shift_total WHERE shift_id = ? ORDER BY kind, key", (shift_id,)
    )
    return tuple(Tally(TallyKind(kind), key, count, amount) for kind, key, count, amount in rows)
