"""How many keys each job may cost (notes on keyboards); scans and the digits of amounts and counts are not counted.

Every job runs on the real register. A key more anywhere makes its test fail.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.intent import NoSale
from domain.money import MICRO
from domain.receipt_code import write_code
from tests.kit.customers import LUZ, put_known
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import RecordedRegister, real_register


class Counted:
    """Hands that count the keys they strike; digits are free where the job says so."""

    def __init__(self, lane: LaneScreen) -> None:
        self.lane, self.keys = lane, 0

    async def press(self, *keys: str) -> None:
        """Strike keys that count."""
        self.keys += len(keys)
        await self.lane.press(*keys)

    async def digits(self, digits: str) -> None:
        """Strike the digits of an amount or a count."""
        assert digits.replace(".", "").isdigit()
        await self.lane.press(digits)

    async def scan(self, *codes: str) -> None:
        """Scan codes."""
        await self.lane.press(*(f"scan:{code}" for code in codes))


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    return real_register(tmp_path)


FIVE = ("111", "222", "333", "20", "111")


async def test_exact_cash_for_five_scanned_items_takes_two_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan(*FIVE)
        await hands.press("f12", "enter")
        assert register.last_receipt == 1
        assert hands.keys == 2


async def test_cash_with_a_note_takes_its_digits_and_two_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan(*FIVE)
        await hands.press("f12")
        await hands.digits("200")
        await hands.press("enter")
        assert "86.00" not in lane.text
        assert lane.screen == "ChangeScreen"
        assert hands.keys == 2


async def test_three_of_an_item_take_two_keys_and_the_scan(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("3", "*")
        await hands.scan("111")
        assert register.basket.lines[0].quantity_micro == 3 * MICRO
        assert hands.keys == 2


async def test_voiding_the_last_line_takes_one_key(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan("111", "222")
        await hands.press("delete")
        assert register.basket.voided == {2}
        assert hands.keys == 1


async def test_voiding_another_line_takes_two_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan("111", "222")
        await hands.press("up")
        await hands.press("delete")
        assert register.basket.voided == {1}
        assert hands.keys == 2


async def test_voiding_the_basket_takes_two_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan("111", "222")
        await hands.press("f10", "delete")
        assert not register.basket.lines
        assert lane.screen == "SaleScreen"
        assert hands.keys == 2


async def test_suspending_takes_one_key_and_resuming_two(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan("111")
        await hands.press("f6")
        assert not register.basket.lines
        assert hands.keys == 1
        await hands.press("f9", "enter")
        assert register.basket.is_resumed
        assert hands.keys == 3


async def test_an_x_takes_two_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("f10", "1")
        assert lane.screen == "ReportScreen"
        assert hands.keys == 2


async def test_closing_the_day_takes_four_keys_and_the_count(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("f10", "2")
        await hands.digits("500.00")
        await hands.press("enter", "enter")
        assert register.shift is None
        assert "CORTE Z" in lane.text
        assert hands.keys == 4


async def test_a_price_check_takes_one_key_and_the_scan(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("f5")
        await hands.scan("111")
        assert "Café Ñandú" in lane.text
        assert not register.basket.lines
        assert hands.keys == 1


async def test_a_department_takes_two_keys_and_the_price(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.digits("25.50")
        await hands.press("f2", "1")
        assert register.basket.total_minor == 2_550
        assert hands.keys == 2


async def test_a_customer_on_a_basket_takes_two_keys_and_the_search(register: RecordedRegister) -> None:
    put_known(register.lane_at_work.db)
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.scan("111")
        await hands.press("f4")
        await lane.press("luz")
        await hands.press("enter")
        assert register.basket.terms.customer == LUZ.code
        assert lane.screen == "SaleScreen"
        assert hands.keys == 2


async def test_a_collection_takes_four_keys_the_customer_and_the_amount(register: RecordedRegister) -> None:
    put_known(register.lane_at_work.db)
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("ctrl+r")
        await lane.press("luz")
        await hands.press("enter")
        await hands.digits("250")
        await hands.press("enter", "enter")
        assert lane.screen == "ChangeScreen"
        assert "1-A000001" in lane.text
        assert hands.keys == 4


async def test_signing_on_takes_two_keys_and_number_and_pin(tmp_path: Path) -> None:
    register = real_register(tmp_path, is_ready=False)
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.digits("1")
        await hands.press("enter")
        await hands.digits("1234")
        await hands.press("enter")
        assert register.operator is not None
        assert hands.keys == 2


async def test_refunding_a_line_takes_four_keys_and_the_scan_of_its_receipt(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await lane.press("scan:111", "scan:222")
        await lane.press("f12", "enter", "enter")
        total = register.find_sales().sales[0].total_minor  # type: ignore[union-attr]  # the ledger answers here
        await hands.scan(write_code("1", 1, total))
        await hands.press("2", "enter", "1", "enter")
        assert register.last_receipt == 2
        assert hands.keys == 4


async def test_a_refund_without_a_receipt_takes_five_keys_and_the_scan_of_the_item(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("f8", "8")
        await hands.scan("111")
        await hands.press("2", "f12", "enter")
        assert register.last_receipt == 1
        assert register.find_sales().sales[0].total_minor == -4_550  # type: ignore[union-attr]  # the ledger answers here
        assert hands.keys == 5


async def test_opening_the_drawer_takes_two_keys(register: RecordedRegister) -> None:
    async with running(register) as lane:
        hands = Counted(lane)
        await hands.press("ctrl+n", "1")
        assert isinstance(register.done[-1], NoSale)
        assert lane.screen == "SaleScreen"
        assert hands.keys == 2
