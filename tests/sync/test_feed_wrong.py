"""Feeds of an ERP that goes wrong: tombstones for everything, keys that move, pages without end, rows that are none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from domain.shift import Operator, Role
from storage.connection import LedgerDatabase
from storage.customers import find_customer
from storage.erp_rows import count_live
from storage.feed_marks import accept_mark, read_shrunk
from storage.operators import find_operator, put_operator
from storage.salespeople import find_salesperson
from storage.stock import read_stock
from sync.errors import Denied, Unreachable
from sync.feed import AnyRow, CellRow, Feed, ItemRow, OperatorRow, Page, PriceListRow, StockRow
from sync.feed_pass import AT_ONCE
from sync.feed_pull import FeedPull
from sync.feed_take import make_takers
from tests.sync.feeding import FeedingErp
from tests.sync.shop import StillClock, open_shop, shop
from tests.sync.test_feed_pull import erp_with
from tests.sync.test_feed_shrink import price_lists

Answers = Callable[[int, str], Page]


class Answering(FeedingErp):
    """One feed, whose pages a test makes from how often it was asked, and from the checkpoint."""

    def __init__(self, feed: Feed, answer: Answers) -> None:
        super().__init__(erp_with(0))
        self.feed, self.answer, self.count = feed, answer, 0

    def feeds(self) -> Sequence[Feed]:
        return (self.feed,)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        self.count += 1
        return self.answer(self.count, checkpoint)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        return None


class Lane:
    """A lane that pulls one feed."""

    def __init__(self, db: LedgerDatabase, erp: FeedingErp) -> None:
        self.db, self.clock = db, StillClock()
        self.pull = FeedPull(db, erp, make_takers(Settings(), self.clock.now), self.clock, lambda _: None)

    def run(self, seconds: int = 60) -> Any:
        self.clock.seconds += seconds
        return self.pull.run()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def operators(count: int) -> list[OperatorRow]:
    return [OperatorRow(erp_id=f"{n}", stamp="1", number=f"{100 + n}", name=f"Op {n}") for n in range(count)]


def accept(db: LedgerDatabase, feed: Feed) -> None:
    with db.atomic():
        db.run("INSERT INTO checkpoint VALUES (?, '1', '')", (accept_mark(feed),))


def test_a_little_each_minute_is_much_in_a_day(db: LedgerDatabase) -> None:
    def answer(count: int, _: str) -> Page:
        if count == 1:
            return Page([StockRow(erp_id=f"{n}", stamp="1", sku=f"S{n}", on_hand="5") for n in range(300)], (), "1")
        first = 30 * (count - 2)
        return Page((), [f"{n}" for n in range(first, min(first + 30, 300))], f"{count}")

    lane = Lane(db, Answering(Feed.STOCK, answer))
    for _ in range(12):
        lane.run()
    assert count_live(db, Feed.STOCK) == 240
    assert read_shrunk(db) == {Feed.STOCK}
    assert isinstance(lane.pull.problem, Denied)


def test_tombstones_for_all_sign_nobody_off(db: LedgerDatabase) -> None:
    rows = operators(9)

    def answer(count: int, _: str) -> Page:
        return Page(rows, (), "a") if count == 1 else Page((), [row.erp_id for row in rows], "b")

    lane = Lane(db, Answering(Feed.OPERATORS, answer))
    lane.run()
    assert isinstance(lane.run().problem, Denied)
    assert all(find_operator(db, row.number) for row in rows)


def test_the_last_one_who_can_sign_on_stays_even_where_a_person_said_so(db: LedgerDatabase) -> None:
    rows = operators(4)
    lane = Lane(db, Answering(Feed.OPERATORS, lambda count, _: Page(rows if count == 1 else (), (), f"{count}")))
    lane.run()
    for number, role in (("100", Role.SUPERVISOR), ("101", Role.CASHIER)):
        put_operator(db, Operator(number, f"Op {number}", role), "hash")
    accept(db, Feed.OPERATORS)
    lane.run()
    assert [row.number for row in rows if find_operator(db, row.number)] == ["100"]


@pytest.mark.parametrize(
    ("feed", "row", "read"),
    [
        (Feed.OPERATORS, lambda i: OperatorRow(erp_id=i, stamp="1", number="5", name=f"N{i}"), find_operator),
        (Feed.STOCK, lambda i: StockRow(erp_id=i, stamp="1", sku="5", on_hand=i), read_stock),
        (
            Feed.SALESPEOPLE,
            lambda i: CellRow(erp_id=i, stamp="1", key="5", cells={"code": "5", "name": f"N{i}"}),
            find_salesperson,
        ),
        (
            Feed.CUSTOMERS,
            lambda i: CellRow(erp_id=i, stamp="1", key="5", cells={"code": "5", "name": f"N{i}"}),
            lambda db, code: getattr(find_customer(db, code), "is_active", False),
        ),
    ],
)
def test_a_key_that_moves_to_another_row_stays(
    db: LedgerDatabase, feed: Feed, row: Callable[[str], AnyRow], read: Callable[[LedgerDatabase, str], object]
) -> None:
    pages = [Page([row("1")], (), "a"), Page([row("2")], ["1"], "b"), Page((), ["1"], "c")]
    lane = Lane(db, Answering(feed, lambda count, _: pages[min(count, 3) - 1]))
    for _ in range(4):
        assert lane.run().refused == ()
        assert read(db, "5")


def test_pages_in_a_circle_end(db: LedgerDatabase) -> None:
    erp = Answering(Feed.ITEMS, lambda count, _: Page((), (), "ab"[count % 2], False))
    assert isinstance(Lane(db, erp).run().problem, Unreachable)
    assert erp.count == 3


def test_a_page_that_was_not_asked_for_leaves_what_a_person_has_said(db: LedgerDatabase) -> None:
    """Tryton's price lists: ten minutes long it is not asked."""
    rows: list[PriceListRow] = price_lists(30, 0)
    is_asked = True

    def answer(_: int, checkpoint: str) -> Page:
        return Page(rows, (), f"{len(rows)}") if is_asked or not checkpoint else Page((), (), checkpoint, is_told=False)

    lane = Lane(db, Answering(Feed.PRICES, answer))
    lane.run()
    del rows[5:]
    lane.run(600)
    is_asked = False
    lane.run(600)
    assert read_shrunk(db) == {Feed.PRICES}, "nothing was told, so nothing has come again"
    accept(db, Feed.PRICES)
    assert lane.run(600).problem is None
    assert count_live(db, Feed.PRICES) == 5


