"""The lane's memory once it stands: what start-up and sales needed is given back, and threads share one heap."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final

SETTINGS: Final = (
    (-8, 1),  # M_ARENA_MAX: one heap for all threads
    (-3, 1 << 15),  # M_MMAP_THRESHOLD: what is large goes back by itself
    (-1, 1 << 15),  # M_TRIM_THRESHOLD: and the heap's end sooner
    (-2, 0),  # M_TOP_PAD: nothing is taken ahead
)
"""What mallopt(3) is told."""


def settle_memory() -> None:
    """Give the heap's free pages back, and have the threads to come use the one heap there is.

    glibc gives each thread an arena of its own, for programs whose threads race for memory; ours wait for devices. A C
    library that has neither call is left as it is.
    """
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for parameter, value in SETTINGS:
            libc.mallopt(parameter, value)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


class Tidier:
    """Gives memory back in the pauses between sales: what a sale leaves behind is some milliseconds' work."""

    def __init__(self, posted: Callable[[], int]) -> None:
        """Take who knows how many documents the lane has posted."""
        self._posted = posted
        self._seen = self._tidied = posted()

    def look(self) -> None:
        """Tidy up once where something was posted and nothing since the last look."""
        posted = self._posted()
        if posted == self._seen != self._tidied:
            gc.collect()
            settle_memory()
            self._tidied = posted
        self._seen = posted
