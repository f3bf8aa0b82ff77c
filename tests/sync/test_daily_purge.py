"""The sync deletes what is older than its days once a day, and never by a clock that cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from config.paths import LanePaths, lane_paths
from config.settings import LaneSettings, RetentionSettings, Settings
from domain.instant import stamp
from storage import outbox
from storage.connection import open_ledger
from storage.verify import verify
from sync import daily_purge
from sync.daily_purge import DailyPurge, LastPurge, read_last_purge
from sync.process import run_once
from sync.standing import read_standing, standing_lines
from tests.kit.lane import START, Shop, make_shop
from tests.kit.personal import sell_to
from tests.sync.shop import StillClock

LATER = START + timedelta(days=400)


class DayClock(StillClock):
    """A clock that says what a test has set."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at
        self.has_server = True

    def now(self) -> datetime:
        return self.at

    def advance(self, more: timedelta) -> None:
        self.at += more
        self.seconds += int(more.total_seconds())


class Day:
    """A lane that sold to three people 400 days ago and to one an hour ago, and what purges it."""

    def __init__(self, folder: Path) -> None:
        self.shop: Shop = make_shop(folder)
        for name in ("Ana Ruiz", "Beto Zárate", "Dora Mendoza"):
            sell_to(self.shop, name)
        self.shop.clock.at = LATER - timedelta(hours=1)
        sell_to(self.shop, "Eva Luna")
        self.clock = DayClock(LATER)
        self.said: list[str] = []
        self.settings = Settings(lane=LaneSettings(id="1", data=str(folder)))
        self.paths: LanePaths = lane_paths(self.settings, {"HOME": "/nowhere"})

    def take_all(self) -> None:
        with self.shop.db.atomic():
            ids = [row[0] for row in self.shop.db.all("SELECT document_id FROM outbox")]
            outbox.mark_sent(self.shop.db, ids, "batch", stamp(LATER))

    def purge(self, **retention: object) -> None:
        settings = msgspec.structs.replace(self.settings, retention=RetentionSettings(**retention))  # type: ignore[arg-type]
        DailyPurge(self.shop.db, settings, self.paths, self.clock, self.said.append).run()

    @property
    def names(self) -> list[str]:
        return [row[0] for row in self.shop.db.all("SELECT value FROM personal ORDER BY seq")]

    @property
    def purges(self) -> int:
        return int(self.shop.db.all("SELECT count(*) FROM journal WHERE kind = 'personal_purged'")[0][0])


ALL = ["Ana Ruiz", "Beto Zárate", "Dora Mendoza", "Eva Luna"]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = Day(tmp_path)
    made.take_all()
    yield made
    made.shop.db.close()


def test_what_is_too_old_goes_and_the_journal_stays_sound(day: Day) -> None:
    day.purge()
    assert day.names == ["Eva Luna"]
    assert day.said == ["purge: deleted 3 texts and 0 copies; 0 stay for the ERP"]
    assert read_last_purge(day.shop.db) == LastPurge(stamp(LATER), 3, 0, 0, is_log_empty=True)
    assert verify(day.shop.db).discrepancies == ()


def test_it_goes_in_small_transactions_each_with_its_record(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_purge, "ROWS", 2)
    day.purge()
    assert day.names == ["Eva Luna"]
    assert day.purges == 2
    assert verify(day.shop.db).discrepancies == ()


def test_a_stop_ends_it_between_two_and_the_next_goes_on(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_purge, "ROWS", 2)
    with monkeypatch.context() as patch:
        answers = iter([False, True])
        patch.setattr(day.clock, "must_end", lambda: next(answers))
        day.purge()
    assert day.names == ["Dora Mendoza", "Eva Luna"]
    assert read_last_purge(day.shop.db) is None
    day.purge()
    assert day.names == ["Eva Luna"]


def test_it_is_done_once_a_day(day: Day) -> None:
    day.purge()
    day.clock.advance(timedelta(hours=23))
    day.purge(customer_days=1, basket_days=1)
    assert day.names == ["Eva Luna"], "a day has not passed"
    day.clock.advance(timedelta(hours=2))
    day.purge(customer_days=1, basket_days=1)
    assert day.names == []


def test_a_last_time_that_is_to_come_holds_up_nothing(day: Day) -> None:
    day.clock.advance(timedelta(days=3))
    day.purge(customer_days=500)
    day.clock.advance(timedelta(days=-3))
    day.purge()
    assert day.names == ["Eva Luna"]