@pytest.mark.parametrize(
    ("feed", "row"),
    [
        (Feed.STOCK, StockRow(erp_id="1", sku="A" * 100_000, on_hand="5")),
        (Feed.STOCK, StockRow(erp_id="1", sku="A\x1b[31m", on_hand="5")),
        (Feed.STOCK, StockRow(erp_id="1", sku="A", on_hand="NaN")),
        (Feed.STOCK, StockRow(erp_id="1", sku=None, on_hand="5")),  # type: ignore[arg-type]
        (Feed.STOCK, StockRow(erp_id=None, sku="A", on_hand="5")),  # type: ignore[arg-type]
        (Feed.ITEMS, ItemRow(erp_id="1", sku="A", name="x", price="1", traits={"cost": 5})),  # type: ignore[dict-item]
        (Feed.OPERATORS, OperatorRow(erp_id="1", number="٣٤", name="x")),
        (Feed.OPERATORS, OperatorRow(erp_id="1", number="9" * 5_000, name="x")),
    ],
)
def test_a_row_that_is_none_is_refused_alone(db: LedgerDatabase, feed: Feed, row: AnyRow) -> None:
    good: dict[Feed, AnyRow] = {
        Feed.STOCK: StockRow(erp_id="2", sku="B", on_hand="1"),
        Feed.ITEMS: ItemRow(erp_id="2", sku="B", name="Pan", price="1"),
        Feed.OPERATORS: OperatorRow(erp_id="2", number="12", name="Ana"),
    }
    report = Lane(db, Answering(feed, lambda _, __: Page([row, good[feed]], (), "a"))).run()
    assert report.problem is None
    assert (len(report.refused), report.taken) == (1, (f"{feed} 1",))
    assert len(report.refused[0]) <= 600


@pytest.mark.parametrize("feed", [Feed.STOCK, Feed.CUSTOMERS, Feed.BALANCES])
def test_a_long_page_is_taken_in_short_transactions(
    db: LedgerDatabase, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[AnyRow] = [
        StockRow(erp_id=f"{n}", stamp="1", sku=f"S{n}", on_hand="5")
        if feed is Feed.STOCK
        else CellRow(erp_id=f"{n}", stamp="1", key=f"C{n}", cells={"name": "Ana", "owed": "5"})
        for n in range(3 * AT_ONCE)
    ]
    most = (20 if feed is Feed.CUSTOMERS else 2) * AT_ONCE
    written = _count_changes(db, monkeypatch)
    assert Lane(db, Answering(feed, lambda _, __: Page(rows, (), "a"))).run().taken == (f"{feed} {len(rows)}",)
    assert 0 < max(written) <= most


def _count_changes(db: LedgerDatabase, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets how many rows each outermost transaction has changed."""
    begin, counts, depth = db.atomic, list[int](), [0]

    @contextlib.contextmanager
    def atomic() -> Iterator[Any]:
        before = db.one("SELECT total_changes()")
        depth[0] += 1
        with begin() as inner:
            yield inner
        depth[0] -= 1
        after = db.one("SELECT total_changes()")
        if before and after and not depth[0]:
            counts.append(int(after[0]) - int(before[0]))

    monkeypatch.setattr(db, "atomic", atomic)
    return counts
