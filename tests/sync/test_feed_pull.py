"""The lane's catalogue is the ERP's when nothing moves any more, whatever moved while it was pulled."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from storage.connection import LedgerDatabase, open_ledger
from storage.erp_rows import find_erp_id
from storage.feed_marks import accept_mark
from sync.errors import Denied, Unreachable
from sync.feed import CodeRow, Feed, FeedingConnector, ItemRow, Page
from sync.feed_items import ItemTaker
from sync.feed_pull import FeedPull, FeedReport
from sync.import_rules import shop_rules
from sync.round import Sync
from tests.sync.catalogs import AT_ONCE
from tests.sync.feeding import ChangingErp, FeedingErp, Stored
from tests.sync.shop import StillClock, open_shop, shop

RUNS = 100


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


class Death(BaseException):
    """What a kill looks like from inside: nothing catches it."""


class Mortal(FeedingErp):
    """A connector whose process dies when it is asked for a page, now and then, or whose ERP hangs up."""

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        page = super().pull(feed, checkpoint)
        self.erp.pass_time(self.erp.chance.choice((0, 0, 1)))
        match self.erp.chance.randrange(12):
            case 0:
                raise Death
            case 1:
                raise Unreachable("hung up")
            case 2:
                self.erp.change()
        return page


def pull(db: LedgerDatabase, erp: FeedingConnector, clock: StillClock | None = None) -> FeedReport:
    at = clock or StillClock()
    takers = {Feed.ITEMS: ItemTaker(shop_rules(Settings()), at.now, AT_ONCE)}
    return FeedPull(db, erp, takers, at, lambda _: None).run()


def sold(db: LedgerDatabase) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Return what the lane sells: name, price and codes by SKU."""
    rows = db.all("SELECT item_id, sku, name, unit_price_micro FROM item WHERE is_for_sale")
    return {
        sku: (name, str(price // 1_000_000), tuple(sorted(c for (c,) in db.all(_CODES, (item_id,)))))
        for item_id, sku, name, price in rows
    }


_CODES = "SELECT code FROM item_code WHERE item_id = ?"


def wanted(erp: ChangingErp) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    return {sku: (one.name, one.price, tuple(sorted(one.codes))) for sku, one in erp.live().items()}


def erp_with(count: int) -> ChangingErp:
    erp = ChangingErp(random.Random(1))
    for number in range(1, count + 1):
        erp.made = number
        erp.items[number] = Stored(number, f"S{number}", f"Item {number}", "10", (f"C{number}",), written=900)
    return erp


def live_through(db: LedgerDatabase, seed: int, *, compares: bool = True) -> ChangingErp:
    """Change and pull in turns, with deaths; then let all settle. Without a comparison nothing is deleted."""
    erp = ChangingErp(random.Random(seed))
    if not compares:
        erp.acts = tuple(act for act in erp.acts if act != "delete")
    clock = StillClock()
    mortal = Mortal(erp)
    for _ in range(14):
        for _ in range(erp.chance.randrange(6)):
            erp.change()
            erp.pass_time(erp.chance.choice((0, 0, 1, 15)))
        clock.seconds += 3_000 if compares else 30
        try:
            pull(db, mortal, clock)
        except Death:
            continue
    erp.pass_time(30)
    clock.seconds += 90_000 if compares else 30
    for _ in range(2):  # the first may only end one that was broken off
        pull(db, FeedingErp(erp), clock)
    return erp


@pytest.mark.parametrize("start", range(4))
def test_the_catalogue_is_the_erps_at_rest(db: LedgerDatabase, start: int) -> None:
    erp = live_through(db, start)
    assert erp.live()
    assert sold(db) == wanted(erp)


@pytest.mark.parametrize("seed", range(4))
def test_news_alone_bring_everything_but_deletions(db: LedgerDatabase, seed: int) -> None:
    erp = live_through(db, seed, compares=False)
    assert sold(db) == wanted(erp)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RUNS))
def test_news_alone_bring_everything_in_a_hundred_runs(db: LedgerDatabase, seed: int) -> None:
    erp = live_through(db, 2_000 + seed, compares=False)
    assert sold(db) == wanted(erp)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RUNS))
def test_the_catalogue_is_the_erps_at_rest_in_a_hundred_runs(db: LedgerDatabase, seed: int) -> None:
    erp = live_through(db, 1_000 + seed)
    assert sold(db) == wanted(erp)


def test_a_delta_without_overlap_misses_what_was_committed_late(db: LedgerDatabase) -> None:
    """The control: the model does lose changes where a connector has no overlap, until the daily comparison."""
    erp = erp_with(3)
    careless = FeedingErp(erp, overlap=0)
    pull(db, careless)
    erp.begin(20, {1: Stored(1, "S1", "Late", "10", ("C1",))})
    erp.pass_time(10)
    pull(db, careless)
    erp.pass_time(30)
    pull(db, careless)
    assert sold(db)["S1"][0] == "Item 1"
    clock = StillClock()
    clock.seconds = 90_000
    pull(db, careless, clock)
    assert sold(db)["S1"][0] == "Late"


def test_a_quiet_poll_writes_nothing(db: LedgerDatabase) -> None:
    erp = FeedingErp(erp_with(20), overlap=500)
    pull(db, erp)
    other = open_ledger(db.path)
    version = other.data_version
    asked = len(erp.asked)
    assert pull(db, erp).taken == ()
    assert len(erp.asked) == asked + 3
    assert other.data_version == version
    other.close()


