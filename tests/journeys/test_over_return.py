"""Two lanes that are off line take the same thing back: the ERP refuses the second, and inbox and Z say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.inbox import Inbox, InboxDocument, Remedy
from domain.instant import stamp
from domain.money import MICRO
from domain.outcome import BasketChanged, ReturnBegun, SalePosted, ShiftClosed
from domain.refusal import Reason, Refused
from storage.returns import read_elsewhere
from storage.verify import verify
from tests.journeys.counting_erp import CountingErp
from tests.journeys.lanes_at_work import OneLane
from tests.journeys.two_lanes import bar_code
from tests.kit.catalog import COFFEE
from tests.kit.lane import FLOAT_MINOR, SteppingClock

PRICE = 4_550
FOLIO = "1-000001"


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[tuple[OneLane, OneLane]]:
    clock = SteppingClock()
    erp = CountingErp(lambda: stamp(clock()))
    made = OneLane(tmp_path, "1", erp, clock), OneLane(tmp_path, "2", erp, clock)
    made[0].shop.register.scan(COFFEE)
    posted = made[0].shop.register.add_tender("cash")
    assert isinstance(posted, SalePosted)
    assert (posted.folio, posted.total_minor) == (FOLIO, PRICE)
    yield made
    for lane in made:
        assert verify(lane.shop.db).is_sound
        lane.close()


def take_back(lane: OneLane, name: str) -> str:
    """Take the coffee back: the lane that sold it by its line, the other one by the bar code."""
    register = lane.shop.register
    code = bar_code("1", 1, PRICE)
    back: Any = (
        register.return_lines("1", "Otro") if name == "1" else register.return_item(COFFEE, "Otro", receipt=code)
    )
    assert isinstance(back, BasketChanged), back
    posted = register.add_tender("cash")
    assert isinstance(posted, SalePosted), posted
    return posted.folio


def inbox_of(lane: OneLane) -> tuple[InboxDocument, ...]:
    found = lane.shop.register.open_desk().read_inbox()
    assert isinstance(found, Inbox)
    return found.documents


def late_refund_minor(first: int) -> int:
    """Return what the till of the second lane is short of its float: the first has sold what it gives back."""
    return PRICE if first == 0 else 0


@pytest.mark.parametrize("first", [0, 1])
def test_the_second_return_of_one_thing_is_refused_and_seen(lanes: tuple[OneLane, OneLane], first: int) -> None:
    lanes[0].sync.round()
    backs = [take_back(lane, name) for lane, name in zip(lanes, "12", strict=True)]
    early, late = lanes[first], lanes[1 - first]
    early.sync.round()
    late.sync.round()
    assert inbox_of(early) == ()
    (refused,) = inbox_of(late)
    assert (refused.name, refused.amount_minor, refused.is_held) == (backs[1 - first], -PRICE, False)
    assert (refused.reason, refused.remedy) == (f"over-returned: {FOLIO} line 1", Remedy.MEND_AND_RETRY)
    closed = late.shop.register.close_shift(FLOAT_MINOR - late_refund_minor(first))
    assert isinstance(closed, ShiftClosed)
    assert closed.report.outbox_rejected == 1


def test_a_return_waits_for_the_receipt_and_is_then_counted_at_the_lane_that_sold(
    lanes: tuple[OneLane, OneLane],
) -> None:
    one, two = lanes
    take_back(two, "2")
    two.sync.round()
    (waits,) = inbox_of(two)
    assert (waits.is_held, waits.reason) == (True, f"receipt {FOLIO} has not come yet")
    for lane in (one, two, one):
        lane.sync.round()
    assert inbox_of(two) == ()
    assert read_elsewhere(one.shop.db, FOLIO) == {1: MICRO}
    begun = one.shop.register.begin_return("1")
    assert isinstance(begun, ReturnBegun)
    assert [line.left_micro for line in begun.lines] == [0]
    refused = one.shop.register.return_lines("1", "Otro", {"1": MICRO})
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OVER_RETURN
