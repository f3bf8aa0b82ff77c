"""Guessing PINs: five are free, then waits that grow; and no restart, power cut or clock makes them shorter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from domain.badge import badge_hash, make_badge
from domain.lockout import FIRST_WAIT_MS, FREE_TRIES, LONGEST_WAIT_MS
from domain.outcome import SignedOn
from domain.refusal import Reason, Refused
from register import pins
from register.pins import LEAST, PinCost, hash_pin, is_pin, needs_rehash, nobodys_hash, tune
from storage.operators import find_operator, put_badge, put_cost
from storage.verify import verify
from tests.kit.faults import failing_commit
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN, CHEAP, Shop, make_shop
from tests.register.reading import events

HOUR = 3_600.0
BADGE = make_badge(bytes(range(16)))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A lane on which nobody is signed on."""
    shop = make_shop(tmp_path, is_ready=False)
    yield shop
    shop.db.close()


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The PINs that were looked at."""
    looked: list[str] = []
    real = is_pin

    def look(pin: str, pin_hash: str) -> bool:
        looked.append(pin)
        return real(pin, pin_hash)

    monkeypatch.setattr(pins, "is_pin", look)
    return looked


def wrong(shop: Shop, times: int, operator: str = ANA.operator) -> Any:
    """Type wrong PINs, and return what was answered to the last."""
    answer: Any = None
    for _ in range(times):
        answer = shop.register.sign_on(operator, "0000")
    return answer


def test_ten_thousand_guesses_with_restarts_and_clock_jumps_have_twenty_looked_at_in_an_hour(
    shop: Shop, judged: list[str]
) -> None:
    """The simulated thief has the keyboard, the switch of the machine and the clock on the wall, and an hour."""
    random = Random(20261124)
    passed, guesses = 0.0, 10_000
    for guess in range(guesses):
        shop.register.sign_on(random.choice((ANA.operator, BETO.operator, "77")), f"{guess:04d}"[::-1])
        step = HOUR / guesses
        passed += step
        shop.beat.advance(step)
        match random.random():
            case luck if luck < 0.01:
                shop.reopen()
            case luck if luck < 0.02:
                shop.beat.reboot()
                shop.reopen()
            case luck if luck < 0.10:
                shop.clock.advance(random.choice((-86_400, 86_400, 3_600, 900)))
    assert passed <= HOUR + 1
    assert FREE_TRIES <= len(judged) <= 20
    assert shop.register.operator is None
    assert verify(shop.db).is_sound


def test_at_the_quickest_that_is_possible_a_thief_has_twelve_guesses_in_an_hour(shop: Shop, judged: list[str]) -> None:
    for _ in range(3_600):
        wrong(shop, 1)
        shop.beat.advance(1)
    assert len(judged) == 12


def test_five_wrong_ones_wait_half_a_minute_and_each_more_twice_as_long(shop: Shop) -> None:
    assert wrong(shop, FREE_TRIES) == Refused(Reason.WRONG_PIN)
    expected = FIRST_WAIT_MS
    for _ in range(8):
        assert wrong(shop, 1) == Refused(Reason.PIN_WAIT, {"seconds": expected // 1000})
        shop.beat.advance(expected / 1000 - 1)
        assert wrong(shop, 1) == Refused(Reason.PIN_WAIT, {"seconds": 1})
        shop.beat.advance(1)
        assert wrong(shop, 1) == Refused(Reason.WRONG_PIN)
        expected = min(expected * 2, LONGEST_WAIT_MS)
    assert expected == LONGEST_WAIT_MS


def test_the_right_pin_is_not_even_looked_at_while_there_is_a_wait(shop: Shop, judged: list[str]) -> None:
    wrong(shop, FREE_TRIES)
    answer: Any = shop.register.sign_on(ANA.operator, ANA_PIN)
    assert answer.reason is Reason.PIN_WAIT
    assert ANA_PIN not in judged
    shop.beat.advance(30)
    assert shop.register.sign_on(ANA.operator, ANA_PIN) == SignedOn(ANA)


def test_the_lane_waits_whoever_is_meant(shop: Shop) -> None:
    for number in (ANA.operator, BETO.operator, "77", ANA.operator, "78"):
        wrong(shop, 1, number)
    answer: Any = shop.register.sign_on(BETO.operator, BETO_PIN)
    assert answer.reason is Reason.PIN_WAIT


def test_somebody_elses_right_pin_gives_no_new_guesses(shop: Shop) -> None:
    for _ in range(FREE_TRIES - 1):
        wrong(shop, 1)
        assert shop.register.sign_on(BETO.operator, BETO_PIN) == SignedOn(BETO)
    assert wrong(shop, 1) == Refused(Reason.WRONG_PIN)
    assert wrong(shop, 1) == Refused(Reason.PIN_WAIT, {"seconds": 30})


def test_ones_own_right_pin_forgives_ones_own_wrong_ones(shop: Shop) -> None:
    for _ in range(3):
        wrong(shop, FREE_TRIES - 1)
        assert shop.register.sign_on(ANA.operator, ANA_PIN) == SignedOn(ANA)
    assert not shop.db.all("SELECT * FROM pin_attempt")


def test_a_restart_leaves_what_was_left_and_a_reboot_waits_it_anew(shop: Shop) -> None:
    wrong(shop, FREE_TRIES)
    shop.beat.advance(10)
    shop.reopen()
    assert wrong(shop, 1) == Refused(Reason.PIN_WAIT, {"seconds": 20})
    shop.beat.reboot()
    shop.reopen()
    assert wrong(shop, 1) == Refused(Reason.PIN_WAIT, {"seconds": 30})
    shop.beat.advance(30)
    assert shop.register.sign_on(ANA.operator, ANA_PIN) == SignedOn(ANA)


def test_an_attempt_is_in_the_ledger_before_the_pin_is_looked_at(shop: Shop, judged: list[str]) -> None:
    """Who cuts the power between the question and the answer has used the guess up all the same."""
    with failing_commit(shop.db):
        answer: Any = shop.register.sign_on(ANA.operator, "0000")
    assert answer.reason is Reason.NOT_SAVED
    assert not judged


def test_a_supervisor_unlocks(shop: Shop) -> None:
    put_badge(shop.db, ANA.operator, badge_hash(BADGE))
    wrong(shop, FREE_TRIES, BETO.operator)
    assert shop.register.sign_on(badge=BADGE) == SignedOn(ANA), "nobody waits for a badge"
    shop.register.unlock(BETO.operator)
    assert shop.register.sign_on(BETO.operator, BETO_PIN) == SignedOn(BETO)
    assert events(shop, "pin_unlocked") == [{"number": BETO.operator}]


def test_whoever_has_the_machine_unlocks_and_an_intent_of_nobody_does_not(shop: Shop) -> None:
    wrong(shop, FREE_TRIES)
    assert shop.register.unlock(ANA.operator) == Refused(Reason.NOT_SIGNED_ON)
    shop.register.forget_attempts(ANA.operator)
    assert shop.register.sign_on(ANA.operator, ANA_PIN) == SignedOn(ANA)


def test_waits_are_journalled_and_guesses_during_them_fill_no_disk(shop: Shop) -> None:
    wrong(shop, FREE_TRIES + 100)
    assert events(shop, "pin_refused") == [{"tried": ANA.operator}] * FREE_TRIES
    assert events(shop, "pin_locked") == [{"number": "", "seconds": 30}, {"number": ANA.operator, "seconds": 30}]


def test_an_approvers_wrong_pin_counts_like_any(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.sign_on(BETO.operator, BETO_PIN)
    shop.register._lane.rights = type(shop.register._lane.rights)()
    act = shop.register.no_sale("Otro").facts["act"]  # type: ignore[union-attr]
    answers: list[Any] = [shop.register.approve(str(act), ANA.operator, "0000", "", "Otro") for _ in range(6)]
    assert [answer.reason for answer in answers] == [Reason.WRONG_PIN] * 5 + [Reason.PIN_WAIT]
    shop.db.close()


def test_a_badge_taken_away_or_replaced_opens_nothing(shop: Shop) -> None:
    other = make_badge(bytes([9] * 16))
    assert shop.register.give_badge(BETO.operator, BADGE) is None
    assert shop.register.sign_on(badge=BADGE) == SignedOn(BETO)
    assert shop.register.give_badge(BETO.operator, other) is None
    assert shop.register.sign_on(badge=BADGE) == Refused(Reason.WRONG_BADGE)
    assert shop.register.give_badge(BETO.operator, "") is None
    assert shop.register.sign_on(badge=other) == Refused(Reason.WRONG_BADGE)
    assert BADGE.encode() not in shop.path.read_bytes()


def test_a_pin_is_hashed_anew_at_the_next_sign_on_once_the_machine_is_tuned(shop: Shop) -> None:
    put_cost(shop.db, 16, 2)
    shop.register.sign_on(ANA.operator, ANA_PIN)
    found = find_operator(shop.db, ANA.operator)
    assert found is not None
    assert found.pin_hash.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert shop.register.sign_on(ANA.operator, ANA_PIN) == SignedOn(ANA)
    assert wrong(shop, 1) == Refused(Reason.WRONG_PIN)


def test_nobodys_hash_costs_what_everybodys_does() -> None:
    cost = PinCost(*CHEAP)
    assert not needs_rehash(nobodys_hash(cost), cost)
    assert not needs_rehash(hash_pin("7204", cost), cost)
    assert needs_rehash(nobodys_hash(cost), LEAST)


def test_the_strongest_that_the_machine_bears_is_chosen_and_never_less_than_the_least() -> None:
    choices = tuple(PinCost(8, passes) for passes in (4, 2, 1))

    def clock(*took_ms: int) -> Any:
        times = [moment for took in took_ms for moment in (0, took * 1_000_000)]
        return lambda: times.pop(0)

    assert tune(400, clock(500, 401, 390, 500), choices) == (choices[1], 390)
    assert tune(400, clock(400, 900), choices) == (choices[0], 400)
    assert tune(1, clock(5, 5, 4, 4, 3, 3), choices) == (choices[2], 3)
