"""What the Odoo connector brings, writes and refuses, piece by piece, on the fake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.account_intent import CreateCustomer
from domain.account_outcome import CustomerSaved
from domain.price_rule import PriceBasis, PriceWay, RuleScope
from domain.promotion import BasketAmountOff, Gift, PercentOff
from storage.connection import LedgerDatabase
from sync.errors import Denied, Halted, Unreachable
from sync.feed import CellRow, CodeRow, Feed, ItemRow, Page, StockRow
from sync.odoo import OdooConnector
from sync.odoo_body import CannotSay, CollectionBody, SaleBody, TenderBody, order_uuid
from sync.odoo_feeds import decimal_text
from sync.odoo_order import Orders
from sync.odoo_partners import LANE_CODE
from sync.odoo_push import PartnerIds
from sync.odoo_rpc import Refusal, raise_refusal
from tests.kit.lane import make_shop
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import (
    CARD,
    CASH,
    DISCOUNT,
    IVA0,
    LOCATION,
    OWED,
    PARTNER,
    PRODUCT,
    AnyIds,
    add_item,
    connect,
    make_odoo,
    open_session,
    with_ids,
)
from tests.sync.shop import AT, open_shop, post, post_many, push, sale_body, shop, states


@pytest.fixture
def odoo() -> FakeOdoo:
    return make_odoo()


@pytest.fixture
def connector(odoo: FakeOdoo) -> Iterator[OdooConnector]:
    made = with_ids(connect(odoo))
    yield made
    made.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def items_of(page: Page) -> dict[str, ItemRow]:
    return {row.sku: row for row in page.rows if isinstance(row, ItemRow)}


class TestDown:
    def test_an_item_in_the_lanes_words(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        add_item(odoo, 200, "", "Jamón", 189.9, "", uom_id=[12, "kg"], to_weight=True, tracking="lot", taxes_id=[IVA0])
        add_item(odoo, 204, "BAT", "Bate", 50, "", to_weight=True)
        odoo.add("uom.uom", {"relative_factor": 6.0}, 15)
        odoo.add("product.uom", {"product_id": [PRODUCT, ""], "barcode": "17501055300072", "uom_id": [15, "Seis"]})
        found = items_of(connector.pull(Feed.ITEMS, ""))
        assert sorted(found) == ["BAT", "GAL-1", "odoo-200"]
        cookies, ham = found["GAL-1"], found["odoo-200"]
        assert not found["BAT"].is_weighed  # its unit has no decimals: Odoo lets anything be put on the scale
        assert (cookies.name, cookies.price, cookies.cost, cookies.tax_class) == ("Galletas", "23.9", "10", "general")
        assert cookies.codes == (CodeRow("7501055300075"), CodeRow("17501055300072", "6"))
        assert (cookies.department, cookies.template, cookies.unit) == ("c2", "t1165", "unidades")
        assert (ham.tax_class, ham.is_weighed, ham.unit, ham.traits) == ("zero", True, "kg", {"tracking": "lot"})

    def test_taxes_that_no_class_has_are_told_by_name(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        values = {"name": "IEPS", "amount_type": "percent", "amount": 8.0, "price_include": False}
        odoo.add("account.tax", {**values, "type_tax_use": "sale", "active": True, "children_tax_ids": []}, 60)
        add_item(odoo, 201, "DULCE", "Dulce", 5, "", taxes_id=[60])
        add_item(odoo, 202, "LIBRO", "Libro", 5, "", taxes_id=[])
        found = items_of(connector.pull(Feed.ITEMS, ""))
        assert (found["DULCE"].tax_class, found["LIBRO"].tax_class) == ("IEPS", "exempt")

    def test_what_is_archived_or_taken_out_of_the_shop_is_a_tombstone(
        self, odoo: FakeOdoo, connector: OdooConnector
    ) -> None:
        add_item(odoo, 203, "B", "B", 1, "")
        first = connector.pull(Feed.ITEMS, "")
        odoo.now = 4_000
        odoo.change("product.product", PRODUCT, active=False)
        odoo.change("product.product", 203, available_in_pos=False)
        page = connector.pull(Feed.ITEMS, first.checkpoint)
        assert set(page.tombstones) >= {str(PRODUCT), "203"}
        assert page.rows == []
        assert connector.ids(Feed.ITEMS) == {}

    def test_a_window_reaches_back_and_stays_while_nothing_changes(
        self, odoo: FakeOdoo, connector: OdooConnector
    ) -> None:
        first = connector.pull(Feed.ITEMS, "").checkpoint
        second = connector.pull(Feed.ITEMS, first).checkpoint
        assert json.loads(first)["since"] == "2026-11-24 08:50:00"
        assert second == first

    def test_pages_go_by_id(self, odoo: FakeOdoo, connector: OdooConnector, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sync.odoo_feeds.PAGE", 2)
        for number in range(300, 305):
            add_item(odoo, number, f"N{number}", "N", 1, "")
        pages: list[Page] = []
        checkpoint = ""
        while not pages or not pages[-1].is_last:
            pages.append(connector.pull(Feed.ITEMS, checkpoint))
            checkpoint = pages[-1].checkpoint
        assert [len(page.rows) for page in pages] == [2, 2, 2, 0]

    def test_stock_is_summed_over_quants_of_the_place(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        for quantity, place in ((5.5, LOCATION), (-2.0, LOCATION), (100.0, 99)):
            quant = {"product_id": [PRODUCT, ""], "location_id": [place, ""], "quantity": quantity}
            odoo.add("stock.quant", quant)
        (row,) = connector.pull(Feed.STOCK, "").rows
        assert isinstance(row, StockRow)
        assert (row.sku, row.on_hand) == ("GAL-1", "3.5")

    def test_departments_terms_and_tenders(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        odoo.add("account.payment.term", {"name": "30 días", "note": False, "active": True}, 4)
        assert [(row.code, row.parent) for row in connector.pull(Feed.DEPARTMENTS, "").rows] == [  # type: ignore[union-attr]
            ("c1", ""),
            ("c2", "c1"),
        ]
        assert [row.name for row in connector.pull(Feed.TERMS, "").rows] == ["30 días"]  # type: ignore[union-attr]
        assert len(connector.pull(Feed.TENDER_KINDS, "").rows) == 3

    def test_price_lists_rule_by_rule(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        odoo.add("product.pricelist", {"name": "Mayoreo", "currency_id": [33, "MXN"], "active": True}, 2)
        _add_rule(odoo, 10, applied_on="0_product_variant", product_id=[PRODUCT, ""], fixed_price=20.5, min_quantity=3)
        _add_rule(
            odoo,
            11,
            applied_on="2_product_category",
            categ_id=[2, ""],
            compute_price="formula",
            base="pricelist",
            base_pricelist_id=[1, ""],
            price_discount=12.5,
            price_round=0.05,
            date_start="2026-12-01 06:00:00",
        )
        _add_rule(odoo, 12, applied_on="9_unheard_of")
        page = connector.pull(Feed.PRICES, "")
        lists = {row.price_list.code: row.price_list for row in page.rows}  # type: ignore[union-attr]
        fixed, formula = lists["p2"].rules
        assert (fixed.scope, fixed.target, fixed.fixed_price_micro) == (RuleScope.ITEM, "GAL-1", 20_500_000)
        assert fixed.min_quantity_micro == 3_000_000
        assert (formula.target, formula.way, formula.basis) == ("c2", PriceWay.FORMULA, PriceBasis.PRICE_LIST)
        assert (formula.base_list, formula.discount_micro, formula.round_micro) == ("p1", 12_500_000, 50_000)
        assert formula.start_at is not None
        assert formula.start_at.isoformat() == "2026-12-01T06:00:00+00:00"
        assert len(page.notes) == 1
        assert connector.pull(Feed.PRICES, page.checkpoint) == Page(checkpoint=page.checkpoint)

    @pytest.mark.parametrize("at", [4_000, 3_997], ids=["in the same second", "committed late"])
    def test_a_rule_that_shows_after_a_newer_one_is_seen(
        self, odoo: FakeOdoo, connector: OdooConnector, at: int
    ) -> None:
        _add_rule(odoo, 10, fixed_price=20.5)
        _add_rule(odoo, 11, fixed_price=30.5)
        odoo.now = 4_000
        odoo.change("product.pricelist.item", 11, fixed_price=31)
        first = connector.pull(Feed.PRICES, "")
        odoo.now = at
        odoo.change("product.pricelist.item", 10, fixed_price=21)
        assert connector.pull(Feed.PRICES, first.checkpoint).rows

    def test_a_programme_that_changes_twice_in_a_second_is_seen(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        _add_program(odoo, 1, {}, {"reward_type": "discount", "discount": 10.0})
        first = connector.pull(Feed.PROMOTIONS, "")
        assert connector.pull(Feed.PROMOTIONS, first.checkpoint) == Page(checkpoint=first.checkpoint)
        (reward,) = odoo.records("loyalty.reward")
        odoo.change("loyalty.reward", reward["id"], discount=15.0)
        assert connector.pull(Feed.PROMOTIONS, first.checkpoint).rows

    def test_programmes_that_have_a_like_become_promotions(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        _add_program(odoo, 1, {}, {"reward_type": "discount", "discount": 10.0})
        _add_program(odoo, 2, {"mode": "with_code", "code": "NAV"}, {"discount": 50.0, "discount_mode": "per_order"})
        gift = {"reward_type": "product", "reward_product_id": [PRODUCT, ""], "reward_product_qty": 1}
        _add_program(odoo, 3, {"product_ids": [PRODUCT], "minimum_qty": 2}, gift)
        _add_program(odoo, 4, {}, {"discount": 1.0, "discount_mode": "per_point"})
        page = connector.pull(Feed.PROMOTIONS, "")
        found = {row.promotion.code: row.promotion for row in page.rows}  # type: ignore[union-attr]
        assert found["loyalty-1"].reward == PercentOff(100_000)
        assert found["loyalty-2"].reward == BasketAmountOff(5_000)
        assert found["loyalty-2"].conditions.coupons == {"NAV"}
        assert found["loyalty-3"].reward == Gift("GAL-1", 2, 1)
        assert len(found) == 3
        assert "left to Odoo's own till" in page.notes[0]

    def test_a_feed_that_may_not_be_seen_is_left_out_and_told(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        odoo.denied.add("hr.employee")
        assert Feed.OPERATORS not in connector.feeds()
        assert "look at the groups" in connector.denied[Feed.OPERATORS]
        assert Feed.ITEMS in connector.feeds()

    def test_customers_with_their_limits_and_what_they_owe_with_open_sessions(
        self, odoo: FakeOdoo, connector: OdooConnector, db: LedgerDatabase
    ) -> None:
        _add_partner(odoo, PARTNER, "Ñandú & Hijos", ref="N 1", vat="NAN010101AB1", credit_limit=5000.0, credit=120.5)
        _add_partner(odoo, 51, "Contado", credit_limit=0.0, credit=0.0)
        rows = {row.erp_id: row for row in connector.pull(Feed.CUSTOMERS, "").rows}
        row = rows[str(PARTNER)]
        assert isinstance(row, CellRow)
        assert row.key == "odoo-50"
        assert row.cells["codes"] == "N1"
        assert (row.cells["tax_id"], row.cells["credit_limit"], row.cells["price_list"]) == (
            "NAN010101AB1",
            "5000",
            "p1",
        )
        order = Orders(connector.shop(), AnyIds()).of_sale(_sale(kind_of_tender="account"), open_session(odoo))
        odoo.call("pos.order", "sync_from_ui", [], {"orders": [order]})
        page = connector.pull(Feed.BALANCES, "")
        assert [(one.key, one.cells["owed"]) for one in page.rows] == [("odoo-50", "236.5")]  # type: ignore[union-attr]
        assert connector.pull(Feed.BALANCES, page.checkpoint) == Page(checkpoint=page.checkpoint)

    def test_without_the_right_to_see_debts_customers_come_without_limits(
        self, odoo: FakeOdoo, connector: OdooConnector
    ) -> None:
        _add_partner(odoo, PARTNER, "Ana", credit_limit=5.0, credit=1.0)
        odoo.denied |= {"res.partner.credit", "res.partner.credit_limit"}
        assert Feed.BALANCES not in connector.feeds()
        (row,) = connector.pull(Feed.CUSTOMERS, "").rows
        assert "credit_limit" not in row.cells  # type: ignore[union-attr]

    def test_the_noise_of_floats_is_cut(self) -> None:
        assert decimal_text(Decimal("23.900000000000002")) == "23.9"
        assert decimal_text(0) == "0"
        assert decimal_text(Decimal("1E+3")) == "1000"


class TestShop:
    def test_it_fits(self, connector: OdooConnector) -> None:
        told = connector.shop()
        assert (told.config_id, told.currency, told.exponent, told.quantity_digits) == (3, "MXN", 2, 3)
        assert told.method_of["cash"].id == CASH
        assert told.method_of["credit_card"].id == CARD
        assert told.method_of["account"].id == OWED
        assert told.taxes_of["general"] == (52,)

    def test_what_does_not_fit_is_told_with_its_remedy(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        odoo.change("decimal.precision", odoo.records("decimal.precision")[0]["id"], digits=2)
        odoo.change("res.company", 1, tax_calculation_rounding_method="round_globally")
        odoo.change("pos.config", 3, discount_product_id=False)
        told = "\n".join(connector.shop().problems)
        for word in ("Product Unit", "round_globally", "discount product", "debit_card", "border"):
            assert word in told

    def test_a_shop_of_another_name_halts_with_the_names_there_are(self, odoo: FakeOdoo) -> None:
        odoo.change("pos.config", 3, name="Otra")
        with pytest.raises(Halted, match="Otra"):
            connect(odoo).shop()

    def test_a_version_that_is_too_old_halts(self) -> None:
        with pytest.raises(Halted, match="16"):
            connect(make_odoo(16)).shop()


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "status", "kind"),
        [
            ("odoo.exceptions.AccessError", 403, Denied),
            ("odoo.exceptions.AccessDenied", 200, Halted),
            ("odoo.exceptions.UserError", 422, Refusal),
            ("odoo.exceptions.ValidationError", 200, Refusal),
            ("builtins.ValueError", 500, Refusal),
            ("odoo.exceptions.MissingError", 404, Refusal),
            ("werkzeug.exceptions.NotFound", 404, Denied),
            ("odoo.exceptions.LockError", 409, Unreachable),
            ("psycopg2.errors.SerializationFailure", 500, Unreachable),
            ("", 500, Unreachable),
        ],
    )
    def test_they_are_judged_by_name(self, name: str, status: int, kind: type[Exception]) -> None:
        with pytest.raises(kind):
            raise_refusal(name, "mensaje", "pos.order", status)

    def test_a_key_that_has_ended_parks_the_queue(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        post_many(db, 1)
        open_session(odoo)
        wrong = connect(odoo)
        wrong.rpc._key._text = "old"
        assert isinstance(push(db, wrong).problem, Halted)
        assert states(db)["sale-1"] == "waiting"


class TestUp:
    def test_an_order_as_odoo_wants_it(self, connector: OdooConnector) -> None:
        order = _order(connector, discount_ppm=100_000)
        assert order["uuid"] == order_uuid("sale-1")
        (line,) = [values for _, _, values in order["lines"]]
        assert (line["product_id"], line["qty"], line["price_unit"], line["discount"]) == (PRODUCT, 1, 116, 10)
        assert (line["price_subtotal"], line["price_subtotal_incl"]) == (Decimal("100.00"), Decimal("116.00"))
        assert line["tax_ids"] == [[6, 0, [52]]]
        given, change = [values for _, _, values in order["payment_ids"]]
        assert (given["payment_method_id"], given["amount"]) == (CASH, Decimal("120.00"))
        assert (change["amount"], change["is_change"]) == (Decimal("-4.00"), True)
        assert (order["amount_total"], order["amount_tax"], order["amount_return"]) == (116, 16, 0)
        assert (order["partner_id"], order["date_order"]) == (PARTNER, "2026-11-24 10:00:00")

    def test_what_was_taken_off_is_a_line_of_the_discount_product(self, connector: OdooConnector) -> None:
        order = _order(connector, kind="promotion", sku="")
        assert order["lines"][0][2]["product_id"] == DISCOUNT

    def test_a_return_names_the_lines_that_come_back(self, connector: OdooConnector) -> None:
        origin = {"of": {"folio": "7-1", "sale_id": "first", "line_no": 3}}
        order = _order(connector, quantity_micro=-1_000_000, returns=origin)
        (mapping,) = order["relations_uuid_mapping"]["pos.order.line"].values()
        sold = _order(connector, sale_id="first", line_no=3)["lines"][0][2]["uuid"]
        assert mapping == {"refunded_orderline_id": sold}

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"quantity_micro": 1_234_567}, "decimals"),
            ({"tax_class": "border"}, "border"),
            ({"kind_of_tender": "gold"}, "gold"),
        ],
    )
    def test_what_cannot_be_said_names_its_remedy(
        self, connector: OdooConnector, change: dict[str, Any], word: str
    ) -> None:
        with pytest.raises(CannotSay, match=word):
            _order(connector, **change)

    def test_an_unknown_item_and_a_debt_of_nobody_are_refused(self, odoo: FakeOdoo) -> None:
        class NoIds(AnyIds):
            def erp_id(self, feed: Feed, key: str) -> str:
                return ""

        orders = Orders(connect(odoo).shop(), NoIds())
        with pytest.raises(CannotSay, match="GAL-1"):
            orders.of_sale(_sale(customer=""), 1)
        with pytest.raises(CannotSay, match="Ana"):
            orders.of_sale(_sale(customer="Ana"), 1)
        with pytest.raises(CannotSay, match="without a customer"):
            Orders(connect(odoo).shop(), AnyIds()).of_sale(_sale(customer="", kind_of_tender="account"), 1)

    def test_a_collection_pays_and_owes_the_same(self, connector: OdooConnector) -> None:
        tenders = (TenderBody("cash", 60_000, 10_000),)
        collection = CollectionBody("c-1", "7-A000001", 1, "7", AT, "ANA", 50_000, tenders)
        order = Orders(connector.shop(), AnyIds()).of_collection(collection, 9)
        amounts = [(one["payment_method_id"], one["amount"]) for _, _, one in order["payment_ids"]]
        assert amounts == [(CASH, 600), (CASH, -100), (OWED, -500)]
        assert (order["lines"], order["amount_total"]) == ([], 0)

    def test_a_bad_order_in_a_batch_is_found_and_the_others_arrive(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        open_session(odoo)
        post_many(db, 30)
        odoo.refused.add(order_uuid("sale-7"))
        report = push(db, with_ids(connect(odoo)))
        assert (report.sent, report.rejected) == (29, 1)
        assert odoo.calls.count("pos.order.sync_from_ui") == (1 + 10) + 2  # ten at a time at first

    def test_other_content_under_the_same_id_is_for_a_person(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        open_session(odoo)
        post_many(db, 2)
        push(db, with_ids(connect(odoo)))
        with db.atomic():
            db.run("UPDATE outbox SET state = 'waiting', batch = ''")
        odoo.change("pos.order", odoo.records("pos.order")[0]["id"], amount_total=1)
        assert push(db, with_ids(connect(odoo))).rejected == 1
        assert len(odoo.records("pos.order")) == 2

    def test_sales_wait_for_their_session(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        post_many(db, 2)
        assert push(db, with_ids(connect(odoo))).sent == 0
        assert set(states(db).values()) == {"waiting"}
        open_session(odoo)
        assert push(db, with_ids(connect(odoo))).sent == 2

    def test_a_document_that_odoo_has_no_word_for_is_rejected_and_stops_nothing(
        self, odoo: FakeOdoo, db: LedgerDatabase
    ) -> None:
        open_session(odoo)
        post(db, "odd")
        post_many(db, 1)
        with db.atomic():
            db.connection().authorizer = None
            db.run("DROP TRIGGER IF EXISTS outbox_fixed")
            for (name,) in db.all("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'outbox'"):
                db.run(f'DROP TRIGGER "{name}"')
            db.run("UPDATE outbox SET kind = 'unheard_of' WHERE document_id = 'odd'")
        push(db, with_ids(connect(odoo)))
        assert states(db) == {"odd": "rejected", "sale-1": "sent"}


def _sale(kind_of_tender: str = "cash", sale_id: str = "sale-1", customer: str = "ANA", **line: Any) -> SaleBody:
    body = sale_body(sale_id)
    body["lines"][0] |= line
    body["tenders"][0]["kind"] = kind_of_tender
    body["customer"] = customer
    return msgspec.convert(body, SaleBody)


def _order(connector: OdooConnector, **line: Any) -> dict[str, Any]:
    return Orders(connector.shop(), AnyIds()).of_sale(_sale(**line), 9)


def _add_partner(odoo: FakeOdoo, partner_id: int, name: str, **values: Any) -> None:
    usual = {"ref": False, "vat": False, "phone": "55 1234 5678", "email": False, "barcode": False, "active": True}
    places = {"parent_id": False, "property_payment_term_id": False, "property_product_pricelist": [1, "Menudeo"]}
    odoo.add("res.partner", {"name": name, **usual, **places, **values}, partner_id)


def _add_rule(odoo: FakeOdoo, rule_id: int, **values: Any) -> None:
    usual = {"pricelist_id": [2, "Mayoreo"], "compute_price": "fixed", "base": "list_price", "active": True}
    odoo.add("product.pricelist.item", {**usual, **values}, rule_id)


def _add_program(odoo: FakeOdoo, number: int, rule: dict[str, Any], reward: dict[str, Any]) -> None:
    usual = {"product_ids": [], "minimum_qty": 1, "minimum_amount": 0.0, "mode": "auto", "product_domain": "[]"}
    odoo.add("loyalty.rule", {**usual, **rule}, number)
    plain = {"reward_type": "discount", "discount_mode": "percent", "discount_applicability": "order"}
    odoo.add("loyalty.reward", {**plain, "discount_product_ids": [], **reward}, number)
    program = {"name": f"Programa {number}", "program_type": "promotion", "rule_ids": [number], "pos_ok": True}
    odoo.add("loyalty.program", {**program, "reward_ids": [number], "active": True}, number)


class TestCustomers:
    def test_one_that_the_lane_has_created_is_a_partner_once_and_can_buy(self, odoo: FakeOdoo, tmp_path: Path) -> None:
        shop_at = make_shop(tmp_path)
        saved = shop_at.register.perform(CreateCustomer("Ana Ruiz", phone="5512345678"))
        assert isinstance(saved, CustomerSaved)
        code = saved.customer.code
        open_session(odoo)
        connector = connect(odoo)
        for _ in range(2):
            push(shop_at.db, connector)
            with shop_at.db.atomic():
                shop_at.db.run("UPDATE outbox SET state = 'waiting', batch = ''")
        (partner,) = odoo.records("res.partner")
        assert (partner["name"], partner["ref"], partner["phone"]) == ("Ana Ruiz", code, "5512345678")
        assert LANE_CODE.fullmatch(code)
        assert PartnerIds(connector.rpc, connector._ids).erp_id(Feed.CUSTOMERS, code) == str(partner["id"])
        shop_at.db.close()
