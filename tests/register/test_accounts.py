"""Customers at the lane: prices that follow, sales on account, collections and their reversal, all in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.settings import CreditSettings, PositionSettings, RolesSettings, SellingSettings
from domain.account_intent import CollectTender
from domain.customer import Customer
from domain.refusal import Reason, Refused
from register.returning import reasons
from storage.accounts import Balance, put_balances, read_account, sent_moves
from storage.customers import put_customers
from storage.outbox import mark_rejected, mark_sent, put_back
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE
from tests.kit.customers import BALANCE_AT, EVE, LUZ, MAX, bring_customers
from tests.kit.lane import ANA, ANA_PIN, BETO, STORE, Shop, make_shop
from tests.register.reading import events, papers

LATER = "2026-11-24T19:00:00.000Z"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path)
    bring_customers(made)
    return made


def sell(shop: Shop, customer: str = LUZ.code, code: str = BOOK, kind: str = "account") -> Any:
    """Sell one of something to a customer on account."""
    shop.register.set_customer(customer)
    shop.register.scan(code)
    return shop.register.add_tender(kind)


def available(shop: Shop, customer: str = LUZ.code) -> int:
    answer: Any = shop.register.read_account(customer)
    return int(answer.credit.available_minor)


def test_a_sale_on_account_says_whose_until_when_and_lowers_what_is_available(shop: Shop) -> None:
    assert available(shop) == 70_000
    posted = sell(shop)
    assert posted.total_minor == 19_990
    assert available(shop) == 70_000 - 19_990
    (sale,) = events(shop, "sale_posted")
    assert sale["account"] == {
        "amount_minor": 19_990,
        "terms": "Crédito 30 días",
        "dues": [{"date": "2026-12-24", "amount_minor": 19_990}],
        "limit_minor": 100_000,
        "owed_minor": 30_000,
        "balance_at": BALANCE_AT,
    }
    assert not [text for (text,) in shop.db.all("SELECT record FROM journal") if LUZ.name in text]
    (paper,) = papers(shop)
    for text in (LUZ.name, LUZ.tax_id, "24/12/2026", "Firma", "A crédito"):
        assert text in paper
    report = shop.register.draw_x().report  # type: ignore[union-attr]
    assert (report.credit_sold.count, report.credit_sold.amount_minor) == (1, 19_990)
    assert verify(shop.db).is_sound


def test_beyond_the_limit_somebody_has_to_approve_that_one_sale(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, roles=RolesSettings())
    bring_customers(shop)
    shop.sign_on(BETO)
    for _ in range(3):
        assert not isinstance(sell(shop), Refused)
    refused = sell(shop)
    assert refused.reason is Reason.NEEDS_APPROVAL
    assert refused.facts["permission"] == "account.credit"
    shop.register.approve(str(refused.facts["act"]), ANA.operator, ANA_PIN, "", "Otro")
    assert not isinstance(shop.register.add_tender("account"), Refused)
    assert available(shop) == 70_000 - 4 * 19_990
    (body,) = events(shop, "approved")
    assert body["measure"] == 4 * 19_990 - 70_000
    assert sell(shop).reason is Reason.NEEDS_APPROVAL
    assert verify(shop.db).is_sound


def test_a_part_on_account_counts_with_the_one_before_it(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, roles=RolesSettings())
    bring_customers(shop, msgspec.structs.replace(MAX, credit_limit_minor=10_000))
    shop.sign_on(BETO)
    shop.register.set_customer(MAX.code)
    shop.register.scan(BOOK)
    assert not isinstance(shop.register.add_tender("account", 10_000), Refused)
    refused: Any = shop.register.add_tender("account", 1)
    assert refused.reason is Reason.NEEDS_APPROVAL
    assert not isinstance(shop.register.add_tender("cash"), Refused)
    (sale,) = events(shop, "sale_posted")
    assert sale["account"]["amount_minor"] == 10_000


def test_an_old_balance_lowers_the_limit(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, credit=CreditSettings(stale_hours=48, stale_limit_ppm=500_000))
    bring_customers(shop)
    assert available(shop) == 70_000
    shop.clock.advance(48 * 3600)
    answer: Any = shop.register.read_account(LUZ.code)
    assert (answer.credit.is_stale, answer.credit.available_minor, answer.credit.age_hours) == (True, 20_000, 49)


def test_a_balance_covers_what_the_erp_had_and_counts_nothing_twice(shop: Shop) -> None:
    sell(shop)
    first = shop.db.all("SELECT document_id FROM account_move")[0][0]
    with shop.db.atomic():
        mark_sent(shop.db, [first], "batch-1", LATER)
    covered = sent_moves(shop.db)
    sell(shop)  # while the ERP answers
    with shop.db.atomic():
        put_balances(shop.db, (Balance(LUZ.code, 30_000 + 19_990, LATER, covered),), LATER)
    assert available(shop) == 70_000 - 2 * 19_990
    with shop.db.atomic():
        assert put_balances(shop.db, (Balance(LUZ.code, 0, BALANCE_AT),), LATER) == 0, "an older one says nothing"
    assert available(shop) == 70_000 - 2 * 19_990


def test_a_document_that_the_erp_refuses_is_owed_all_the_same(shop: Shop) -> None:
    sell(shop)
    (document,) = (row[0] for row in shop.db.all("SELECT document_id FROM account_move"))
    with shop.db.atomic():
        mark_sent(shop.db, [document], "batch-1", LATER)
        put_balances(shop.db, (Balance(LUZ.code, 49_990, LATER, sent_moves(shop.db)),), LATER)
    assert available(shop) == 70_000 - 19_990
    with shop.db.atomic():
        mark_rejected(shop.db, document, "no such customer", LATER)
        put_balances(shop.db, (Balance(LUZ.code, 30_000, LATER, sent_moves(shop.db)),), LATER)
    assert available(shop) == 70_000 - 19_990
    with shop.db.atomic():
        put_back(shop.db, [document], LATER)
        mark_sent(shop.db, [document], "batch-1-r2", LATER)
    assert available(shop) == 70_000 - 19_990, "sent again, and in no balance yet"
    with shop.db.atomic():
        put_balances(shop.db, (Balance(LUZ.code, 49_990, LATER, sent_moves(shop.db)),), LATER)
    assert available(shop) == 70_000 - 19_990


def test_what_a_balance_has_in_is_not_counted_twice_when_the_erp_refuses_it_late(shop: Shop) -> None:
    answer: Any = shop.register.collect(LUZ.code, 25_000)
    with shop.db.atomic():
        mark_sent(shop.db, [answer.collection_id], "batch-1", LATER)
        put_balances(shop.db, (Balance(LUZ.code, 5_000, LATER, sent_moves(shop.db)),), LATER)
        mark_rejected(shop.db, answer.collection_id, "the period is closed", LATER)
    assert available(shop) == 70_000 + 25_000, "that balance has it in still: not 50,000 more"
    with shop.db.atomic():
        put_balances(shop.db, (Balance("C-9", 0, LATER),), LATER)
    assert available(shop) == 70_000 + 25_000, "somebody else's balance says nothing of it"
    with shop.db.atomic():
        put_balances(shop.db, (Balance(LUZ.code, 30_000, LATER),), LATER)
    assert available(shop) == 70_000 + 25_000, "the next one is without it"


def test_a_collection_pays_the_oldest_first_and_is_cash_beside_the_sales(shop: Shop) -> None:
    answer: Any = shop.register.collect(LUZ.code, 25_000, (CollectTender("cash", 30_000),))
    assert (answer.folio, answer.change_minor, answer.owed_minor) == ("1-A000001", 5_000, 5_000)
    (body,) = events(shop, "collection_posted")
    assert [(part["folio"], part["amount_minor"]) for part in body["parts"]] == [("F-1", 20_000), ("F-2", 5_000)]
    assert body["of"] == ["inv-1", "inv-2"]
    account: Any = shop.register.read_account(LUZ.code)
    assert [(one.folio, one.open_minor) for one in account.documents] == [("F-2", 5_000)]
    report = shop.register.draw_x().report  # type: ignore[union-attr]
    assert [(row.kind, row.count, row.net_minor) for row in report.collections] == [("cash", 1, 25_000)]
    assert report.till.expected_minor == 50_000 + 25_000
    assert (report.sales.count, report.total_minor) == (0, 0)
    (paper,) = papers(shop)
    for text in ("ABONO", "1-A000001", LUZ.name, "F-1", "Cambio", "Saldo"):
        assert text in paper
    assert verify(shop.db).is_sound


def test_a_reversal_gives_back_what_came_and_opens_what_was_paid(shop: Shop) -> None:
    shop.register.collect(LUZ.code, 22_000, (CollectTender("credit_card", 20_000, "A1"), CollectTender("cash")))
    answer: Any = shop.register.reverse_collection(1, "se equivocó")
    assert (answer.folio, answer.amount_minor, answer.owed_minor) == ("1-A000002", -22_000, 30_000)
    account: Any = shop.register.read_account(LUZ.code)
    assert [one.open_minor for one in account.documents] == [20_000, 10_000]
    assert [one.is_reversed for one in account.collections] == [True]
    report = shop.register.draw_x().report  # type: ignore[union-attr]
    assert [(row.kind, row.net_minor) for row in report.collections] == [("cash", 0), ("credit_card", 0)]
    assert report.till.expected_minor == 50_000
    assert shop.register.reverse_collection(1).reason is Reason.COLLECTION_REVERSED  # type: ignore[union-attr]
    assert shop.register.reverse_collection(2).reason is Reason.NO_SUCH_COLLECTION  # type: ignore[union-attr]
    (body,) = events(shop, "collection_reversed")
    assert body["of"] == [events(shop, "collection_posted")[0]["collection_id"]]
    assert verify(shop.db).is_sound


def test_a_covered_collection_that_is_reversed_is_open_again_though_nobody_lists_it(shop: Shop) -> None:
    shop.register.collect(LUZ.code, 20_000)
    (document,) = (row[0] for row in shop.db.all("SELECT document_id FROM account_move"))
    with shop.db.atomic():
        mark_sent(shop.db, [document], "batch-1", LATER)
        rest = (read_account(shop.db, LUZ.code).documents[1],)
        put_balances(shop.db, (Balance(LUZ.code, 10_000, LATER, sent_moves(shop.db), rest),), LATER)
    shop.register.reverse_collection(1)
    account: Any = shop.register.read_account(LUZ.code)
    assert [(one.folio, one.open_minor) for one in account.documents] == [("F-1", 20_000), ("F-2", 10_000)]
    assert account.credit.owed_minor == 30_000


def test_chosen_documents_are_paid_and_no_others(shop: Shop) -> None:
    answer: Any = shop.register.collect(LUZ.code, 12_000, documents=("inv-2",))
    assert answer.unassigned_minor == 2_000
    account: Any = shop.register.read_account(LUZ.code)
    assert [(one.folio, one.open_minor) for one in account.documents] == [("F-1", 20_000)]
    assert account.credit.owed_minor == 18_000


def test_more_than_is_owed_is_kept_as_credit_only_where_the_shop_does(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, credit=CreditSettings(keep_overpayment=False))
    bring_customers(shop)
    assert shop.register.collect(LUZ.code, 30_001) == Refused(Reason.OVERPAID, {"owed_minor": 30_000})
    assert not isinstance(shop.register.collect(LUZ.code, 30_000), Refused)
    shop.settings = msgspec.structs.replace(shop.settings, credit=CreditSettings())
    shop.reopen()
    shop.sign_on()
    answer: Any = shop.register.collect(LUZ.code, 5_000)
    assert (answer.owed_minor, answer.unassigned_minor) == (-5_000, 5_000)
    assert available(shop) == 105_000


def test_a_statement_is_composed_when_it_is_printed_and_names_nobody_before(shop: Shop) -> None:
    sell(shop)
    shop.register.print_statement(LUZ.code)
    assert not [row for row in shop.db.all("SELECT paper FROM print_job") if LUZ.name in row[0]]
    paper = papers(shop)[-1]
    for text in ("ESTADO DE CUENTA", LUZ.name, "F-1", "F-2", "1-000001", "$499.90", "Crédito disponible"):
        assert text in paper


def test_prices_and_taxes_follow_the_customer_and_go_back_with_them(tmp_path: Path) -> None:
    positions = (PositionSettings("frontera", {"iva16": ("iva8",)}), PositionSettings("libre", {"iva16": ()}))
    shop = make_shop(tmp_path, positions=positions)
    bring_customers(shop, Customer("C-8", "Del Norte", position="frontera"), Customer("C-9", "Libre", position="libre"))
    shop.register.scan(COFFEE)
    shop.register.set_customer("C-8")
    assert shop.register.basket.total_minor == 4_236  # 45.50 / 1.16 * 1.08
    shop.register.scan(COFFEE)
    shop.register.scan(BOOK)
    shop.register.scan(COFFEE)
    assert [line.quantity_micro for line in shop.register.basket.lines] == [2_000_000, 1_000_000, 1_000_000]
    shop.register.set_customer("C-9")
    assert [line.tax_class for line in shop.register.basket.lines] == ["general@libre", "exempt", "general@libre"]
    assert all(tax.is_exempt for tax in shop.register.basket.document.taxes)
    shop.reopen()
    shop.sign_on()
    assert shop.register.basket.terms.position == "libre"
    shop.register.set_customer("")
    assert shop.register.basket.total_minor == 3 * 4_550 + 19_990
    assert [line.tax_class for line in shop.register.basket.lines] == ["general", "exempt", "general"]


def test_a_customer_is_created_and_corrected_once_each_and_known_by_the_erp_s_code_later(shop: Shop) -> None:
    made: Any = shop.register.create_customer(" Ana \x1b María ", "cacx7605101p8", "55 1111 2222")
    assert made == Refused(Reason.CUSTOMER_EXISTS, {"customer": MAX.code, "name": MAX.name})
    made = shop.register.create_customer(" Ana \x1b María ", "", "55 1111 2222")
    code = made.customer.code
    changed: Any = shop.register.change_customer(code, "Ana María", phone="55 1111 2223", email="ana@correo.example")
    assert changed.customer.email == "ana@correo.example"
    kinds = shop.db.all("SELECT kind, document_id FROM outbox WHERE kind LIKE 'customer%' ORDER BY journal_seq")
    assert kinds[0] == ("customer_created", f"1-customer-{code}")
    assert events(shop, "customer_changed")[0]["of"] == [f"1-customer-{code}"]
    assert not [text for (text,) in shop.db.all("SELECT record FROM journal") if "Ana María" in text]
    found: Any = shop.register.search_customers("55111122")
    assert [customer.code for customer in found.customers] == [code]
    shop.register.set_customer(code)
    shop.register.scan(BOOK)
    shop.register.add_tender("cash")
    with shop.db.atomic():
        put_customers(shop.db, (Customer("C-77", "Ana María", was=(code,)),))
    shop.register.set_customer(code)
    assert shop.register.basket.terms.customer == "C-77"
    assert verify(shop.db).is_sound


def test_an_account_keeps_what_was_sold_before_the_erp_gave_it_a_code(shop: Shop) -> None:
    bring_customers(shop, Customer("1-N9", "Nueva", credit_limit_minor=100_000))
    sell(shop, "1-N9")
    bring_customers(shop, Customer("C-90", "Nueva", credit_limit_minor=100_000, was=("1-N9",)))
    assert available(shop, "C-90") == 100_000 - 19_990


def test_a_return_on_account_gives_the_credit_back(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=SellingSettings(negative_lines=True))
    bring_customers(shop)
    sell(shop)
    shop.register.set_customer(LUZ.code)
    shop.register.scan(BOOK, -1_000_000)
    assert not isinstance(shop.register.add_tender("account"), Refused)
    assert available(shop) == 70_000
    assert "Abonado a su cuenta" in papers(shop)[-1]
    assert verify(shop.db).is_sound


def test_what_comes_back_by_its_receipt_is_off_the_document_that_it_was_sold_by(shop: Shop) -> None:
    posted = sell(shop)
    sell(shop)
    account: Any = shop.register.read_account(LUZ.code)
    assert [one.open_minor for one in account.documents] == [20_000, 10_000, 19_990, 19_990]
    shop.register.post_void(reasons(shop.register.lane_at_work, is_damaged=False)[0])
    account = shop.register.read_account(LUZ.code)
    assert [one.folio for one in account.documents] == ["F-1", "F-2", posted.folio]
    assert account.credit.owed_minor == 30_000 + 19_990
    assert verify(shop.db).is_sound


@pytest.mark.parametrize(
    ("customer", "reason"),
    [
        ("", Reason.NEEDS_CUSTOMER),
        ("nobody", Reason.NO_SUCH_CUSTOMER),
        (MAX.code, Reason.NO_CREDIT),
        (EVE.code, Reason.NO_CREDIT),
    ],
)
def test_nothing_goes_on_the_account_of_who_has_none(customer: str, reason: Reason, shop: Shop) -> None:
    answer = sell(shop, customer)
    assert answer.reason is reason


def test_invoice_data_are_checked_and_go_with_the_sale_in_commitments(shop: Shop) -> None:
    shop.register.scan(BOOK)
    for fields, field in (
        (("GODE561231GR8", "LUZ", "601", "06050", "G03"), "regime"),
        (("GODE561231GR8", "LUZ", "605", "06050", "G03"), "use"),
        (("GODE561231GR8", "LUZ", "612", "6050", "G03"), "postcode"),
        (("GODE561231GR8", "", "612", "06050", "G03"), "name"),
    ):
        assert shop.register.set_invoice(*fields) == Refused(Reason.BAD_INVOICE, {"field": field})
    bad = shop.register.set_invoice("GODE561231GR9", "LUZ", "612", "06050", "G03")
    assert bad == Refused(Reason.BAD_TAX_ID, {"tax_id": "GODE561231GR9"})
    assert not isinstance(shop.register.set_invoice("gode-561231-gr8", "Luz", "612", "06050", "g03"), Refused)
    shop.reopen()
    shop.sign_on()
    shop.register.add_tender("cash")
    (sale,) = events(shop, "sale_posted")
    assert (sale["invoice"]["tax_id"], sale["invoice"]["use"]) == ("GODE561231GR8", "G03")
    (text,) = (text for (text,) in shop.db.all("SELECT record FROM journal WHERE kind = 'sale_posted'"))
    assert "GODE561231GR8" not in text
    assert '"use":"G03"' in text
    assert "GODE561231GR8" in papers(shop)[-1]
    assert verify(shop.db).is_sound


def test_a_customer_s_own_invoice_data_are_taken_and_can_be_dropped(shop: Shop) -> None:
    shop.register.set_customer(LUZ.code)
    shop.register.scan(BOOK)
    assert not isinstance(shop.register.set_invoice(), Refused)
    assert shop.register.basket.terms.invoice == LUZ.invoice
    shop.register.drop_invoice()
    shop.register.add_tender("cash")
    assert "invoice" not in events(shop, "sale_posted")[0]


def test_another_country_checks_tax_ids_by_their_own_rules(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, store=msgspec.structs.replace(STORE, country="generic"))
    assert shop.register.create_customer("Bob", "DE136695977") == Refused(Reason.BAD_TAX_ID, {"tax_id": "DE136695977"})
    assert not isinstance(shop.register.create_customer("Bob", "DE136695976"), Refused)
    assert not isinstance(shop.register.create_customer("Eve", "12345678"), Refused)


def test_a_balance_told_while_the_clock_was_ahead_gives_way(shop: Shop) -> None:
    ahead = "2036-11-24T18:00:00.000Z"
    with shop.db.atomic():
        put_balances(shop.db, (Balance(LUZ.code, 0, ahead),), ahead)
        assert put_balances(shop.db, (Balance(LUZ.code, 90_000, LATER),), LATER) == 1
    assert read_account(shop.db, LUZ.code).balance_minor == 90_000
