"""Two lanes that are off line take the same thing back: Tryton refuses the second, and inbox and Z say so."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from config.settings import ReturnsSettings
from domain import intent, intent_return
from domain.inbox import Inbox, InboxDocument, Remedy
from domain.outcome import ReturnBegun, SalePosted, ShiftClosed
from domain.receipt_code import ReceiptKey, write_code
from domain.refusal import Reason, Refused
from storage.returns import read_elsewhere
from storage.verify import verify
from sync.tryton import WAIT
from tests.erp.test_tryton_day import Day
from tests.kit.tryton_seed import gtin
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way, let_be_missing
from tests.sync.shop import states

pytestmark = pytest.mark.slow

SECRET = b"a key of a store, of 32 bytes..."


def make_lane(folder: Path, server: TrytonServer, lane: str) -> Day:
    """Return a lane of the store with its catalogue and an open shift; its ids are no other lane's."""
    folder.mkdir()
    (folder / "store.key").write_bytes(SECRET + b"\n")
    day = Day(folder, server, lane, returns=ReturnsSettings(key_file=str(folder / "store.key")))
    numbers = count(1)
    day.shop.register.lane_at_work.new_id = lambda: f"0000000{lane}-0000-4000-8000-{next(numbers):012d}"
    day.sync()
    day.shop.begin()
    return day


@pytest.fixture
def lanes(tmp_path: Path, tryton: TrytonServer) -> Any:
    made = make_lane(tmp_path / "seven", tryton, "7"), make_lane(tmp_path / "eight", tryton, "8")
    yield made
    for day in made:
        assert verify(day.shop.db).is_sound
        day.shop.db.close()


def take_back(day: Day, code: str, folio: str) -> str:
    """Take the one thing on a receipt back, by its line or another lane's bar code; return the return's folio."""
    if folio.startswith(f"{day.settings.lane.id}-"):
        day.do(intent_return.ReturnLines(folio, "Otro"))
    else:
        day.do(intent_return.ReturnItem(gtin(0), "Otro", receipt=code))
    posted = day.do(intent.AddTender("cash"))
    assert isinstance(posted, SalePosted)
    return posted.folio


def inbox_of(day: Day) -> tuple[InboxDocument, ...]:
    found = day.shop.register.open_desk().read_inbox()
    assert isinstance(found, Inbox)
    return found.documents


def sell(day: Day) -> tuple[str, str]:
    """Sell one thing for 10.50; return folio and bar code of its receipt."""
    folio = day.sell(0)
    return folio, write_code(day.settings.lane.id, int(folio[2:]), 1_050, ReceiptKey(SECRET))


@pytest.mark.parametrize("first", [0, 1])
def test_the_second_of_two_is_refused_and_seen(lanes: tuple[Day, Day], tryton: TrytonServer, first: int) -> None:
    folio, code = sell(lanes[0])
    lanes[0].sync()
    backs = [take_back(day, code, folio) for day in lanes]
    early, late = lanes[first], lanes[1 - first]
    early.sync()
    late.sync()
    assert inbox_of(early) == ()
    (refused,) = inbox_of(late)
    assert refused.reason.startswith(f"2 of Artículo 0 came back of {folio}, 1 were sold: look at what the lanes")
    assert (refused.remedy, refused.amount_minor) == (Remedy.MEND_AND_RETRY, -1_050)
    assert refused.name == backs[1 - first]
    late.shop.register.close_shift(0)  # nobody has looked into the till: it has to be counted twice
    closed = late.do(intent.CloseShift(0))
    assert isinstance(closed, ShiftClosed)
    assert closed.report.outbox_rejected == 1
    accept(tryton, folio)
    late.shop.register.open_desk().put_back(None)
    late.sync()
    assert inbox_of(late) == ()


def accept(tryton: TrytonServer, folio: str) -> None:
    """Let somebody say in Tryton that it is known."""
    rpc = Way(tryton).rpc()
    (sold,) = rpc.read("sale.point.sale", [["mostrador_number", "=", folio]], ["number"], limit=2)
    rpc.call("sale.point.sale", "write", [sold["id"]], {"mostrador_over": True})
    rpc.close()


def test_what_the_other_lane_took_back_cannot_come_back_here_once_the_lane_knows(lanes: tuple[Day, Day]) -> None:
    seven, eight = lanes
    folio, code = sell(seven)
    take_back(eight, code, folio)
    eight.sync()
    for day in (seven, eight, seven):
        day.sync()
    assert inbox_of(eight) == ()
    assert read_elsewhere(seven.shop.db, folio) == {1: 1_000_000}
    begun = seven.do(intent_return.BeginReturn(folio))
    assert isinstance(begun, ReturnBegun)
    assert [(line.returned_micro, line.left_micro) for line in begun.lines] == [(1_000_000, 0)]
    refused = seven.shop.register.return_lines(folio, "Otro", {"1": 1_000_000})
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OVER_RETURN


def test_a_lane_s_own_return_is_counted_once(lanes: tuple[Day, Day]) -> None:
    seven, eight = lanes
    folio, code = sell(seven)
    own = seven.sell(0, quantity=2)
    take_back(eight, code, folio)
    seven.do(intent_return.ReturnLines(own, "Otro", {"1": 1_000_000}))
    seven.do(intent.AddTender("cash"))
    for day in (seven, eight, seven):
        day.sync()
    assert read_elsewhere(seven.shop.db, own) == {}
    begun = seven.do(intent_return.BeginReturn(own))
    assert isinstance(begun, ReturnBegun)
    assert [line.left_micro for line in begun.lines] == [1_000_000]


def test_a_return_waits_for_the_receipt_of_a_lane_that_is_away_and_holds_nothing_up(lanes: tuple[Day, Day]) -> None:
    seven, eight = lanes
    folio, code = sell(seven)
    back = take_back(eight, code, folio)
    take_back(seven, code, folio)
    eight.sell(3)
    eight.sync()
    (waits,) = inbox_of(eight)
    assert (waits.name, waits.is_held) == (back, True)
    assert waits.reason.startswith(f"receipt {folio} has not come yet")
    assert list(states(eight.shop.db).values()).count("waiting") == 1
    seven.sync()
    assert inbox_of(seven) == ()
    eight.sync()
    (refused,) = inbox_of(eight)
    assert (refused.name, refused.is_held) == (back, False)
    assert refused.reason.startswith(f"2 of Artículo 0 came back of {folio}, 1 were sold")


def test_a_receipt_that_never_comes_is_in_the_inbox_after_days(lanes: tuple[Day, Day], tryton: TrytonServer) -> None:
    seven, eight = lanes
    folio, code = sell(seven)
    take_back(eight, code, folio)
    eight.sync()
    eight.clock.seconds = int(WAIT.total_seconds()) + 86_400
    eight.sync()
    (lost,) = inbox_of(eight)
    assert (lost.is_held, lost.remedy) == (False, Remedy.MEND_AND_RETRY)
    eight.shop.register.open_desk().put_back(None)
    eight.sync()
    assert len(inbox_of(eight)) == 1
    let_be_missing(tryton)
    eight.shop.register.open_desk().put_back(None)
    eight.sync()
    assert inbox_of(eight) == ()
