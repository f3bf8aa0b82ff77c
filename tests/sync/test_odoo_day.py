"""A whole day on a lane beside a fake Odoo: catalogue down, documents up, the session closed, both sides even."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.settings import LaneSettings, SellingSettings
from domain import intent
from domain.money import MICRO
from domain.outcome import ShiftClosed
from domain.reconciliation import DifferenceKind
from domain.refusal import Refused
from storage import outbox
from sync.odoo import OdooConnector
from sync.reconcile import compare_shift
from sync.round import Sync, SyncReport
from tests.kit.lane import Shop, make_shop
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import IVA0, add_item, connect, make_odoo, settings_for
from tests.sync.shop import StillClock, states

COOKIES, MILK, HAM = "7501055300075", "7501055300082", "HAM"
TENDERS = {"debit_card": "Tarjeta de crédito", "transfer": "Tarjeta de crédito", "voucher": "Tarjeta de crédito"}


class Day:
    """A lane that works, its sync, and the fake Odoo."""

    def __init__(self, folder: Path, version: int) -> None:
        self.odoo: FakeOdoo = make_odoo(version)
        add_item(self.odoo, 170, "LECHE", "Leche", 27.5, MILK, taxes_id=[IVA0])
        add_item(self.odoo, 171, "JAMON", "Jamón", 189.9, HAM, uom_id=[12, "kg"], to_weight=True)
        self.shop: Shop = make_shop(
            folder,
            is_ready=False,
            lane=LaneSettings(id="7"),
            selling=SellingSettings(negative_lines=True),
            erp=settings_for(tenders=TENDERS).erp,
        )
        self.connector: OdooConnector = connect(self.odoo, self.shop.settings)
        self.said: list[str] = []

    def do(self, wanted: intent.Intent) -> Any:
        answer = self.shop.register.perform(wanted)
        assert not isinstance(answer, Refused), (wanted, answer)
        return answer

    def sell(self, *codes: str, kind: str = "cash", micro: int = MICRO, before: Callable[[], Any] = list) -> None:
        for code in codes:
            self.do(intent.Scan(code, quantity_micro=micro))
        before()
        self.do(intent.AddTender(kind, reference="ok-1" if kind != "cash" else ""))

    def sync(self) -> SyncReport:
        report = Sync(self.shop.db, self.connector, self.shop.settings, StillClock(), self.said.append).round()
        assert report.problem == "", (report, self.said)
        return report

    def close(self) -> None:
        expected = self.do(intent.ReadX()).report.till.expected_minor
        closed = self.do(intent.CloseShift(counted_minor=expected, next_float_minor=50_000))
        assert isinstance(closed, ShiftClosed)


@pytest.fixture(params=[19, 18])
def day(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Day]:
    made = Day(tmp_path, request.param)
    yield made
    made.shop.db.close()


def work(day: Day) -> None:
    """Sell, void, discount, return, move cash."""
    day.sell(COOKIES, MILK)
    day.sell(COOKIES, COOKIES, MILK, kind="credit_card")
    day.sell(HAM, micro=335_000)
    day.sell(COOKIES, MILK, before=lambda: day.do(intent.DiscountBasket(percent_ppm=100_000, reason="good customer")))
    day.do(intent.Scan(COOKIES))
    day.do(intent.Scan(MILK))
    day.do(intent.VoidLine(1))
    day.do(intent.AddTender("cash", amount_minor=50_000))
    day.sell(COOKIES, micro=-MICRO)
    day.do(intent.Loan(20_000))
    day.do(intent.Pickup(30_000))
    day.do(intent.PaidOut(4_550, reason="Proveedor"))


def test_a_day_from_the_catalogue_to_a_session_that_closes_clean(day: Day) -> None:
    day.sync()
    day.shop.begin()
    work(day)
    day.close()
    day.sync()
    assert [(row.document_id, row.reason) for row in outbox.rejected(day.shop.db)] == []
    assert set(states(day.shop.db).values()) == {"sent"}
    (session,) = day.odoo.records("pos.session")
    assert (session["state"], session["start"]) == ("closed", 500)
    moves = sorted(float(one["amount"]) for one in day.odoo.records("account.bank.statement.line"))
    assert moves == [-300, -45.5, 200]
    compared = compare_shift(day.shop.db, day.connector, "7", 1)
    assert compared.differences == ()
    assert compared.documents == len(states(day.shop.db))
    assert day.sync().push.sent == 0
    assert len(day.odoo.records("pos.order")) == 6


def test_the_reconciliation_finds_what_odoo_has_not_or_has_otherwise(day: Day) -> None:
    day.sync()
    day.shop.begin()
    day.sell(COOKIES, MILK)
    day.sell(MILK)
    day.sync()
    first, second = day.odoo.records("pos.order")
    day.odoo.change("pos.order", first["id"], amount_total=1)
    day.odoo.tables["pos.order"].pop(second["id"])
    day.odoo.add("pos.order", {**second, "id": 999, "uuid": "stranger", "lines": []}, 999)
    found = {one.kind: one.name for one in compare_shift(day.shop.db, day.connector, "7", 1).differences}
    ids = [one for one in states(day.shop.db) if "shift" not in one]
    assert found[DifferenceKind.TOTAL] == ids[0]
    assert found[DifferenceKind.MISSING] == ids[1]
    assert found[DifferenceKind.UNKNOWN] == "stranger"
    assert DifferenceKind.SUM in found


def unbalanced(day: Day) -> int:
    """Work a shift whose session Odoo does not close, and one more after it; return the stuck session."""
    day.sync()
    day.shop.begin()
    day.sell(COOKIES)
    day.sync()
    order = day.odoo.records("pos.order")[0]
    day.odoo.change("pos.order", order["id"], amount_total=order["amount_total"] + 1)
    day.close()
    answer = day.shop.register.open_shift(50_000)
    assert not isinstance(answer, Refused)
    day.sell(MILK)
    day.sync()
    return int(day.odoo.records("pos.session")[0]["id"])


def put_back(day: Day) -> None:
    with day.shop.db.atomic():
        outbox.put_back(day.shop.db, None, "2026-11-25T00:00:00.000Z")


def test_a_session_that_does_not_balance_is_for_a_person_and_the_next_shift_does_not_wait(day: Day) -> None:
    stuck = unbalanced(day)
    (rejected,) = outbox.rejected(day.shop.db)
    assert (rejected.document_id, "Force Close Session" in rejected.reason) == ("7-z-1", True)
    assert [one["state"] for one in day.odoo.records("pos.session")] == ["closing_control", "opened"]
    assert [one["session_id"][0] == stuck for one in day.odoo.records("pos.order")] == [True, False]
    assert {name for name, state in states(day.shop.db).items() if state != "sent"} == {"7-z-1"}
    day.odoo.change("pos.session", stuck, state="closed")
    put_back(day)
    day.close()
    day.sync()
    assert set(states(day.shop.db).values()) == {"sent"}
    assert [one["state"] for one in day.odoo.records("pos.session")] == ["closed", "closed"]


def test_where_odoo_has_no_recovered_sessions_the_stuck_one_takes_the_next_shift_too(day: Day) -> None:
    day.odoo.has_rescue = False
    stuck = unbalanced(day)
    (session,) = day.odoo.records("pos.session")
    assert (session["state"], len(day.odoo.records("pos.order"))) == ("opened", 2)
    assert {name for name, state in states(day.shop.db).items() if state != "sent"} == {"7-z-1"}
    put_back(day)
    day.sync()
    (rejected,) = outbox.rejected(day.shop.db)
    assert "the next shift's too" in rejected.reason
    day.close()
    day.sync()
    assert {row.document_id for row in outbox.rejected(day.shop.db)} == {"7-z-1", "7-z-2"}
    day.odoo.change("pos.session", stuck, state="closed")
    put_back(day)
    day.sync()
    assert set(states(day.shop.db).values()) == {"sent"}


def test_a_lane_that_dies_between_the_mark_and_the_new_session_opens_one_all_the_same(day: Day) -> None:
    unbalanced(day)
    day.odoo.tables["pos.session"].pop(day.odoo.records("pos.session")[1]["id"])
    with day.shop.db.atomic():
        day.shop.db.run("UPDATE outbox SET state = 'waiting', batch = '' WHERE document_id = '7-shift-2'")
    day.sync()
    assert [one["state"] for one in day.odoo.records("pos.session")] == ["closing_control", "opened"]


def test_what_is_put_back_after_its_z_goes_into_the_open_session(day: Day) -> None:
    day.sync()
    day.shop.begin()
    day.sell(COOKIES)
    sold = next(one for one in states(day.shop.db) if "shift" not in one)
    day.odoo.refused.add(sold)
    day.close()
    day.sync()
    assert (states(day.shop.db)[sold], states(day.shop.db)["7-z-1"]) == ("rejected", "sent")
    day.odoo.refused.clear()
    with day.shop.db.atomic():
        outbox.put_back(day.shop.db, None, "2026-11-25T00:00:00.000Z")
    day.sync()
    assert states(day.shop.db)[sold] == "waiting"
    answer = day.shop.register.open_shift(50_000)
    assert not isinstance(answer, Refused)
    day.sync()
    day.sync()
    assert set(states(day.shop.db).values()) == {"sent"}


def test_what_odoo_has_is_taken_again_after_a_lost_mark_though_its_session_is_closed(day: Day) -> None:
    day.sync()
    day.shop.begin()
    day.sell(COOKIES)
    day.do(intent.Loan(20_000))
    day.close()
    day.sync()
    with day.shop.db.atomic():
        day.shop.db.run("UPDATE outbox SET state = 'waiting', batch = ''")
    day.sync()
    assert set(states(day.shop.db).values()) == {"sent"}
    assert len(day.odoo.records("pos.order")) == 1
    assert len(day.odoo.records("account.bank.statement.line")) == 1
    assert len(day.odoo.records("pos.session")) == 1
