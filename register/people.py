"""Signing on and off, by number and PIN. A PIN is hashed with argon2id and never kept, shown or logged."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from domain.journal import Kind
from domain.outcome import SignedOff, SignedOn
from domain.refusal import Reason, Refused
from domain.shift import Operator
from register.keeping import keep, tell_journal
from register.lane import Lane
from storage.operators import find_operator, put_operator

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
"""OWASP's minimum for argon2id (19 MiB, t=2, p=1): 22 ms on a thin PC. The parameters lie in each hash."""

MIN_PIN = 4
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$c2lnbmVkb25ub2JvZHlzaWduZWRvbm5vYm9keXNpZ25lZG8"
"""A hash no PIN has: an unknown number takes as long to refuse as a known one."""


@cache
def _hasher() -> PasswordHasher:
    """Return the hasher; argon2 is imported at the first sign-on, not at start-up."""
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1, type=Type.ID)


def hash_pin(pin: str) -> str:
    """Return the hash of a PIN, with its salt and parameters in it."""
    return _hasher().hash(pin)


def is_pin(pin: str, pin_hash: str) -> bool:
    """Say whether a PIN is the one of a hash."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher().verify(pin_hash, pin)
    except (Argon2Error, InvalidHashError):
        return False


def add_operator(lane: Lane, operator: Operator, pin: str) -> Refused | None:
    """Add an operator, or give one a new PIN; a PIN has at least four digits."""
    if len(pin) < MIN_PIN or not (pin.isascii() and pin.isdigit()):
        return Refused(Reason.BAD_PIN, {"min": MIN_PIN})
    pin_hash = hash_pin(pin)
    body = {"number": operator.operator, "name": operator.name, "role": operator.role.value}

    def write() -> None:
        tell_journal(lane, Kind.OPERATOR_CHANGED, body)
        put_operator(lane.db, operator, pin_hash)

    return keep(lane, write)


def sign_on(lane: Lane, number: str, pin: str) -> SignedOn | Refused:
    """Sign an operator on; the one before is signed off and the basket stays."""
    found = find_operator(lane.db, number)
    known = is_pin(pin, found[1] if found else _NOBODY)
    if found is None or not known:
        # A number that is nobody's is not kept: it may be a PIN, or a card, typed in the wrong place.
        tried = found[0].operator if found else ""
        return _journal(lane, Kind.PIN_REFUSED, {"tried": tried}) or Refused(Reason.WRONG_PIN)
    operator = found[0]
    previous, lane.operator = lane.operator, operator
    if refused := _journal(lane, Kind.SIGNED_ON, {"name": operator.name, "role": operator.role.value}):
        lane.operator = previous
        return refused
    return SignedOn(operator)


def sign_off(lane: Lane) -> SignedOff | Refused:
    """Sign the operator off; an open basket waits for the next one."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if refused := _journal(lane, Kind.SIGNED_OFF, {}):
        return refused
    lane.operator = None
    return SignedOff()


def _journal(lane: Lane, kind: Kind, body: dict[str, object]) -> Refused | None:
    """Write an event, or say that it was not saved."""
    return keep(lane, lambda: tell_journal(lane, kind, body))
