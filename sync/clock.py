"""The sync's clock: what time it is, what has passed, and a pause that a request to stop ends."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from config.time_sync import is_synced
from domain.instant import read_stamp


class Clock:
    """The machine's clock. Tests bring one of their own, so that nothing ever sleeps."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop or threading.Event()
        self._until_seconds = 0.0

    def now(self) -> datetime:
        """Return the wall clock, UTC: for marks, never for measuring."""
        return datetime.now(UTC)

    def is_synced(self) -> bool:
        """Say whether a time server sets the wall clock: only then may what it says delete anything."""
        return is_synced()

    def elapsed_seconds(self) -> float:
        """Return a clock that no one can set: for pauses and back-off."""
        return time.monotonic()

    def pause(self, pause_seconds: float) -> bool:
        """Wait, or until asked to stop; say whether to stop."""
        return self.stop.wait(pause_seconds)

    def allow(self, more_seconds: float) -> None:
        """Let the steps of a last round go on for so long after the request to stop."""
        self._until_seconds = self.elapsed_seconds() + more_seconds

    def must_end(self) -> bool:
        """Say whether to end between two steps: asked to stop, and no time is allowed any more."""
        return self.stop.is_set() and self.elapsed_seconds() >= self._until_seconds


def has_passed(mark: str, now: datetime, every: timedelta) -> bool:
    """Say whether so much time has passed since a mark; none, or one that a wrong clock has put ahead, is long ago."""
    try:
        found = read_stamp(mark)
    except ValueError:
        return True
    return found > now or now - found >= every
