"""Keeping the catalogue's word index (FTS5) in order without long transactions.

Every transaction that writes words leaves a segment of the index behind. SQLite would merge segments by itself within
some later transaction, which then takes 20 to 50 ms; a sale would wait for it. So merging by itself is off, and an
import merges a few pages at a time, in transactions of their own.
"""

from __future__ import annotations

from typing import Final

from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.pace import Pace

MERGE_PAGES: Final = 64
"""Pages of index one step merges: 1 to 7 ms on the machines measured."""

MOST_SEGMENTS: Final = 1_000
"""Segments at which SQLite merges after all, whatever it takes; an import never leaves so many."""

_SET: Final = "INSERT INTO item_fts (item_fts, rank) VALUES (?, ?)"


def prepare_index(db: LedgerDatabase) -> None:
    """Switch merging by itself off, inside the caller's transaction; the index remembers it."""
    db.many(_SET, [("automerge", 0), ("crisismerge", MOST_SEGMENTS)])


def settle_index(db: LedgerDatabase, pace: Pace) -> None:
    """Merge what recent transactions left, step by step with rests, until little is left to merge."""
    is_left = True
    while is_left:
        began_ns = pace.elapsed_ns()
        is_left = _merge_some(db)
        pace.rest(began_ns)


def _merge_some(db: LedgerDatabase) -> bool:
    """Merge some pages in one transaction; say whether there was anything to merge.

    A step with nothing to do changes one row, any other at least two (FTS5 documentation, the merge command).
    """
    connection = db.connection()
    with saving(), db.atomic():
        before = connection.total_changes()
        db.run(_SET, ("merge", MERGE_PAGES))
        changed: int = connection.total_changes() - before
    return changed >= 2
