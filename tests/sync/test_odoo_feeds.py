"""What the Odoo connector brings, piece by piece, on the fake."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from domain.price_rule import PriceBasis, PriceWay, RuleScope
from domain.promotion import BasketAmountOff, Gift, NForM, PercentOff
from domain.promotion_flaw import find_flaws
from storage.connection import LedgerDatabase
from sync.feed import CellRow, CodeRow, Feed, ItemRow, Page, StockRow
from sync.odoo import OdooConnector
from sync.odoo_body import SaleBody
from sync.odoo_feeds import decimal_text
from sync.odoo_order import Orders
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import (
    IVA0,
    LOCATION,
    PARTNER,
    PRODUCT,
    AnyIds,
    add_item,
    open_session,
)
from tests.sync.shop import sale_body


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
        add_item(odoo, 170, "PAN", "Pan", 10, "")
        _add_program(odoo, 3, {"product_ids": [170], "minimum_qty": 2}, gift)
        _add_program(odoo, 4, {}, {"discount": 1.0, "discount_mode": "per_point"})
        page = connector.pull(Feed.PROMOTIONS, "")
        found = {row.promotion.code: row.promotion for row in page.rows}  # type: ignore[union-attr]
        assert found["loyalty-1"].reward == PercentOff(100_000)
        assert found["loyalty-2"].reward == BasketAmountOff(5_000)
        assert found["loyalty-2"].conditions.coupons == {"NAV"}
        assert found["loyalty-3"].reward == Gift("GAL-1", 2, 1)
        assert found["loyalty-3"].limits.times == 1
        assert len(found) == 3
        assert "left to Odoo's own till" in page.notes[0]

    def test_what_earns_a_programme_is_counted_by_its_points(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        """A usual "buy 2, get 1" has a least quantity of 1 and a reward that costs two points."""
        more = {"reward_type": "product", "reward_product_id": [PRODUCT, ""], "reward_product_qty": 1}
        counted = {"product_ids": [PRODUCT], "reward_point_mode": "unit"}
        _add_program(odoo, 1, counted, {**more, "required_points": 2})
        _add_program(odoo, 2, {"mode": "with_code", "code": "NAV", "minimum_qty": 0}, {"discount": 20.0})
        _add_program(odoo, 3, {"reward_point_mode": "money"}, {"discount": 20.0})
        _add_program(odoo, 4, {"product_tag_id": [3, "Fruit"]}, {"discount": 20.0})
        _add_program(odoo, 5, {}, {"discount": 20.0, "required_points": 2})
        page = connector.pull(Feed.PROMOTIONS, "")
        found = {row.promotion.code: row.promotion for row in page.rows}  # type: ignore[union-attr]
        assert sorted(found) == ["loyalty-1", "loyalty-2"]
        assert found["loyalty-1"].reward == NForM(3, 2)
        assert (found["loyalty-2"].reward, found["loyalty-2"].conditions.scope) == (PercentOff(200_000), None)
        assert all(find_flaws(one) == () for one in found.values())
        assert len(page.notes) == 3

    def test_an_item_without_a_category_has_no_department(self, odoo: FakeOdoo, connector: OdooConnector) -> None:
        """As gift cards and the goods of programmes have none on a real one."""
        add_item(odoo, 200, "GIFT", "Gift Card", 50, "", categ_id=False)
        assert items_of(connector.pull(Feed.ITEMS, ""))["GIFT"].department == ""

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


def _add_partner(odoo: FakeOdoo, partner_id: int, name: str, **values: Any) -> None:
    usual = {"ref": False, "vat": False, "phone": "55 1234 5678", "email": False, "barcode": False, "active": True}
    places = {"parent_id": False, "property_payment_term_id": False, "property_product_pricelist": [1, "Menudeo"]}
    odoo.add("res.partner", {"name": name, **usual, **places, **values}, partner_id)


def _add_rule(odoo: FakeOdoo, rule_id: int, **values: Any) -> None:
    usual = {"pricelist_id": [2, "Mayoreo"], "compute_price": "fixed", "base": "list_price", "active": True}
    odoo.add("product.pricelist.item", {**usual, **values}, rule_id)


def _add_program(odoo: FakeOdoo, number: int, rule: dict[str, Any], reward: dict[str, Any]) -> None:
    usual = {"product_ids": [], "minimum_qty": 1, "minimum_amount": 0.0, "mode": "auto", "product_domain": "[]"}
    usual |= {"reward_point_mode": "order", "reward_point_amount": 1.0}
    odoo.add("loyalty.rule", {**usual, **rule}, number)
    plain: dict[str, Any] = {"reward_type": "discount", "discount_mode": "percent", "discount_applicability": "order"}
    plain["required_points"] = 1
    odoo.add("loyalty.reward", {**plain, "discount_product_ids": [], **reward}, number)
    program = {"name": f"Programa {number}", "program_type": "promotion", "rule_ids": [number], "pos_ok": True}
    program["pricelist_ids"] = []
    odoo.add("loyalty.program", {**program, "reward_ids": [number], "active": True}, number)


def _sale(kind_of_tender: str = "cash", sale_id: str = "sale-1", customer: str = "ANA", **line: Any) -> SaleBody:
    body = sale_body(sale_id)
    body["lines"][0] |= line
    body["tenders"][0]["kind"] = kind_of_tender
    body["customer"] = customer
    return msgspec.convert(body, SaleBody)
