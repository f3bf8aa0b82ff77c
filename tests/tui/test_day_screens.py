"""The screens around the sale, on the real register: sign-on, shift, count, reports, help, lock, status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import LaneSettings, RolesSettings, TillSettings
from domain.form import DEFAULT_FORMS
from domain.intent import CloseShift, PrintCopy, ReadX, SignOn
from tests.kit.lane import ANA_PIN, make_shop
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import LARGE, running
from tests.tui.real_register import RecordedRegister, add_items, real_register
from tui.messages import DeviceChanged, PaperPrinted


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    return real_register(tmp_path)


async def test_the_day_from_sign_on_to_the_next_shift(tmp_path: Path) -> None:
    register = real_register(tmp_path, is_ready=False)
    async with running(register) as lane:
        assert lane.screen == "SignOnScreen"
        await lane.press("1", "enter", "1234")
        assert "1234" not in lane.text
        assert "****" in lane.text
        await lane.press("enter")
        assert lane.screen == "ShiftOpenScreen"
        await lane.press("500", "enter")
        assert lane.screen == "SaleScreen"
        assert "Turno 1" in lane.lines[0]
        await lane.press("scan:111")
        await lane.press("f12", "enter")
        await lane.press("f10", "2")
        await lane.press("1", "enter", "enter", "enter", "enter", "enter", "enter")
        assert lane.screen == "CountScreen"
        await lane.press("tab", "545.50", "enter")
        assert "Enter deja $500.00" in lane.text
        await lane.press("enter")
        assert "CORTE Z 1" in lane.text
        assert "Sobrante" not in lane.text
        await lane.press("enter")
        assert lane.screen == "ShiftOpenScreen"
        assert "dejó $500.00: Enter lo toma" in lane.text
        await lane.press("f10", "05", "1")
        assert "CORTE Z 1" in lane.text
        await lane.press("ctrl+p")
        assert "Copia 1 del corte Z 1" in lane.text
        await lane.press("enter", "enter")
        assert register.shift is not None
        assert register.shift.float_minor == 50_000


async def test_keys_typed_ahead_across_sign_on_and_float_all_arrive(tmp_path: Path) -> None:
    register = real_register(tmp_path, is_ready=False)
    async with running(register) as lane:
        await lane.press("1", "enter", "1234", "enter", "500", "enter", "111", "enter", "f12", "enter")
        assert register.last_receipt == 1
        assert lane.screen == "ChangeScreen"


async def test_a_wrong_pin_is_refused_and_begins_anew(tmp_path: Path) -> None:
    register = real_register(tmp_path, is_ready=False)
    async with running(register) as lane:
        await lane.press("1", "enter", "9999", "enter")
        assert "clave equivocados" in lane.text
        assert lane.beeps == 1
        assert "Cajero" in lane.text
        await lane.press("1", "enter", "1234", "escape", "1", "enter", "1234", "enter")
        assert register.done[-1] == SignOn("1", "1234")
        assert lane.screen == "ShiftOpenScreen"


async def test_the_sign_on_tells_of_a_basket_that_waits(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222")
        await lane.press("ctrl+l")
        assert "Espera una venta abierta con 2 partidas" in lane.text
        await lane.press("1", "enter", "1234", "enter")
        assert lane.screen == "SaleScreen"
        assert len(register.basket.lines) == 2


async def test_pieces_are_counted_one_denomination_after_the_other(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "2", "enter", "1", "enter")
        assert [line for line in lane.lines if "$500.00" in line and "× 1" in line]
        await lane.press(*["enter"] * (len(register.denominations) - 2))
        assert "Terminar y cerrar el turno" in lane.text
        await lane.press("enter", "enter")
        assert register.done[-2] == CloseShift(50_000, {"50000": 1}, next_float_minor=50_000)
        assert "CORTE Z 1" in lane.text


async def test_a_count_that_is_off_is_counted_again_from_nothing_and_blindly(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "2", "tab", "499", "enter", "400", "enter")
        assert "No cuadra" in lane.text
        assert "500.00" not in lane.text
        await lane.press("499", "enter", "enter")
        pages = []
        for _ in range(6):
            pages.append(lane.text)
            await lane.press("pagedown")
        assert any("Faltante" in page and "-$1.00" in page for page in pages)


async def test_an_open_basket_keeps_the_count_from_beginning(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f10", "2")
        assert lane.screen == "SaleScreen"
        assert "Hay una venta abierta" in lane.text


async def test_an_x_is_read_by_pages_and_printed(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "1")
        assert "CORTE X" in lane.text
        top = lane.text
        await lane.press("pagedown")
        assert lane.text != top
        await lane.press("ctrl+p")
        assert register.done[-1] == ReadX(paper=True)
        await lane.press("escape")
        assert lane.screen == "SaleScreen"


async def test_a_copy_is_printed_or_refused(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+p")
        assert "No hay recibo" in lane.text
        await lane.press("scan:111")
        await lane.press("f12", "enter", "ctrl+p")
        assert register.done[-1] == PrintCopy()
        assert "Copia 1 del recibo 1" in lane.text


async def test_help_lists_every_key_of_the_screen_below(register: RecordedRegister) -> None:
    async with running(register, size=LARGE) as lane:
        await lane.press("f1")
        assert "Cobrar" in lane.text
        assert re.search(r"F12 +01 +Cobrar", lane.text)
        await lane.press("pagedown")
        assert re.search(r"[1-9] +Ver el último corte Z", lane.text)
        assert "25.50 F2 vende por departamento" in lane.text
        await lane.press("f1")
        assert lane.screen == "SaleScreen"


async def test_only_a_supervisor_shuts_the_lane(tmp_path: Path) -> None:
    register = real_register(tmp_path, roles=RolesSettings())
    async with running(register) as lane:
        await lane.press("ctrl+l")
        await lane.press("2", "enter", "5678", "enter")
        await lane.press("f10", "06")
        assert "Sólo un supervisor" in lane.text
        await lane.press("ctrl+l")
        await lane.press("1", "enter", "1234", "enter")
        await lane.press("f10", "06", "enter")
        assert lane.app.is_running
        await lane.press("delete")
        assert lane.app.return_value == "leave"


async def test_the_lane_can_be_shut_while_nobody_is_signed_on(tmp_path: Path) -> None:
    async with running(real_register(tmp_path, is_ready=False)) as lane:
        await lane.press("f10", "06")
        await lane.press("delete")
        assert lane.app.return_value == "leave"


async def test_an_idle_lane_locks_itself_and_keeps_the_basket(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, lane=LaneSettings(lock_minutes=10))
    add_items(shop.db, FakeRegister().items.values())
    async with running(shop.register) as lane:
        await lane.press("scan:111")
        await lane.press("f12")
        lane.watch.at += 599
        lane.app.tick()
        assert lane.screen == "PayScreen"
        lane.watch.at += 2
        lane.app.tick()
        await lane.settle()
        assert lane.screen == "SignOnScreen"
        assert shop.register.basket.lines


async def test_a_restored_basket_is_there_at_the_first_paint(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    add_items(shop.db, FakeRegister().items.values())
    shop.register.scan("111")
    shop.reopen()
    shop.sign_on()
    async with running(shop.register) as lane:
        assert "Café Ñandú" in lane.text


async def test_the_status_bar_tells_of_devices_and_the_outbox() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        assert "Impresora bien" in lane.lines[0]
        lane.app.post_message(DeviceChanged("scanner", "absent"))
        register.printer, register.waiting, register.is_online, register.news = "failed: no_paper", 7, False, True
        await lane.settle()
        lane.app.tick()
        await lane.settle()
        bar = lane.lines[0]
        assert bar.startswith(" Caja 1  Ana  Turno 1 ")
        assert "!Impresora sin papel!  !Lector no está!  !ERP!" in bar
    async with running(register, size=LARGE) as lane:
        lane.app.post_message(DeviceChanged("scanner", "absent"))
        await lane.settle()
        bar = lane.lines[0]
        assert "!Impresora sin papel!  !Lector no está!  !ERP sin línea!  En cola 7" in bar


@pytest.mark.parametrize("state", ["running", "elsewhere"])
async def test_a_sync_that_is_well_is_told_once_by_what_it_has_sent(state: str) -> None:
    async with running(FakeRegister()) as lane:
        lane.app.post_message(DeviceChanged("sync", state))
        await lane.settle()
        assert "ERP al día" in lane.lines[0]
        assert "Envío" not in lane.lines[0]
        lane.app.post_message(DeviceChanged("sync", "failed"))
        await lane.settle()
        assert "!Envío detenido!" in lane.lines[0]


async def test_papers_in_doubt_stand_in_the_status_bar() -> None:
    register = FakeRegister()
    register.print_unknown = 2
    async with running(register) as lane:
        assert "!Recibos por revisar 2!" in lane.lines[0]


async def test_a_second_without_news_paints_nothing() -> None:
    async with running(FakeRegister()) as lane:
        painted: list[object] = []
        bar = lane.app.sale.status
        bar.refresh = lambda *regions, **_: painted.append(regions)  # type: ignore[method-assign,assignment]
        for _ in range(5):
            lane.app.tick()
        assert not painted


async def test_training_stands_in_the_status_bar() -> None:
    async with running(FakeRegister(), training=True) as lane:
        assert "!ENTRENAMIENTO!" in lane.lines[0]


async def test_the_roll_stands_beside_the_sale_where_there_is_room() -> None:
    async with running(FakeRegister(), size=LARGE, roll=True) as lane:
        lane.app.post_message(PaperPrinted(("TIENDA", "TOTAL 45.50")))
        await lane.settle()
        assert [line for line in lane.lines if line.rstrip().endswith("TOTAL 45.50")]
        await lane.press("scan:111")
        await lane.press("f12", "enter")
        assert lane.screen == "ChangeScreen"
        assert "TOTAL 45.50" in lane.text
    async with running(FakeRegister(), roll=True) as lane:
        lane.app.post_message(PaperPrinted(("TIENDA", "TOTAL 45.50")))
        await lane.settle()
        assert "TIENDA" not in lane.text


async def test_a_basket_of_many_lines_shows_its_end_and_scrolls_to_its_beginning() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press(*["scan:111", "scan:222"] * 20)
        assert [line for line in lane.lines if line.startswith(" > 40 ")]
        assert not [line for line in lane.lines if line.startswith("    1 ")]
        await lane.press(*["pageup"] * 4)
        assert [line for line in lane.lines if line.startswith(" >  1 ")]
        await lane.press("escape")
        assert [line for line in lane.lines if line.startswith(" > 40 ")]


async def test_the_clock_stands_in_the_stores_own_time() -> None:
    async with running(FakeRegister()) as lane:
        assert lane.lines[0].rstrip().endswith("12:05")
        assert lane.app.forms == DEFAULT_FORMS


async def test_a_lane_with_two_tills_is_asked_which_by_tab(tmp_path: Path) -> None:
    register = real_register(tmp_path, is_ready=False, tills=(TillSettings("Norte"), TillSettings("Sur", 2)))
    register.sign_on("1", ANA_PIN)
    async with running(register) as lane:
        assert "Abrir turno: cajón Norte" in lane.text
        await lane.press("tab")
        assert "Abrir turno: cajón Sur" in lane.text
        await lane.press("500", "enter")
        assert register.shift
        assert (register.shift.till, register.shift.float_minor) == ("Sur", 50_000)


async def test_a_lane_with_one_till_is_asked_nothing_more(tmp_path: Path) -> None:
    register = real_register(tmp_path, is_ready=False)
    register.sign_on("1", ANA_PIN)
    async with running(register) as lane:
        assert "otro cajón" not in lane.text
        await lane.press("tab")
        assert lane.beeps == 1
