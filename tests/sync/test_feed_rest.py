"""One feed that fails stops none but those that name something of it, and no sale waits for a feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from storage.connection import LedgerDatabase, open_ledger
from storage.errors import saving
from storage.feed_marks import read_feed_problems
from storage.link import nudge, read_link
from sync.connector import Answer, Verdict
from sync.document import Batch
from sync.errors import Denied, Halted, SyncError, Unreachable
from sync.feed import AnyRow, DepartmentRow, FactRow, Feed, ItemRow, OperatorRow, Page, StockRow
from sync.feed_pull import NAMES, FeedPull
from sync.feed_take import make_takers
from sync.retry import Retry
from sync.round import Loop, Sync
from tests.sync.feeding import FeedingErp
from tests.sync.shop import AT, StillClock, open_shop, post, shop, states
from tests.sync.test_feed_pull import erp_with

EVERY_SECONDS = 30


class Menu(FeedingErp):
    """An ERP with rows in each feed; a feed in `ill` fails whenever it is asked."""

    def __init__(self, clock: StillClock, *feeds: Feed) -> None:
        super().__init__(erp_with(0))
        self.offered = feeds or tuple(Feed)
        self.ill: dict[Feed, SyncError] = {}
        self.requests: Counter[Feed] = Counter()
        self.order: list[Feed] = []
        self.delivered: list[int] = []
        self._clock = clock

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self.delivered.append(self._clock.seconds)
        return [Answer(one.document_id, Verdict.TAKEN) for one in batch.documents]

    def feeds(self) -> Sequence[Feed]:
        return self.offered

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        self.requests[feed] += 1
        self.order.append(feed)
        if feed in self.ill:
            raise self.ill[feed]
        return Page(checkpoint="m") if checkpoint else Page(_ROWS.get(feed, ()), (), "m")

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        raise AssertionError("no comparison is due")


_ROWS: Mapping[Feed, Sequence[AnyRow]] = {
    Feed.DEPARTMENTS: [DepartmentRow(erp_id="1", code="food", name="Abarrotes")],
    Feed.ITEMS: [ItemRow(erp_id="1", sku="A", name="Pan", price="1", department="food")],
    Feed.STOCK: [StockRow(erp_id="1", sku="A", on_hand="3")],
    Feed.TERMS: [FactRow(erp_id="1", key="30d", name="30 días")],
    Feed.OPERATORS: [OperatorRow(erp_id="1", number="7", name="Ana")],
}
BROKEN = Unreachable("the ERP is not able to answer now (500)")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


class Passes:
    """Passes over a menu, one every half minute."""

    def __init__(self, db: LedgerDatabase, *feeds: Feed) -> None:
        self.clock = StillClock()
        self.erp = Menu(self.clock, *feeds)
        self.said: list[str] = []
        settings = shop(db.path.parent)
        self.pull = FeedPull(db, self.erp, make_takers(settings, self.clock.now), self.clock, self.said.append)

    def run(self, count: int = 1) -> list[Feed]:
        """Run, and return what the last pass asked for."""
        for _ in range(count):
            self.erp.order.clear()
            self.clock.seconds += EVERY_SECONDS
            self.report = self.pull.run()
        return list(self.erp.order)


@pytest.mark.parametrize("error", [BROKEN, Halted("403"), ValueError("a fault of the connector")])
def test_those_behind_a_feed_that_fails_come_and_those_that_name_it_wait(db: LedgerDatabase, error: Exception) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.ITEMS] = cast("SyncError", error)
    naming = (Feed.PRICES, Feed.PROMOTIONS, Feed.STOCK, Feed.CUSTOMERS, Feed.BALANCES, Feed.POINTS)
    behind = [feed for feed in Feed if feed not in naming]
    assert passes.run() == behind
    assert passes.report.taken == ("departments 1", "terms 1", "operators 1")
    assert not passes.report.is_away
    assert set(passes.run(20)) | {Feed.ITEMS} == set(behind)
    passes.erp.ill.clear()
    passes.pull.reset()
    assert passes.run() == list(Feed)
    assert passes.report.problem is None


def test_a_feed_that_fails_for_ever_is_asked_ever_more_rarely_and_the_others_each_time(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.ITEMS] = BROKEN
    passes.run(240)
    assert 10 < passes.erp.requests[Feed.ITEMS] < 80
    assert passes.erp.requests[Feed.OPERATORS] == 240
    assert passes.erp.requests[Feed.STOCK] == 0
    assert len([line for line in passes.said if line.startswith("items:")]) == 1


def test_what_the_erp_asks_for_holds_for_that_feed(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.ITEMS] = Unreachable("busy", 3_000)
    passes.run(100)
    assert passes.erp.requests[Feed.ITEMS] == 1
    passes.run()
    assert passes.erp.requests[Feed.ITEMS] == 2


def test_two_that_fail_end_a_pass_and_the_next_one_gets_past_them(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill = {Feed.DEPARTMENTS: BROKEN, Feed.TERMS: BROKEN}
    assert passes.run() == [Feed.DEPARTMENTS, Feed.TERMS]
    assert passes.report.is_away
    passes.run(60)
    assert passes.erp.requests[Feed.OPERATORS] > 40
    assert passes.erp.requests[Feed.ITEMS] == 0


def test_a_right_that_is_missing_for_one_feed_keeps_none_from_coming(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.DEPARTMENTS] = Denied("the user may not see departments: give the right")
    assert passes.run() == list(Feed)
    assert "give the right" in str(passes.report.problem)


def test_what_a_feed_lacks_is_kept_while_it_rests_and_over_a_new_start(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.ITEMS] = BROKEN
    passes.run(50)
    assert read_feed_problems(db) == {"items": str(BROKEN)}
    again = Passes(db)
    assert str(again.pull.problem) == str(BROKEN)
    again.run()
    assert again.pull.problem is None
    assert read_feed_problems(db) == {}
    assert "items: they come again" in again.said


def test_a_feed_that_the_erp_has_no_more_lacks_nothing(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.STOCK] = BROKEN
    passes.run()
    assert passes.pull.problem
    passes.erp.offered = (Feed.ITEMS,)
    passes.run()
    assert passes.pull.problem is None
    assert read_feed_problems(db) == {}


def test_rows_that_are_none_are_a_fault_of_that_feed_and_end_no_process(db: LedgerDatabase) -> None:
    passes = Passes(db, Feed.ITEMS, Feed.OPERATORS)
    rows: list[Any] = [ItemRow(erp_id="1", sku="A", name="Pan", price=cast("str", 1.5)), None]
    passes.erp.pull = (  # type: ignore[method-assign]
        lambda feed, checkpoint: Page(rows if feed is Feed.ITEMS else _ROWS[feed], (), "m")
    )
    passes.run()
    assert passes.report.taken == ("operators 1",)
    assert "the connector failed" in str(passes.report.problem)


def test_a_page_without_a_next_one_is_a_fault_of_that_feed(db: LedgerDatabase) -> None:
    passes = Passes(db, Feed.ITEMS, Feed.OPERATORS)
    passes.erp.pull = (  # type: ignore[method-assign]
        lambda feed, checkpoint: Page((), (), checkpoint, False) if feed is Feed.ITEMS else Page(_ROWS[feed])
    )
    passes.run()
    assert passes.report.taken == ("operators 1",)
    assert "has no next one" in str(passes.report.problem)


def test_every_feed_is_taken_after_those_that_it_names() -> None:
    order = list(Feed)
    assert all(order.index(named) < order.index(feed) for feed, names in NAMES.items() for named in names)


class Lane:
    """A lane whose sync loops over a menu; what happens at which second is planned."""

    def __init__(self, tmp_path: Path, last_second: int, *feeds: Feed) -> None:
        settings = shop(tmp_path)
        self.own, self.sync_db = open_shop(settings), open_shop(settings)
        self.plan: dict[int, Callable[[], object]] = {}
        self.clock = StillClock(self._at)
        self.erp = Menu(self.clock, *feeds)
        self._last = last_second
        self.sync = Sync(self.sync_db, self.erp, settings, self.clock, lambda _: None)

    def _at(self, second: int) -> None:
        self.plan.get(second, lambda: None)()
        if second >= self._last:
            self.clock.stop.set()

    def run(self) -> None:
        Loop(self.sync, Retry(self.clock.elapsed_seconds)).run()

    def close(self) -> None:
        self.own.close()
        self.sync_db.close()


def test_no_sale_waits_for_a_feed_that_fails(tmp_path: Path) -> None:
    lane = Lane(tmp_path, 900)
    lane.erp.ill = {Feed.ITEMS: BROKEN}
    seconds = list(range(5, 900, 45))
    for second in seconds:
        lane.plan[second] = lambda second=second: post(lane.own, f"sale-{second}")  # type: ignore[misc]
    lane.run()
    assert lane.erp.delivered == seconds
    link = read_link(lane.own)
    assert link is not None
    assert (link.is_online, link.problem) == (True, str(BROKEN))
    lane.close()


def test_somebody_may_ask_for_a_feed_at_once(tmp_path: Path) -> None:
    lane = Lane(tmp_path, 200, Feed.ITEMS)
    lane.erp.ill = {Feed.ITEMS: Unreachable("busy", 3_000)}

    def ask() -> None:
        lane.erp.ill = {}
        with saving(), lane.own.atomic():
            nudge(lane.own, AT)

    lane.plan[100] = ask
    lane.run()
    assert lane.own.one("SELECT count(*) FROM item") == (1,)
    lane.close()


def test_what_is_sold_during_a_long_pull_is_told_between_its_pages(tmp_path: Path) -> None:
    lane = Lane(tmp_path, 1)
    told: list[int] = []

    class Long(Menu):
        def pull(self, feed: Feed, checkpoint: str) -> Page:
            page = int(checkpoint or 0) + 1
            told.append(len(self.delivered))
            if page % 3 == 0:
                post(lane.own, f"sale-{page}")
            row = ItemRow(erp_id=f"{page}", sku=f"S{page}", name="Pan", price="1")
            return Page((row,), (), f"{page}", is_last=page == 12)

    erp = Long(lane.clock, Feed.ITEMS)
    sync = Sync(lane.sync_db, erp, shop(tmp_path), lane.clock, lambda _: None)
    report = sync.round()
    assert told == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert (report.push.sent, len(report.push.batches)) == (4, 4)
    assert set(states(lane.own).values()) == {"sent"}
    lane.close()


def test_a_quiet_pass_with_a_feed_that_fails_writes_nothing(db: LedgerDatabase) -> None:
    passes = Passes(db)
    passes.erp.ill[Feed.ITEMS] = BROKEN
    passes.run(3)
    other = open_ledger(db.path)
    version = other.data_version
    passes.run(40)
    assert other.data_version == version
    other.close()
