"""Signing on and off, by number and PIN or by badge; adding operators. What is wrong is counted before it is judged.

A guess costs its count even if the power is cut between the question and the answer: the attempt is in the ledger
before the PIN is compared, and taken out again when it was right.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.badge import badge_hash
from domain.intent import Approve, Intent, SignOn
from domain.journal import Kind
from domain.lockout import LANE, Attempts, Beat, anchor, fail, forgive, is_astray, waiting_ms
from domain.outcome import SignedOff, SignedOn, Unlocked
from domain.permission import NOTHING, Need, Permission, Rights, is_allowed
from domain.pin import judge_pin
from domain.refusal import Reason, Refused
from domain.shift import Operator
from register.keeping import keep, tell_journal
from register.lane import Lane
from register.pins import LEAST, PinCost, Proof, hash_pin, nobodys_hash, work_out
from storage import operators
from storage.operators import Credential


def add_operator(lane: Lane, operator: Operator, pin: str, *, is_any_pin: bool = False) -> Refused | None:
    """Add an operator, or give one a new PIN, which must not be one that everybody tries (`is_any_pin`: a demo's)."""
    refused = None if is_any_pin else judge_pin(pin, operator.operator)
    if refused:
        return refused
    pin_hash = hash_pin(pin, pin_cost(lane))
    body = {"number": operator.operator, "name": operator.name, "role": operator.role.value}

    def write() -> None:
        tell_journal(lane, Kind.OPERATOR_CHANGED, body)
        operators.put_operator(lane.db, operator, pin_hash)
        operators.put_attempts(lane.db, operator.operator, None)

    return keep(lane, write)


def give_badge(lane: Lane, number: str, badge: str) -> Refused | None:
    """Give an operator a badge in place of the one before; an empty text takes it away."""
    found = operators.find_operator(lane.db, number)
    if found is None:
        return Refused(Reason.NO_SUCH_OPERATOR)
    body = {"number": number, "name": found.operator.name, "role": found.operator.role.value, "badge": int(bool(badge))}

    def write() -> None:
        tell_journal(lane, Kind.OPERATOR_CHANGED, body)
        operators.put_badge(lane.db, number, badge_hash(badge) if badge else "")

    return keep(lane, write)


def sign_on(lane: Lane, number: str, pin: str, badge: str) -> SignedOn | Refused:
    """Sign an operator on; the one before is signed off and the basket stays."""
    found = prove(lane, number, pin, badge)
    if isinstance(found, Refused):
        return found
    operator, rights = found.operator, rights_of(lane, found)
    if not is_allowed(rights, Need(Permission.SIGN_ON)):
        return Refused(Reason.MAY_NOT_SIGN_ON, {"name": operator.name})
    previous, lane.operator = lane.operator, operator
    if refused := _journal(lane, Kind.SIGNED_ON, {"name": operator.name, "role": operator.role.value}):
        lane.operator = previous
        return refused
    lane.rights, lane.asked, lane.approval = rights, None, None
    return SignedOn(operator)


def sign_off(lane: Lane) -> SignedOff | Refused:
    """Sign the operator off; an open basket waits for the next one."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if refused := _journal(lane, Kind.SIGNED_OFF, {}):
        return refused
    lane.operator, lane.rights, lane.asked, lane.approval = None, NOTHING, None, None
    return SignedOff()


def unlock(lane: Lane, number: str) -> Unlocked | Refused:
    """Let an operator try again, at the word of whoever is signed on."""
    return Refused(Reason.NOT_SIGNED_ON) if lane.operator is None else forget_attempts(lane, number)


def forget_attempts(lane: Lane, number: str) -> Unlocked | Refused:
    """Forget an operator's wrong PINs, and the lane's; for an empty number the lane's alone."""
    if number and operators.find_operator(lane.db, number) is None:
        return Refused(Reason.NO_SUCH_OPERATOR)

    def write() -> None:
        tell_journal(lane, Kind.PIN_UNLOCKED, {"number": number})
        for subject in (LANE, number):
            operators.put_attempts(lane.db, subject, None)

    return keep(lane, write) or Unlocked(number)


def rights_of(lane: Lane, found: Credential) -> Rights:
    """Return what somebody may do: what the ERP says of this one, else what the role may."""
    return found.rights or lane.roles[found.operator.role]


def prove(lane: Lane, number: str, pin: str, badge: str) -> Credential | Refused:
    """Return who it is, by badge or by number and PIN."""
    return _by_badge(lane, badge) if badge else _by_pin(lane, number, pin)


def _by_badge(lane: Lane, badge: str) -> Credential | Refused:
    """Return whose badge it is. A badge cannot be guessed, so nobody waits for one: it opens a lane that waits."""
    found = operators.find_badge(lane.db, badge_hash(badge))
    if found is None:
        return _journal(lane, Kind.PIN_REFUSED, {"tried": ""}) or Refused(Reason.WRONG_BADGE)
    return found


def _by_pin(lane: Lane, number: str, pin: str) -> Credential | Refused:
    """Return whose number and PIN these are, unless there is a wait; one wrong PIN counts for both who and where."""
    found = operators.find_operator(lane.db, number)
    # A number that is nobody's is not kept: it may be a PIN, or a card, typed in the wrong place.
    subjects = (LANE, number) if found else (LANE,)
    now = lane.beat()
    if refused := _must_wait(lane, subjects, now):
        return refused
    before = {subject: operators.read_attempts(lane.db, subject) for subject in subjects}
    counted = {subject: fail(attempts, now) for subject, attempts in before.items()}
    if refused := keep(lane, lambda: _put(lane, counted)):
        return refused
    proof = _proof(lane, pin, found)
    if proof.is_right and found:
        return _take_back(lane, found, counted, now) or _renew(lane, found, proof) or found
    tried = number if found else ""
    return keep(lane, lambda: _tell_wrong(lane, tried, counted)) or Refused(Reason.WRONG_PIN)


def _must_wait(lane: Lane, subjects: tuple[str, ...], now: Beat) -> Refused | None:
    """Return the refusal of a PIN that is not even looked at, if somebody has to wait."""
    found = {subject: operators.read_attempts(lane.db, subject) for subject in subjects}
    astray = {subject: anchor(a, now) for subject, a in found.items() if a and is_astray(a, now)}
    if astray and (refused := keep(lane, lambda: _put(lane, astray))):
        return refused
    left = max(waiting_ms(attempts, now) for attempts in found.values())
    return Refused(Reason.PIN_WAIT, {"seconds": -(-left // 1000)}) if left else None


def _put(lane: Lane, attempts: dict[str, Attempts]) -> None:
    """Keep attempts."""
    for subject, kept in attempts.items():
        operators.put_attempts(lane.db, subject, kept)


def _take_back(lane: Lane, found: Credential, counted: dict[str, Attempts], now: Beat) -> Refused | None:
    """Forget the attempts of somebody whose PIN was right: they were honest ones, at the lane too."""
    own = counted[found.operator.operator]

    def write() -> None:
        operators.put_attempts(lane.db, found.operator.operator, None)
        operators.put_attempts(lane.db, LANE, forgive(counted[LANE], own.failures, now))

    return keep(lane, write)


def _renew(lane: Lane, found: Credential, proof: Proof) -> Refused | None:
    """Keep a PIN's hash anew where it was made at another cost than is in force."""
    if not proof.renewed:
        return None
    return keep(lane, lambda: operators.put_hash(lane.db, found.operator.operator, proof.renewed))


def ponder(lane: Lane, intent: Intent) -> Callable[[], None] | None:
    """Return the comparison of a PIN that an intent is to be judged by, as work for a thread; None for all others.

    What comes of it is shown to nobody before the attempt is counted: `perform` does that first, as ever.
    """
    if not isinstance(intent, SignOn | Approve) or intent.badge or not intent.pin:
        return None
    found, cost = operators.find_operator(lane.db, intent.operator), pin_cost(lane)
    attempts = [operators.read_attempts(lane.db, subject) for subject in (LANE, intent.operator)]
    if any(waiting_ms(made, lane.beat()) for made in attempts):
        return None  # it will not even be looked at
    pin, pin_hash = intent.pin, found.pin_hash if found else nobodys_hash(cost)

    def work() -> None:
        lane.proof = work_out(pin, pin_hash, cost)

    return work


def _proof(lane: Lane, pin: str, found: Credential | None) -> Proof:
    """Return what a thread has worked out of a PIN, or work it out; it is used once."""
    proof, lane.proof = lane.proof, None
    cost = pin_cost(lane)
    pin_hash = found.pin_hash if found else nobodys_hash(cost)
    if proof is not None and (proof.pin, proof.pin_hash) == (pin, pin_hash):
        return proof
    return work_out(pin, pin_hash, cost)


def _tell_wrong(lane: Lane, tried: str, counted: dict[str, Attempts]) -> None:
    """Journal a wrong PIN, and each wait that begins with it."""
    tell_journal(lane, Kind.PIN_REFUSED, {"tried": tried})
    for subject, attempts in counted.items():
        if attempts.wait_ms:
            tell_journal(lane, Kind.PIN_LOCKED, {"number": subject, "seconds": attempts.wait_ms // 1000})


def pin_cost(lane: Lane) -> PinCost:
    """Return what a PIN's hash costs at this lane."""
    tuned = operators.read_cost(lane.db)
    return PinCost(*tuned) if tuned else LEAST


def _journal(lane: Lane, kind: Kind, body: dict[str, object]) -> Refused | None:
    """Write an event, or say that it was not saved."""
    return keep(lane, lambda: tell_journal(lane, kind, body))
