"""How the sync stands with the ERP, left in the ledger by the sync for the lane's status bar.

It is written only when it changes: each commit wakes the other process.
"""

from __future__ import annotations

import msgspec

from storage.checkpoint import read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase

LINK = "sync.link"
_NUDGE = "sync.nudge"


class Link(msgspec.Struct, frozen=True):
    """`is_online` since `since_at`; `problem` is a sentence with its remedy, empty while all is well."""

    is_online: bool
    since_at: str
    problem: str = ""


def read_link(db: LedgerDatabase) -> Link | None:
    """Return how the last try went, None before the first."""
    text = read_checkpoint(db, LINK)
    try:
        return msgspec.json.decode(text, type=Link) if text else None
    except msgspec.MsgspecError:
        return None


def save_link(db: LedgerDatabase, is_online: bool, problem: str, at: str) -> Link:
    """Keep how a try went, inside the caller's transaction; `since_at` moves when on and off line change."""
    old = read_link(db)
    link = Link(is_online, old.since_at if old and old.is_online == is_online else at, problem)
    save_checkpoint(db, LINK, msgspec.json.encode(link).decode(), at)
    return link


def nudge(db: LedgerDatabase, at: str) -> None:
    """Ask the running sync, inside the caller's transaction, to try at once whatever its back-off says."""
    save_checkpoint(db, _NUDGE, str(read_nudge(db) + 1), at)


def read_nudge(db: LedgerDatabase) -> int:
    """Return how often the sync has been asked to try at once; a new figure is a new request."""
    return int(read_checkpoint(db, _NUDGE) or 0)
