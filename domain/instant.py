"""An instant as the ledger, the documents and the logs write it: one form, which sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

MOST_AHEAD: Final = timedelta(minutes=5)
"""How far another one's clock may be ahead of ours: what is told for later than that was told by a wrong clock."""


def stamp(at: datetime) -> str:
    """Return an aware instant as text: ISO 8601, UTC, milliseconds (cut, not rounded), `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_stamp(text: str) -> datetime:
    """Return the instant of a stamp, aware; ValueError for a text that is none."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def latest_told(now: datetime) -> str:
    """Return the latest instant, as a stamp, for which somebody can have told something by `now`."""
    return stamp(now + MOST_AHEAD)
