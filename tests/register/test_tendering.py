"""Tenders and posting: change, mixtures, refunds, nothing to pay, and what is handed to printer and ERP."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SellingSettings
from domain.outcome import BasketChanged, SalePosted, TenderAdded
from domain.refusal import Reason, Refused
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE, FREE, SOAP, WATER
from tests.kit.lane import BETO, FIRST_ID, Shop, make_shop
from tests.register.reading import events, papers
from tests.register.scenes import pay_a_part


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready and sells returns too."""
    return make_shop(tmp_path, selling=SellingSettings(negative_lines=True))


def test_exact_cash_posts_the_sale(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    assert shop.register.add_tender("cash") == SalePosted(1, "1-000001", FIRST_ID, 4_550, 4_550, 0, 1)
    assert shop.register.basket.lines == ()
    assert shop.register.last_receipt == 1


def test_cash_handed_over_gives_change(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    answer = shop.register.add_tender("cash", 10_000)
    assert isinstance(answer, SalePosted)
    assert (answer.tendered_minor, answer.change_minor) == (10_000, 5_450)
    assert shop.db.all("SELECT kind, amount_minor, change_minor FROM sale_tender") == [("cash", 10_000, 5_450)]


def test_a_mixture_of_kinds_is_posted_with_the_last_one(shop: Shop) -> None:
    shop.register.scan(BOOK)
    first = shop.register.add_tender("voucher", 5_000)
    second = shop.register.add_tender("credit_card", 10_000, "A1B2C3")
    assert isinstance(first, TenderAdded)
    assert isinstance(second, TenderAdded)
    assert (first.balance_minor, second.balance_minor) == (14_990, 4_990)
    answer = shop.register.add_tender("cash", 5_000)
    assert isinstance(answer, SalePosted)
    assert (answer.tendered_minor, answer.change_minor) == (20_000, 10)
    rows = shop.db.all("SELECT kind, amount_minor, change_minor, reference FROM sale_tender ORDER BY position")
    assert rows == [("voucher", 5_000, 0, ""), ("credit_card", 10_000, 0, "A1B2C3"), ("cash", 5_000, 10, "")]


def test_tenders_of_an_unfinished_basket_survive_a_restart(shop: Shop) -> None:
    pay_a_part(shop)
    before = shop.register.basket
    shop.reopen()
    assert shop.register.basket == before
    assert shop.register.basket.balance_minor == 4_450
    shop.sign_on()
    assert isinstance(shop.register.add_tender("cash"), SalePosted)


def test_tenders_are_given_back_and_told_in_clear(shop: Shop) -> None:
    pay_a_part(shop)
    answer = shop.register.take_back_tenders()
    assert isinstance(answer, BasketChanged)
    assert answer.balance_minor == 4_550
    (event,) = events(shop, "tenders_taken_back")
    assert [(t["kind"], t["amount_minor"], t["change_minor"]) for t in event["tenders"]] == [("cash", 100, 0)]
    assert not isinstance(shop.register.scan(WATER), Refused)
    shop.reopen()
    assert shop.register.basket.tenders == ()


def test_a_basket_that_costs_nothing_is_posted_without_a_tender(shop: Shop) -> None:
    shop.register.add_item(FREE)
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert (answer.total_minor, answer.tendered_minor, answer.change_minor) == (0, 0, 0)
    assert shop.db.all("SELECT * FROM sale_tender") == []
    assert verify(shop.db).is_sound


def test_a_basket_whose_every_line_was_voided_is_posted_as_nothing(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.void_line(1)
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert (answer.total_minor, answer.line_count) == (0, 2)
    assert shop.db.all("SELECT * FROM stock_move") == []


def test_an_exchange_for_the_same_price_is_posted_as_nothing_to_pay(shop: Shop) -> None:
    shop.register.scan(COFFEE, -1_000_000)
    shop.register.scan(COFFEE)
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert (answer.total_minor, answer.line_count) == (0, 2)


def test_a_return_pays_out_what_it_comes_to(shop: Shop) -> None:
    shop.register.scan(COFFEE, -2_000_000)
    assert shop.register.add_tender("cash", 10_000) == Refused(
        Reason.NO_CHANGE_FROM_KIND, {"kind": "cash", "balance_minor": -9_100}
    )
    part = shop.register.add_tender("voucher", 1_000)
    assert isinstance(part, TenderAdded)
    assert part.balance_minor == -8_100
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert (answer.total_minor, answer.tendered_minor) == (-9_100, -9_100)
    assert shop.db.all("SELECT is_return, total_minor FROM sale") == [(1, -9_100)]
    assert shop.db.all("SELECT sku, quantity_micro FROM stock_move") == [("CAFE", 2_000_000)]
    assert "Devolución" in papers(shop)[0]
    assert verify(shop.db).is_sound


def test_an_exchange_with_money_back_is_a_sale_and_no_return(shop: Shop) -> None:
    shop.register.scan(BOOK, -1_000_000)
    shop.register.scan(COFFEE)
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted)
    assert answer.total_minor == -15_440
    assert shop.db.one("SELECT is_return FROM sale") == (0,)


def test_taxes_rounded_per_document_are_paid_so(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=SellingSettings(tax_rounding="document"))
    for _ in range(3):
        shop.register.scan(SOAP)
        shop.register.scan(WATER)
        shop.register.void_line(len(shop.register.basket.lines))
    assert shop.register.basket.total_minor == 3_704
    shop.register.add_tender("cash")
    assert shop.db.one("SELECT total_minor FROM sale") == (3_704,)
    gross = shop.db.one("SELECT sum(gross_minor) FROM sale_line WHERE sku = 'JABON'")
    assert gross == (3_704,)
    assert verify(shop.db).is_sound


def test_stock_follows_the_lines_that_were_kept(shop: Shop) -> None:
    shop.register.scan(COFFEE, 3_000_000)
    shop.register.scan(WATER)
    shop.register.scan(COFFEE)
    shop.register.void_line(2)
    shop.register.add_tender("cash")
    assert shop.db.all("SELECT sku, quantity_micro FROM stock_move") == [("CAFE", -4_000_000)]


def test_a_posted_sale_waits_for_the_erp_and_for_the_printer(shop: Shop) -> None:
    woken: list[str] = []
    shop.register.attach_printer(lambda: woken.append("woken"), lambda: "ready")
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    assert shop.db.one("SELECT document_id, kind, state FROM outbox WHERE kind = 'sale_posted'") == (
        FIRST_ID,
        "sale_posted",
        "waiting",
    )
    assert shop.db.all("SELECT document, number, copy, state FROM print_job") == [("receipt", 1, 0, "queued")]
    assert woken == ["woken"]


def test_numbers_follow_each_other_over_shifts_operators_and_restarts(shop: Shop) -> None:
    numbers = []
    for _ in range(2):
        for _ in range(2):
            shop.register.scan(COFFEE)
            answer = shop.register.add_tender("cash")
            assert isinstance(answer, SalePosted)
            numbers.append(answer.receipt_number)
        shop.register.close_shift(0)
        shop.register.close_shift(0)
        shop.reopen()
        shop.sign_on(BETO)
        shop.register.open_shift(0)
    assert numbers == [1, 2, 3, 4]


def test_a_clock_that_went_back_is_told_once_before_the_sale(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.clock.advance(-86_400)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    rows = shop.db.all("SELECT kind, json_extract(record, '$.clock') FROM journal ORDER BY seq DESC LIMIT 3")
    assert rows == [("sale_posted", ""), ("sale_posted", ""), ("clock_jumped", "behind")]
    assert verify(shop.db).is_sound
