"""What stands in `in/` by mistake or by malice stops nothing but itself, and no delivery takes another's place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.connection import LedgerDatabase
from sync import delivery
from sync.answer_file import read_answers
from sync.connector import CatalogFile, Settled
from sync.delivery import WAIT_SECONDS
from sync.errors import NotNow
from sync.files import FilesConnector, FilesOptions
from sync.pull import Pull, PullReport
from tests.sync.shop import StillClock, post_many, push, states
from tests.sync.test_manifest import ITEMS, STOCK, Taker, announce, entry, leave, look, lying

REJECTED = '{"document_id":"sale-1","rejected":"no such item"}\n'
DEEP = '{"document_id":"sale-2","taken":true,"x":' + "[" * 200_000 + "]" * 200_000 + "}\n"


def stop_halfway(db: LedgerDatabase, file: CatalogFile, say: object) -> Settled:
    """A lane that is shut while a catalogue is taken."""
    raise NotNow("stopped in the middle of a catalogue")


@pytest.mark.parametrize("needs_manifest", [False, True])
def test_a_delivery_waits_for_the_one_before_it_of_the_same_name(
    needs_manifest: bool, db: LedgerDatabase, root: Path
) -> None:
    post_many(db, 2)
    push(db, FilesConnector(root, StillClock()))
    leave(root, "items.csv", ITEMS)
    leave(root, "ack-1.jsonl", REJECTED)
    announce(root, entry("items.csv", ITEMS), entry("ack-1.jsonl", REJECTED))
    look(db, root, stop_halfway, needs_manifest=needs_manifest)
    second = REJECTED.replace("sale-1", "sale-2")
    leave(root, "ack-1.jsonl", second)
    announce(root, entry("ack-1.jsonl", second))
    taker = Taker()
    for _ in range(3):
        look(db, root, taker, needs_manifest=needs_manifest)
    assert taker.seen == [("items.csv", None)]
    assert states(db) == {"sale-1": "rejected", "sale-2": "rejected"}
    assert lying(root / "in") == []
    assert list((root / "in" / "taking").iterdir()) == []


def test_a_whole_delivery_that_waits_for_another_is_not_broken_off(
    db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAIT_SECONDS", 0)
    for content in (ITEMS, ITEMS * 2):
        leave(root, "items.csv", content)
        announce(root, entry("items.csv", content))
        assert look(db, root, stop_halfway) == PullReport()
    taker = Taker()
    assert look(db, root, taker).refused == ()
    assert look(db, root, taker).refused == ()
    assert len(taker.seen) == 2


def test_a_line_that_is_nested_without_end_is_one_bad_line(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 2)
    leave(root, "ack-1.jsonl", DEEP + REJECTED)
    leave(root, "ack-2.jsonl", DEEP)
    report = look(db, root, Taker())
    assert (report.taken, report.refused, report.problem) == (("ack-1.jsonl",), ("ack-2.jsonl",), None)
    assert states(db) == {"sale-1": "rejected", "sale-2": "waiting"}


@pytest.mark.parametrize("letter", ["x", "ñ"])
def test_a_name_that_is_too_long_is_refused_and_stops_nothing(letter: str, db: LedgerDatabase, root: Path) -> None:
    name = f"items{letter * (246 // len(letter.encode()))}.csv"
    leave(root, name, ITEMS)
    leave(root, "stock.json", STOCK)
    taker = Taker()
    report = look(db, root, taker)
    assert (report.taken, report.refused, report.problem) == (("stock.json",), (name,), None)
    assert taker.seen == [("stock.json", None)]
    (told,) = (root / "in" / "refused").glob("*.report.txt")
    assert "leave it under a shorter one" in told.read_text(encoding="utf-8")
    assert told.with_name(told.name.removesuffix(".report.txt")).read_text(encoding="utf-8") == ITEMS
    assert look(db, root, taker) == PullReport()


def test_a_manifest_may_not_name_what_is_too_long(db: LedgerDatabase, root: Path) -> None:
    announce(root, entry(f"items{'x' * 220}.csv", ITEMS))
    assert look(db, root, Taker()) == PullReport()
    assert "no name of a file" in (root / "in" / "manifest-1.json.report.txt").read_text(encoding="utf-8")


def test_a_manifest_with_a_name_too_long_is_refused_at_once(db: LedgerDatabase, root: Path) -> None:
    leave(root, f"manifest{'x' * 237}.json", "{")
    leave(root, "stock.json", STOCK)
    report = look(db, root, Taker())
    assert (report.taken, len(report.refused), report.problem) == (("stock.json",), 1, None)


def test_what_a_file_manager_leaves_among_the_deliveries_stops_nothing(db: LedgerDatabase, root: Path) -> None:
    taking = root / "in" / "taking"
    (taking / "manifest-0.json" / "thumbs").mkdir(parents=True)
    (root / "in" / "thumbs").mkdir()
    (taking / "Thumbs.db").write_bytes(b"x")
    (taking / "link").symlink_to(root)
    leave(root, "items.csv", ITEMS)
    announce(root, entry("items.csv", ITEMS))
    leave(root, "stock.json", STOCK)
    report = look(db, root, Taker())
    assert (report.taken, report.problem) == (("items.csv", "manifest-1.json", "stock.json"), None)
    assert (taking / "Thumbs.db").exists()


def bring_dated(root: Path) -> Path:
    """Leave a broken manifest whose date lies ten years ahead, and a file that it holds up."""
    path = root / "in" / "manifest-1.json"
    leave(root, path.name, "{not json")
    ahead = time.time() + 10 * 365 * 86_400
    os.utime(path, (ahead, ahead))
    leave(root, "items.csv", ITEMS)
    return path


def test_a_date_ahead_does_not_hold_things_up_for_a_sync_that_has_watched(db: LedgerDatabase, root: Path) -> None:
    bring_dated(root)
    clock, taker = StillClock(), Taker()
    pull = Pull(db, FilesConnector(root, clock, None, FilesOptions("7")), taker, clock, lambda _: None).run
    assert pull() == PullReport()
    clock.seconds += WAIT_SECONDS - 2
    assert pull() == PullReport()
    clock.seconds += 2
    assert pull().refused == ("manifest-1.json",)
    assert pull().taken == ("items.csv",)


def test_a_change_begins_the_wait_again(db: LedgerDatabase, root: Path) -> None:
    path = bring_dated(root)
    clock = StillClock()
    pull = Pull(db, FilesConnector(root, clock, None, FilesOptions("7")), Taker(), clock, lambda _: None).run
    pull()
    clock.seconds += WAIT_SECONDS - 10
    path.write_text("{not json either", encoding="utf-8")
    pull()
    clock.seconds += 20
    assert pull() == PullReport()


def test_a_date_ahead_says_nothing_to_a_sync_that_has_just_begun(
    db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_dated(root)
    now: Callable[[delivery.Deliveries], int] = delivery.Deliveries._now_ns
    monkeypatch.setattr(delivery.Deliveries, "_now_ns", lambda self: now(self) + WAIT_SECONDS * 1_000_000_000)
    assert look(db, root, Taker()).refused == ("manifest-1.json",)


def test_answers_for_another_lane_are_gathered_without_copying_them_each_time(tmp_path: Path) -> None:
    lines = [b'{"document_id":"s-%d","taken":true,"lane":"8"}' % number for number in range(50_000)]
    (tmp_path / "ack-1.jsonl").write_bytes(b"\n".join(lines))
    found = read_answers(tmp_path / "ack-1.jsonl", "7")
    assert list(found.others["8"]) == lines
    assert isinstance(found.others["8"], list)
