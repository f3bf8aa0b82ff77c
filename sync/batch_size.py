"""How many documents go into the next batch: as many as the ERP answers within some seconds, found out by trying.

A batch keeps its documents until it is answered, so one that is too large for the ERP would be offered for ever: it
begins small, doubles while answers come quickly, and is halved when one is slow or does not come at all.
"""

from __future__ import annotations

from typing import Final

FIRST: Final = 50
LEAST: Final = 10
GOAL_SECONDS: Final = 5
"""An answer that takes longer is slow: far below every time-out, so that a size that has doubled still meets none."""


def first_size(most: int) -> int:
    """Return how many documents the first batch takes, `most` being what the settings allow."""
    return min(FIRST, most)


def next_size(size: int, count: int, took_seconds: float | None, most: int) -> int:
    """Return the size after a batch of `count` documents whose answer took so long; None where it did not come whole.

    A batch that was not full says nothing for a larger size, and whatever is left to say may be small.
    """
    if took_seconds is None or took_seconds > GOAL_SECONDS:
        return min(max(size // 2, LEAST), most)
    if count >= size and took_seconds <= GOAL_SECONDS / 2:
        return min(size * 2, most)
    return min(size, most)
