"""How many documents go into one call: as many as the ERP answers in good time, learnt from how long it took."""

from __future__ import annotations

from typing import Final

SHORT_PART: Final = 3
"""A full chunk that takes less than this part of what is long may be doubled."""


class Chunk:
    """The size of the next call: halved by a long answer or by none, doubled by a short one."""

    def __init__(self, first: int, most: int, long_seconds: int) -> None:
        """Begin with `first`, never go above `most`; what takes more than `long_seconds` was too much."""
        self.size = first
        self._most = most
        self._long_seconds = long_seconds

    def took(self, count: int, took_seconds: float) -> None:
        """Learn from a call of `count` documents that was answered."""
        if took_seconds > self._long_seconds:
            self.size = max(1, count // 2)
        elif took_seconds * SHORT_PART < self._long_seconds and count == self.size:
            self.size = min(self._most, self.size * 2)

    def failed(self, count: int) -> None:
        """Learn from a call of `count` documents whose answer did not come."""
        self.size = max(1, count // 2)
