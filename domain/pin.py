"""Which PINs are good enough. Four digits at least; six for whoever approves are recommended, not required.

A PIN guards acts, not data: four digits are ten thousand guesses to whoever has the disk (notes on security, 1).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from domain.refusal import Reason, Refused
from domain.shift import Role

MIN_DIGITS: Final = 4
MAX_DIGITS: Final = 12
RECOMMENDED: Final = 6
"""Digits for supervisors and technicians."""


def judge_pin(pin: str, number: str) -> Refused | None:
    """Return why an operator cannot have a PIN, if so."""
    if not (MIN_DIGITS <= len(pin) <= MAX_DIGITS and pin.isascii() and pin.isdigit()):
        return Refused(Reason.BAD_PIN, {"min": MIN_DIGITS, "max": MAX_DIGITS})
    return Refused(Reason.WEAK_PIN) if is_weak(pin) or pin == number else None


def is_weak(pin: str) -> bool:
    """Say whether a PIN is among the first that anybody tries: 0000, 1234, 4321, 1212, 123123."""
    return _is_repeated(pin) or _is_sequence(pin)


def is_short_for(pin: str, role: Role) -> bool:
    """Say whether somebody who may approve should rather have a longer PIN."""
    return role in (Role.SUPERVISOR, Role.TECHNICIAN) and len(pin) < RECOMMENDED


def _is_repeated(pin: str) -> bool:
    """Say whether a PIN is one part over and over again."""
    return any(len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin) // 2 + 1))


def _is_sequence(pin: str) -> bool:
    """Say whether each digit follows the one before, up or down, also past nine or nought."""
    steps = {(int(later) - int(sooner)) % 10 for sooner, later in pairwise(pin)}
    return steps in ({1}, {9})