def test_a_death_between_pages_goes_on_with_the_page_it_had(db: LedgerDatabase) -> None:
    class DiesOnce(FeedingErp):
        def pull(self, feed: Feed, checkpoint: str) -> Page:
            if len(self.asked) == 2:
                self.asked.append("death")
                raise Death
            return super().pull(feed, checkpoint)

    erp = DiesOnce(erp_with(20))
    with pytest.raises(Death):
        pull(db, erp)
    assert len(sold(db)) == 14
    pull(db, erp)
    assert len(sold(db)) == 20
    assert len(erp.asked) == 4


def test_codes_that_change_places_over_pages_arrive(db: LedgerDatabase) -> None:
    erp = erp_with(20)
    pull(db, FeedingErp(erp))
    one, far = erp.items[1], erp.items[20]
    erp.begin(0, {1: Stored(1, "S1", one.name, one.price, far.codes), 20: Stored(20, "S20", far.name, "10", one.codes)})
    erp.pass_time(1)
    assert pull(db, FeedingErp(erp, page=3, overlap=10_000)).refused == ()
    assert sold(db) == wanted(erp)


def test_an_item_keeps_its_place_under_a_new_sku(db: LedgerDatabase) -> None:
    erp = erp_with(2)
    pull(db, FeedingErp(erp))
    before = db.one("SELECT item_id FROM item WHERE sku = 'S1'")
    erp.begin(0, {1: Stored(1, "S2", "A", "1", ("C1",)), 2: Stored(2, "S1", "B", "2", ("C2",))})
    erp.pass_time(1)
    pull(db, FeedingErp(erp))
    assert sold(db) == wanted(erp)
    assert db.one("SELECT item_id FROM item WHERE sku = 'S2'") == before
    assert find_erp_id(db, Feed.ITEMS, "S2") == "1"
    erp.begin(0, {1: Stored(1, "N", "A", "1", ("C1",))})
    erp.pass_time(1)
    pull(db, FeedingErp(erp))
    assert (find_erp_id(db, Feed.ITEMS, "N"), find_erp_id(db, Feed.ITEMS, "S2")) == ("1", "1")


def test_an_item_takes_the_code_of_one_that_is_gone(db: LedgerDatabase) -> None:
    erp = erp_with(3)
    pull(db, FeedingErp(erp))
    erp.begin(0, {1: Stored(1, "S1", "Old", "1", ("C1",), is_active=False), 3: Stored(3, "S3", "New", "1", ("C1",))})
    erp.pass_time(1)
    pull(db, FeedingErp(erp))
    assert sold(db) == wanted(erp)


def test_a_catalogue_that_shrinks_waits_for_a_person(db: LedgerDatabase) -> None:
    erp = erp_with(60)
    pull(db, FeedingErp(erp))
    for number in range(1, 31):
        del erp.items[number]
    clock = StillClock()
    clock.seconds = 90_000
    report = pull(db, FeedingErp(erp), clock)
    assert isinstance(report.problem, Denied)
    assert "30 of 60 items" in str(report.problem)
    assert len(sold(db)) == 60
    assert isinstance(pull(db, FeedingErp(erp), clock).problem, Denied)
    with db.atomic():
        db.run("INSERT INTO checkpoint VALUES (?, '1', '')", (accept_mark("items"),))
    assert pull(db, FeedingErp(erp), clock).problem is None
    assert sold(db) == wanted(erp)
    assert pull(db, FeedingErp(erp), clock).problem is None


def test_an_erp_without_a_list_of_ids_is_compared_by_everything(db: LedgerDatabase) -> None:
    erp = erp_with(20)
    connector = FeedingErp(erp)
    connector.is_silent_on_ids = True
    pull(db, connector)
    del erp.items[3]
    clock = StillClock()
    clock.seconds = int(timedelta(hours=25).total_seconds())
    pull(db, connector, clock)
    assert sold(db) == wanted(erp)


def test_a_bad_code_is_left_out_and_a_bad_row_is_refused_with_its_reason(db: LedgerDatabase) -> None:
    class Rows(FeedingErp):
        def pull(self, feed: Feed, checkpoint: str) -> Page:
            good = ItemRow(erp_id="1", sku="A", name="Leche", price="23.5", codes=(CodeRow("7501055300078"),))
            bad = ItemRow(erp_id="2", sku="B", name="Pan", price="-1")
            none = ItemRow(erp_id="3", sku=" ", name="Sal", price="1")
            return Page((good, bad, none), (), "x")

    said: list[str] = []
    clock = StillClock()
    takers = {Feed.ITEMS: ItemTaker(shop_rules(Settings()), clock.now, AT_ONCE)}
    report = FeedPull(db, Rows(erp_with(0)), takers, clock, said.append).run()
    assert list(sold(db)) == ["A"]
    assert [line.split(":")[0] for line in report.refused] == ["items 2", "items 3"]
    assert any("7501055300078 is left out" in line for line in said)


def test_a_round_pulls_feeds_and_a_push_knows_the_ids(db: LedgerDatabase, tmp_path: Path) -> None:
    clock = StillClock()
    sync = Sync(db, FeedingErp(erp_with(2)), shop(tmp_path), clock, lambda _: None)
    assert sync.round().feeds.taken == ("items 2",)
    assert sync.round(looks=False).feeds == FeedReport()


def test_two_of_the_erps_items_with_one_sku_are_never_sold_as_each_other(db: LedgerDatabase) -> None:
    erp = erp_with(20)
    erp.items[20] = Stored(20, "S1", "Impostor", "999", ("C20",), written=900)
    report = pull(db, FeedingErp(erp))
    assert [line for line in report.refused if "S1" in line] == ["items 20: the ERP's 1 has the SKU S1 already"]
    assert sold(db)["S1"] == ("Item 1", "10", ("C1",))
