"""Signing on and off: who, with which PIN, and what is told of it; and secrets that are nowhere in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.outcome import SignedOff, SignedOn
from domain.refusal import Reason, Refused
from domain.shift import Operator, Role
from register.pins import LEAST, hash_pin, is_pin
from tests.kit.catalog import COFFEE
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN, Shop, make_shop
from tests.register.reading import events, records
from tests.register.scenes import CARD

PIN = "83610274"
WRONG = "59173826"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane on which nobody is signed on yet."""
    return make_shop(tmp_path, is_ready=False)


def test_the_right_pin_signs_on_and_is_told_without_the_pin(shop: Shop) -> None:
    assert shop.register.sign_on("1", ANA_PIN) == SignedOn(ANA)
    assert shop.register.operator == ANA
    assert events(shop, "signed_on") == [{"name": "Ana", "role": "supervisor"}]
    assert records(shop)[0]["operator"] == "1"


@pytest.mark.parametrize("pin", ["", "0000", "123", "12345", ANA_PIN + " ", BETO_PIN, "x" * 10_000])
def test_any_other_pin_does_not(pin: str, shop: Shop) -> None:
    assert shop.register.sign_on("1", pin) == Refused(Reason.WRONG_PIN)
    assert shop.register.operator is None
    assert events(shop, "pin_refused") == [{"tried": "1"}]


@pytest.mark.parametrize("number", ["", "77", "1 ", "1234", CARD, "' OR 1=1 --"])
def test_a_number_that_is_nobodys_is_refused_like_a_wrong_pin_and_not_kept(number: str, shop: Shop) -> None:
    assert shop.register.sign_on(number, ANA_PIN) == Refused(Reason.WRONG_PIN)
    assert events(shop, "pin_refused") == [{"tried": ""}]


def test_the_next_operator_takes_over_and_the_basket_stays(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    basket = shop.register.basket
    shop.sign_on(BETO)
    assert shop.register.operator == BETO
    assert shop.register.basket == basket


def test_a_wrong_pin_leaves_who_is_signed_on(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.sign_on("2", "0000")
    assert shop.register.operator == ANA


def test_signing_off_keeps_the_basket_and_stops_the_selling(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    assert shop.register.sign_off() == SignedOff()
    assert shop.register.operator is None
    assert len(shop.register.basket.lines) == 1
    assert shop.register.scan(COFFEE) == Refused(Reason.NOT_SIGNED_ON)


def test_an_operator_is_added_and_gets_another_pin(shop: Shop) -> None:
    eva = Operator("3", "Eva", Role.CASHIER)
    assert shop.register.add_operator(eva, PIN) is None
    assert shop.register.sign_on("3", PIN) == SignedOn(eva)
    assert shop.register.add_operator(eva, "24680") is None
    assert isinstance(shop.register.sign_on("3", PIN), Refused)
    assert shop.register.sign_on("3", "24680") == SignedOn(eva)


def test_a_pins_hash_is_argon2id_of_owasps_strength_and_never_the_same_twice() -> None:
    one, other = hash_pin(PIN), hash_pin(PIN)
    assert one.startswith(f"$argon2id$v=19$m={LEAST.memory_kib},t={LEAST.passes},p=1$")
    assert (LEAST.memory_kib, LEAST.passes) >= (19 * 1024, 2)
    assert one != other
    assert is_pin(PIN, one)
    assert not is_pin(WRONG, one)


@pytest.mark.parametrize("pin_hash", ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$!!!$???"])
def test_a_hash_that_is_none_fits_no_pin(pin_hash: str) -> None:
    assert not is_pin(PIN, pin_hash)


def everything(shop: Shop) -> bytes:
    """Return every byte of the ledger's files while it is open, and once more when it is closed."""
    found = b"".join(path.read_bytes() for path in sorted(shop.path.parent.glob("ledger.db*")))
    shop.db.close()
    return found + shop.path.read_bytes()


def test_neither_a_pin_nor_a_wrong_one_is_anywhere_in_the_file(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.add_operator(Operator("3", "Eva"), PIN)
    shop.register.sign_on("3", WRONG)
    shop.register.sign_on(PIN, WRONG)
    shop.register.sign_on("3", PIN)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    found = everything(shop)
    assert b"Eva" in found
    for secret in (PIN, WRONG):
        assert secret.encode() not in found


@pytest.mark.parametrize("card", [CARD, CARD.replace(" ", ""), CARD.replace(" ", "-"), "378282246310005"])
def test_a_card_number_typed_anywhere_is_nowhere_in_the_file(card: str, tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(card)
    shop.register.price_check(card)
    shop.register.search(card)
    shop.register.add_item(card)
    shop.register.sign_on(card, card)
    shop.register.scan(COFFEE)
    shop.register.suspend(f"Juan {card}")
    shop.register.resume(card)
    shop.register.add_tender("credit_card", None, card)
    shop.register.add_tender("credit_card", None, f"A1 {card}")
    shop.register.add_tender("cash", None, card)
    shop.register.add_tender("credit_card", None, "A1 1111")
    found = everything(shop)
    assert b"A1 1111" in found
    assert card.encode() not in found
    digits = card.replace(" ", "").replace("-", "")
    assert digits[:12].encode() not in found
