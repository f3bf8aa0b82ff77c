"""Back-off with full jitter: wait a random part of a limit that doubles with each failure.

The formula is `random(0, min(cap, base * 2^failures))` (AWS architecture blog, "Exponential Backoff And Jitter"):
lanes that lost the ERP together do not come back together. What the ERP asks for wins.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

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
