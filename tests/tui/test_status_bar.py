"""The status bar where there is more to tell than room: who sells where stays, and what is wrong goes last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import running
from tui.messages import DeviceChanged
from tui.widgets.status_bar import LEFT_FLOOR, Light, fit_lights

WELL = Light("Lector bien")
WAITING = Light("En cola 7")
PAPER = Light("Impresora sin papel", True, "Impresora")
ERP = Light("ERP sin línea", True, "ERP")
TRAINING = Light("ENTRENAMIENTO", True)

lights = st.builds(
    Light, st.text("abcñ 好", min_size=1, max_size=20), st.booleans(), st.sampled_from(["", "ERP", "Impresora"])
)


def width(shown: tuple[Light, ...]) -> int:
    return sum(light.width for light in shown)


@given(st.lists(lights, max_size=8), st.integers(10, 90))
def test_lights_fit_and_nothing_that_is_wrong_is_lost_from_sight(told: list[Light], room: int) -> None:
    shown = fit_lights(told, room)
    assert width(shown) <= room
    wrong = [light for light in told if light.is_bad]
    seen = [light for light in shown if light.is_bad]
    hidden = int(seen[-1].text[1:]) if seen and seen[-1].text.startswith("+") else 0
    assert len(seen) - bool(hidden) + hidden == len(wrong)


@given(st.lists(lights, max_size=8))
def test_with_room_for_all_nothing_is_changed(told: list[Light]) -> None:
    assert fit_lights(told, width(tuple(told))) == tuple(told)


@pytest.mark.parametrize(
    ("room", "left"),
    [
        (64, "Impresora sin papel|Lector bien|ERP sin línea|En cola 7"),
        (63, "Impresora sin papel|Lector bien|ERP sin línea"),
        (52, "Impresora sin papel|ERP sin línea"),
        (39, "Impresora sin papel|ERP"),
        (29, "Impresora|ERP"),
        (19, "Impresora|+1"),
        (18, "+2"),
    ],
)
def test_the_order_in_which_lights_make_room(room: int, left: str) -> None:
    shown = fit_lights((PAPER, WELL, ERP, WAITING), room)
    assert "|".join(light.text for light in shown) == left


def test_what_has_no_short_form_is_not_shortened() -> None:
    assert fit_lights((TRAINING, PAPER), 30) == (TRAINING, Light("Impresora", True))


async def test_three_alarms_leave_the_lane_and_its_operator_on_a_small_screen() -> None:
    register = FakeRegister()
    register.printer, register.waiting, register.is_online, register.news = "failed: no_paper", 7, False, True
    async with running(register) as lane:
        lane.app.post_message(DeviceChanged("scanner", "no_driver"))
        lane.app.post_message(DeviceChanged("sync", "failed"))
        await lane.settle()
        bar = lane.lines[0]
        assert bar.startswith(" Caja 1  Ana  Turno 1 ")
        assert len(" Caja 1  Ana  Turno 1") == LEFT_FLOOR
        for said in ("!Impresora", "!Lector", "!Envío", "!ERP", "12:0"):
            assert said in bar


async def test_a_damaged_ledger_stands_first_and_whole_with_its_remedy() -> None:
    register = FakeRegister()
    register.printer, register.is_online, register.news = "failed: no_paper", False, True
    async with running(register) as lane:
        lane.app.post_message(DeviceChanged("ledger", "ok"))
        await lane.settle()
        assert "Registro" not in lane.lines[0]
        lane.app.post_message(DeviceChanged("ledger", "damaged"))
        await lane.settle()
        bar = lane.lines[0]
        assert "!Registro dañado: mostrador verify!" in bar
        assert "!+2!" in bar
        assert bar.startswith(" Caja 1  Ana  Turno 1 ")


async def test_the_bar_is_arranged_anew_for_another_width() -> None:
    register = FakeRegister()
    register.printer, register.is_online, register.news, register.waiting = "failed: no_paper", False, True, 7
    async with running(register) as lane:
        lane.app.post_message(DeviceChanged("scanner", "absent"))
        await lane.settle()
        assert "En cola 7" not in lane.lines[0]
        await lane.pilot.resize_terminal(120, 40)
        await lane.settle()
        assert "!ERP sin línea!  En cola 7" in lane.lines[0]
