"""What stands in the way of the ERP's feeds: marks that the sync leaves, and that status and inbox read.

All functions that write run inside the caller's transaction.
"""

from __future__ import annotations

from typing import Final

from storage.checkpoint import drop_checkpoint, read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase

_SHRUNK: Final = "SELECT substr(name, 6, length(name) - 12) FROM checkpoint WHERE name GLOB 'feed:*:shrink'"
_PROBLEMS: Final = """
    SELECT substr(name, 6, length(name) - 13), value FROM checkpoint WHERE name GLOB 'feed:*:problem' ORDER BY name"""


def accept_mark(feed: str) -> str:
    """Return the name of the mark by which a person lets a feed shrink once."""
    return f"feed:{feed}:accept"


def shrink_mark(feed: str) -> str:
    """Return the name of the mark that says how much of a feed the ERP has no more, while the lane keeps it."""
    return f"feed:{feed}:shrink"


def most_mark(feed: str) -> str:
    """Return the name of the mark that says how much of a feed there was, for a day after some of it went."""
    return f"feed:{feed}:most"


def keep_feed_problem(db: LedgerDatabase, feed: str, problem: str, at: str) -> bool:
    """Keep what stands in the way of a feed, empty for nothing; say whether that is news."""
    name = f"feed:{feed}:problem"
    if read_checkpoint(db, name) == problem:
        return False
    if problem:
        save_checkpoint(db, name, problem, at)
    else:
        drop_checkpoint(db, name)
    return True


def read_feed_problems(db: LedgerDatabase) -> dict[str, str]:
    """Return what stands in the way of each feed that does not come, as sentences with their remedy."""
    return dict(db.all(_PROBLEMS))


def read_shrunk(db: LedgerDatabase) -> frozenset[str]:
    """Return the feeds of which the ERP has lost so much that a person has to say whether it is right."""
    return frozenset(feed for (feed,) in db.all(_SHRUNK))
