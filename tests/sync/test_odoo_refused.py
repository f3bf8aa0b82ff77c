"""What Odoo refuses of one thing stops nothing else: neither the documents behind it nor the other feeds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from domain import intent
from storage import outbox
from storage.connection import LedgerDatabase
from sync.feed import Feed
from sync.odoo_rpc import Refusal, raise_refusal
from sync.round import Sync, SyncReport
from tests.sync.odoo_fake import FakeOdoo, OdooError
from tests.sync.odoo_shop import connect, make_odoo, open_session, with_ids
from tests.sync.shop import StillClock, open_shop, post_many, push, shop, states
from tests.sync.test_odoo_day import COOKIES, Day


class Failing(FakeOdoo):
    """An Odoo that raises one exception wherever a model or a method is asked for."""

    def __init__(self, odoo: FakeOdoo, where: str, error: OdooError) -> None:
        super().__init__(odoo.version)
        self.tables = odoo.tables
        self._where = where
        self._error = error

    def call(self, model: str, method: str, ids: Sequence[int], args: dict[str, Any]) -> Any:
        if self._where in (model, f"{model}.{method}"):
            raise self._error
        return super().call(model, method, ids, args)


def a_round(day: Day) -> SyncReport:
    return Sync(day.shop.db, day.connector, day.shop.settings, StillClock(), day.said.append).round()


@pytest.mark.parametrize("where", ["account.bank.statement.line", "pos.session.try_cash_in_out"])
def test_a_cash_move_without_the_right_waits_and_the_sales_behind_it_do_not(tmp_path: Path, where: str) -> None:
    day = Day(tmp_path, 19)
    day.sync()
    day.shop.begin()
    day.do(intent.PaidOut(4_550, reason="Proveedor"))
    day.sell(COOKIES)
    day.odoo.denied.add(where)
    for _ in range(3):
        a_round(day)
    assert len(day.odoo.records("pos.order")) == 1
    (held,) = outbox.held(day.shop.db)
    assert (held.kind, held.state.value) == ("paid_out", "waiting")
    assert "look at the groups" in held.reason
    day.odoo.denied.clear()
    a_round(day)
    assert set(states(day.shop.db).values()) == {"sent"}
    assert [one["amount"] for one in day.odoo.records("account.bank.statement.line")] == [-45.5]
    day.shop.db.close()


def test_an_opening_that_odoo_refuses_waits_with_its_words(tmp_path: Path) -> None:
    day = Day(tmp_path, 19)
    day.sync()
    day.shop.begin()
    error = OdooError("odoo.exceptions.UserError", "Falta el diario de efectivo")
    day.connector = connect(Failing(day.odoo, "pos.session.set_opening_control", error), day.shop.settings)
    report = a_round(day)
    assert report.push.problem is None
    assert [row.reason for row in outbox.held(day.shop.db)] == ["Falta el diario de efectivo"]
    day.shop.db.close()


@pytest.mark.parametrize("name", ["builtins.AttributeError", "builtins.IndexError", "psycopg2.errors.DataError"])
def test_a_fault_of_odoos_over_an_order_is_a_refusal(name: str) -> None:
    with pytest.raises(Refusal):
        raise_refusal(name, "mensaje", "/json/2/pos.order/sync_from_ui", 500)


@pytest.mark.parametrize("name", ["odoo.exceptions.MissingError", "builtins.AttributeError"])
def test_an_order_over_which_odoo_fails_does_not_stop_the_others(tmp_path: Path, name: str) -> None:
    db: LedgerDatabase = open_shop(shop(tmp_path))
    post_many(db, 3)
    odoo = make_odoo()
    open_session(odoo)

    class OverOne(FakeOdoo):
        def call(self, model: str, method: str, ids: Sequence[int], args: dict[str, Any]) -> Any:
            orders = args.get("orders", ())
            if any(order["pos_reference"] == second for order in orders):
                raise OdooError(name, "product.product(9,) does not exist")
            return super().call(model, method, ids, args)

    broken = OverOne()
    broken.tables = odoo.tables
    second = _folio(db, "sale-2")
    push(db, with_ids(connect(broken)))
    assert states(db) == {"sale-1": "sent", "sale-2": "rejected", "sale-3": "sent"}
    db.close()


def _folio(db: LedgerDatabase, document_id: str) -> str:
    row = db.one(
        "SELECT json_extract(j.record, '$.body.folio') FROM journal j JOIN outbox o ON o.journal_seq = j.seq"
        " WHERE o.document_id = ?",
        (document_id,),
    )
    return str(row[0]) if row else ""


@pytest.mark.parametrize("name", ["odoo.exceptions.UserError", "builtins.KeyError"])
def test_a_model_that_this_odoo_does_not_have_costs_its_feed_only(tmp_path: Path, name: str) -> None:
    day = Day(tmp_path, 18)
    error = OdooError(name, "Object loyalty.program doesn't exist")
    day.connector = connect(Failing(day.odoo, "loyalty.program", error), day.shop.settings)
    report = a_round(day)
    assert report.feeds.problem is None
    assert any(taken.startswith("items") for taken in report.feeds.taken)
    assert "doesn't exist" in day.connector.denied[Feed.PROMOTIONS]
    day.shop.db.close()
