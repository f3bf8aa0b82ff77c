"""Hashes of PINs: argon2id, as strong as this machine can bear. A PIN itself is never kept, shown or logged."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class PinCost(msgspec.Struct, frozen=True):
    """What one hash costs: memory in KiB, passes over it."""

    memory_kib: int = 19 * 1024
    passes: int = 2


class Proof(msgspec.Struct, frozen=True):
    """What was worked out of a PIN: whether it is that of a hash, and its hash at the cost in force if that differs."""

    pin: str
    pin_hash: str
    is_right: bool
    renewed: str = ""


LEAST: Final = PinCost()
"""OWASP's minimum for argon2id (19 MiB, t=2, p=1): 22 ms on a thin PC. The parameters lie in each hash."""

CHOICES: Final = (PinCost(64 * 1024, 3), PinCost(64 * 1024, 2), PinCost(46 * 1024, 2), PinCost(32 * 1024, 2), LEAST)
"""What a machine may be tuned to, the strongest first (RFC 9106's second choice on one thread leads)."""

BUDGET_MS: Final = 400
"""Milliseconds that a PIN may take: well below the second that people wait gladly."""

_NOBODY: Final = "$argon2id$v=19$m={},t={},p=1$bm9ib2R5bm9ib2R5bm9ibw$c2lnbmVkb25ub2JvZHlzaWduZWRvbm5vYm9keXNpZ24"


@cache
def _hasher(cost: PinCost) -> PasswordHasher:
    """Return the hasher; argon2 is imported at the first sign-on, not at start-up."""
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=1, type=Type.ID)


def hash_pin(pin: str, cost: PinCost = LEAST) -> str:
    """Return the hash of a PIN, with its salt and parameters in it."""
    return _hasher(cost).hash(pin)


def is_pin(pin: str, pin_hash: str) -> bool:
    """Say whether a PIN is the one of a hash."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher(LEAST).verify(pin_hash, pin)
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(pin_hash: str, cost: PinCost) -> bool:
    """Say whether a hash was made at another cost."""
    return _hasher(cost).check_needs_rehash(pin_hash)


def work_out(pin: str, pin_hash: str, cost: PinCost) -> Proof:
    """Compare a PIN with a hash, and hash it anew where the hash was made at another cost; some tenths of a second."""
    is_right = is_pin(pin, pin_hash)
    return Proof(pin, pin_hash, is_right, hash_pin(pin, cost) if is_right and needs_rehash(pin_hash, cost) else "")


def nobodys_hash(cost: PinCost) -> str:
    """Return a hash no PIN has: an unknown number takes as long to refuse as a known one."""
    return _NOBODY.format(cost.memory_kib, cost.passes)


def tune(
    budget_ms: int = BUDGET_MS,
    clock_ns: Callable[[], int] = time.perf_counter_ns,
    choices: tuple[PinCost, ...] = CHOICES,
) -> tuple[PinCost, int]:
    """Return the strongest choice of which a hash takes no longer than a budget here, and the milliseconds it takes.

    The last choice is taken however long it takes: nothing weaker is good enough.
    """
    for cost in choices:
        took_ms = min(_time_hash(cost, clock_ns) for _ in range(2))
        if took_ms <= budget_ms:
            break
    return cost, took_ms


def _time_hash(cost: PinCost, clock_ns: Callable[[], int]) -> int:
    """Return how many milliseconds one hash takes."""
    began = clock_ns()
    hash_pin("0000", cost)
    return (clock_ns() - began) // 1_000_000
