"""The machine's own monotonic clock, and which start of the machine it counts from."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Final
from uuid import uuid4

from domain.lockout import Beat

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@cache
def boot_id() -> str:
    """Return the kernel's name for this start of the machine; where it has none, one for this start of the program.

    The second makes waits longer, never shorter: what is left of them is waited anew after each restart.
    """
    try:
        return BOOT_ID.read_text(encoding="ascii").strip() or uuid4().hex
    except (OSError, UnicodeError):
        return uuid4().hex


def beat() -> Beat:
    """Return the instant on the monotonic clock, which every program of this machine shares and nobody can set."""
    return Beat(boot_id(), time.monotonic_ns() // 1_000_000)
