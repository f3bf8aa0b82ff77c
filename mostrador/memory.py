"""The lane's memory once it stands: what start-up needed is given back, and threads share one heap."""

from __future__ import annotations

from typing import Final

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of mallopt(3)."""


def settle_memory() -> None:
    """Give the heap's free pages back, and have the threads to come use the one heap there is.

    glibc gives each thread an arena of its own, for programs whose threads race for memory; ours wait for devices. A C
    library that has neither call is left as it is.
    """
    import ctypes

    libc = ctypes.CDLL(None)
    for name, arguments in (("mallopt", (_ARENA_MAX, 1)), ("malloc_trim", (0,))):
        call = getattr(libc, name, None)
        if call is not None:
            call(*arguments)
