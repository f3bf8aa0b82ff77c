"""An ERP that has lost a feed, or much of it, does not take it from the lane: a person says so, or it comes again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from domain.price_rule import PriceList, PriceRule, RuleScope
from domain.promotion import Conditions, PercentOff, Promotion
from storage.connection import LedgerDatabase
from storage.feed_marks import read_feed_problems, read_shrunk
from storage.operators import find_operator, put_operator
from storage.prices import read_price_lists, read_promotions
from sync.command import Exit
from sync.errors import Denied
from sync.feed import AnyRow, Feed, OperatorRow, Page, PriceListRow, PromotionRow
from sync.feed_pull import FeedPull, FeedReport
from sync.feed_shrink import SHRINK_LEAST, SHRINK_PERCENT, is_too_much
from sync.feed_take import make_takers
from tests.sync.feeding import FeedingErp
from tests.sync.shop import StillClock, shop
from tests.sync.test_feed_pull import erp_with, pull, sold, wanted
from tests.sync.test_process import Installed

DAY_SECONDS = 90_000


class Shelf(FeedingErp):
    """An ERP with one feed, told whole whenever its mark is another one than the lane's."""

    def __init__(self, feed: Feed, rows: Sequence[AnyRow]) -> None:
        super().__init__(erp_with(0))
        self.feed = feed
        self.rows = rows
        self.asked_pages = 0

    def feeds(self) -> Sequence[Feed]:
        return (self.feed,)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        self.asked_pages += 1
        mark = ",".join(f"{row.erp_id}:{row.stamp}" for row in self.rows) or "nothing"
        return Page(checkpoint=checkpoint) if mark == checkpoint else Page(self.rows, (), mark)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        return {row.erp_id: row.stamp for row in self.rows}


class Watch:
    """One lane that pulls one shelf, again and again."""

    def __init__(self, lane: Installed, erp: FeedingErp) -> None:
        self.lane, self.erp, self.clock = lane, erp, StillClock()
        self.said: list[str] = []
        self._start()

    def _start(self) -> None:
        takers = make_takers(Settings(), self.clock.now)
        self._pull = FeedPull(self.lane.db, self.erp, takers, self.clock, self.said.append)

    def restart(self) -> None:
        self._start()

    def run(self, seconds: int = 600) -> FeedReport:
        """Pull after so many seconds: by then whatever rests has rested."""
        self.clock.seconds += seconds
        return self._pull.run()

    def accept(self, feed: Feed) -> None:
        assert self.lane.command(action="accept", document_ids=(feed.value,))[0] == Exit.WELL

    @property
    def db(self) -> LedgerDatabase:
        return self.lane.db


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Installed]:
    installed = Installed(tmp_path, shop(tmp_path))
    yield installed
    installed.db.close()


def promotions(count: int, until_on: date | None = None) -> list[PromotionRow]:
    reward = PercentOff(100_000)
    made = [Promotion(f"P{n}", f"P{n}", reward, conditions=Conditions(until_on=until_on)) for n in range(count)]
    return [PromotionRow(erp_id=one.code, stamp="1", promotion=one) for one in made]


def price_lists(count: int, rules: int) -> list[PriceListRow]:
    made = tuple(PriceRule(n, RuleScope.ITEM, f"S{n}", fixed_price_micro=1_000_000) for n in range(1, rules + 1))
    return [
        PriceListRow(erp_id=f"{n}", stamp=f"{rules}", price_list=PriceList(f"L{n}", rules=made)) for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, 40])
def test_an_erp_without_promotions_takes_none_before_a_person_says_so(lane: Installed, count: int) -> None:
    erp = Shelf(Feed.PROMOTIONS, promotions(count))
    watch = Watch(lane, erp)
    watch.run()
    erp.rows = ()
    report = watch.run()
    assert isinstance(report.problem, Denied)
    assert f"{count} of {count} promotions" in str(report.problem)
    assert "mostrador sync accept promotions" in str(report.problem)
    assert len(read_promotions(lane.db)) == count
    assert watch.run(DAY_SECONDS).problem
    watch.accept(Feed.PROMOTIONS)
    assert watch.run().problem is None
    assert read_promotions(lane.db) == ()
    assert read_feed_problems(lane.db) == {}


def test_price_lists_that_have_lost_their_rules_wait_too(lane: Installed) -> None:
    erp = Shelf(Feed.PRICES, price_lists(2, 50))
    watch = Watch(lane, erp)
    watch.run()
    erp.rows = price_lists(2, 30)
    assert "40 of 102 prices" in str(watch.run().problem)
    assert [len(one.rules) for one in read_price_lists(lane.db)] == [50, 50]
    erp.rows = price_lists(2, 45)
    assert watch.run().problem is None
    assert [len(one.rules) for one in read_price_lists(lane.db)] == [45, 45]
    assert read_shrunk(lane.db) == frozenset()


def test_rows_that_are_all_refused_empty_nothing(lane: Installed) -> None:
    erp = Shelf(Feed.PRICES, price_lists(1, 2))
    watch = Watch(lane, erp)
    watch.run()
    bad = PriceList("L0", rules=(PriceRule(1, RuleScope.ITEM),))
    erp.rows = [PriceListRow(erp_id="0", stamp="bad", price_list=bad)]
    report = watch.run()
    assert report.refused == ("prices 0: no_target",)
    assert report.problem
    assert len(read_price_lists(lane.db)[0].rules) == 2


