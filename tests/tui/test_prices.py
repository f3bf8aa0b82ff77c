"""Discounts, other prices, coupons and promotions on the screen, with the real register."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import LoyaltySettings
from domain.intent import DiscountLine
from domain.loyalty import PointsBalance
from domain.promotion import Conditions, NForM, PercentOff, Promotion, Scope
from storage.loyalty import put_points
from storage.prices import put_promotions
from tests.tui.lane_screen import LaneScreen, running
from tests.tui.real_register import RecordedRegister, real_register


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    return real_register(tmp_path)


def bring(register: RecordedRegister, *promotions: Promotion) -> None:
    """Bring promotions to the lane."""
    put_promotions(register._lane.db, promotions, "2026-11-24T12:00:00.000Z")


def row_of(lane: LaneScreen, text: str) -> str:
    """Return the line of the screen that holds a text."""
    return next(line for line in lane.lines if text in line)


async def test_ten_percent_off_the_line_takes_four_keys_and_its_reason(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f11", "1")
        assert "¿Por qué?" in lane.text
        await lane.press("2")
        assert "Descuento en por ciento" in lane.text
        await lane.press("10", "enter")
        assert lane.screen == "SaleScreen"
        assert row_of(lane, "-10 %")
        assert register.basket.lines[0].discount_ppm == 100_000
        assert register.done[-1] == DiscountLine(1, 100_000, reason="Lo pidió el cliente")
        await lane.press("f11", "1", "1", "enter")
        assert register.basket.lines[0].discount_ppm == 0


async def test_an_amount_off_the_sale_stands_below_the_lines(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        total = register.basket.total_minor
        await lane.press("f11", "5", "1", "2.50", "enter")
        assert register.basket.total_minor == total - 250
        assert "-2.50" in row_of(lane, "Descuento en la venta")


async def test_another_price_tells_the_one_it_was(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f11", "3", "3", "40", "enter")
        assert register.basket.total_minor == 4_000
        assert "antes" in lane.text


async def test_a_promotion_stands_below_the_lines_by_its_name(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        sku = register.basket.lines[0].sku
        await lane.press("f10", "delete")
        bring(register, Promotion("3X2", "3x2 en café", NForM(3, 2), Scope(items=frozenset({sku}))))
        await lane.press("3", "*", "scan:111")
        assert "-" in row_of(lane, "3x2 en café")
        await lane.press("f11", "8")
        assert "Impuestos de esta venta" in lane.text
        assert "3x2 en café" in lane.text


async def test_a_coupon_is_scanned_into_its_own_screen(register: RecordedRegister) -> None:
    bring(
        register,
        Promotion("VERANO", "Verano", PercentOff(100_000), conditions=Conditions(coupons=frozenset({"VERANO"}))),
    )
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f11", "6", "scan:NADA")
        assert lane.screen == "CouponScreen"
        await lane.press("scan:VERANO")
        assert lane.screen == "SaleScreen"
        assert register.basket.terms.coupons == ("VERANO",)
        assert "Verano" in lane.text


async def test_a_discount_that_is_too_much_says_so_and_changes_nothing(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f11", "2", "1", "9999", "enter")
        assert [line for line in lane.lines if line.startswith(" ! ")]
        assert register.basket.deductions == ()


async def test_many_promotions_take_five_rows_and_the_last_counts_the_rest(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222")
        promotions = [
            Promotion(f"P{n}", f"Promo {n}", PercentOff(10_000), stacks_with=frozenset({"*"})) for n in range(9)
        ]
        await lane.press("f10", "delete")
        bring(register, *promotions)
        await lane.press("scan:111", "scan:222")
        assert len(register.basket.deductions) == 9
        assert len([line for line in lane.lines if "Promo " in line]) == 4
        assert "5 descuentos más" in lane.text


async def test_what_is_missing_for_a_promotion_is_said(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111")
        sku = register.basket.lines[0].sku
        await lane.press("f10", "delete")
        bring(register, Promotion("3X2", "3x2", NForM(3, 2), Scope(items=frozenset({sku}))))
        await lane.press("2", "*", "scan:111")
        assert "1 más para: 3x2" in lane.text
        await lane.press("scan:111")
        assert "más para" not in lane.text


async def test_points_are_redeemed_by_the_customer_of_the_sale(tmp_path: Path) -> None:
    register = real_register(tmp_path, loyalty=LoyaltySettings(point_minor=10))
    db = register.lane_at_work.db
    with db.atomic():
        put_points(db, [PointsBalance("C1", 50, "2026-11-24T18:00:00.000Z")], "2026-11-24T18:00:00.000Z")
    async with running(register) as lane:
        await lane.press("scan:111")
        total = register.basket.total_minor
        await lane.press("f11", "7")
        assert lane.screen == "SaleScreen"
        register.set_customer("C1")
        await lane.press("f11", "7", "60", "enter")
        assert "tiene 50 puntos" in lane.text
        await lane.press("50", "enter")
        assert register.basket.total_minor == total - 500
        assert "-5.00" in row_of(lane, "Puntos")
