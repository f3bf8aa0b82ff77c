"""Approvals on the screen: asked for in place, given by badge or PIN with a reason, and the act is done as meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config.settings import RolesSettings
from domain.badge import badge_hash, make_badge
from domain.basket import kept_lines
from domain.intent import Approve, Intent, NoSale, VoidBasket
from storage.operators import put_badge
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import RecordedRegister, real_register
from tui.screens.details import DetailsScreen

BADGE = make_badge(bytes(range(16)))
BETOS = make_badge(bytes(range(16, 32)))
TO_PRICES = ("f11", "1", "1", "20", "enter")
"""A discount of 20 % on the line, for the first of the reasons."""


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    """A lane on which a usual cashier sells, and where both people have badges."""
    register = real_register(tmp_path, roles=RolesSettings())
    with register._lane.db.atomic():
        put_badge(register._lane.db, ANA.operator, badge_hash(BADGE))
        put_badge(register._lane.db, BETO.operator, badge_hash(BETOS))
    register.sign_on(BETO.operator, BETO_PIN)
    return register


@asynccontextmanager
async def asked(register: RecordedRegister) -> AsyncIterator[LaneScreen]:
    """Ask for a discount of 20 % on a coffee, which the cashier may not give."""
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press(*TO_PRICES)
        assert lane.screen == "ApproveScreen"
        assert "Descuento en una partida" in lane.text
        yield lane


def discount(register: RecordedRegister) -> int:
    return register.basket.lines[0].discount_ppm


def approvals(register: RecordedRegister) -> list[Intent]:
    return [intent for intent in register.done if isinstance(intent, Approve)]


async def test_number_pin_and_reason_do_the_act_and_lead_back(register: RecordedRegister) -> None:
    async with asked(register) as lane:
        await lane.press("1", "enter")
        await lane.press(ANA_PIN)
        assert ANA_PIN not in lane.text
        assert "****" in lane.text
        await lane.press("enter")
        assert "Lo pidió el cliente" in lane.text
        await lane.press("2")
        assert discount(register) == 200_000
        assert lane.screen == "SaleScreen"
        assert register.operator == BETO


async def test_a_badge_and_a_reason_do_the_act(register: RecordedRegister) -> None:
    async with asked(register) as lane:
        await lane.press(f"scan:{BADGE}")
        assert BADGE not in lane.text
        await lane.press("1")
        assert discount(register) == 200_000


async def test_a_badge_typed_by_a_wedge_is_taken_and_not_shown(register: RecordedRegister) -> None:
    async with asked(register) as lane:
        await lane.wedge(BADGE)
        assert BADGE not in lane.text
        await lane.press("enter")
        await lane.press("1")
        assert discount(register) == 200_000


@pytest.mark.parametrize("keys", [(), ("1",), ("1", "enter"), ("1", "enter", "12"), (f"scan:{BADGE}",)], ids=len)
async def test_esc_goes_back_with_nothing_changed(register: RecordedRegister, keys: tuple[str, ...]) -> None:
    async with asked(register) as lane:
        before, operator = register.basket, register.operator
        for key in keys:
            await lane.press(key)
        await lane.press("escape")
        assert lane.screen == "AskScreen"
        assert "20" in lane.text
        assert (register.basket, register.operator) == (before, operator)
        assert not approvals(register)


async def test_a_wrong_pin_begins_anew_and_changes_nothing(register: RecordedRegister) -> None:
    async with asked(register) as lane:
        for key in ("1", "enter", "9999", "enter", "1"):
            await lane.press(key)
        assert lane.screen == "ApproveScreen"
        assert "Número de quien autoriza" in lane.text
        assert discount(register) == 0


@pytest.mark.parametrize("who", [("2", "enter", BETO_PIN, "enter"), (f"scan:{BETOS}",)], ids=["pin", "badge"])
async def test_nobody_approves_for_themselves(register: RecordedRegister, who: tuple[str, ...]) -> None:
    async with asked(register) as lane:
        for key in (*who, "1"):
            await lane.press(key)
        assert "Nadie se autoriza" in lane.text
        assert discount(register) == 0


async def test_what_is_typed_ahead_never_gives_the_word(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press(*TO_PRICES, "1", "enter", ANA_PIN, "enter", "1")
        assert lane.screen == "ApproveScreen"
        assert not approvals(register)
        assert discount(register) == 0


async def test_a_badge_in_the_same_burst_still_needs_a_look_before_the_reason(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press(*TO_PRICES, f"scan:{BADGE}", "1")
        assert not approvals(register)


async def test_an_item_scanned_there_approves_nothing(register: RecordedRegister) -> None:
    async with asked(register) as lane:
        await lane.press("scan:111")
        await lane.wedge("7501000111206", "enter")
        await lane.wedge("7501000111206", "enter")
        await lane.press("1")
        assert discount(register) == 0
        assert len(register.basket.lines) == 1


async def test_a_list_that_was_left_is_chosen_again(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+n")
        await lane.press("1")
        assert lane.screen == "ApproveScreen"
        await lane.press(f"scan:{BADGE}")
        await lane.press("4")
        assert lane.screen == "SaleScreen"
        assert len([intent for intent in register.done if isinstance(intent, NoSale)]) == 2
        assert "Cajón" in lane.text or "cajón" in lane.text


async def test_a_basket_is_voided_after_its_own_question_and_the_word(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f10", "4")
        await lane.press("delete")
        assert lane.screen == "ApproveScreen"
        await lane.press(f"scan:{BADGE}")
        await lane.press("1")
        assert register.done[-1] == VoidBasket()
        assert not register.basket.lines
        assert lane.screen == "SaleScreen"


async def test_a_badge_changes_the_operator_and_the_basket_stays(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press(f"scan:{BADGE}")
        assert register.operator == ANA
        assert len(kept_lines(register.basket)) == 1
        assert "Ana" in lane.text
        await lane.wedge(BETOS, "enter")
        assert register.operator == BETO
        assert BETOS not in lane.text


async def test_a_badge_signs_on_at_a_locked_lane(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+l")
        assert lane.screen == "SignOnScreen"
        await lane.press(f"scan:{BADGE}")
        assert register.operator == ANA
        assert lane.screen == "SaleScreen"


async def test_a_badge_of_nobody_is_refused_and_not_shown(register: RecordedRegister) -> None:
    stranger = make_badge(bytes([5] * 16))
    async with running(register) as lane:
        await lane.press(f"scan:{stranger}")
        assert register.operator == BETO
        assert stranger not in lane.text
        assert "gafete" in lane.text


@pytest.mark.parametrize(
    ("number", "badge", "is_unlocked"), [("2", BADGE, True), ("77", BADGE, True), ("1", BETOS, False)]
)
async def test_a_supervisors_badge_lets_who_waits_try_again(
    register: RecordedRegister, number: str, badge: str, is_unlocked: bool
) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+l")
        for _ in range(6):
            await lane.press(number, "enter", "9999", "enter")
        assert "espere" in lane.text
        await lane.press(f"scan:{badge}")
        assert lane.screen == "SaleScreen"
        await lane.press("ctrl+l")
        await lane.press("2", "enter", BETO_PIN, "enter")
        assert (register.operator == BETO) is is_unlocked


@pytest.mark.parametrize(("number", "screen"), [("2", "DetailsScreen"), ("3", "JournalScreen")])
async def test_figures_and_journal_ask_for_a_word_in_place(
    register: RecordedRegister, number: str, screen: str
) -> None:
    async with running(register) as lane:
        await lane.press("f10", "09", number)
        assert lane.screen == "ApproveScreen"
        assert "Ver lo vendido y el diario" in lane.text
        await lane.press("escape")
        assert lane.screen == "ManagerScreen"
        await lane.press(number)
        await lane.press(f"scan:{BADGE}")
        await lane.press("1")
        assert lane.screen == screen
        await lane.press("escape", "f10", "09", number)
        assert lane.screen == "ApproveScreen", "a word is good once"


async def test_an_export_asks_for_a_word_of_its_own(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "09", "2")
        await lane.press(f"scan:{BADGE}")
        await lane.press("1")
        details = lane.app.screen
        assert isinstance(details, DetailsScreen)
        assert details.job is None or details.job.wait(60)
        details.look()
        await lane.press("f12")
        await lane.press("/", "enter")
        assert lane.screen == "ApproveScreen"
        assert "Exportar reportes y diario" in lane.text
        await lane.press("escape")
        assert lane.screen == "ExportScreen"