def test_what_is_over_by_its_own_date_is_no_loss(lane: Installed) -> None:
    erp = Shelf(Feed.PROMOTIONS, [*promotions(1), *promotions(30, date(2026, 11, 20))[1:]])
    watch = Watch(lane, erp)
    watch.run()
    assert len(read_promotions(lane.db)) == 30
    erp.rows = promotions(1)
    assert watch.run().problem is None
    assert len(read_promotions(lane.db)) == 1


def test_it_is_told_in_the_status_the_log_and_after_a_new_start(lane: Installed) -> None:
    erp = Shelf(Feed.PROMOTIONS, promotions(30))
    watch = Watch(lane, erp)
    watch.run()
    erp.rows = promotions(12)
    watch.run()
    watch.restart()
    watch.run(1)
    watch.run()
    assert len([line for line in watch.said if "18 of 30" in line]) == 1, "it is news once"
    status, text = lane.command(action="status")
    assert status == Exit.LOOK
    assert "feed       promotions: the ERP has 18 of 30 promotions no more" in text
    told = json.loads(lane.command(action="status", is_json=True)[1])
    assert list(told["feeds"]) == ["promotions"]
    erp.rows = promotions(30)
    watch.run()
    assert watch.said[-1] == "promotions: they come again"
    assert lane.command(action="status")[0] == Exit.WELL


def test_a_feed_that_waits_for_a_person_is_asked_ever_more_rarely(lane: Installed) -> None:
    erp = Shelf(Feed.PROMOTIONS, promotions(3))
    watch = Watch(lane, erp)
    watch.run()
    erp.rows = ()
    before = erp.asked_pages
    for _ in range(240):
        watch.run(30)
    assert 10 < erp.asked_pages - before < 80


def test_a_word_holds_for_one_time_only(lane: Installed) -> None:
    erp = Shelf(Feed.PROMOTIONS, promotions(30))
    watch = Watch(lane, erp)
    watch.run()
    erp.rows = promotions(12)
    watch.run()
    watch.accept(Feed.PROMOTIONS)
    watch.run()
    assert len(read_promotions(lane.db)) == 12
    erp.rows = ()
    assert watch.run().problem
    assert len(read_promotions(lane.db)) == 12


def test_a_comparison_that_finds_nobody_signs_nobody_off(lane: Installed) -> None:
    rows = [OperatorRow(erp_id=n, stamp="1", number=n, name=f"Op {n}") for n in ("7", "8", "9")]
    erp = Shelf(Feed.OPERATORS, rows)
    watch = Watch(lane, erp)
    watch.run()
    ana = find_operator(lane.db, "7")
    assert ana is not None
    put_operator(lane.db, ana.operator, "hash")
    erp.rows = ()
    assert "3 of 3 operators" in str(watch.run(DAY_SECONDS).problem)
    assert find_operator(lane.db, "7") is not None
    watch.accept(Feed.OPERATORS)
    assert watch.run().problem is None
    assert [n for n in ("7", "8", "9") if find_operator(lane.db, n)] == ["7"], "nobody else has a PIN"


def test_tombstones_of_half_a_catalogue_wait_for_a_person_and_of_a_few_do_not(lane: Installed) -> None:
    model = erp_with(60)
    erp = FeedingErp(model)
    pull(lane.db, erp)
    _archive(erp, range(1, 11))
    assert pull(lane.db, erp).problem is None
    assert len(sold(lane.db)) == 50
    _archive(erp, range(11, 41))
    clock = StillClock()
    problem = pull(lane.db, erp, clock).problem
    assert isinstance(problem, Denied)
    assert len(sold(lane.db)) >= 40
    Watch(lane, erp).accept(Feed.ITEMS)
    assert pull(lane.db, erp, clock).problem is None
    assert sold(lane.db) == wanted(model)


def _archive(erp: FeedingErp, numbers: Sequence[int]) -> None:
    gone = {number: replace(erp.erp.items[number], is_active=False) for number in numbers}
    erp.erp.begin(0, dict(gone))
    erp.erp.pass_time(1)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_rule(count: int, had: int) -> None:
    """More than a fifth, but for a handful; nothing at all is always too much, where there was something."""
    assert is_too_much(count, had) == (had > 0 and count > SHRINK_LEAST and count * 100 > had * SHRINK_PERCENT)
    assert is_too_much(count, had, has_none=True) == (had > 0)


def test_a_rule_that_ended_in_the_past_weighs_nothing(lane: Installed) -> None:
    taker = make_takers(Settings(), StillClock().now)[Feed.PRICES]
    ended = PriceRule(1, RuleScope.ALL, fixed_price_micro=1, end_at=datetime.fromisoformat("2026-11-01T00:00:00Z"))
    one = PriceListRow(erp_id="1", price_list=PriceList("L", rules=(ended, PriceRule(2))))
    assert taker.judge([one]).weight == 2  # type: ignore[union-attr]