@pytest.mark.parametrize(
    "off",
    [{"by_itself": False}, dict.fromkeys(("customer_days", "invoice_days", "basket_days", "copies_days"), 0)],
    ids=["off", "for ever"],
)
def test_where_it_is_not_wanted_nothing_is_even_kept(off: dict[str, object], day: Day) -> None:
    day.purge(**off)
    assert day.names == ALL
    assert read_last_purge(day.shop.db) is None


def test_a_clock_that_no_server_sets_deletes_nothing(day: Day) -> None:
    day.clock.has_server = False
    day.purge()
    assert day.names == ALL


def test_a_clock_before_the_journal_s_newest_row_deletes_nothing(day: Day) -> None:
    day.clock.advance(-timedelta(hours=2))
    day.purge(customer_days=1)
    assert day.names == ALL


def test_nothing_goes_while_a_batch_is_out(day: Day) -> None:
    sell_to(day.shop, "Fina Solís")
    with day.shop.db.atomic():
        (row,) = day.shop.db.all("SELECT document_id FROM outbox WHERE state = 'waiting'")
        outbox.claim(day.shop.db, row, "batch-1-9-9", stamp(LATER))
    day.purge()
    assert day.names == [*ALL, "Fina Solís"]
    with day.shop.db.atomic():
        outbox.release(day.shop.db, row, stamp(LATER))
    day.purge()
    assert day.names == ["Eva Luna", "Fina Solís"]


def test_what_the_erp_has_not_taken_stays_and_is_told(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.purge()
    assert day.names == ALL
    last = read_last_purge(day.shop.db)
    assert last is not None
    assert last.waiting == 3
    lines = list(standing_lines(read_standing(day.shop.db, day.settings, day.paths)))
    assert f"purged     {stamp(LATER)}: 0 texts, 0 copies; 3 stay for the ERP" in lines
    day.shop.db.close()


def test_copies_that_are_too_old_go_too(day: Day) -> None:
    copy = day.paths.ledger.with_name("ledger-before-9.db")
    copy.write_bytes(b"")
    day.clock.at = datetime.fromtimestamp(copy.stat().st_mtime, LATER.tzinfo) + timedelta(days=1_000)
    day.purge()
    assert not copy.exists()


def test_a_key_that_cannot_be_read_deletes_nothing_and_rests_for_an_hour(day: Day) -> None:
    from storage.seal_key import key_file

    key = key_file(day.shop.path)
    key.unlink(missing_ok=True)
    key.write_bytes(b"no key")
    purge = DailyPurge(day.shop.db, day.settings, day.paths, day.clock, day.said.append)
    purge.run()
    purge.run()
    assert day.names == ALL
    assert len(day.said) == 1
    assert "trying again within an hour" in day.said[0]
    key.unlink()
    day.clock.advance(timedelta(hours=1))
    purge.run()
    assert day.names == ["Eva Luna"]


def test_a_reader_that_holds_the_log_keeps_nobody_waiting_and_it_is_emptied_later(day: Day) -> None:
    reader = open_ledger(day.shop.path)
    with reader.snapshot():
        reader.one("SELECT count(*) FROM journal")
        day.purge()
        last = read_last_purge(day.shop.db)
        assert last is not None
        assert (last.texts, last.is_log_empty) == (3, False)
    reader.close()
    day.purge()
    assert read_last_purge(day.shop.db) == msgspec.structs.replace(last, is_log_empty=True)


def test_a_round_of_the_sync_does_it_after_it_has_told_the_erp(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.shop.db.close()
    for path in (day.paths.data, day.paths.logs):
        path.mkdir(parents=True, exist_ok=True)
    report = run_once(day.settings, say=day.said.append, paths=day.paths, clock=day.clock)
    assert report.problem == ""
    assert report.push.sent > 0
    assert "purge: deleted 3 texts and 0 copies; 0 stay for the ERP" in day.said
    db = open_ledger(day.paths.ledger)
    assert [row[0] for row in db.all("SELECT value FROM personal")] == ["Eva Luna"]
    db.close()
    batches = b"".join(path.read_bytes() for path in (day.paths.erp / "out").glob("batch-*.jsonl"))
    assert b"Eva Luna" in batches
    assert b"Ana Ruiz" not in batches
