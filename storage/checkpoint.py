"""Checkpoints: small named texts that say how far something has come, kept with what they are about.

Functions that write run inside the caller's transaction, so that a page of rows and its checkpoint are there
together or not at all.
"""

from __future__ import annotations

from storage.connection import LedgerDatabase

_SAVE = """
    INSERT INTO checkpoint (name, value, changed_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at"""


def read_checkpoint(db: LedgerDatabase, name: str) -> str:
    """Return a checkpoint's value, empty where there is none."""
    row = db.one("SELECT value FROM checkpoint WHERE name = ?", (name,))
    return str(row[0]) if row else ""


def save_checkpoint(db: LedgerDatabase, name: str, value: str, at: str) -> None:
    """Set a checkpoint."""
    db.run(_SAVE, (name, value, at))


def drop_checkpoint(db: LedgerDatabase, name: str) -> None:
    """Forget a checkpoint; nothing happens where there is none."""
    db.run("DELETE FROM checkpoint WHERE name = ?", (name,))
