"""The sync at work: when it makes a round, when it waits, and when it stops."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from storage import outbox
from storage.connection import LedgerDatabase
from storage.errors import NotSaved, saving
from storage.link import Link, nudge, read_link
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.errors import Unreachable
from sync.lock import only_one
from sync.process import run_once
from sync.retry import Retry
from sync.round import Loop, Sync
from tests.sync.shop import AT, StillClock, delivered, open_shop, paths_of, post, post_many, shop, states

EVERY_SECONDS = 30


class Countable:
    """An ERP that counts how often it is told and asked, and is away when it is to be."""

    def __init__(self, clock: StillClock) -> None:
        self.told: list[int] = []
        self.asked: list[int] = []
        self.is_away = False
        self.retry_after_seconds: int | None = None
        self.seconds_each = 0
        self._clock = clock

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self.told.append(self._clock.seconds)
        self._clock.seconds += self.seconds_each
        if self.is_away:
            raise Unreachable("nobody answers: look at the network", self.retry_after_seconds)
        return [Answer(one.document_id, Verdict.TAKEN) for one in batch.documents]

    def incoming(self) -> Iterator[Incoming]:
        self.asked.append(self._clock.seconds)
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        raise AssertionError("nothing came")

    def close(self) -> None:
        """Nothing is open."""


class Lane:
    """A lane that posts while its sync runs; what happens at which second is planned."""

    def __init__(self, tmp_path: Path, last_second: int) -> None:
        settings = shop(tmp_path)
        self.own = open_shop(settings)
        self.sync_db = open_shop(settings)
        self.plan: dict[int, Callable[[], object]] = {}
        self.clock = StillClock(self._at)
        self.erp = Countable(self.clock)
        self.said: list[str] = []
        self.sync = Sync(self.sync_db, self.erp, settings, self.clock, self.said.append)
        self.retry = Retry(self.clock.elapsed_seconds, chance=random.Random(1))
        self._last = last_second

    def _at(self, second: int) -> None:
        if second in self.plan:
            self.plan[second]()
        if second >= self._last:
            self.clock.stop.set()

    def run(self, is_wanted: Callable[[], bool] = lambda: True) -> None:
        Loop(self.sync, self.retry).run(is_wanted)

    def close(self) -> None:
        self.own.close()
        self.sync_db.close()


@pytest.fixture
def make_lane(tmp_path: Path) -> Iterator[Callable[[int], Lane]]:
    lanes: list[Lane] = []

    def make(last_second: int) -> Lane:
        lanes.append(Lane(tmp_path, last_second))
        return lanes[-1]

    yield make
    for lane in lanes:
        lane.close()


MakeLane = Callable[[int], Lane]


def test_a_sale_is_told_within_a_second_and_the_erp_is_asked_every_so_often(make_lane: MakeLane) -> None:
    lane = make_lane(95)
    for second in (5, 6, 40):
        lane.plan[second] = partial(post, lane.own, f"sale-{second}")
    lane.run()
    assert lane.erp.told == [5, 6, 40]
    assert lane.erp.asked == [0, 30, 60, 90]
    assert set(states(lane.own).values()) == {"sent"}


def test_what_waits_at_the_start_is_told_at_once(make_lane: MakeLane) -> None:
    lane = make_lane(1)
    post_many(lane.own, 2)
    lane.run()
    assert lane.erp.told == [0]


def test_an_erp_that_is_away_is_tried_ever_more_rarely_however_much_is_sold(make_lane: MakeLane) -> None:
    lane = make_lane(1_200)
    lane.erp.is_away = True
    for second in range(1, 1_200):
        lane.plan[second] = partial(post, lane.own, f"sale-{second}")
    lane.run()
    assert 8 <= len(lane.erp.told) <= 25
    assert set(states(lane.own).values()) == {"waiting"}
    assert [text for text in lane.said if "look at the network" in text] == ["nobody answers: look at the network"]
    link = read_link(lane.own)
    assert link is not None
    assert not link.is_online


def test_what_the_erp_asks_for_is_waited(make_lane: MakeLane) -> None:
    lane = make_lane(250)
    lane.erp.is_away, lane.erp.retry_after_seconds = True, 120
    post(lane.own, "sale")
    lane.run()
    assert lane.erp.told == [0, 120, 240, 250], "and once more before it ends"


def test_all_that_was_sold_meanwhile_goes_when_it_is_back(make_lane: MakeLane) -> None:
    lane = make_lane(700)
    lane.erp.is_away = True
    post(lane.own, "first")

    def come_back() -> None:
        post_many(lane.own, 30)
        lane.erp.is_away = False

    lane.plan[300] = come_back
    lane.run()
    assert set(states(lane.own).values()) == {"sent"}
    assert lane.retry.failures == 0
    assert read_link(lane.own) == Link(True, read_link(lane.own).since_at)  # type: ignore[union-attr]
    assert lane.said[-1] == "online"


def test_somebody_may_ask_to_try_at_once(make_lane: MakeLane) -> None:
    lane = make_lane(102)
    lane.erp.is_away, lane.erp.retry_after_seconds = True, 100_000
    post(lane.own, "sale")

    def ask() -> None:
        lane.erp.is_away = False
        with saving(), lane.own.atomic():
            nudge(lane.own, AT)

    lane.plan[100] = ask
    lane.run()
    assert lane.erp.told == [0, 100]
    assert states(lane.own) == {"sale": "sent"}


def test_a_ledger_that_cannot_be_written_is_said_and_tried_again(
    make_lane: MakeLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = make_lane(60)
    post(lane.own, "sale")
    mark, failures = outbox.mark_sent, [1, 2]

    def fail(db: LedgerDatabase, ids: Sequence[str], batch: str, at: str) -> None:
        if failures:
            failures.pop()
            raise NotSaved("not saved: disk full")
        mark(db, ids, batch, at)

    monkeypatch.setattr(outbox, "mark_sent", fail)
    lane.run()
    assert len(lane.erp.told) == 3
    assert states(lane.own) == {"sale": "sent"}
    assert lane.said[0].startswith("not saved: disk full; trying again within")


def test_asked_to_stop_it_takes_the_last_sale_along_but_begins_nothing_new(make_lane: MakeLane) -> None:
    lane = make_lane(5)
    lane.plan[5] = lambda: post_many(lane.own, 450, "last")
    lane.run()
    assert set(states(lane.own).values()) == {"sent"}
    assert lane.erp.asked == [0]


def test_a_last_round_ends_between_two_batches_when_its_time_is_over(make_lane: MakeLane) -> None:
    lane = make_lane(5)
    lane.plan[5] = lambda: post_many(lane.own, 1_000, "last")
    lane.erp.seconds_each = 2
    lane.run()
    assert len(lane.erp.told) == 2
    assert sorted(set(states(lane.own).values())) == ["sent", "waiting"]


def test_it_ends_with_its_lane_and_takes_the_last_sale_along(make_lane: MakeLane) -> None:
    lane = make_lane(1_000)
    lane.plan[3] = lambda: post(lane.own, "last")
    lane.run(is_wanted=lambda: lane.clock.seconds < 3)
    assert lane.clock.seconds == 3
    assert states(lane.own) == {"last": "sent"}


def test_a_quiet_lane_is_not_written_to(make_lane: MakeLane) -> None:
    lane = make_lane(200)
    post(lane.own, "sale")
    lane.plan[2] = lambda: versions.append(lane.own.data_version)
    lane.plan[199] = lambda: versions.append(lane.own.data_version)
    versions: list[int] = []
    lane.run()
    assert versions[0] == versions[1]


def test_one_round_by_hand(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    paths = paths_of(settings)
    db = open_shop(settings)
    post_many(db, 3)
    said: list[str] = []
    report = run_once(settings, say=said.append, paths=paths, clock=StillClock())
    assert (report.push.sent, report.problem) == (3, "")
    assert said == ["batch-7-1-3: 3 of 3 documents are with the ERP", "online"]
    assert run_once(settings, say=said.append, paths=paths, clock=StillClock()).push.sent == 0
    assert delivered(paths.erp) == ["sale-1", "sale-2", "sale-3"]
    with only_one(paths.data):
        pass
    db.close()
