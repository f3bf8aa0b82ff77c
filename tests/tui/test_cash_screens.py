"""Cash without a sale on the screen: the drawer, paid in and out, pickups, loans; and what the till is told about."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import ShiftSettings
from domain.intent import CloseShift, Loan, NoSale, PaidIn, PaidOut, Pickup
from tests.kit.lane import make_shop
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, real_register


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    return real_register(tmp_path)


async def test_opening_the_drawer_takes_a_key_and_the_number_of_a_reason(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+n", "2")
        assert register.done[-1] == NoSale("Revisar cajón")
        assert lane.screen == "SaleScreen"
        assert "Cajón abierto: Revisar cajón" in lane.text


async def test_cash_is_paid_in_and_out_for_a_reason_and_moved_to_the_safe_and_back(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f7", "2", "1", "250.50", "enter")
        assert "Entrada de efectivo: $250.50" in lane.text
        await lane.press("f7", "3", "2", "100", "enter")
        await lane.press("f7", "4", "300", "enter")
        await lane.press("f7", "5", "50", "enter")
        moves = [intent for intent in register.done if isinstance(intent, PaidIn | PaidOut | Pickup | Loan)]
        assert moves == [PaidIn(25_050, "Dueño"), PaidOut(10_000, "Gastos"), Pickup(30_000), Loan(5_000)]
        assert lane.screen == "SaleScreen"


async def test_a_code_that_is_typed_as_an_amount_moves_nothing(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f7", "4", "75010001", "enter")
        assert "límite" in lane.text
        await lane.press("0", "enter")
        assert lane.screen == "CashAmountScreen"
        assert register._lane.db.all("SELECT * FROM cash_move") == []
        await lane.press("escape")
        assert lane.screen == "SaleScreen"


async def test_without_a_shift_the_drawer_stays_shut(tmp_path: Path) -> None:
    register = FakeRegister()
    async with running(register) as lane:
        register.shift = None
        await lane.press("ctrl+n")
        assert lane.screen == "SaleScreen"
        assert "No hay turno abierto" in lane.text
        assert not register.done


async def test_a_till_with_too_much_cash_and_an_old_shift_stand_in_the_status_bar(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, shift=ShiftSettings(warn_hours=24, pickup_limit_minor=50_000))
    async with running(shop.register) as lane:
        lane.app.tell_status()
        await lane.settle()
        assert "retiro" not in lane.lines[0]
        await lane.press("f7", "5", "50", "enter")
        assert "!Haga un retiro!" in lane.lines[0]
        shop.clock.advance(25 * 3600)
        await lane.press("f7", "4", "50", "enter")
        assert "!Turno sin cerrar!" in lane.lines[0]
        assert "retiro" not in lane.lines[0]


async def test_what_is_left_in_the_till_is_asked_before_the_count_is_judged(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "2", "499.00", "enter")
        assert "Queda como fondo" in lane.text
        assert "No cuadra" not in lane.text
        await lane.press("600", "enter")
        assert register.shift is not None
        assert not [intent for intent in register.done if isinstance(intent, CloseShift)]
        await lane.press("escape")
        assert "Piezas" in lane.text
        await lane.press("499.00", "enter", "100", "enter")
        assert "No cuadra" in lane.text
        await lane.press("500.00", "enter", "100", "enter")
        assert register.shift is None
        assert register.next_float() == 10_000
