"""A PIN that a thread has compared beforehand: judged as ever, counted as ever, looked at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.intent import Approve, ReadX, SignOn
from domain.outcome import SignedOn
from domain.refusal import Reason, Refused
from register import pins
from storage.operators import find_operator, put_cost, read_attempts
from tests.kit.lane import ANA, ANA_PIN, BETO, Shop, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane on which nobody is signed on."""
    return make_shop(tmp_path, is_ready=False)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The PINs that were looked at."""
    looked: list[str] = []
    real = pins.is_pin

    def look(pin: str, pin_hash: str) -> bool:
        looked.append(pin)
        return real(pin, pin_hash)

    monkeypatch.setattr(pins, "is_pin", look)
    return looked


def ponder(shop: Shop, intent: SignOn | Approve) -> None:
    work = shop.register.ponder(intent)
    assert work
    work()


def test_a_pin_is_looked_at_once_and_judged_as_ever(shop: Shop, judged: list[str]) -> None:
    right = SignOn(ANA.operator, ANA_PIN)
    ponder(shop, right)
    assert shop.register.operator is None
    assert shop.register.perform(right) == SignedOn(ANA)
    assert judged == [ANA_PIN]
    assert shop.register.perform(right) == SignedOn(ANA)
    assert judged == [ANA_PIN, ANA_PIN], "what was worked out is used once"


def test_a_wrong_pin_is_counted_as_ever(shop: Shop, judged: list[str]) -> None:
    wrong = SignOn(ANA.operator, "0000")
    ponder(shop, wrong)
    assert read_attempts(shop.db, ANA.operator) is None
    answer = shop.register.perform(wrong)
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.WRONG_PIN
    attempts = read_attempts(shop.db, ANA.operator)
    assert attempts
    assert (attempts.failures, judged) == (1, ["0000"])


@pytest.mark.parametrize("other", [SignOn(ANA.operator, "0000"), SignOn(BETO.operator, ANA_PIN), SignOn("9", ANA_PIN)])
def test_what_was_worked_out_for_one_is_nothing_to_another(shop: Shop, other: SignOn) -> None:
    ponder(shop, SignOn(ANA.operator, ANA_PIN))
    answer = shop.register.perform(other)
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.WRONG_PIN


def test_a_pin_that_was_changed_meanwhile_is_looked_at_again(shop: Shop) -> None:
    intent = SignOn(ANA.operator, ANA_PIN)
    ponder(shop, intent)
    assert shop.register.add_operator(ANA, "739146") is None
    answer = shop.register.perform(intent)
    assert isinstance(answer, Refused)


def test_who_has_to_wait_has_nothing_looked_at(shop: Shop, judged: list[str]) -> None:
    for _ in range(5):
        shop.register.sign_on(ANA.operator, "0000")
    assert shop.register.ponder(SignOn(ANA.operator, ANA_PIN)) is None
    answer = shop.register.perform(SignOn(ANA.operator, ANA_PIN))
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.PIN_WAIT
    assert judged == ["0000"] * 5


def test_nothing_else_takes_long(shop: Shop) -> None:
    for intent in (ReadX(), SignOn(badge="B"), SignOn(ANA.operator), Approve("x", badge="B")):
        assert shop.register.ponder(intent) is None
    assert shop.register.ponder(Approve("x", ANA.operator, ANA_PIN))


def test_a_hash_at_another_cost_is_renewed_by_the_thread(shop: Shop) -> None:
    with shop.db.atomic():
        put_cost(shop.db, 16, 1)
    intent = SignOn(ANA.operator, ANA_PIN)
    ponder(shop, intent)
    assert shop.register.perform(intent) == SignedOn(ANA)
    found = find_operator(shop.db, ANA.operator)
    assert found
    assert "m=16," in found.pin_hash
