"""A day of two lanes with a real Tryton: a lot, a price list, a renamed item, and one thing taken back at both."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain import intent
from domain.money import MICRO
from domain.outcome import ShiftClosed
from domain.reconciliation import Reconciliation
from domain.refusal import Refused
from domain.report import Report
from domain.trace import Trace
from storage import outbox
from sync.reconcile import compare_shift
from tests.erp.test_tryton_day import Day
from tests.erp.test_tryton_two_lanes import accept, make_lane, sell, take_back
from tests.kit.tryton_client import TrytonClient
from tests.kit.tryton_seed import ITEMS, gtin
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way
from tests.sync.shop import states

pytestmark = pytest.mark.slow


def test_a_day_of_two_lanes_comes_to_the_same_on_both_sides(
    tmp_path: Path, tryton: TrytonServer, client: TrytonClient
) -> None:
    seven, eight = make_lane(tmp_path / "seven", tryton, "7"), make_lane(tmp_path / "eight", tryton, "8")
    _rename(tryton, "P00001", "Q00001")
    folio, code = sell(seven)
    seven.sell(1)  # under the code that it had when the lane last asked
    seven.do(intent.Scan(gtin(ITEMS), trace=Trace("L-1")))
    seven.do(intent.AddTender("cash"))
    listed = _sell_by_list(seven)
    for day in (eight, seven):
        take_back(day, code, folio)
    eight.sell(3)
    reports = [_close(day) for day in (seven, eight)]
    eight.sync()
    assert list(states(eight.shop.db).values()).count("waiting") == 1, "the return waits, and its Z does not"
    for day in (seven, eight):
        day.sync()
    (refused,) = outbox.rejected(eight.shop.db)
    assert refused.reason.startswith(f"2 of Artículo 0 came back of {folio}, 1 were sold")
    assert _compare(seven, reports[0]).is_even
    uneven = _compare(eight, reports[1])
    assert not uneven.is_even
    accept(tryton, folio)
    eight.shop.register.open_desk().put_back(None)
    eight.sync()
    for day, report in zip((seven, eight), reports, strict=True):
        compared = _compare(day, report)
        assert (compared.is_even, compared.not_compared) == (True, ()), compared
        assert set(states(day.shop.db).values()) == {"sent"}
    assert listed == 9_188, "ten at 10.50, 12.5 % off: 9.1875 each"
    told = client.ask("posted", lane="8", shift=reports[1].shift.shift_id)
    assert "-10.50" in [one["total"] for one in told["documents"]]
    _look_into_tryton(tryton)
    seven.sync()
    skus = {sku for (sku,) in seven.shop.db.all("SELECT sku FROM item WHERE is_for_sale")}
    assert ("Q00001" in skus, "P00001" in skus) == (True, False)
    for day in (seven, eight):
        day.shop.db.close()


def _rename(tryton: TrytonServer, old: str, new: str) -> None:
    rpc = Way(tryton).rpc()
    (product,) = rpc.read("product.product", [["code", "=", old]], ["template"], limit=2)
    rpc.call("product.template", "write", [product["template"]], {"code": new})
    rpc.close()


def _sell_by_list(day: Day) -> int:
    """Sell ten of an item to a customer with a list of his own, and return what he paid in minor units."""
    day.do(intent.SetCustomer("C00005"))
    day.do(intent.Scan(gtin(0), quantity_micro=10 * MICRO))
    return int(day.do(intent.AddTender("cash")).total_minor)


def _close(day: Day) -> Report:
    count = intent.CloseShift(day.do(intent.ReadX()).report.till.expected_minor)
    closed = day.shop.register.perform(count)
    if isinstance(closed, Refused):
        closed = day.do(count)
    assert isinstance(closed, ShiftClosed)
    return closed.report


def _compare(day: Day, report: Report) -> Reconciliation:
    return compare_shift(day.shop.db, day.connector, day.settings.lane.id, report.shift.shift_id)


def _look_into_tryton(tryton: TrytonServer) -> None:
    """Hold what the day has left there: the lot in its move, and the renamed item under its new code."""
    rpc = Way(tryton).rpc()
    (move,) = rpc.read("stock.move", [["product.code", "=", "LOT"]], ["lot.number", "state"], limit=9)
    assert (move["lot."]["number"], move["state"]) == ("L-1", "done")
    assert len(rpc.read("sale.point.sale.line", [["product.code", "=", "Q00001"]], ["quantity"], limit=9)) == 1
    rpc.close()
