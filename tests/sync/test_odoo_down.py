"""Fiscal positions, terms, changed taxes, combos, limited categories, cards and points: from the fake Odoo down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain import intent
from domain.payment_terms import DueRule, TermPart
from domain.refusal import Refused
from domain.stored_value import card_ref
from storage.cards import read_balance
from storage.catalog import find_by_sku
from storage.customers import find_customer
from storage.loyalty import points_left
from sync.feed import Feed, ItemRow, PositionRow
from sync.odoo import SHOP_AGE, OdooConnector
from sync.odoo_terms import NOT_SAID, days_text
from sync.reconcile import compare_shift
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import COMPANY, CONFIG, IVA0, IVA16, PARTNER, add_item, connect, make_odoo
from tests.sync.shop import StillClock, states
from tests.sync.test_odoo_day import COOKIES, MILK, Day

IVA8 = 60
BORDER = 3


def add_tax(odoo: FakeOdoo, tax_id: int, name: str, amount: float, **more: Any) -> None:
    values = {"name": name, "amount_type": "percent", "amount": amount, "price_include": True, "active": True}
    odoo.add("account.tax", {**values, "type_tax_use": "sale", "children_tax_ids": [], **more}, tax_id)


def add_border(odoo: FakeOdoo) -> None:
    """Let some customers pay 8 % where others pay 16 %, as this version of Odoo writes it."""
    add_tax(odoo, IVA8, "IVA(8%)", 8.0, original_tax_ids=[IVA16])
    position = {"name": "Frontera", "company_id": [COMPANY, "Tienda"], "tax_ids": [IVA8], "active": True}
    odoo.add("account.fiscal.position", position, BORDER)
    if odoo.version < 19:
        pair = {"position_id": [BORDER, ""], "tax_src_id": [IVA16, ""], "tax_dest_id": [IVA8, ""]}
        odoo.add("account.fiscal.position.tax", pair)


def add_partner(odoo: FakeOdoo, **more: Any) -> None:
    usual = {"name": "Ana", "ref": "A1", "vat": False, "phone": False, "email": False, "barcode": False, "zip": False}
    places = {"parent_id": False, "property_payment_term_id": False, "property_product_pricelist": False}
    money = {"credit_limit": 5_000.0, "credit": 0.0, "property_account_position_id": False, "active": True}
    odoo.add("res.partner", {**usual, **places, **money, **more}, PARTNER)


def add_term(odoo: FakeOdoo, *lines: tuple[int, str, float]) -> int:
    term = odoo.add("account.payment.term", {"name": "Crédito", "note": False, "active": True})
    for days, rule, percent in lines:
        values = {"payment_id": [term, ""], "value": "percent", "value_amount": percent, "nb_days": days}
        odoo.add("account.payment.term.line", {**values, "delay_type": rule, "days_next_month": "10"})
    return term


def settle_shop(clock: StillClock) -> None:
    """Let what was found out about the shop grow old."""
    clock.seconds += int(SHOP_AGE.total_seconds()) + 1


@pytest.fixture
def odoo() -> FakeOdoo:
    return make_odoo()


@pytest.fixture
def connector(odoo: FakeOdoo) -> Iterator[OdooConnector]:
    made = connect(odoo)
    yield made
    made.close()


@pytest.mark.parametrize("version", [19, 18])
def test_a_position_in_the_lanes_words(version: int) -> None:
    odoo = make_odoo(version)
    add_border(odoo)
    page = connect(odoo).pull(Feed.POSITIONS, "")
    (row,) = page.rows
    assert isinstance(row, PositionRow)
    assert (row.code, row.name, row.taxes) == ("f3", "Frontera", {"iva16": ("iva8",)})
    assert connect(odoo).pull(Feed.POSITIONS, page.checkpoint).rows == ()


def test_a_position_without_taxes_frees_of_all_of_them(odoo: FakeOdoo, connector: OdooConnector) -> None:
    odoo.add("account.fiscal.position", {"name": "Exporta", "company_id": False, "tax_ids": []}, 9)
    (row,) = connector.pull(Feed.POSITIONS, "").rows
    assert isinstance(row, PositionRow)
    assert row.taxes == {"iva16": (), "iva8": (), "iva0": ()}


def test_a_position_with_a_tax_of_no_class_is_left_out_and_told(odoo: FakeOdoo, connector: OdooConnector) -> None:
    add_border(odoo)
    odoo.change("account.tax", IVA8, amount=5.0)
    page = connector.pull(Feed.POSITIONS, "")
    assert (list(page.rows), len(page.notes)) == ([], 1)


@pytest.mark.parametrize("version", [19, 18])
def test_a_customer_of_a_position_buys_with_other_taxes_and_odoo_has_the_same(tmp_path: Path, version: int) -> None:
    day = Day(tmp_path, version)
    add_border(day.odoo)
    add_partner(day.odoo, property_account_position_id=[BORDER, "Frontera"])
    day.sync()
    day.shop.begin()
    day.sell(COOKIES, MILK, before=lambda: day.do(intent.SetCustomer("odoo-50")))
    day.sell(COOKIES)
    day.close()
    day.sync()
    assert set(states(day.shop.db).values()) == {"sent"}
    with_border, plain = day.odoo.records("pos.order")
    assert with_border["fiscal_position_id"][0] == BORDER
    assert not plain["fiscal_position_id"]
    lines = [day.odoo.tables["pos.order.line"][one] for one in with_border["lines"]]
    assert [line["tax_ids"] for line in lines] == [[IVA16], [IVA0]]
    assert with_border["amount_total"] < plain["amount_total"] + 28
    assert compare_shift(day.shop.db, day.connector, "7", 1).differences == ()
    day.shop.db.close()


def test_a_position_that_comes_while_a_basket_is_open_waits_for_the_next_one(tmp_path: Path) -> None:
    day = Day(tmp_path, 19)
    day.sync()
    day.shop.begin()
    add_border(day.odoo)
    add_partner(day.odoo, property_account_position_id=[BORDER, "Frontera"])
    settle_shop_of(day)
    day.do(intent.Scan(COOKIES))
    day.sync()
    day.do(intent.SetCustomer("odoo-50"))
    assert day.shop.register.basket.terms.position == ""
    day.do(intent.AddTender("cash"))
    day.do(intent.Scan(COOKIES))
    day.do(intent.SetCustomer("odoo-50"))
    assert day.shop.register.basket.terms.position == "f3"
    assert day.shop.register.basket.lines[0].tax_class == "general@f3"
    day.shop.db.close()


def settle_shop_of(day: Day) -> None:
    day.connector = connect(day.odoo, day.shop.settings)


def test_terms_give_a_sale_on_account_its_due_dates(tmp_path: Path) -> None:
    day = Day(tmp_path, 19)
    term = add_term(day.odoo, (0, "days_after", 50.0), (30, "days_after_end_of_month", 50.0))
    add_partner(day.odoo, property_payment_term_id=[term, "Crédito"])
    day.sync()
    customer = find_customer(day.shop.db, "odoo-50")
    assert customer is not None
    assert customer.terms.parts == (TermPart(0, 50), TermPart(30, 50, DueRule.MONTH_END))
    (line, *_) = day.odoo.records("account.payment.term.line")
    day.odoo.change("account.payment.term.line", line["id"], nb_days=15)
    day.sync()
    changed = find_customer(day.shop.db, "odoo-50")
    assert changed is not None
    assert changed.terms.parts[0].days == 15
    day.shop.db.close()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({}, "30"),
        ({"delay_type": "days_after_end_of_next_month"}, "30n"),
        ({"delay_type": "days_end_of_month_on_the", "days_next_month": "10"}, "30m10"),
        ({"delay_type": "days_end_of_month_on_the", "days_next_month": "0"}, "30m"),
        ({"value": "fixed"}, NOT_SAID),
        ({"delay_type": "unheard_of"}, NOT_SAID),
    ],
)
def test_one_line_of_terms(line: dict[str, Any], text: str) -> None:
    usual = {"value": "percent", "value_amount": 100.0, "nb_days": 30, "delay_type": "days_after"}
    assert days_text([{**usual, "days_next_month": False, **line}]) == text


def test_without_the_right_to_see_terms_those_of_the_lane_stay(odoo: FakeOdoo, connector: OdooConnector) -> None:
    add_partner(odoo, property_payment_term_id=[add_term(odoo, (30, "days_after", 100.0)), "Crédito"])
    odoo.denied.add("account.payment.term.line")
    (row,) = connector.pull(Feed.CUSTOMERS, "").rows
    assert "days" not in row.cells  # type: ignore[union-attr]


def test_a_tax_that_changes_under_its_id_brings_its_items_again(odoo: FakeOdoo) -> None:
    clock = StillClock()
    connector = connect(odoo, clock=clock)
    first = connector.pull(Feed.ITEMS, "").checkpoint
    odoo.now = 4_000
    odoo.change("account.tax", IVA16, amount=8.0)
    assert {row.tax_class for row in connector.pull(Feed.ITEMS, first).rows if isinstance(row, ItemRow)} == {"general"}
    settle_shop(clock)
    page = connector.pull(Feed.ITEMS, first)
    assert {row.tax_class for row in page.rows if isinstance(row, ItemRow)} == {"border"}
    assert connector.pull(Feed.ITEMS, page.checkpoint).rows != []  # within the overlap, and by the same window
    assert connector.pull(Feed.ITEMS, page.checkpoint).checkpoint == page.checkpoint


def test_a_combo_is_not_for_sale_and_told(odoo: FakeOdoo, connector: OdooConnector) -> None:
    add_item(odoo, 204, "COMBO", "Desayuno", 99, "", type="combo")
    page = connector.pull(Feed.ITEMS, "")
    found = {row.sku: row.is_for_sale for row in page.rows if isinstance(row, ItemRow)}
    assert found == {"GAL-1": True, "COMBO": False}
    assert "Desayuno" in page.notes[0]
    assert connector.pull(Feed.ITEMS, page.checkpoint).notes == ()


def test_a_shop_that_is_limited_to_categories_sells_only_theirs(odoo: FakeOdoo, connector: OdooConnector) -> None:
    add_item(odoo, 205, "CAFE", "Café", 30, "", pos_categ_ids=[7])
    odoo.change("pos.config", CONFIG, limit_categories=True, iface_available_categ_ids=[7])
    assert [row.sku for row in connector.pull(Feed.ITEMS, "").rows if isinstance(row, ItemRow)] == ["CAFE"]
    assert set(connector.ids(Feed.ITEMS) or {}) == {"205"}


def add_value(odoo: FakeOdoo) -> None:
    """Let Odoo keep gift cards and points: one of each, and a card that only lanes know."""
    for program_id, kind in ((1, "gift_card"), (2, "loyalty")):
        values = {"name": kind, "program_type": kind, "pos_ok": True, "active": True, "pos_config_ids": False}
        odoo.add("loyalty.program", {**values, "rule_ids": [], "reward_ids": [], "date_from": False}, program_id)
    odoo.add("loyalty.rule", {"program_id": [1, ""], "product_ids": [206]}, 1)
    for card_id, program_id, code, points, partner in (
        (11, 1, "0441234567890123", 250.5, False),
        (12, 1, f"voucher:{'ab' * 32}:WXYZ", 40.0, False),
        (13, 2, "0449999999999999", 120.7, [PARTNER, "Ana"]),
    ):
        values = {"program_id": [program_id, ""], "code": code, "points": points, "partner_id": partner}
        more = {"active": True, "expiration_date": False, "source_pos_order_id": False}
        odoo.add("loyalty.card", {**values, **more}, card_id)


def test_cards_and_points_come_down_by_hash_and_customer(tmp_path: Path) -> None:
    day = Day(tmp_path, 19)
    add_partner(day.odoo)
    add_value(day.odoo)
    add_item(day.odoo, 206, "TARJETA", "Tarjeta de regalo", 500, "", taxes_id=[], tracking="none")
    day.sync()
    gift = find_by_sku(day.shop.db, "TARJETA")
    assert gift is not None
    assert gift.rules.is_card
    told = read_balance(day.shop.db, card_ref("0441234567890123").hash)
    assert told is not None
    assert (told.balance_minor, told.last4, told.is_active) == (25_050, "0123", True)
    voucher = read_balance(day.shop.db, "ab" * 32)
    assert voucher is not None
    assert (voucher.balance_minor, voucher.kind, voucher.last4) == (4_000, "voucher", "WXYZ")
    assert points_left(day.shop.db, "odoo-50") == 120
    kept = "".join(str(row) for row in day.shop.db.all("SELECT * FROM erp_row"))
    assert "0441234567890123" not in kept
    version = day.shop.db.all("SELECT count(*), max(told_at) FROM card_balance")
    day.sync()
    assert day.shop.db.all("SELECT count(*), max(told_at) FROM card_balance") == version
    day.shop.db.close()


def test_without_loyalty_nothing_of_it_is_asked(tmp_path: Path) -> None:
    day = Day(tmp_path, 18)
    day.odoo.denied |= {"loyalty.card", "loyalty.program", "loyalty.history"}
    day.sync()
    assert not {Feed.CARDS, Feed.POINTS} & set(day.connector.feeds())
    answer = day.shop.register.perform(intent.Scan("nothing"))
    assert isinstance(answer, Refused)
    day.shop.db.close()
