"""Gift cards and vouchers: sold as a debt of the store, spent once, given back; on one lane, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.settings import CardSettings, SellingSettings
from domain.account_intent import CollectTender
from domain.outcome import BasketChanged, SalePosted, TenderAdded
from domain.refusal import Reason, Refused
from domain.sale import Sale
from domain.stored_value import card_ref, voucher_code
from storage.cards import card_secret
from storage.copies import read_sale
from storage.verify import verify
from sync.poslog import Shop as PosShop
from sync.poslog import transaction
from tests.kit.cards import CARD, GIFT_500, GIFT_ANY, OTHER, TAKEN, load, put_card_items, spend, tell
from tests.kit.catalog import BOOK, COFFEE, WATER
from tests.kit.customers import LUZ, bring_customers
from tests.kit.lane import FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events, papers

CLEAR = CARD.replace("-", "")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path, cards=TAKEN, selling=SellingSettings(negative_lines=True))
    put_card_items(made.db)
    return made


def reason_of(answer: Any) -> Reason:
    assert isinstance(answer, Refused), answer
    return answer.reason


def x(shop: Shop) -> Any:
    return shop.register.draw_x().report  # type: ignore[union-attr]


def test_a_card_is_sold_beside_goods_and_is_no_revenue(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    assert isinstance(load(shop), BasketChanged)
    shop.reopen()
    shop.sign_on()
    basket = shop.register.basket
    assert (basket.total_minor, basket.loads_minor, basket.balance_minor) == (4_550, 50_000, 54_550)
    posted = shop.register.add_tender("cash", 60_000)
    assert isinstance(posted, SalePosted)
    assert (posted.total_minor, posted.change_minor) == (54_550, 5_450)
    (sale,) = events(shop, "sale_posted")
    assert (sale["total_minor"], sale["net_minor"]) == (4_550, 3_922)
    assert sale["lines"][1]["load"]["amount_minor"] == 50_000
    assert sum(tax["base_minor"] for tax in sale["taxes"]) == 3_922
    report = x(shop)
    assert (report.total_minor, report.perpetual_net_minor) == (4_550, 4_550)
    assert [(row.code, row.count, row.amount_minor) for row in report.cards] == [("loaded", 1, 50_000)]
    assert report.till.expected_minor == FLOAT_MINOR + 54_550
    assert verify(shop.db).discrepancies == ()


def test_the_code_is_nowhere_but_on_the_card(shop: Shop) -> None:
    load(shop)
    shop.register.add_tender("cash")
    shop.register.scan(COFFEE)
    spend(shop)
    shop.db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    held = shop.path.read_bytes()
    assert CLEAR.encode() not in held
    assert CARD.encode() not in held
    assert all(CLEAR not in paper and CARD not in paper for paper in papers(shop))
    assert "*ABCD" in papers(shop)[0]


def test_a_card_sold_here_is_spent_here_and_no_more_than_it_has(shop: Shop) -> None:
    load(shop)
    shop.register.add_tender("cash")
    shop.register.scan(BOOK)
    shop.register.scan(BOOK)
    assert isinstance(spend(shop, CARD.lower(), 20_000), TenderAdded)
    assert isinstance(spend(shop), SalePosted)
    shop.register.scan(BOOK)
    assert reason_of(spend(shop, CARD, 19_990)) is Reason.OVER_BALANCE
    answer = spend(shop)
    assert isinstance(answer, TenderAdded)
    assert (answer.tender.amount_minor, answer.balance_minor) == (10_020, 9_970)
    assert reason_of(spend(shop)) is Reason.OVER_BALANCE
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    assert [(r.code, r.amount_minor) for r in x(shop).cards] == [("loaded", 50_000), ("spent", -50_000)]
    assert verify(shop.db).discrepancies == ()


def test_a_tender_that_is_taken_back_leaves_the_card_as_it_was(shop: Shop) -> None:
    tell(shop, CARD, 5_000)
    shop.register.scan(BOOK)
    spend(shop)
    assert reason_of(spend(shop)) is Reason.OVER_BALANCE
    shop.register.take_back_tenders()
    assert isinstance(spend(shop, CARD, 5_000), TenderAdded)


def test_what_the_erp_says_counts_less_what_it_cannot_know_yet(shop: Shop) -> None:
    tell(shop, CARD, 30_000)
    shop.register.scan(BOOK)
    spend(shop)
    document = shop.db.one("SELECT document_id FROM outbox WHERE kind = 'sale_posted'")
    assert document is not None
    tell(shop, CARD, 30_000)  # told again, and the sale is still here
    shop.register.scan(BOOK)
    assert reason_of(spend(shop, CARD, 10_011)) is Reason.OVER_BALANCE
    with shop.db.atomic():
        at = shop.register.lane_at_work.now()
        shop.db.run("UPDATE outbox SET state = 'sent', changed_at = ? WHERE document_id = ?", (at, document[0]))
    assert reason_of(spend(shop, CARD, 10_011)) is Reason.OVER_BALANCE
    tell(shop, CARD, 10_010)
    assert reason_of(spend(shop, CARD, 10_011)) is Reason.OVER_BALANCE
    assert isinstance(spend(shop, CARD, 10_010), TenderAdded)


def test_older_news_does_not_replace_newer(shop: Shop) -> None:
    tell(shop, CARD, 100, at="2026-11-24T18:00:00.000Z")
    tell(shop, CARD, 900_000, at="2026-11-24T17:00:00.000Z")
    shop.register.scan(COFFEE)
    assert reason_of(spend(shop, CARD, 101)) is Reason.OVER_BALANCE


def test_unknown_barred_and_expired_cards_are_refused(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    assert reason_of(spend(shop)) is Reason.UNKNOWN_CARD
    tell(shop, CARD, 5_000, is_active=False)
    assert reason_of(spend(shop)) is Reason.CARD_NOT_VALID
    tell(shop, OTHER, 5_000, expires_on="2026-11-23")
    assert reason_of(spend(shop, OTHER)) is Reason.CARD_NOT_VALID
    tell(shop, OTHER, 5_000, expires_on="2026-11-24")
    assert isinstance(spend(shop, OTHER), SalePosted)


def test_an_old_balance_is_good_up_to_a_limit(shop: Shop) -> None:
    tell(shop, CARD, 30_000)
    shop.clock.advance(25 * 3_600)
    shop.register.scan(BOOK)
    refused = spend(shop)
    assert reason_of(refused) is Reason.CARD_STALE
    assert refused.facts == {"hours": 25}
    shop.settings = type(shop.settings)(
        **{n: getattr(shop.settings, n) for n in shop.settings.__struct_fields__ if n != "cards"},
        cards=CardSettings(are_taken=True, stale_limit_minor=10_000),
    )
    shop.reopen()
    shop.sign_on()
    assert reason_of(spend(shop, CARD, 10_001)) is Reason.OVER_BALANCE
    assert isinstance(spend(shop, CARD, 9_000), TenderAdded)
    assert reason_of(spend(shop, CARD, 1_001)) is Reason.OVER_BALANCE


def test_a_payment_card_is_no_card_of_the_store(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    assert reason_of(spend(shop, "4111 1111 1111 1111")) is Reason.CARD_NUMBER
    assert reason_of(load(shop, "4111111111111111")) is Reason.CARD_NUMBER
    assert reason_of(spend(shop, "ñ")) is Reason.BAD_CARD
    assert reason_of(spend(shop, " ")) is Reason.NEEDS_REFERENCE


def test_a_card_line_is_one_card_with_its_own_amount(shop: Shop) -> None:
    register = shop.register
    assert reason_of(register.add_item(GIFT_500)) is Reason.NEEDS_CARD
    assert reason_of(register.add_item(GIFT_500, 2_000_000)) is Reason.CARD_LINE
    assert reason_of(register.add_item(GIFT_500, -1_000_000)) is Reason.CARD_LINE
    assert reason_of(register.add_item(GIFT_ANY)) is Reason.NEEDS_PRICE
    assert reason_of(load(shop, CARD, 1)) is Reason.PRICE_OUT_OF_RANGE
    assert reason_of(load(shop, CARD, 0)) is Reason.PRICE_OUT_OF_RANGE
    assert isinstance(load(shop, CARD, 123_450_000), BasketChanged)
    assert isinstance(load(shop, CARD, 123_450_000), BasketChanged)
    assert len(register.basket.lines) == 2
    assert register.basket.loads_minor == 24_690
    assert reason_of(register.change_quantity(1, 2_000_000)) is Reason.CARD_LINE
    assert reason_of(register.override_price(1, 1_000_000)) is Reason.CARD_LINE
    assert reason_of(register.discount_line(1, amount_minor=1)) is Reason.BAD_DISCOUNT
    register.void_line(1)
    assert register.basket.loads_minor == 12_345
    assert isinstance(register.discount_basket(percent_ppm=500_000), BasketChanged)
    assert register.basket.balance_minor == 12_345


def test_what_is_owed_goes_on_a_new_voucher_whose_code_only_the_paper_has(shop: Shop) -> None:
    shop.register.scan(BOOK, -1_000_000)
    basket_id = shop.register.basket.basket_id
    answer = shop.register.add_tender("stored_value")
    assert isinstance(answer, SalePosted)
    code = voucher_code(card_secret(shop.path), basket_id, 0)
    (paper,) = papers(shop)
    assert code in paper
    assert "199.90" in paper
    assert code.encode() not in shop.path.read_bytes()
    assert [(r.code, r.amount_minor) for r in x(shop).cards] == [("given", 19_990)]
    shop.register.scan(COFFEE)
    assert isinstance(spend(shop, code), SalePosted)
    shop.register.scan(BOOK)
    assert isinstance(spend(shop, code), TenderAdded)
    (sale, *_) = events(shop, "sale_posted")
    assert sale["tenders"][0]["card"] == {"hash": card_ref(code).hash, "kind": "voucher", "last4": code[-4:]}
    assert verify(shop.db).discrepancies == ()


def test_what_is_owed_goes_back_on_the_card_it_came_from(shop: Shop) -> None:
    tell(shop, CARD, 100)
    shop.register.scan(COFFEE, -1_000_000)
    assert reason_of(shop.register.add_tender("stored_value", None, OTHER)) is Reason.UNKNOWN_CARD
    assert isinstance(shop.register.add_tender("stored_value", None, CARD), SalePosted)
    shop.register.scan(COFFEE)
    assert isinstance(spend(shop), SalePosted)
    assert card_secret_exists(shop) is False


def card_secret_exists(shop: Shop) -> bool:
    return shop.path.with_suffix(".cards").exists()


def test_a_copy_shows_the_same_voucher(shop: Shop) -> None:
    shop.register.scan(BOOK, -1_000_000)
    shop.register.add_tender("stored_value")
    shop.register.print_copy(1)
    first, copy = papers(shop)
    code = next(line for line in first.splitlines() if line.strip().startswith("["))
    assert code in copy


def test_a_store_without_cards_has_no_such_kind(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(WATER)
    assert reason_of(shop.register.add_tender("stored_value", None, CARD)) is Reason.NO_SUCH_TENDER


def test_an_entry_that_was_tampered_with_is_found(shop: Shop) -> None:
    load(shop)
    shop.register.add_tender("cash")
    shop.db.connection().authorizer = None
    shop.db.run("DROP TRIGGER card_entry_keeps")
    shop.db.run("UPDATE card_entry SET amount_minor = 60000")
    assert verify(shop.db).discrepancies


def test_a_card_that_was_sold_does_not_come_back_as_goods(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    load(shop)
    posted = shop.register.add_tender("cash")
    assert isinstance(posted, SalePosted)
    reason = shop.register.lane_at_work.texts["reason_mind"]
    receipt = posted.folio
    assert reason_of(shop.register.return_lines(receipt, reason, {"2": 1_000_000})) is Reason.CARD_LINE
    assert isinstance(shop.register.return_lines(receipt, reason), BasketChanged)
    assert [line.sku for line in shop.register.basket.lines] == ["CAFE"]
    shop.register.void_basket()
    assert reason_of(shop.register.post_void(reason)) is Reason.NOT_VOIDABLE


def test_a_poslog_has_the_load_beside_the_price_and_the_card_as_a_tender(shop: Shop) -> None:
    load(shop)
    shop.register.add_tender("cash")
    shop.register.scan(COFFEE)
    spend(shop)
    texts = [transaction(sale, PosShop("s", 2, frozenset({"cash"}))) for sale in map(read, (1, 2), (shop, shop))]
    assert "<StoredValueAmount>500.00</StoredValueAmount>" in texts[0]
    assert "<ExtendedAmount>0.00</ExtendedAmount>" in texts[0]
    assert 'TenderType="GiftCard"' in texts[1]
    assert all(CLEAR not in text for text in texts)


def read(number: int, shop: Shop) -> Sale:
    found = read_sale(shop.db, number)
    assert found is not None
    return found[0]


def test_a_debt_is_not_paid_off_a_card_whose_balance_nobody_would_move(shop: Shop) -> None:
    bring_customers(shop)
    answer = shop.register.collect(LUZ.code, 10_000, (CollectTender("stored_value", None, CARD),))
    assert reason_of(answer) is Reason.NO_SUCH_TENDER
    assert not events(shop, "collection_posted")


def test_a_balance_of_a_time_still_to_come_is_as_old_as_can_be(shop: Shop) -> None:
    tell(shop, CARD, 20_000, at="2036-11-24T18:00:00.000Z")
    shop.register.scan(BOOK)
    assert reason_of(spend(shop)) is Reason.CARD_STALE
    tell(shop, CARD, 10_000)
    assert isinstance(spend(shop), TenderAdded)


def test_a_card_told_while_the_clock_was_ahead_is_spent_once(shop: Shop) -> None:
    tell(shop, CARD, 19_990, at="2036-11-24T18:00:00.000Z")
    tell(shop, CARD, 19_990)
    shop.register.scan(BOOK)
    assert isinstance(spend(shop), SalePosted)
    at = shop.register.lane_at_work.now()
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'sent', changed_at = ?", (at,))
    tell(shop, CARD, 0, at=at)
    shop.register.scan(BOOK)
    assert reason_of(spend(shop)) is Reason.OVER_BALANCE
