"""Things that come back: by receipt, exchanged, without a receipt, from another lane; and sales taken back whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.settings import PositionSettings, ReturnsSettings, RolesSettings, SellingSettings, StoreSettings
from domain.customer import Customer
from domain.journal import read_record
from domain.money import MICRO
from domain.outcome import BasketChanged, ReturnBegun, SalePosted, SalesFound, TenderChanged
from domain.receipt_code import write_code
from domain.refusal import Reason, Refused
from domain.report import NamedSum
from domain.report_detail import DetailBy
from domain.returned_row import ReturnedElsewhere
from storage.returns import put_elsewhere
from storage.verify import verify
from sync.document import origins_of
from tests.kit.catalog import BOOK, COFFEE, GIFT, SALMON, SOAP, WATER, weight_label
from tests.kit.customers import LUZ, bring_customers
from tests.kit.lane import BETO, Shop, make_shop
from tests.kit.promotions import SUMMER, bring_promotions
from tests.register.reading import events, papers
from tests.register.scenes import STORE_KEY, other_receipt, sell_one, share_key


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    made = make_shop(tmp_path)
    yield made
    verdict = verify(made.db)
    made.db.close()
    assert verdict.discrepancies == ()


def sale_of(answer: object) -> SalePosted:
    assert isinstance(answer, SalePosted), answer
    return answer


def begun(shop: Shop, receipt: str) -> ReturnBegun:
    answer = shop.register.begin_return(receipt)
    assert isinstance(answer, ReturnBegun), answer
    return answer


def sums(shop: Shop) -> dict[str, tuple[int, int]]:
    rows = shop.db.all("SELECT code, sum(base_minor), sum(tax_minor) FROM sale_tax GROUP BY code")
    return {code: (base, tax) for code, base, tax in rows if base or tax}


def stock(shop: Shop) -> dict[str, int]:
    return dict(shop.db.all("SELECT sku, sum(quantity_micro) FROM stock_move GROUP BY sku HAVING sum(quantity_micro)"))


def test_a_whole_sale_comes_back_to_nothing(shop: Shop) -> None:
    for code in (COFFEE, WATER, BOOK, SOAP, weight_label(SALMON, 1_234)):
        shop.register.scan(code)
    shop.register.void_line(2)
    shop.register.discount_line(1, 100_000)
    shop.register.discount_basket(0, 777)
    total = sale_of(shop.register.add_tender("cash", 100_000)).total_minor
    assert begun(shop, "1").refunds == {"cash": total}
    shop.register.return_lines("1", "Cambió de opinión")
    answer = sale_of(shop.register.add_tender("cash"))
    assert (answer.total_minor, answer.tendered_minor) == (-total, -total)
    assert sums(shop) == {}
    assert stock(shop) == {}
    report = shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
    assert [(row.code, row.amount_minor) for row in report.discounts] == [("discount", -777)], "what was off the basket"
    assert shop.db.one("SELECT sum(total_minor), sum(net_minor) FROM sale") == (0, 0)
    assert [line.left_micro for line in begun(shop, "1").lines] == [0, 0, 0, 0]


def test_what_promotions_took_off_comes_back_in_its_share(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    bring_promotions(shop, SUMMER)
    shop.register.scan(COFFEE, 2 * MICRO)
    shop.register.add_coupon("VERANO")
    shop.register.scan(WATER)
    total = sale_of(shop.register.add_tender("cash")).total_minor
    paid = {line.sku: line.paid_minor for line in begun(shop, "1").lines}
    assert sum(paid.values()) == total
    assert paid["CAFE"] < 9_100
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.scan(WATER)
    assert not shop.register.basket.deductions, "what comes back earns nothing"
    shop.register.add_tender("cash")
    assert shop.db.one("SELECT amount_minor FROM sale_return") == ((paid["CAFE"] + 1) // 2,)
    assert verify(shop.db).is_sound
    shop.db.close()


def test_an_exchange_is_one_basket_with_a_balance_either_way(shop: Shop) -> None:
    sell_one(shop)
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.scan(BOOK)
    assert shop.register.basket.balance_minor == 19_990 - 4_550
    shop.register.void_line(2)
    shop.register.scan(WATER)
    assert shop.register.basket.balance_minor == 1_000 - 4_550
    sale_of(shop.register.add_tender("cash"))
    (sale,) = [event for event in events(shop, "sale_posted") if event["receipt_number"] == 2]
    assert not sale["is_return"]
    assert sale["of"] == [events(shop, "sale_posted")[0]["sale_id"]]
    assert [line.get("returns", {}).get("reason") for line in sale["lines"]] == ["Otro", None, None, None]


def test_a_discount_on_an_exchange_takes_nothing_off_what_comes_back(shop: Shop) -> None:
    sell_one(shop)
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.scan(BOOK)
    shop.register.discount_basket(100_000)
    assert shop.register.basket.total_minor == 17_991 - 4_550
    shop.register.add_tender("cash")


def test_what_is_damaged_is_not_put_back_to_stock(shop: Shop) -> None:
    sell_one(shop)
    shop.register.return_lines("1", "Defectuoso", {"1": MICRO}, is_damaged=True)
    shop.register.add_tender("cash")
    assert stock(shop) == {"CAFE": -2 * MICRO}
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.add_tender("cash")
    assert stock(shop) == {"CAFE": -MICRO}
    assert "Defectuoso (dañado)" in papers(shop)[1]
    assert "Del folio 1-000001" in papers(shop)[1]


def test_the_erp_is_told_of_the_sale_first(shop: Shop) -> None:
    sell_one(shop)
    shop.register.return_lines("1", "Otro")
    shop.register.add_tender("cash")
    shop.register.scan(WATER)
    shop.register.add_tender("cash")
    shop.register.change_tender("voucher", "vale")
    texts = [
        text for (text,) in shop.db.all("SELECT record FROM journal WHERE kind LIKE '%e_posted' OR kind LIKE 'tender%'")
    ]
    sold, back, other, changed = (read_record(text) for text in texts)
    assert origins_of(sold) == origins_of(other) == ()
    assert origins_of(back) == (sold.body["sale_id"],)
    assert origins_of(changed) == (other.body["sale_id"],)


def test_what_the_erp_tells_of_elsewhere_cannot_come_back_again(shop: Shop) -> None:
    shop.register.scan(COFFEE, 3 * MICRO)
    shop.register.add_tender("cash")
    with shop.db.atomic():
        put_elsewhere(shop.db, [ReturnedElsewhere("1-000001", 1, 2 * MICRO)])
    (line,) = begun(shop, "1").lines
    assert (line.returned_micro, line.left_micro) == (2 * MICRO, MICRO)
    refused = shop.register.return_lines("1", "Otro", {"1": 2 * MICRO})
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OVER_RETURN
    shop.register.return_lines("1", "Otro")
    with shop.db.atomic():
        put_elsewhere(shop.db, [ReturnedElsewhere("1-000001", 1, 3 * MICRO)])
    late = shop.register.add_tender("cash")
    assert isinstance(late, Refused)
    assert late.reason is Reason.OVER_RETURN


def test_a_refund_goes_out_in_the_kind_it_came_in(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, roles=RolesSettings(senior=msgspec.structs.replace(RolesSettings().senior)))
    shop.register.scan(COFFEE, 2 * MICRO)
    shop.register.add_tender("voucher", 5_000)
    shop.register.add_tender("cash")
    assert begun(shop, "1").refunds == {"voucher": 5_000, "cash": 4_100}
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.add_tender("cash")
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    assert begun(shop, "1").refunds == {"voucher": 4_550}, "no more than what is still out"
    shop.sign_on(BETO)
    refused = shop.register.add_tender("cash")
    assert isinstance(refused, Refused)
    assert refused.facts["permission"] == "return.other_kind"
    sale_of(shop.register.add_tender("voucher"))
    assert verify(shop.db).is_sound
    shop.db.close()


def test_what_an_exchange_sold_is_refunded_as_the_first_sale_was_paid(shop: Shop) -> None:
    shop.register.scan(BOOK)
    shop.register.add_tender("voucher")
    shop.register.return_lines("1", "Otro")
    shop.register.scan(COFFEE, 4 * MICRO)
    shop.register.add_tender("voucher")
    assert begun(shop, "2").refunds == {"voucher": 18_200}


def test_without_a_receipt_today_s_price_comes_back_and_is_counted(shop: Shop) -> None:
    shop.register.return_item(COFFEE, "Otro", 2 * MICRO)
    shop.register.return_item(WATER, "Otro", unit_price_micro=9_000_000)
    shop.register.scan(COFFEE)
    assert [line.quantity_micro for line in shop.register.basket.lines] == [-2 * MICRO, -MICRO, MICRO]
    assert shop.register.basket.total_minor == -9_100 - 900 + 4_550
    shop.register.add_tender("cash")
    report = shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
    assert report.counters["returned_without_receipt"] == 2
    assert report.return_reasons == (NamedSum("Otro", "Otro", 2, -10_000),)


def test_a_return_needs_no_negative_lines_in_the_settings(shop: Shop) -> None:
    assert shop.settings.selling == SellingSettings()
    assert isinstance(shop.register.return_item(GIFT, "Otro", None, 5_000_000), BasketChanged)
    shop.register.void_basket()


def test_another_lane_s_receipt_comes_back_on_its_proof_up_to_its_total(shop: Shop) -> None:
    share_key(shop)
    code = other_receipt(10_000)
    told = begun(shop, code)
    assert (told.folio, told.is_unconfirmed, told.left_minor, told.lines) == ("2-000077", True, 10_000, ())
    shop.register.return_item(COFFEE, "Otro", receipt=code)
    shop.register.add_tender("cash")
    assert begun(shop, code).left_minor == 5_450
    shop.register.return_item(COFFEE, "Otro", receipt=code)
    over = shop.register.return_item(WATER, "Otro", receipt=code)
    assert isinstance(over, Refused)
    assert over.reason is Reason.OVER_RECEIPT
    shop.register.add_tender("cash")
    (_, last) = events(shop, "sale_posted")
    assert last["lines"][0]["returns"] == {
        "reason": "Otro",
        "of": {"folio": "2-000077", "sale_id": "", "line_no": 0},
        "is_unconfirmed": True,
    }
    assert "of" not in last, "no id is known that the ERP could wait for"
    assert "POR CONFIRMAR" in papers(shop)[-1]


def test_a_basket_put_aside_keeps_its_share_of_another_lane_s_receipt(shop: Shop) -> None:
    share_key(shop)
    code = other_receipt(5_000)
    shop.register.return_item(COFFEE, "Otro", receipt=code)
    first = shop.register.basket.basket_id
    shop.register.suspend("Juan")
    assert begun(shop, code).left_minor == 450
    over = shop.register.return_item(COFFEE, "Otro", receipt=code)
    assert isinstance(over, Refused)
    assert over.reason is Reason.OVER_RECEIPT
    shop.register.resume(first)
    assert sale_of(shop.register.add_tender("cash", confirmed=True)).total_minor == -4_550
    assert begun(shop, code).left_minor == 450


def test_a_number_of_a_line_that_nobody_could_have_is_refused(shop: Shop) -> None:
    sell_one(shop)
    answer = shop.register.return_lines("1", "Otro", {"1" * 5_000: MICRO})
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.NO_SUCH_LINE


def test_without_a_receipt_a_customer_gets_back_the_price_of_his_own_taxes(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, positions=(PositionSettings("libre", {"iva16": ()}),))
    bring_customers(shop, Customer("C-9", "Libre", position="libre"))
    shop.register.set_customer("C-9")
    shop.register.scan(COFFEE)
    total = sale_of(shop.register.add_tender("cash")).total_minor
    shop.register.set_customer("C-9")
    shop.register.return_item(COFFEE, "Otro")
    assert sale_of(shop.register.add_tender("cash")).total_minor == -total
    assert sums(shop) == {}
    assert verify(shop.db).is_sound
    shop.db.close()


@pytest.mark.parametrize("is_customer_first", [True, False])
@pytest.mark.parametrize(("typed_micro", "total_minor"), [(None, -3_922), (45_500_000, -4_550), (40_000_000, -4_000)])
def test_a_typed_price_is_what_is_paid_and_today_s_follows_the_taxes_in_either_order(
    is_customer_first: bool, typed_micro: int | None, total_minor: int, tmp_path: Path
) -> None:
    shop = make_shop(tmp_path, positions=(PositionSettings("libre", {"iva16": ()}),))
    bring_customers(shop, Customer("C-9", "Libre", position="libre"))
    if is_customer_first:
        shop.register.set_customer("C-9")
    shop.register.return_item(COFFEE, "Otro", unit_price_micro=typed_micro)
    if not is_customer_first:
        shop.register.set_customer("C-9")
    (line,) = shop.register.basket.lines
    assert (shop.register.basket.total_minor, line.tax_class) == (total_minor, "general@libre")
    assert line.price_origin == "return"
    before = shop.register.basket
    assert shop.reopen().basket == before
    shop.sign_on()
    if not is_customer_first:
        shop.register.set_customer("")
        assert shop.register.basket.total_minor == (-4_550 if typed_micro is None else total_minor)
    shop.register.void_basket()
    assert verify(shop.db).is_sound
    shop.db.close()


def test_what_comes_back_of_a_known_sale_keeps_its_taxes_whoever_the_customer_is(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, positions=(PositionSettings("libre", {"iva16": ()}),))
    bring_customers(shop, Customer("C-9", "Libre", position="libre"))
    sell_one(shop)
    shop.register.return_lines("1", "Otro")
    before = [(line.tax_class, line.tax) for line in shop.register.basket.lines]
    shop.register.set_customer("C-9")
    assert [(line.tax_class, line.tax) for line in shop.register.basket.lines] == before
    shop.register.add_tender("cash")
    assert sums(shop) == {}
    assert verify(shop.db).is_sound
    shop.db.close()


def test_the_paper_bears_a_proof_where_the_store_has_a_key(shop: Shop) -> None:
    sell_one(shop)
    assert f"[{write_code('1', 1, 9_100)}]" in papers(shop)[0]
    share_key(shop)
    code = write_code("1", 1, 9_100, STORE_KEY)
    assert f"[{code}]" in papers(shop)[0]
    assert begun(shop, code).folio == "1-000001"


@pytest.mark.parametrize("content", [None, b"short"])
def test_a_key_that_is_none_proves_nothing_and_stops_nothing(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    if content is not None:
        path.write_bytes(content)
    shop = make_shop(tmp_path, returns=ReturnsSettings(key_file=str(path)))
    sell_one(shop)
    assert f"[{write_code('1', 1, 9_100)}]" in papers(shop)[0]
    shop.db.close()


def test_a_basket_with_returns_wakes_up_after_a_power_cut_even_where_the_taxes_are_gone(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    sell_one(shop)
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    before = shop.register.basket
    assert shop.reopen().basket == before
    shop.settings = msgspec.structs.replace(shop.settings, store=StoreSettings(country="generic"))
    shop.reopen()
    shop.sign_on()
    assert shop.register.basket.document == before.document
    assert sale_of(shop.register.add_tender("cash")).total_minor == -4_550
    assert verify(shop.db).is_sound
    shop.db.close()


# sales taken back whole


def test_the_last_sale_can_be_taken_back_whole(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2 * MICRO)
    shop.register.scan(WATER)
    shop.register.void_line(2)
    shop.register.discount_basket(100_000)
    shop.register.add_tender("voucher", 5_000)
    shop.register.add_tender("cash", 5_000)
    answer = sale_of(shop.register.post_void("Otro"))
    assert (answer.receipt_number, answer.total_minor, answer.tendered_minor) == (2, -8_190, -8_190)
    assert sums(shop) == {}
    assert stock(shop) == {}
    report = shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
    assert report.till.expected_minor == 50_000
    assert {row.kind: row.net_minor for row in report.tenders} == {"cash": 0, "voucher": 0}
    assert report.counters["post_voided"] == 1
    assert report.discounts[0].amount_minor == 0
    assert (report.returns.count, report.returns.amount_minor) == (1, -8_190)
    assert [line.left_micro for line in begun(shop, "1").lines] == [0]
    paper = papers(shop)[-1]
    assert "ANULACIÓN 1-000002" in paper
    assert "Anula el folio 1-000001" in paper


@pytest.mark.parametrize("change", ["another shift", "a return", "an exchange", "elsewhere"])
def test_no_other_sale_can(change: str, shop: Shop) -> None:
    sell_one(shop)
    if change == "another shift":
        shop.register.close_shift(59_100)
        shop.register.open_shift(0)
    elif change == "a return":
        shop.register.return_item(WATER, "Otro")
        shop.register.add_tender("cash")
    elif change == "an exchange":
        shop.register.return_lines("1", "Otro", {"1": MICRO})
        shop.register.scan(BOOK)
        shop.register.add_tender("cash")
    else:
        with shop.db.atomic():
            put_elsewhere(shop.db, [ReturnedElsewhere("1-000001", 1, MICRO)])
    answer = shop.register.post_void("Otro")
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.NOT_VOIDABLE


# kinds of tender put right


def test_what_may_go_back_in_a_kind_follows_tenders_put_right_of_sale_and_return(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2 * MICRO)
    shop.register.add_tender("credit_card", reference="A1 1234")
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.add_tender("credit_card", reference="A1 1234")
    assert begun(shop, "1").refunds == {"credit_card": 4_550}
    shop.register.change_tender("voucher", "era vale", receipt_number=1)
    assert begun(shop, "1").refunds == {"voucher": 4_550}, "what went back to the card is off the voucher"
    shop.register.change_tender("voucher", "era vale", receipt_number=2)
    assert begun(shop, "1").refunds == {"voucher": 4_550}
    shop.register.return_lines("1", "Otro")
    shop.register.add_tender("voucher")
    assert begun(shop, "1").refunds == {}


def test_a_refund_in_another_kind_is_off_what_the_sale_was_paid_in(shop: Shop) -> None:
    sell_one(shop)
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.add_tender("voucher")
    assert begun(shop, "1").refunds == {"cash": 4_550}


def test_what_was_traded_can_be_refunded_with_what_it_was_traded_for_only(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2 * MICRO)
    shop.register.add_tender("cash")
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.scan(COFFEE, 4 * MICRO)
    shop.register.add_tender("voucher")
    assert begun(shop, "1").refunds == {"cash": 4_550}
    assert begun(shop, "2").refunds == {"voucher": 13_650, "cash": 4_550}


def test_a_tender_of_another_kind_moves_between_the_kinds_of_x_and_z(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash", 5_000)
    answer = shop.register.change_tender("credit_card", "era tarjeta", reference="A1 1234")
    assert isinstance(answer, TenderChanged)
    assert (answer.change.from_kind, answer.change.to_kind, answer.change.net_minor) == ("cash", "credit_card", 4_550)
    report = shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
    kinds = {row.kind: (row.count, row.tendered_minor, row.change_minor, row.net_minor) for row in report.tenders}
    assert kinds == {"cash": (0, 0, 0, 0), "credit_card": (1, 4_550, 0, 4_550)}
    assert (report.till.expected_minor, report.counters["tender_changed"]) == (50_000, 1)
    details = shop.register.draw_details(DetailBy.TENDER, "2026-11-24", "2026-11-24")
    assert [(row.code, row.count, row.amount_minor) for row in details.rows] == [("credit_card", 1, 4_550)]  # type: ignore[union-attr]
    assert begun(shop, "1").refunds == {"credit_card": 4_550}
    shop.register.change_tender("voucher", "no, vale")
    assert begun(shop, "1").refunds == {"voucher": 4_550}
    again = shop.register.change_tender("voucher", "otra vez")
    assert isinstance(again, Refused)
    assert again.reason is Reason.TENDER_FIXED
    assert shop.db.one("SELECT count(*) FROM outbox WHERE kind = 'tender_changed'") == (2,)
    closed = shop.register.close_shift(50_000)
    assert {row.kind: row.net_minor for row in closed.report.tenders} == {"cash": 0, "credit_card": 0, "voucher": 4_550}  # type: ignore[union-attr]
    shop.register.open_shift(0)
    late = shop.register.change_tender("cash", "tarde")
    assert isinstance(late, Refused)
    assert late.reason is Reason.TENDER_FIXED


def test_a_refund_s_kind_can_be_put_right_too(shop: Shop) -> None:
    sell_one(shop)
    shop.register.return_lines("1", "Otro")
    shop.register.add_tender("cash")
    shop.register.change_tender("voucher", "fue vale")
    report = shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
    assert {row.kind: row.refund_minor for row in report.tenders} == {"cash": 0, "voucher": -9_100}
    assert report.till.expected_minor == 59_100


def test_a_changed_sale_is_taken_back_in_the_kind_it_has_now(shop: Shop) -> None:
    sell_one(shop)
    shop.register.change_tender("voucher", "vale")
    shop.register.post_void("Otro")
    report = shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
    assert {row.kind: row.net_minor for row in report.tenders} == {"cash": 0, "voucher": 0}


# looking for sales


def test_past_sales_are_found_by_what_is_known_of_them(shop: Shop) -> None:
    sell_one(shop)
    shop.register.set_customer("C-7")
    shop.register.scan(BOOK)
    shop.register.add_tender("credit_card", None, "AB 4321")
    shop.register.close_shift(59_100)
    shop.clock.advance(86_400)
    shop.register.open_shift(0)
    shop.register.scan(WATER)
    shop.register.add_tender("cash")
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    shop.register.add_tender("cash")

    def found(**wanted: Any) -> list[int]:
        answer = shop.register.find_sales(**wanted)
        assert isinstance(answer, SalesFound), answer
        assert answer.before == 0 or "before" in wanted or "limit" in wanted
        return [sale.receipt_number for sale in answer.sales]

    assert found() == [4, 3, 2, 1]
    assert found(business_date="2026-11-24") == [2, 1]
    assert found(business_date="2026-11-25") == [4, 3]
    assert found(business_date="2026-11-26") == []
    assert found(total_minor=9_100) == [1]
    assert found(total_minor=10**30) == []
    assert found(item="CAFE") == found(item="ñandú") == found(item=COFFEE) == [4, 1]
    assert found(item="%") == []
    assert found(customer="C-7") == found(last_four="4321") == [2]
    assert found(item="CAFE", total_minor=9_100, business_date="2026-11-24") == [1]
    assert found(limit=1) == [4]
    assert found(before=4, limit=2) == [3, 2]
    page = shop.register.find_sales(item="CAFE")
    assert [sale.returned_minor for sale in page.sales] == [0, 4_550]  # type: ignore[union-attr]


# what went on an account


def test_what_was_sold_on_account_comes_off_it_again(shop: Shop) -> None:
    bring_customers(shop)
    shop.register.set_customer(LUZ.code)
    shop.register.scan(COFFEE, 2 * MICRO)
    before = owed(shop)
    sale_of(shop.register.add_tender("account"))
    assert owed(shop) == before + 9_100
    assert begun(shop, "1").refunds == {"account": 9_100}
    shop.register.return_lines("1", "Otro", {"1": MICRO})
    assert shop.register.basket.terms.customer == LUZ.code
    sale_of(shop.register.add_tender("account"))
    assert owed(shop) == before + 4_550
    late = shop.register.change_tender("cash", "error", 1)
    assert isinstance(late, Refused)
    assert late.reason is Reason.TENDER_FIXED


def test_a_voided_line_of_somebody_else_s_sale_stops_no_credit(shop: Shop) -> None:
    bring_customers(shop, Customer("C-5", "Ana Ruiz", credit_limit_minor=50_000))
    for customer in (LUZ.code, "C-5"):
        shop.register.set_customer(customer)
        shop.register.scan(COFFEE)
        sale_of(shop.register.add_tender("account"))
    shop.register.set_customer("C-5")
    shop.register.return_lines("1", "Otro")
    shop.register.void_line(1)
    shop.register.return_lines("2", "Otro")
    assert sale_of(shop.register.add_tender("account")).total_minor == -4_550


def test_a_sale_on_account_that_is_voided_leaves_nothing_owed(shop: Shop) -> None:
    bring_customers(shop)
    shop.register.set_customer(LUZ.code)
    shop.register.scan(COFFEE)
    before = owed(shop)
    shop.register.add_tender("account")
    sale_of(shop.register.post_void("Otro"))
    assert owed(shop) == before
    assert LUZ.name in papers(shop)[-1]


def owed(shop: Shop) -> int:
    """Return what Luz owes as far as the lane knows."""
    answer: Any = shop.register.read_account(LUZ.code)
    return int(answer.credit.owed_minor)
