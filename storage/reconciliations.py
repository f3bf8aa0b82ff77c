"""What came of comparing shifts with the ERP: kept for screens and programs, made anew whenever somebody asks."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.reconciliation import KeptReconciliation
from storage.checkpoint import save_checkpoint
from storage.connection import LedgerDatabase

_PREFIX: Final = "reconciliation:"
_DUE: Final = """
    SELECT z.shift_id FROM z_report z JOIN outbox o ON o.journal_seq = z.journal_seq
    WHERE o.state = 'sent' AND z.shift_id > (SELECT max(shift_id) FROM z_report) - ?
        AND NOT EXISTS (SELECT 1 FROM checkpoint WHERE name = 'reconciliation:' || z.shift_id)
    ORDER BY z.shift_id"""
_READ: Final = """
    SELECT value FROM checkpoint WHERE name GLOB 'reconciliation:*'
    ORDER BY CAST(substr(name, length('reconciliation:') + 1) AS INTEGER) DESC LIMIT ?"""


def save_reconciliation(db: LedgerDatabase, kept: KeptReconciliation) -> None:
    """Keep a comparison in place of the one before of its shift, inside the caller's transaction."""
    save_checkpoint(db, f"{_PREFIX}{kept.shift_id}", msgspec.json.encode(kept).decode(), kept.at)


def read_reconciliations(db: LedgerDatabase, limit: int = 20) -> tuple[KeptReconciliation, ...]:
    """Return the newest comparisons, the newest shift first."""
    decode = msgspec.json.Decoder(KeptReconciliation).decode
    return tuple(decode(text) for (text,) in db.all(_READ, (limit,)))


def find_uncompared(db: LedgerDatabase, newest: int) -> list[int]:
    """Return which of the newest shifts have a Z that the ERP has, and were never compared."""
    return [int(shift_id) for (shift_id,) in db.all(_DUE, (newest,))]


def find_newest_shift(db: LedgerDatabase) -> int:
    """Return the newest shift that is closed, 0 where none is."""
    row = db.one("SELECT max(shift_id) FROM z_report")
    return int(row[0] or 0) if row else 0
