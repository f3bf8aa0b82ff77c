"""Items that ask for an age, a lot, a serial or a date: what the operator sees and strikes, with the real register."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.trace import Trace
from tests.kit.ruled import CHEESE, CHEESE_GTIN, EGGS, PHONE, PHONE_GTIN, RUM, WINE, YOGURT, put_ruled
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, real_register


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    made = real_register(tmp_path)
    put_ruled(made.lane_at_work.db)
    return made


def kinds(register: RecordedRegister) -> list[str]:
    rows = register.lane_at_work.db.all("SELECT kind FROM journal WHERE kind LIKE 'age%' ORDER BY seq")
    return [kind for (kind,) in rows]


async def test_an_age_that_was_seen_takes_one_key(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{WINE}")
        assert lane.screen == "AgeScreen"
        assert "Nacido el 24/11/2008 o antes" in lane.text
        await lane.press("f12")
        assert lane.screen == "SaleScreen"
        assert [line.sku for line in register.basket.lines] == [WINE]
        await lane.press(f"scan:{RUM}")
        assert lane.screen == "AgeScreen"
        await lane.press("31/05/90", "enter")
        assert [line.sku for line in register.basket.lines] == [WINE, RUM]
    assert kinds(register) == ["age_confirmed", "age_confirmed"]


async def test_who_is_too_young_is_noted_and_nothing_is_sold(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{WINE}", "25112008", "enter")
        assert lane.screen == "SaleScreen"
        assert "no se vende; quedó anotado" in lane.text
        await lane.press(f"scan:{WINE}")
        await lane.press("delete")
        assert not register.basket.lines
    assert kinds(register) == ["age_refused", "age_refused"]


async def test_a_scanner_cannot_answer_for_an_age(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{WINE}", f"scan:{WINE}")
        assert lane.screen == "AgeScreen"
        await lane.press("enter")
        assert lane.screen == "AgeScreen"
        assert "no es una fecha válida" in lane.text
        await lane.press("escape")
        assert lane.screen == "SaleScreen"
        assert not register.basket.lines
    assert not kinds(register)


async def test_lot_and_expiry_are_asked_one_after_the_other(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("2", "*", f"scan:{CHEESE_GTIN}")
        assert "se vende por lote" in lane.text
        await lane.press("L7", "enter")
        assert "fecha de caducidad" in lane.text
        await lane.press("31/02/2027", "enter")
        assert "no es una fecha válida" in lane.text
        await lane.press("310127", "enter")
        (line,) = register.basket.lines
        assert (line.sku, line.quantity_micro, line.trace) == (CHEESE, 2_000_000, Trace("L7", "", "2027-01-31"))
        assert lane.screen == "SaleScreen"
        assert "L7" in lane.text


async def test_a_gs1_label_scanned_into_the_question_answers_all_of_it(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{CHEESE}", f"scan:01{CHEESE_GTIN}1727013110L9")
        assert register.basket.lines[0].trace == Trace("L9", "", "2027-01-31")


async def test_a_serial_is_scanned_and_one_that_is_taken_is_refused_in_place(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{PHONE_GTIN}", "scan:SN1")
        await lane.press(f"scan:{PHONE_GTIN}", "scan:SN1")
        assert lane.screen == "TraceScreen"
        assert "la serie SN1 ya se vendió" in lane.text
        await lane.press("SN2", "enter")
        assert [line.trace for line in register.basket.lines] == [Trace(serial="SN1"), Trace(serial="SN2")]


async def test_what_has_expired_is_not_sold_and_esc_leaves(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{YOGURT}", "231126", "enter")
        assert "Caducó el 2026-11-23" in lane.text
        await lane.press("escape")
        assert lane.screen == "SaleScreen"
        assert not register.basket.lines


async def test_a_refused_quantity_says_what_to_type(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{EGGS}")
        assert "se vende desde 12. Teclee 12 * antes." in lane.text
        await lane.press("12", "*", f"scan:{EGGS}")
        assert register.basket.lines[0].quantity_micro == 12_000_000


async def test_hostile_text_is_no_lot(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{PHONE}", "scan:[/red]x")
        assert register.basket.lines[0].trace == Trace(serial="[/red]x")
        assert "[/red]x" in lane.text
