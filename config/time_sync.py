"""Whether a time server sets the machine's clock, as the kernel knows it (adjtimex(2)); and a clock nobody can set."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

TIME_ERROR: Final = 5
"""What adjtimex(2) answers while the clock is not synchronised; -1 is a failure."""

_TIMEX_BYTES: Final = 512
"""Room enough for `struct timex` on every machine; all zeros ask and change nothing."""


def kernel_state() -> int:
    """Return the kernel's answer about its clock: 0 to 4 synchronised, 5 not, -1 where it gives none."""
    import ctypes  # a question a minute after the start: no start-up pays for it

    try:
        question = ctypes.create_string_buffer(_TIMEX_BYTES)
        return int(ctypes.CDLL(None).adjtimex(question))
    except (OSError, AttributeError):
        return -1


def is_synced(ask: Callable[[], int] = kernel_state) -> bool:
    """Say whether a time server has set the clock lately; where nobody knows it counts as not."""
    return 0 <= ask() < TIME_ERROR


def elapsed_ms() -> int:
    """Return the milliseconds since the machine was started, sleep included: setting the time of day moves them not."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
