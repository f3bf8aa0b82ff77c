"""Changed tenders, invoices, cards, points, other lanes' receipts, the size of batches: from the lane to the fake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from domain.intent_return import ChangeTender
from domain.journal import JournalEntry, Kind
from storage import journal, outbox
from storage.connection import LedgerDatabase
from storage.ledger import put_outbox
from sync.chunk import Chunk
from sync.feed import Feed, ReturnedRow
from sync.odoo_body import line_uuid, order_uuid
from sync.odoo_returned import SoldElsewhere
from sync.reconcile import compare_shift
from tests.sync.odoo_fake import FakeOdoo, OdooError
from tests.sync.odoo_shop import (
    CARD,
    CASH,
    CONFIG,
    PARTNER,
    PRODUCT,
    AnyIds,
    connect,
    make_odoo,
    open_session,
    with_ids,
)
from tests.sync.shop import AT, LANE, StillClock, open_shop, post_many, push, sale_body, shop, states
from tests.sync.test_odoo_day import COOKIES, Day
from tests.sync.test_odoo_down import add_partner, add_value

HASH = "cd" * 32
INVOICE = {"tax_id": "NAN010101AB1", "name": "Ñandú", "postcode": "06000", "email": "n@example.com"}


@pytest.fixture
def odoo() -> FakeOdoo:
    made = make_odoo()
    open_session(made)
    return made


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def post_body(db: LedgerDatabase, document_id: str, body: dict[str, Any]) -> None:
    with db.atomic():
        head = journal.append(db, LANE, JournalEntry(Kind.SALE_POSTED, AT, "1", 1, body))
        put_outbox(db, document_id, Kind.SALE_POSTED, head.seq)


def again(db: LedgerDatabase) -> None:
    """Offer everything once more, as after a lost mark."""
    with db.atomic():
        db.run("UPDATE outbox SET state = 'waiting', batch = ''")


def put_back(db: LedgerDatabase) -> None:
    with db.atomic():
        outbox.put_back(db, None, "2026-11-25T00:00:00.000Z")


class TestTenders:
    def test_a_tender_of_another_kind_is_an_order_that_takes_and_pays_the_same(self, tmp_path: Path) -> None:
        day = Day(tmp_path, 19)
        day.sync()
        day.shop.begin()
        day.sell(COOKIES)
        day.do(ChangeTender("credit_card", "se cobró con tarjeta", reference="ok-1"))
        day.sync()
        again(day.shop.db)
        day.close()
        day.sync()
        assert set(states(day.shop.db).values()) == {"sent"}
        _, changed = day.odoo.records("pos.order")
        moved = {one["payment_method_id"]: one["amount"] for one in changed["payments"]}
        assert (changed["amount_total"], changed["lines"], moved) == (
            0,
            [],
            {CASH: Decimal("-23.90"), CARD: Decimal("23.90")},
        )
        assert compare_shift(day.shop.db, day.connector, "7", 1).differences == ()
        assert [one["state"] for one in day.odoo.records("pos.session")] == ["closed"]
        day.shop.db.close()


class TestInvoices:
    def test_a_wanted_invoice_is_made_with_the_order_for_whoever_gave_the_tax_id(
        self, odoo: FakeOdoo, db: LedgerDatabase
    ) -> None:
        post_body(db, "sale-1", {**sale_body("sale-1"), "customer": "", "invoice": INVOICE})
        post_body(db, "sale-2", {**sale_body("sale-2"), "customer": "", "invoice": INVOICE})
        push(db, with_ids(connect(odoo)))
        again(db)
        push(db, with_ids(connect(odoo)))
        assert set(states(db).values()) == {"sent"}
        (partner,) = odoo.records("res.partner")
        assert (partner["vat"], partner["zip"], partner["name"]) == ("NAN010101AB1", "06000", "Ñandú")
        orders = odoo.records("pos.order")
        assert [order["partner_id"][0] for order in orders] == [partner["id"]] * 2
        assert all(order["account_move"] for order in orders)
        assert len(odoo.records("account.move")) == 2

    def test_where_no_invoice_can_be_made_the_order_is_there_and_a_retry_makes_it(
        self, odoo: FakeOdoo, db: LedgerDatabase
    ) -> None:
        odoo.not_invoiced = "Falta wkhtmltopdf"
        post_body(db, "sale-1", {**sale_body("sale-1"), "customer": "", "invoice": INVOICE})
        post_many(db, 1, "plain")
        push(db, with_ids(connect(odoo)))
        assert states(db) == {"sale-1": "rejected", "plain-1": "sent"}
        (rejected,) = outbox.rejected(db)
        assert "the order is in Odoo, its invoice is not (Falta wkhtmltopdf)" in rejected.reason
        odoo.not_invoiced = ""
        put_back(db)
        push(db, with_ids(connect(odoo)))
        assert states(db)["sale-1"] == "sent"
        assert len(odoo.records("pos.order")) == 2
        assert len(odoo.records("account.move")) == 1

    @pytest.mark.parametrize("denied", ["res.partner.create", "pos.order.sync_from_ui"])
    def test_a_right_that_is_missing_costs_no_order(self, odoo: FakeOdoo, db: LedgerDatabase, denied: str) -> None:
        class NoInvoicing(FakeOdoo):
            def call(self, model: str, method: str, ids: Sequence[int], args: dict[str, Any]) -> Any:
                if f"{model}.{method}" == denied and (method == "create" or args["orders"][0]["to_invoice"]):
                    raise OdooError("odoo.exceptions.AccessError", "account.move")
                return super().call(model, method, ids, args)

        strict = NoInvoicing()
        strict.tables = odoo.tables
        post_body(db, "sale-1", {**sale_body("sale-1"), "customer": "", "invoice": INVOICE})
        push(db, with_ids(connect(strict)))
        assert states(db) == {"sale-1": "rejected"}
        assert "look at the groups" in outbox.rejected(db)[0].reason
        assert len(odoo.records("pos.order")) == 1

    def test_a_customer_of_another_tax_id_is_not_invoiced_for(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        add_partner(odoo, vat="OTRO010101AAA")
        post_body(db, "sale-1", {**sale_body("sale-1"), "invoice": INVOICE})
        push(db, with_ids(connect(odoo)))
        assert "another tax id" in outbox.rejected(db)[0].reason
        assert odoo.records("pos.order")[0]["partner_id"][0] == PARTNER


def card(kind: str = "gift_card") -> dict[str, str]:
    return {"hash": HASH, "last4": "ABCD", "kind": kind}


def loading(document_id: str, amount_minor: int) -> dict[str, Any]:
    """A sale of 116.00 and of a card with some money on it."""
    body = sale_body(document_id)
    line = {**body["lines"][0], "line_no": 2, "name": "Tarjeta", "tax_class": "", "net_minor": 0, "gross_minor": 0}
    line |= {"unit_price_micro": 0, "load": {"card": card(), "amount_minor": amount_minor}}
    body["lines"].append(line)
    body["tenders"][0]["amount_minor"] += amount_minor
    return body


def spending(document_id: str) -> dict[str, Any]:
    body = sale_body(document_id)
    body["tenders"] = [{"kind": "credit_card", "amount_minor": 11_600, "change_minor": 0, "card": card()}]
    return body


def points_of(odoo: FakeOdoo, code: str) -> Decimal:
    return next(Decimal(one["points"]) for one in odoo.records("loyalty.card") if one["code"] == code)


class TestValue:
    def test_a_card_is_loaded_and_spent_once_however_often_it_is_told(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        add_value(odoo)
        post_body(db, "sale-1", loading("sale-1", 50_000))
        post_body(db, "sale-2", spending("sale-2"))
        for _ in range(3):
            push(db, with_ids(connect(odoo)))
            assert set(states(db).values()) == {"sent"}
            assert points_of(odoo, f"gift_card:{HASH}:ABCD") == 384
            again(db)
        first = odoo.records("pos.order")[0]
        lines = [odoo.tables["pos.order.line"][one] for one in first["lines"]]
        assert (first["amount_total"], first["amount_tax"]) == (616, 16)
        assert (lines[1]["tax_ids"], lines[1]["price_subtotal"], lines[1]["name"]) == ([], 500, "card-load-2")
        (history,) = odoo.records("loyalty.history")
        assert (history["used"], history["issued"]) == (116, 0)

    def test_what_is_loaded_is_in_no_total_of_the_reconciliation(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        post_body(db, "sale-1", loading("sale-1", 50_000))
        connector = with_ids(connect(odoo))
        push(db, connector)
        assert [(one.kind, one.name) for one in compare_shift(db, connector, LANE, 1).differences] == [
            ("unknown", "7-shift-1")  # the fixture's session
        ]

    def test_points_go_to_the_customers_own_card(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        add_value(odoo)
        for number, points in ((1, {"earned": 11}), (2, {"redeemed": 100})):
            post_body(db, f"sale-{number}", {**sale_body(f"sale-{number}"), "points": points})
        for _ in range(2):
            push(db, with_ids(connect(odoo)))
            again(db)
        assert points_of(odoo, "0449999999999999") == Decimal("31.7")

    def test_a_customer_without_a_card_gets_one(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        add_value(odoo)
        odoo.tables["loyalty.card"].pop(13)
        post_body(db, "sale-1", {**sale_body("sale-1"), "points": {"earned": 11}})
        for _ in range(2):
            push(db, with_ids(connect(odoo)))
            again(db)
        made = [one for one in odoo.records("loyalty.card") if one["partner_id"]]
        assert [(one["partner_id"][0], one["points"]) for one in made] == [(PARTNER, 11)]

    def test_a_balance_that_may_not_be_moved_is_told_and_the_order_stays(
        self, odoo: FakeOdoo, db: LedgerDatabase
    ) -> None:
        add_value(odoo)
        odoo.denied.add("loyalty.card")
        post_body(db, "sale-1", spending("sale-1"))
        push(db, with_ids(connect(odoo)))
        assert "what it moves on cards" in outbox.rejected(db)[0].reason
        odoo.denied.clear()
        put_back(db)
        push(db, with_ids(connect(odoo)))
        assert (states(db), len(odoo.records("pos.order"))) == ({"sale-1": "sent"}, 1)
        assert points_of(odoo, f"gift_card:{HASH}:ABCD") == -116

    def test_without_loyalty_cards_are_a_product_and_a_payment(self, db: LedgerDatabase) -> None:
        odoo = make_odoo(18)
        open_session(odoo)
        odoo.denied |= {"loyalty.card", "loyalty.program", "loyalty.history"}
        post_body(db, "sale-1", loading("sale-1", 50_000))
        push(db, with_ids(connect(odoo)))
        assert states(db) == {"sale-1": "sent"}


class TestElsewhere:
    def sold_at(self, odoo: FakeOdoo, config_id: int, folio: str) -> dict[str, Any]:
        """Put an order of three pieces in one line into the fake, as a lane has sold it."""
        session = odoo.add("pos.session", {"config_id": config_id, "state": "opened", "name": f"T/{config_id}"})
        uuid = order_uuid(folio)
        line = {"uuid": line_uuid(uuid, 2), "product_id": PRODUCT, "qty": Decimal(3), "tax_ids": [[6, 0, []]]}
        amounts = dict.fromkeys(("amount_total", "amount_tax", "amount_paid", "amount_return"), Decimal(0))
        more = {"to_invoice": False, "state": "paid", "partner_id": False, "payment_ids": [], "pos_reference": folio}
        order = {"uuid": uuid, "session_id": session, **amounts, **more, "lines": [[0, 0, line]]}
        odoo.call("pos.order", "sync_from_ui", [], {"orders": [order]})
        return odoo.records("pos.order.line")[-1]

    def test_a_return_of_another_lanes_receipt_finds_its_line(self, odoo: FakeOdoo, db: LedgerDatabase) -> None:
        sold = self.sold_at(odoo, 8, "8-000045")
        body = {**sale_body("back"), "is_return": True, "net_minor": -10_000, "total_minor": -11_600}
        line = {"quantity_micro": -1_000_000, "net_minor": -10_000, "gross_minor": -11_600}
        body["lines"][0] |= {**line, "returns": {"of": {"folio": "8-000045", "sale_id": "", "line_no": 0}}}
        body["tenders"] = [{"kind": "cash", "amount_minor": -11_600, "change_minor": 0}]
        post_body(db, "back", body)
        push(db, with_ids(connect(odoo)))
        assert states(db) == {"back": "sent"}
        assert odoo.tables["pos.order.line"][sold["id"]]["refunded_qty"] == 1

    def test_no_more_comes_back_of_a_line_than_is_left(self, odoo: FakeOdoo) -> None:
        sold = self.sold_at(odoo, 8, "8-000045")
        finder = SoldElsewhere(connect(odoo).rpc)
        found = [finder.find("8-000045", PRODUCT, Decimal(2)), finder.find("8-000045", PRODUCT, Decimal(2))]
        assert found == [sold["id"], 0]
        assert finder.find("nobody's", PRODUCT, Decimal(1)) == 0

    def test_what_other_points_of_sale_took_back_comes_down_by_folio_and_line(self, odoo: FakeOdoo) -> None:
        connector = connect(odoo)
        sold = self.sold_at(odoo, CONFIG, "7-000012")
        for number, (config_id, quantity) in enumerate(((8, "1"), (9, "0.5"), (CONFIG, "1"))):
            session = odoo.add("pos.session", {"config_id": config_id, "state": "opened", "name": "T"})
            line = {"uuid": f"b{number}", "product_id": PRODUCT, "qty": -Decimal(quantity), "tax_ids": [[6, 0, []]]}
            amounts = dict.fromkeys(("amount_total", "amount_tax", "amount_paid", "amount_return"), Decimal(0))
            line["refunded_orderline_id"] = sold["id"]
            more = {"to_invoice": False, "state": "paid", "partner_id": False, "payment_ids": []}
            order = {"uuid": f"r{number}", "session_id": session, **amounts, **more, "lines": [[0, 0, line]]}
            odoo.call("pos.order", "sync_from_ui", [], {"orders": [{**order, "pos_reference": "x"}]})
        page = connector.pull(Feed.RETURNED, "")
        (row,) = page.rows
        assert isinstance(row, ReturnedRow)
        assert (row.folio, row.line, row.quantity) == ("7-000012", "2", "1.5")
        assert connector.pull(Feed.RETURNED, page.checkpoint).checkpoint == page.checkpoint


class TestBatches:
    def test_their_size_follows_the_answers(self) -> None:
        chunk = Chunk(10, 40, 20)
        sizes = []
        for count, seconds in ((10, 1), (20, 1), (40, 1), (40, 10), (40, 21), (20, 10), (3, 1)):
            chunk.took(count, seconds)
            sizes.append(chunk.size)
        chunk.failed(1)
        assert (sizes, chunk.size) == ([20, 40, 40, 40, 20, 20, 20], 1)

    def test_a_slow_odoo_gets_smaller_batches_and_a_quick_one_larger_ones(
        self, odoo: FakeOdoo, db: LedgerDatabase
    ) -> None:
        clock = StillClock()

        class Slow(FakeOdoo):
            seconds = 0
            sizes: ClassVar[list[int]] = []

            def call(self, model: str, method: str, ids: Sequence[int], args: dict[str, Any]) -> Any:
                if method == "sync_from_ui":
                    self.sizes.append(len(args["orders"]))
                    clock.seconds += self.seconds
                return super().call(model, method, ids, args)

        slow = Slow()
        slow.tables = odoo.tables
        post_many(db, 70)
        connector = with_ids(connect(slow, clock=clock), AnyIds())
        push(db, connector, clock=clock)
        quick = list(slow.sizes)
        slow.seconds = 100
        post_many(db, 60, "late")
        push(db, connector, clock=clock)
        late = slow.sizes[len(quick) :]
        assert quick[:2] == [10, 20]
        assert late[-1] < max(quick)
