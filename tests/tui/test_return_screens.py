"""Returns on the screen, with the real register: by the receipt's bar code, by sale, without one, and corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from config.settings import RoleSettings, RolesSettings, SellingSettings
from domain.receipt_code import ReceiptKey, write_code
from tests.kit.catalog import GIFT, SOAP
from tests.kit.lane import ANA_PIN, BETO, BETO_PIN
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import RecordedRegister, real_register
from tui.screens.past_sales import meanings

Way = Literal["half_up", "up", "down"]

WITH_RECEIPT = RoleSettings(permissions=("return.receipt",), return_minor=100_000)
"""A cashier who takes back by the receipt, and gives back in the kind that it was paid in."""


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    return real_register(tmp_path)


async def sell(lane: LaneScreen, *codes: str) -> None:
    """Sell for cash."""
    await lane.press(*(f"scan:{code}" for code in codes))
    await lane.press("f12", "enter")
    await lane.press("enter")


def last_code(register: RecordedRegister) -> str:
    """Return the bar code of the last receipt."""
    row = register._lane.db.one("SELECT receipt_number, total_minor FROM sale ORDER BY 1 DESC LIMIT 1") or (0, 0)
    return write_code("1", row[0], row[1])


async def test_a_line_comes_back_by_the_receipt_in_four_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await sell(lane, "111", "222")
        await lane.press(f"scan:{last_code(register)}")
        assert lane.screen == "ReturnScreen"
        assert "1-000001" in lane.text
        await lane.press("1", "enter", "1", "enter")
        assert lane.screen == "ChangeScreen"
        (back,) = register._lane.db.all("SELECT total_minor FROM sale WHERE receipt_number = 2")
        (line,) = register._lane.db.all("SELECT gross_minor FROM sale_line WHERE receipt_number = 1 AND line_no = 1")
        assert back == (-line[0],)


async def test_a_part_is_asked_for_and_more_than_is_left_is_refused(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("5", "*", "scan:111")
        await sell(lane)
        await lane.press(f"scan:{last_code(register)}")
        assert "vuelve 5" in lane.text
        await lane.press("*", "9", "enter")
        assert "sólo puede volver 5" in lane.text
        await lane.press("*", "3", "backspace", "2", "enter")
        assert "vuelve 2" in lane.text
        await lane.press("enter", "5")
        assert register.basket.lines[0].returns.is_damaged  # type: ignore[union-attr]  # it comes back
        assert lane.screen == "PayScreen"
        await lane.press("escape", "scan:222")
        assert len(register.basket.lines) == 2
        await lane.press("f12", "enter")
        assert register.last_receipt == 2
        await lane.press("enter", f"scan:{write_code('1', 1, 5 * 4_550)}")
        assert "quedan 3 de 5" in lane.text
        await lane.press("1")
        await lane.press("escape", "escape")
        assert lane.screen == "SaleScreen"


async def test_a_wrong_bar_code_opens_nothing(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press(f"scan:{write_code('2', 5, 100)}")
        assert lane.screen == "SaleScreen"
        assert "no es válido" in lane.text


async def test_another_lane_s_receipt_takes_what_is_scanned(register: RecordedRegister) -> None:
    register._lane.receipt_key = ReceiptKey(b"0123456789abcdef")
    code = write_code("2", 5, 100_000, register._lane.receipt_key)
    async with running(register) as lane:
        await lane.press(f"scan:{code}")
        assert "2-000005" in lane.text
        await lane.press("scan:111", "1")
        assert register.basket.lines[0].returns.is_unconfirmed  # type: ignore[union-attr]  # it comes back
        await lane.press("222", "enter", "1")
        assert len(register.basket.lines) == 2
        await lane.press("f12", "enter")
        assert register.last_receipt == 1


async def test_a_sale_is_found_by_its_number_its_amount_or_what_was_sold(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await sell(lane, "111")
        await sell(lane, "222", "222")
        await lane.press("ctrl+d")
        assert lane.screen == "PastSalesScreen"
        assert "1-000002" in lane.text
        await lane.press("45.50")
        assert "1-000001" in lane.text
        assert "1-000002" not in lane.text
        await lane.press("enter")
        assert "Devolución de 1-000001" in lane.text
        await lane.press("escape", "f8", "7", "2", "enter")
        assert "Devolución de 1-000002" in lane.text
        await lane.press("tab", "enter", "1", "enter")
        assert register.last_receipt == 3


async def test_without_a_receipt_an_item_is_scanned_and_refunded(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f8", "8", "scan:111", "2")
        assert lane.screen == "ReturnItemScreen"
        await lane.press("f12", "enter")
        assert register.last_receipt == 1


async def test_without_a_receipt_quantity_and_price_are_typed_before_the_code(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f8", "8", "3", "*", "40.00", "f2")
        assert "3 a $40.00" in lane.text
        await lane.press("scan:111", "2")
        (line,) = register.basket.lines
        assert (line.quantity_micro, line.unit_price_micro, line.regular_price_micro) == (
            -3_000_000,
            40_000_000,
            45_500_000,
        )
        assert "1 al precio de hoy" in lane.text
        await lane.press("scan:111", "2")
        assert [one.quantity_micro for one in register.basket.lines] == [-3_000_000, -1_000_000]
        await lane.press("f12", "enter")
        assert register.last_receipt == 1


async def test_what_has_no_price_asks_for_it_before_the_reason(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f8", "8", f"scan:{GIFT}")
        assert "¿A qué precio vuelve Tarjeta de felicitación?" in lane.text
        await lane.press("scan:111", "x", "enter", "50.00", "enter")
        assert "¿Por qué vuelve Tarjeta de felicitación?" in lane.text
        await lane.press("2")
        (line,) = register.basket.lines
        assert (line.quantity_micro, line.unit_price_micro) == (-1_000_000, 50_000_000)
        await lane.press("f12", "enter")
        assert register.last_receipt == 1


async def test_an_unknown_code_is_refused_before_anything_is_asked(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f8", "8", "scan:4012345678901")
        assert lane.screen == "ReturnItemScreen"
        assert "4012345678901" in lane.text


async def test_a_cashier_s_return_without_receipt_is_approved_once_at_its_price(tmp_path: Path) -> None:
    register = real_register(tmp_path / "usual", roles=RolesSettings())
    register.sign_on(BETO.operator, BETO_PIN)
    async with running(register) as lane:
        await lane.press("f8", "8", f"scan:{GIFT}", "50.00", "enter", "2")
        assert lane.screen == "ApproveScreen"
        await lane.press("1", "enter")
        await lane.press(ANA_PIN)
        await lane.press("enter", "1")
        assert lane.screen == "ReturnItemScreen"
        (line,) = register.basket.lines
        assert line.unit_price_micro == 50_000_000
        assert register.operator == BETO


async def test_escape_forgets_what_was_typed_for_the_next_code_before_it_leaves(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f8", "8", "0", "*")
        assert "1 al precio de hoy" in lane.text
        await lane.press("2", "*", "5", "f2", "f2")
        assert "2 al precio de hoy" in lane.text
        await lane.press("escape")
        assert "1 al precio de hoy" in lane.text
        await lane.press("escape")
        assert lane.screen == "SaleScreen"


async def test_the_last_sale_is_voided_after_a_question(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await sell(lane, "111")
        await lane.press("f8", "9", "1")
        assert "1-000001" in lane.text
        await lane.press("enter")
        assert register.last_receipt == 1
        await lane.press("delete", "1")
        assert register.last_receipt == 2
        assert lane.screen == "ChangeScreen"
        await lane.press("enter", "f8", "9", "1", "delete", "1")
        assert "Sólo se anula la última venta" in lane.text


async def test_a_tender_is_put_right_with_its_reference(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await sell(lane, "111")
        kinds = [kind.code for kind in register.tender_kinds]
        await lane.press("f8", "9", "2", "enter")
        await lane.press(str(kinds.index("credit_card") + 1))
        await lane.press("enter")
        await lane.press("AB1234", "enter", "1")
        assert "1-000001: ahora" in lane.text
        assert register._lane.db.all("SELECT from_kind, to_kind, reference FROM tender_change") == [
            ("cash", "credit_card", "AB1234")
        ]


def test_what_is_typed_may_mean_several_things() -> None:
    from domain.form import DEFAULT_FORMS

    assert meanings("", DEFAULT_FORMS) == [("", None, "", "", "")]
    assert meanings("24/11/2026", DEFAULT_FORMS) == [("2026-11-24", None, "", "", "")]
    assert meanings("2026-11-24", DEFAULT_FORMS) == [("2026-11-24", None, "", "", "")]
    assert meanings("1234", DEFAULT_FORMS) == [("", 123_400, "", "", ""), ("", None, "", "", "1234")]
    assert meanings("café", DEFAULT_FORMS) == [("", None, "café", "", ""), ("", None, "", "café", "")]


async def test_a_cashier_s_return_is_approved_in_place_and_goes_on(tmp_path: Path) -> None:
    register = real_register(tmp_path / "usual", roles=RolesSettings())
    register.scan("111")
    register.add_tender("cash")
    register.sign_on(BETO.operator, BETO_PIN)
    async with running(register) as lane:
        await lane.press(f"scan:{last_code(register)}")
        await lane.press("enter", "1")
        assert lane.screen == "ApproveScreen"
        await lane.press("1", "enter")
        await lane.press(ANA_PIN)
        await lane.press("enter")
        await lane.press("1")
        assert lane.screen == "PayScreen"
        assert len(register.basket.lines) == 1
        await lane.press("enter")
        assert register.last_receipt == 2
        assert register.operator == BETO


async def test_money_goes_back_as_it_came_part_by_part(register: RecordedRegister) -> None:
    kinds = [kind.code for kind in register.tender_kinds]
    card = f"f{kinds.index('credit_card') + 1}"
    async with running(register) as lane:
        await lane.press("scan:111", "f12", "20.00", "enter", card, "AB1234", "enter", "enter")
        assert register.last_receipt == 1
        await lane.press(f"scan:{write_code('1', 1, 4_550)}", "enter", "1")
        assert "Efectivo (Enter)" in lane.text
        await lane.press("enter")
        assert register.basket.balance_minor == -2_550
        assert "Tarjeta de crédito (Enter)" in lane.text
        await lane.press("enter", "AB1234", "enter")
        assert register.last_receipt == 2
        assert tenders_of(register, 2) == [("cash", -2_000), ("credit_card", -2_550)]


def tenders_of(register: RecordedRegister, number: int) -> list[tuple[str, int]]:
    rows = register._lane.db.all(
        "SELECT kind, amount_minor FROM sale_tender WHERE receipt_number = ? ORDER BY position", (number,)
    )
    return [(str(kind), int(amount)) for kind, amount in rows]


@pytest.mark.parametrize("step", [5, 50])
@pytest.mark.parametrize("way", ["half_up", "up", "down"])
async def test_enter_gives_back_the_coins_that_were_paid(step: int, way: Way, tmp_path: Path) -> None:
    coins = SellingSettings(cash_rounding_minor=step, cash_rounding_way=way)
    register = real_register(tmp_path, selling=coins, roles=RolesSettings(cashier=WITH_RECEIPT))
    register.sign_on(BETO.operator, BETO_PIN)
    async with running(register) as lane:
        await lane.press("3", "*", f"scan:{SOAP}")  # 37.035 is 37.04
        await sell(lane)
        (paid,) = register._lane.db.one("SELECT amount_minor FROM sale_tender WHERE receipt_number = 1") or (0,)
        assert (paid % step, paid != 3_704) == (0, True)
        await lane.press(f"scan:{last_code(register)}", "enter", "1", "enter")
        assert lane.screen == "ChangeScreen"
    assert register._lane.db.all("SELECT amount_minor FROM sale_tender WHERE receipt_number = 2") == [(-paid,)]
