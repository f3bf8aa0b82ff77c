"""Discounts, other prices, coupons and promotions: what the register does with them, and what stays of them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from config.settings import RoleSettings, RolesSettings, SellingSettings
from domain.deduction import DeductionKind
from domain.intent import ChangeQuantity
from domain.outcome import BasketChanged, SalePosted
from domain.promotion import Limits
from domain.refusal import Reason, Refused
from domain.sale import LineKind
from domain.shift import Role
from storage import prices
from storage.copies import read_sale
from storage.operators import put_operator
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE, WATER
from tests.kit.lane import BETO, BETO_PIN, STORE, Shop, cheap_hash, make_shop
from tests.kit.promotions import SUMMER, THREE_FOR_TWO, bring_promotions
from tests.register.reading import events, papers


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that is ready to sell."""
    return make_shop(tmp_path)


def accepted(answer: object) -> None:
    """Hold that nothing was refused."""
    assert not isinstance(answer, Refused), answer


def test_a_part_comes_off_a_line_and_its_taxes(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    answer = shop.register.discount_line(1, percent_ppm=100_000, reason="golpeado")
    assert isinstance(answer, BasketChanged)
    assert shop.register.basket.total_minor == 4_095
    assert [event["reason"] for event in events(shop, "line_discounted")] == ["golpeado"]
    accepted(shop.register.discount_line(1))
    assert shop.register.basket.total_minor == 4_550


def test_an_amount_comes_off_a_line_as_a_line_of_its_own(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.discount_line(1, amount_minor=550))
    assert shop.register.basket.total_minor == 4_000
    accepted(shop.register.discount_line(1, amount_minor=50))
    assert shop.register.basket.total_minor == 4_500
    accepted(shop.register.add_tender("cash"))
    found = read_sale(shop.db, 1)
    assert found is not None
    assert [(line.kind, line.gross_minor) for line in found[0].lines] == [
        (LineKind.ITEM, 4_550),
        (LineKind.DISCOUNT, -50),
    ]
    assert [line.unit_price_micro for line in found[0].lines] == [45_500_000, -500_000]
    assert sum(line.gross_minor for line in found[0].lines) == found[0].total_minor == 4_500
    assert verify(shop.db).is_sound


def test_a_part_comes_off_the_basket_and_is_worked_out_anew_with_each_line(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.discount_basket(percent_ppm=100_000))
    assert shop.register.basket.total_minor == 4_095
    shop.register.scan(BOOK)
    before = sum(line.tax.amount_minor for line in shop.register.basket.lines)
    assert shop.register.basket.total_minor == before - (before + 5) // 10
    accepted(shop.register.discount_basket())
    assert shop.register.basket.deductions == ()


def test_a_price_by_hand_is_kept_with_the_one_it_was(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.override_price(1, 40_000_000, "exhibición"))
    line = shop.register.basket.lines[0]
    assert (line.unit_price_micro, line.regular_price_micro, line.price_from) == (40_000_000, 45_500_000, "exhibición")
    accepted(shop.register.override_price(1, 39_000_000, "otra"))
    assert shop.register.basket.lines[0].regular_price_micro == 45_500_000
    accepted(shop.register.add_tender("cash"))
    assert "45.50" in papers(shop)[-1]


def test_the_same_item_again_does_not_join_a_line_with_a_price_by_hand(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.override_price(1, 40_000_000, ""))
    shop.register.scan(COFFEE)
    assert [line.unit_price_micro for line in shop.register.basket.lines] == [40_000_000, 45_500_000]


def test_a_promotion_is_given_at_once_and_stands_in_the_sale_the_receipt_and_the_totals(shop: Shop) -> None:
    bring_promotions(shop, THREE_FOR_TWO)
    for _ in range(3):
        shop.register.scan(COFFEE)
    assert shop.register.basket.total_minor == 9_100
    accepted(shop.register.add_tender("cash"))
    found = read_sale(shop.db, 1)
    assert found is not None
    (deduction,) = found[0].deductions
    assert (deduction.kind, deduction.code, deduction.amount_minor) == (DeductionKind.PROMOTION, "3X2", 4_550)
    assert sum(share.amount_minor for share in deduction.shares) == 4_550
    assert "3x2 en café" in papers(shop)[0]
    assert shop.db.one("SELECT count, amount_minor FROM shift_total WHERE kind = 'discount'") == (1, -4_550)
    assert shop.db.all("SELECT sku, quantity_micro FROM stock_move") == [("CAFE", -3_000_000)]
    assert verify(shop.db).is_sound


def test_a_promotion_goes_when_its_line_is_voided(shop: Shop) -> None:
    bring_promotions(shop, THREE_FOR_TWO)
    shop.register.scan(COFFEE, 3_000_000)
    assert shop.register.basket.total_minor == 9_100
    accepted(shop.register.void_line(1))
    assert shop.register.basket.total_minor == 0
    assert shop.register.basket.deductions == ()


def test_a_coupon_opens_its_promotion_and_survives_a_power_cut(shop: Shop) -> None:
    bring_promotions(shop, SUMMER)
    shop.register.scan(COFFEE)
    assert shop.register.basket.total_minor == 4_550
    accepted(shop.register.add_coupon("VERANO"))
    assert shop.register.basket.total_minor == 4_095
    shop.reopen()
    assert shop.register.basket.total_minor == 4_095
    assert shop.register.basket.terms.coupons == ("VERANO",)


def test_a_discount_survives_suspending_and_a_power_cut(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.discount_basket(percent_ppm=500_000))
    basket_id = shop.register.basket.basket_id
    accepted(shop.register.suspend("Juan"))
    shop.reopen()
    shop.sign_on()
    accepted(shop.register.resume(basket_id))
    assert shop.register.basket.total_minor == 2_275


def test_an_open_basket_keeps_the_promotions_it_began_with(shop: Shop) -> None:
    shop.register.scan(COFFEE, 3_000_000)
    bring_promotions(shop, THREE_FOR_TWO)
    shop.register.scan(BOOK)
    assert shop.register.basket.deductions == ()
    accepted(shop.register.void_basket())
    shop.register.scan(COFFEE, 3_000_000)
    assert shop.register.basket.total_minor == 9_100


def test_a_line_with_a_price_by_hand_has_no_promotion_too(shop: Shop) -> None:
    bring_promotions(shop, THREE_FOR_TWO)
    shop.register.scan(COFFEE, 3_000_000)
    accepted(shop.register.discount_line(1, percent_ppm=10_000))
    assert shop.register.basket.deductions == ()


def test_a_sale_that_costs_nothing_after_its_discount_is_posted(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.discount_basket(percent_ppm=1_000_000))
    assert shop.register.basket.total_minor == 0
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    assert verify(shop.db).is_sound


def test_what_is_given_once_per_customer_is_given_once(shop: Shop) -> None:
    once = msgspec.structs.replace(THREE_FOR_TWO, limits=Limits(per_customer=1))
    bring_promotions(shop, once)
    totals = []
    for customer in ("C1", "C1", "C2", ""):
        accepted(shop.register.set_customer(customer))
        shop.register.scan(COFFEE, 3_000_000)
        totals.append(shop.register.basket.total_minor)
        accepted(shop.register.add_tender("cash"))
    assert totals == [9_100, 13_650, 9_100, 9_100]
    shop.reopen()
    shop.sign_on()
    accepted(shop.register.set_customer("C2"))
    shop.register.scan(COFFEE, 3_000_000)
    assert shop.register.basket.total_minor == 13_650
    plan = shop.db.all("EXPLAIN QUERY PLAN " + prices._SALES_OF, ("C1",))
    assert any("journal_customer" in row[3] for row in plan)


def test_a_discount_is_never_more_than_what_is_left(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.scan(BOOK)
    accepted(shop.register.discount_basket(amount_minor=20_000))
    accepted(shop.register.void_line(2))
    assert shop.register.basket.total_minor == 0
    accepted(shop.register.void_basket())
    shop.register.scan(COFFEE, 5_000_000)
    accepted(shop.register.discount_line(1, amount_minor=20_000, reason="a"))
    accepted(shop.register.discount_line(1, amount_minor=2_000, reason="b"))
    shop.register.change_quantity(1, 1_000_000)
    assert shop.register.basket.total_minor == 0


def test_a_discount_on_what_comes_back_lessens_what_is_paid_out(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=SellingSettings(negative_lines=True))
    shop.register.scan(COFFEE, -1_000_000)
    accepted(shop.register.discount_line(1, amount_minor=550))
    assert shop.register.basket.total_minor == -4_000
    accepted(shop.register.discount_line(1))
    accepted(shop.register.discount_basket(amount_minor=550))
    assert shop.register.basket.total_minor == -4_000


def test_another_quantity_after_a_minute_keeps_what_was_taken_off(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.discount_line(1, percent_ppm=100_000))
    accepted(shop.register.discount_line(1, amount_minor=95, reason="x"))
    assert shop.register.basket.total_minor == 4_000
    shop.clock.advance(3_600)
    accepted(shop.register.change_quantity(1, 2_000_000))
    assert shop.register.basket.total_minor == 2 * 4_095 - 95
    shop.reopen()
    assert shop.register.basket.total_minor == 2 * 4_095 - 95


def test_a_line_with_an_amount_off_by_hand_has_no_promotion_too(shop: Shop) -> None:
    bring_promotions(shop, THREE_FOR_TWO)
    shop.register.scan(COFFEE, 3_000_000)
    accepted(shop.register.discount_line(1, amount_minor=1_000))
    assert shop.register.basket.total_minor == 3 * 4_550 - 1_000


def test_resuming_drops_a_basket_in_which_nothing_is_sold(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    basket_id = shop.register.basket.basket_id
    accepted(shop.register.suspend("Juan"))
    accepted(shop.register.set_customer("C1"))
    accepted(shop.register.resume(basket_id))
    assert shop.db.all("SELECT basket_id FROM basket") == [(basket_id,)]


def test_a_basket_with_a_customer_only_can_be_given_up(shop: Shop) -> None:
    accepted(shop.register.set_customer("C1"))
    accepted(shop.register.void_basket())
    assert shop.db.all("SELECT basket_id FROM basket") == []


def test_listing_what_is_suspended_leaves_the_open_baskets_hints(shop: Shop) -> None:
    bring_promotions(shop, THREE_FOR_TWO)
    shop.register.scan(BOOK)
    accepted(shop.register.suspend("Juan"))
    shop.register.scan(COFFEE, 2_000_000)
    before = shop.register.hints
    assert before
    shop.register.list_suspended()
    assert shop.register.hints == before


def test_a_part_off_a_line_counts_among_the_discounts_of_the_z(shop: Shop) -> None:
    shop.register.scan(COFFEE, 3_000_000)
    accepted(shop.register.discount_line(1, percent_ppm=100_000))
    shop.register.scan(WATER)
    accepted(shop.register.discount_line(2, percent_ppm=1_000_000))
    accepted(shop.register.add_tender("cash"))
    report = shop.register.draw_x().report  # type: ignore[union-attr]
    assert [(row.code, row.count, row.amount_minor) for row in report.discounts] == [("discount", 2, -1_365 - 1_000)]
    assert report.gross_minor == 3 * 4_550 + 1_000
    assert verify(shop.db).discrepancies == ()


def test_a_part_off_what_is_taxed_on_top_counts_with_its_tax(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, store=msgspec.structs.replace(STORE, country="generic"))
    lane = shop.register.lane_at_work
    on_top = next(c for c in lane.book.classes.values() if c.rates and not c.rates[0].included)
    shop.db.run("UPDATE item SET tax_class = ? WHERE sku = 'CAFE'", (on_top.code,))
    shop.register.scan(COFFEE, 10_000_000)
    whole = shop.register.basket.total_minor
    accepted(shop.register.discount_line(1, percent_ppm=250_000))
    accepted(shop.register.add_tender("cash"))
    report = shop.register.draw_x().report  # type: ignore[union-attr]
    assert report.gross_minor == whole
    assert report.discounts[0].amount_minor == report.total_minor - whole


def test_a_voided_part_off_counts_nothing(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    accepted(shop.register.discount_line(1, percent_ppm=100_000))
    shop.register.void_line(1)
    shop.register.scan(WATER)
    accepted(shop.register.add_tender("cash"))
    assert shop.register.draw_x().report.discounts == ()  # type: ignore[union-attr]


def test_a_smaller_quantity_raises_the_part_that_an_amount_is(tmp_path: Path) -> None:
    roles = RolesSettings(
        senior=RoleSettings(permissions=("lane.sign_on", "line.discount", "basket.discount"), discount_ppm=100_000)
    )
    shop = make_shop(tmp_path, roles=roles)
    put_operator(shop.db, msgspec.structs.replace(BETO, role=Role.SENIOR), cheap_hash(BETO_PIN))
    shop.sign_on(BETO)
    register = shop.register
    register.scan(COFFEE, 10_000_000)
    accepted(register.discount_line(1, amount_minor=4_550, reason="roto"))
    answer = register.perform(ChangeQuantity(1, 9_000_000))
    assert isinstance(answer, Refused)
    assert (answer.reason, answer.facts["permission"]) == (Reason.NEEDS_APPROVAL, "line.discount")
    accepted(register.perform(ChangeQuantity(1, 20_000_000)))
    accepted(register.perform(ChangeQuantity(1, 10_000_000)))
    accepted(register.discount_line(1, reason="roto"))
    accepted(register.discount_basket(amount_minor=4_550))
    answer = register.perform(ChangeQuantity(1, 9_000_000))
    assert isinstance(answer, Refused)
    assert (answer.reason, answer.facts["permission"]) == (Reason.NEEDS_APPROVAL, "basket.discount")
    accepted(register.perform(ChangeQuantity(1, 11_000_000)))
