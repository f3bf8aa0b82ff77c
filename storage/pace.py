"""How work in the background makes room for sales on the same ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import msgspec

LEAST_PAUSE_NS: Final = 3_000_000
"""A sale that waits looks again after 1, 2, 5 and 10 ms: it must find the ledger free at one of its first looks."""


def _wait(pause_ns: int) -> None:
    time.sleep(pause_ns / 1_000_000_000)


class Pace(msgspec.Struct, frozen=True):
    """How an import makes room for sales: short transactions, and after each a pause as long as it took, or longer.

    The next transaction takes as many rows as would have kept the last one busy for `busy_ns`, from `least` to
    `most`. Its commit does not count there: a disk takes its time for one row as for hundreds. It does count for
    the pause, so that at least half of the time belongs to the lane, however slow the machine is.
    """

    least: int = 100
    most: int = 400
    busy_ns: int = 2_500_000
    rests: int = 1
    """How many times as long as a transaction the pause after it is."""
    pause: Callable[[int], None] = _wait
    elapsed_ns: Callable[[], int] = time.perf_counter_ns

    def next_size(self, size: int, took_ns: int) -> int:
        """Return how many rows to write after `size` rows kept the ledger busy for so long."""
        return max(self.least, min(self.most, size * self.busy_ns // max(took_ns, 1)))

    def rest(self, began_ns: int) -> None:
        """Pause after a transaction that began then."""
        self.pause(max(LEAST_PAUSE_NS, self.rests * (self.elapsed_ns() - began_ns)))


SYNC_PACE: Final = Pace(rests=3)
"""Of what goes on all day beside the sales, and has time: three quarters of it belong to the lane."""
