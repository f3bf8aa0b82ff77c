"""Whether to ask again, and when: what a status means, and back-off with full jitter.

One waits a random part of a limit that doubles with each failure.

The formula is `random(0, min(cap, base * 2^failures))` (AWS architecture blog, "Exponential Backoff And Jitter"):
lanes that lost the ERP together do not come back together. What the ERP asks for wins.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

MOST_WAIT_SECONDS: Final = 3_600
"""No ERP can silence a lane for longer by `Retry-After`."""


class Fate(StrEnum):
    """What an answer's status means for the one who asked."""

    READ = "read"
    """It is an answer: of success, or of a refusal for the connector to judge."""
    AGAIN = "again"
    """It is unknown what was done: ask again, under the same key with the same bytes."""
    HALT = "halt"
    """It is the same each time until somebody acts."""


def judge_status(status: int) -> Fate:
    """Return what an HTTP status means; whatever is no clear answer is to be asked again.

    A redirect is none: whoever moves an ERP tells the lane.
    """
    if status in (401, 403, 426):
        return Fate.HALT
    if 200 <= status < 300 or (400 <= status < 500 and status not in (408, 425, 429)):
        return Fate.READ
    return Fate.AGAIN


def retry_after_seconds(text: str, now: datetime) -> int | None:
    """Return how long a `Retry-After` asks us to wait, in whole seconds; None where it says nothing sensible."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MOST_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(text).astimezone(UTC)
    except (TypeError, ValueError):
        return None
    return min(max(0, round((until - now).total_seconds())), MOST_WAIT_SECONDS)


BASE_SECONDS: Final = 1
CAP_SECONDS: Final = 300


class Retry:
    """When the next try may be. It keeps no thread and never sleeps: whoever loops asks `is_due`."""

    def __init__(
        self,
        elapsed_seconds: Callable[[], float],
        *,
        chance: random.Random | None = None,
        base_seconds: int = BASE_SECONDS,
        cap_seconds: int = CAP_SECONDS,
    ) -> None:
        """Take a clock that only goes forward, and a source of chance where it is to be repeated."""
        self._elapsed = elapsed_seconds
        self._chance = chance or random.Random()
        self._base = base_seconds
        self._cap = cap_seconds
        self._due = elapsed_seconds()
        self.failures = 0

    def is_due(self) -> bool:
        """Say whether to try now."""
        return self._elapsed() >= self._due

    def failed(self, retry_after_seconds: int | None = None) -> int:
        """Count a failure and return the longest wait in whole seconds that may follow it."""
        limit = min(self._cap, self._base << min(self.failures, 30))
        self.failures += 1
        wait = self._chance.random() * limit if retry_after_seconds is None else retry_after_seconds
        self._due = self._elapsed() + wait
        return limit if retry_after_seconds is None else retry_after_seconds

    def reset(self) -> None:
        """Try at once: the last try went well, or somebody asked for one."""
        self.failures = 0
        self._due = self._elapsed()


class Rests:
    """How long each of several things rests that has failed, each by itself: what goes wrong in one stops no other."""

    def __init__(self, elapsed_seconds: Callable[[], float], chance: random.Random | None = None) -> None:
        """Take a clock that only goes forward, and a source of chance where it is to be repeated."""
        self._elapsed = elapsed_seconds
        self._chance = chance or random.Random()
        self._of: dict[str, Retry] = {}

    def is_due(self, name: str) -> bool:
        """Say whether something may be tried: it has not failed, or has rested long enough."""
        return name not in self._of or self._of[name].is_due()

    def failed(self, name: str, retry_after_seconds: int | None = None) -> None:
        """Let something rest, longer after each failure; what the ERP asks for wins."""
        self._of.setdefault(name, Retry(self._elapsed, chance=self._chance)).failed(retry_after_seconds)

    def went_well(self, name: str) -> None:
        """Forget the failures of something."""
        self._of.pop(name, None)

    def reset(self) -> None:
        """Let everything be tried at once: somebody asked for it."""
        self._of.clear()
