"""How long wrong PINs make everybody wait: 30 seconds from the fifth on, twice as long each time, at most 15 minutes.

The wait is measured on the machine's monotonic clock, which nobody sets, and kept with the boot it was measured in:
after a restart of the program it goes on, after one of the machine what was left is waited anew. The clock on the
wall has no part in it (ASVS 6.1.1 and 6.3.1; notes on security, 1).
"""

from __future__ import annotations

from typing import Final

import msgspec

FREE_TRIES: Final = 5
"""So many wrong PINs in a row cost nothing but the last of them."""
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 900_000
LANE: Final = ""
"""The subject that counts what is tried at the lane, whoever is meant."""


class Beat(msgspec.Struct, frozen=True):
    """An instant of the monotonic clock: milliseconds since `boot`, which names one start of the machine."""

    boot: str
    ms: int


class Attempts(msgspec.Struct, frozen=True):
    """Wrong PINs in a row, and what was left to wait at `since`."""

    failures: int
    wait_ms: int
    since: Beat


def waiting_ms(attempts: Attempts | None, now: Beat) -> int:
    """Return how much longer to wait. In another boot the time that has passed is not known, so none has."""
    if attempts is None:
        return 0
    is_same = attempts.since.boot == now.boot and now.ms >= attempts.since.ms
    return max(0, attempts.wait_ms - (now.ms - attempts.since.ms)) if is_same else attempts.wait_ms


def is_astray(attempts: Attempts | None, now: Beat) -> bool:
    """Say whether a wait was measured in another boot: it is to be kept anew, or it would never end."""
    return attempts is not None and attempts.wait_ms > 0 and attempts.since.boot != now.boot


def anchor(attempts: Attempts, now: Beat) -> Attempts:
    """Return the same attempts with the wait that is left from now on."""
    return Attempts(attempts.failures, waiting_ms(attempts, now), now)


def fail(attempts: Attempts | None, now: Beat) -> Attempts:
    """Return the attempts after one more wrong PIN."""
    failures = (attempts.failures if attempts else 0) + 1
    doubled = min(failures - FREE_TRIES, 16)
    wait = min(FIRST_WAIT_MS << doubled, LONGEST_WAIT_MS) if doubled >= 0 else 0
    return Attempts(failures, wait, now)


def forgive(attempts: Attempts | None, failures: int, now: Beat) -> Attempts | None:
    """Return the attempts without some failures, of which it is known now that they were honest; None is none left."""
    left = attempts.failures - failures if attempts else 0
    return Attempts(left, 0, now) if left > 0 else None
