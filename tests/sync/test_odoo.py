"""What the Odoo connector finds, writes and refuses, piece by piece, on the fake."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.account_intent import CreateCustomer
from domain.account_outcome import CustomerSaved
from storage.connection import LedgerDatabase
from sync.errors import Denied, Halted, Unreachable
from sync.feed import Feed
from sync.odoo import OdooConnector
from sync.odoo_body import CannotSay, CollectionBody, OriginBody, ReturnBody, SaleBody, TenderBody, order_uuid
from sync.odoo_order import Orders
from sync.odoo_partners import LANE_CODE
from sync.odoo_push import PartnerIds
from sync.odoo_rpc import Refusal, raise_refusal
from sync.reconcile import ShiftRef
from tests.kit.lane import make_shop
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import (
    CARD,
    CASH,
    DISCOUNT,
    OWED,
    PARTNER,
    PRODUCT,
    AnyIds,
    connect,
    make_odoo,
    open_session,
    with_ids,
)
from tests.sync.shop import AT, post, post_many, push, sale_body, states


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

    def test_of_two_receipts_in_one_return_only_the_first_is_named(self, odoo: FakeOdoo) -> None:
        """Odoo refuses an order that brings back lines of two, and the money would be missing in its session."""
        session_id, sales = open_session(odoo), [_sale(sale_id=one) for one in ("a", "b")]
        orders = Orders(connect(odoo).shop(), AnyIds())
        odoo.call("pos.order", "sync_from_ui", [], {"orders": [orders.of_sale(one, session_id) for one in sales]})
        lines = [
            msgspec.structs.replace(
                sale.lines[0], line_no=number, quantity_micro=-1_000_000, returns=ReturnBody(OriginBody("", name, 1))
            )
            for number, (sale, name) in enumerate(zip(sales, "ab", strict=True), 1)
        ]
        order = orders.of_sale(msgspec.structs.replace(sales[0], sale_id="back", lines=tuple(lines)), session_id)
        odoo.call("pos.order", "sync_from_ui", [], {"orders": [order]})
        linked = [line["refunded_orderline_id"] for line in odoo.records("pos.order.line")[-2:]]
        assert [bool(one) for one in linked] == [True, False]

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
        told = connector.posted(ShiftRef("1", 1, (f"1-customer-{code}", "1-customer-1-N999"))).documents
        assert [one.document_id for one in told if one.kind == "partner"] == [f"1-customer-{code}"]
        assert PartnerIds(connector.rpc, connector._ids).erp_id(Feed.CUSTOMERS, code) == str(partner["id"])
        shop_at.db.close()
