"""A scanner that types on the pay screen pays nothing, and fingers pay as ever: the rule alone, and on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.intent import AddTender
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import real_register
from tui.wedge import PERSON_SECONDS, Rush, begins_like_a_code, is_scan, rush


def rush_of(*gaps: float) -> Rush:
    """Return the rush after a first key and more, each so long after the one before."""
    at, last = 1.0, rush(Rush(), 1.0)
    for gap in gaps:
        at += gap
        last = rush(last, at)
    return last


def test_four_quick_characters_and_an_enter_are_a_scan_and_three_are_not() -> None:
    assert is_scan(rush_of(*[0.004] * 4), "4011")
    assert not is_scan(rush_of(*[0.004] * 3), "200")


def test_one_gap_of_a_person_makes_it_typed() -> None:
    for slow in range(4):
        assert not is_scan(rush_of(*[PERSON_SECONDS if n == slow else 0.004 for n in range(4)]), "4011")


def test_what_was_typed_before_a_scan_does_not_hide_it() -> None:
    assert is_scan(rush_of(0.2, 0.4, *[0.004] * 4), "204011")


def test_quick_keys_that_left_few_characters_are_no_scan() -> None:
    assert not is_scan(rush_of(*[0.004] * 9), "20")


@pytest.mark.parametrize(
    ("typed", "expected"), [("036000", True), ("00", True), ("0.50", False), ("0", False), ("", False), ("10", False)]
)
def test_an_amount_begins_with_a_zero_only_below_one(typed: str, expected: bool) -> None:
    assert begins_like_a_code(typed) is expected


@pytest.fixture
def register() -> FakeRegister:
    return FakeRegister()


@pytest.fixture
async def paying(register: FakeRegister) -> AsyncIterator[LaneScreen]:
    """A lane with 45.50 to pay, on the pay screen. The largest note is 500."""
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12")
        yield lane


def tenders(register: FakeRegister) -> list[AddTender]:
    """Return the tenders that the register was asked to take."""
    return [intent for intent in register.done if isinstance(intent, AddTender)]


@pytest.mark.parametrize("code", ["4011", "100000", "7501000111206", "036000291452", "75012342"])
async def test_a_code_that_a_scanner_types_is_refused_and_forgotten(
    paying: LaneScreen, register: FakeRegister, code: str
) -> None:
    beeps = paying.beeps
    await paying.wedge(code, "enter", "enter")
    assert tenders(register) == []
    assert "Aquí no se lee nada" in paying.text
    assert paying.beeps == beeps + 2
    await paying.press("enter")
    assert tenders(register) == [AddTender("cash", None)]


@pytest.mark.parametrize("code", ["7501000111206", "036000291452", "75012342"])
async def test_a_code_typed_by_fingers_is_no_amount_either(tmp_path: Path, code: str) -> None:
    real = real_register(tmp_path)
    async with running(real) as lane:
        await lane.press("scan:111")
        await lane.press("f12")
        await lane.press(code, "enter", "enter")
        assert real.last_receipt == 0


async def test_a_large_amount_typed_ahead_by_a_quick_person_is_taken(register: FakeRegister) -> None:
    async with running(register) as lane:
        await lane.press(*["scan:111"] * 22, "f12", "1001", "enter")
        assert tenders(register) == [AddTender("cash", 100_100)]
        assert lane.screen == "ChangeScreen"


async def test_a_leading_zero_is_refused_and_a_zero_before_the_decimals_is_not(
    paying: LaneScreen, register: FakeRegister
) -> None:
    await paying.press("050", "enter")
    assert "importe no vale" in paying.text
    assert tenders(register) == []
    await paying.press("0.50", "enter")
    assert tenders(register) == [AddTender("cash", 50)]


async def test_exact_cash_by_two_quick_keys_is_taken(register: FakeRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.wedge("f12", "enter")
        assert tenders(register) == [AddTender("cash", None)]
        assert len(register.sales) == 1


@pytest.mark.parametrize("key", ["enter", "f1"])
async def test_change_of_the_largest_note_is_confirmed_by_f12_alone(
    paying: LaneScreen, register: FakeRegister, key: str
) -> None:
    await paying.press("545.50", key)
    assert "El cambio sería $500.00: F12 cobra" in paying.text
    assert tenders(register) == []
    await paying.press("f12")
    assert tenders(register) == [AddTender("cash", 54_550, confirmed=True)]
    assert register.sales[0].change_minor == 50_000


async def test_the_key_that_asked_about_the_change_does_not_answer(paying: LaneScreen, register: FakeRegister) -> None:
    await paying.press("4011", "enter")
    await paying.press("enter")
    assert tenders(register) == [AddTender("cash", None)]


async def test_f12_struck_ahead_of_the_question_does_not_answer(paying: LaneScreen, register: FakeRegister) -> None:
    await paying.press("4011", "enter", "f12")
    assert tenders(register) == []


async def test_another_amount_withdraws_the_question(paying: LaneScreen, register: FakeRegister) -> None:
    await paying.press("4011", "enter")
    await paying.press("5")
    await paying.press("f12")
    assert tenders(register) == []


async def test_change_below_the_largest_note_is_given_without_a_word(
    paying: LaneScreen, register: FakeRegister
) -> None:
    await paying.press("545.49", "enter")
    assert register.sales[0].change_minor == 49_999


@pytest.mark.parametrize("code", ["4011", "7501000111206", "AUT-7731"])
async def test_a_code_scanned_into_the_reference_does_not_pay(
    paying: LaneScreen, register: FakeRegister, code: str
) -> None:
    await paying.press("f3")
    assert paying.screen == "ReferenceScreen"
    await paying.wedge(code, "enter", "enter")
    assert tenders(register) == []
    assert paying.screen == "ReferenceScreen"
    assert code in paying.text
    await paying.press("enter")
    assert "F12 lo toma como referencia" in paying.text
    assert tenders(register) == []
    await paying.press("f12")
    assert tenders(register) == [AddTender("card", None, code)]
    assert len(register.sales) == 1


async def test_f12_typed_by_the_same_burst_does_not_take_a_scanned_reference(
    paying: LaneScreen, register: FakeRegister
) -> None:
    await paying.press("f3")
    await paying.wedge("7501000111206", "enter", "f12", "f12")
    assert tenders(register) == []
    assert paying.screen == "ReferenceScreen"


async def test_two_scans_are_one_reference_that_waits_and_esc_forgets_it(
    paying: LaneScreen, register: FakeRegister
) -> None:
    await paying.press("f3")
    await paying.wedge("4011", "enter")
    await paying.wedge("4012", "enter")
    assert tenders(register) == []
    await paying.press("escape")
    assert "4011" not in paying.text
    await paying.press("A12345", "enter")
    assert tenders(register) == [AddTender("card", None, "A12345")]


async def test_f12_means_nothing_where_fingers_type_the_reference(paying: LaneScreen, register: FakeRegister) -> None:
    await paying.press("f3", "123456")
    beeps = paying.beeps
    await paying.press("f12")
    assert paying.beeps == beeps + 1
    assert tenders(register) == []
    await paying.press("enter")
    assert tenders(register) == [AddTender("card", None, "123456")]


async def test_a_scan_that_a_hand_has_changed_is_taken_by_enter(paying: LaneScreen, register: FakeRegister) -> None:
    await paying.press("f3")
    await paying.wedge("AUT-7731", "enter")
    await paying.press("backspace", "2", "enter")
    assert tenders(register) == [AddTender("card", None, "AUT-7732")]


async def test_a_resumed_basket_with_much_change_is_asked_about_once(register: FakeRegister) -> None:
    async with running(register) as lane:
        for keys in (["scan:111"], ["Luz", "f6"], ["f9", "enter"], ["f12"], ["600", "enter"]):
            await lane.press(*keys)
        assert "«Luz», y $554.50 de cambio, ¿es correcto?" in lane.text
        assert tenders(register) == []
        await lane.press("f12")
        assert tenders(register) == [AddTender("cash", 60_000, confirmed=True)]
        assert len(register.sales) == 1
