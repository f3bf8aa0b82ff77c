"""The screens of a sale, on the real register: what each asks of it, what it shows, and where it leads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.instant import stamp
from domain.intent import AddItem, AddTender, PriceCheck, RingDepartment, Scan, Suspend
from domain.money import MICRO
from storage.stock import StockLevel, put_stock
from tests.kit.catalog import SALMON, weight_label
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, real_register
from tui.screens.key_screen import KeyScreen


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    return real_register(tmp_path)


async def test_search_finds_as_one_types_and_sells_what_is_chosen(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("2", "*", "f3", "nandu")
        assert [line for line in lane.lines if "Café Ñandú" in line and "45.50" in line]
        await lane.press("enter")
        assert isinstance(register.done[-1], AddItem)
        assert register.done[-1].quantity_micro == 2 * MICRO
        assert lane.screen == "SaleScreen"


async def test_search_takes_what_was_typed_and_refuses_to_sell_nothing(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("agu", "f3")
        assert "Agua 600 ml" in lane.text
        await lane.press("zzz")
        await lane.press("enter")
        assert "Nada se llama" in lane.text
        await lane.press("escape")
        await lane.press("escape")
        assert lane.screen == "SaleScreen"


async def test_a_price_check_tells_the_price_in_large_and_sells_nothing(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("111", "f5")
        assert "Café Ñandú" in lane.text
        assert "█" in lane.text
        await lane.press("scan:999")
        assert "No conozco" in lane.text
        await lane.press(f"scan:{weight_label(SALMON, 455)}")
        assert "0.455 kg" in lane.text
        await lane.press("700", "enter")
        assert "precio abierto" in lane.text
        await lane.press("enter")
        assert lane.screen == "SaleScreen"
        assert not register.basket.lines


async def test_a_price_check_tells_what_is_on_hand_with_its_age(register: RecordedRegister) -> None:
    lane_at_work = register.lane_at_work
    with lane_at_work.db.atomic():
        put_stock(lane_at_work.db, [StockLevel("111", 24 * MICRO, stamp(lane_at_work.clock() - timedelta(hours=2)))])
    async with running(register) as lane:
        await lane.press("f5", "scan:111")
        assert "Existencia: 24 pc, hace 2 h" in lane.text
        await lane.press("scan:222")
        assert "Existencia" not in lane.text
        await lane.press("escape", "3", "*", "scan:111", "f12", "enter", "enter", "f5", "scan:111")
        assert "Existencia: 21 pc (24 hace 2 h, menos 3 de esta caja)" in lane.text


async def test_a_price_check_of_a_typed_code_comes_before_what_is_typed_behind_it(register: RecordedRegister) -> None:
    async with running(register) as lane:
        for key in ("1", "1", "1", "f5", "2", "2", "2", "enter"):  # before anything can be drawn
            screen = lane.app.screen
            assert isinstance(screen, KeyScreen)
            screen.press(key, key if key.isdigit() else None, lane.watch.at)
        await lane.settle()
        assert register.done == [PriceCheck("111"), PriceCheck("222")]
        assert "Agua 600 ml" in lane.text


async def test_a_department_is_rung_up_by_number_and_price(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("2", "*", "f2", "1", "12.50", "enter")
        assert register.done[-1] == RingDepartment("09", 12_500_000, 2 * MICRO)
        await lane.press("0.10", "f2", "1")
        assert "fuera de los límites" in lane.text
        assert lane.screen == "SaleScreen"


async def test_an_open_price_item_asks_again_until_its_price_is_one(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("3", "*", "700", "enter")
        assert "Tarjeta de felicitación" in lane.text
        await lane.press("1.2.3", "enter")
        assert lane.screen == "AskScreen"
        assert "importe no vale" in lane.text
        await lane.press("12.5", "enter")
        assert register.done[-1] == AddItem("700", 3 * MICRO, 12_500_000)
        assert lane.screen == "SaleScreen"


async def test_a_weighed_item_asks_for_its_weight(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("800", "enter")
        await lane.press("0.4555", "enter")
        assert "3 decimales" in lane.text
        await lane.press("0,455", "enter")
        assert register.done[-1] == AddItem("800", 455_000, None)
        assert "0.455 kg" in lane.text


async def test_esc_on_a_prompt_sells_nothing(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("700", "enter", "12", "escape", "escape")
        assert lane.screen == "SaleScreen"
        assert len(register.basket.lines) == 1


async def test_a_split_tender_shows_what_is_paid_and_del_gives_it_back(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12", "20", "enter")
        assert [line for line in lane.lines if "Efectivo" in line and "$20.00" in line]
        assert "25.50" in lane.text
        await lane.press("escape")
        assert "Por pagar $25.50" in lane.text
        await lane.press("scan:222")
        assert "Ya se recibió un pago" in lane.text
        await lane.press("f12", "delete")
        assert not register.basket.tenders
        await lane.press("50", "enter")
        assert lane.screen == "ChangeScreen"
        assert "Recibido" in lane.text
        assert "1-000001" in lane.text


async def test_the_change_is_shown_while_the_amount_is_typed(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12", "100")
        assert [line for line in lane.lines if "Cambio" in line and "$54.50" in line]


async def test_a_card_asks_for_its_reference_and_refuses_a_card_number(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12", "f2")
        await lane.press("enter")
        assert "Hace falta la autorización" in lane.text
        await lane.press("4111111111111111", "enter")
        assert "número de tarjeta" in lane.text
        assert register.last_receipt == 0
        await lane.press("f2", "AUT 123", "enter")
        assert register.last_receipt == 1
        assert register.done[-1] == AddTender("card", None, "AUT 123") or lane.screen == "ChangeScreen"


async def test_any_key_goes_on_from_the_change_and_is_not_lost(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12", "enter")
        await lane.press("222", "enter")
        assert register.done[-1] == Scan("222", None, "typed")
        assert [line.sku for line in register.basket.lines] == ["222"]


async def test_a_typed_name_names_the_suspended_basket(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("Doña Ñusta", "f6")
        assert register.done[-1] == Suspend("Doña Ñusta")
        assert "En pausa como «Doña Ñusta»" in lane.text
        assert "En pausa 1" in lane.lines[0]
        await lane.press("scan:222")
        await lane.press("f9", "1")
        assert "Hay una venta abierta" in lane.text
        await lane.press("escape", "f6")
        await lane.press("f9")
        assert [line for line in lane.lines if "2  12:05 Agua 600 ml" in line]
        await lane.press("down", "enter")
        assert [line.sku for line in register.basket.lines] == ["222"]


async def test_an_empty_list_of_suspended_baskets_says_so(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f9")
        assert "No hay ventas en pausa" in lane.text
        await lane.press("enter", "1", "escape")
        assert lane.screen == "SaleScreen"
