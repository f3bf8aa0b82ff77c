"""Manifests: beside every batch that goes out, and before everything of a delivery that comes in is taken."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.durable import Disk
from storage.connection import LedgerDatabase
from sync import delivery
from sync.connector import CatalogFile, Settled
from sync.files import FilesConnector, FilesOptions
from sync.left_file import LeftFiles
from sync.pull import ImportFile, Pull, PullReport
from tests.sync.breaking import Died, SteppingDisk, once_at
from tests.sync.shop import StillClock, post_many, push, shop, states

ITEMS = "sku,name,price\nA-1,Refresco,18.50\nA-2,Agua,9.00\n"
STOCK = '{"stock":[{"sku":"A-1","on_hand":5}]}'


@pytest.fixture
def ten_minutes_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets ten minutes pass in which nobody writes."""
    return lambda: monkeypatch.setattr(delivery, "WAIT_SECONDS", 0)


class Taker:
    """Stands in for the import and notes what it took."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int | None]] = []

    def __call__(self, db: LedgerDatabase, file: CatalogFile, say: object) -> Settled:
        self.seen.append((file.path.name, file.rows))
        return Settled(True, ("taken",))


def entry(name: str, content: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "sha256": hashlib.sha256(content.encode()).hexdigest(), **more}


def leave(root: Path, name: str, content: str) -> None:
    (root / "in" / name).write_text(content, encoding="utf-8")


def announce(root: Path, *entries: Any, name: str = "manifest-1.json", **more: Any) -> None:
    leave(root, name, json.dumps({"v": 1, "files": entries, **more}))


def look(
    db: LedgerDatabase,
    root: Path,
    taker: ImportFile,
    disk: Disk | None = None,
    *,
    needs_manifest: bool = False,
) -> PullReport:
    clock = StillClock()
    connector = FilesConnector(root, clock, disk, FilesOptions("7", needs_manifest=needs_manifest))
    return Pull(db, connector, taker, clock, lambda _: None).run()


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def report_of(root: Path, place: str, name: str) -> str:
    (path,) = (root / "in" / place).glob(f"*Z-{name}.report.txt")
    return path.read_text(encoding="utf-8")


# Out


def manifest_of(root: Path, batch: str) -> Any:
    return json.loads((root / "out" / f"{batch}.manifest.json").read_bytes())


def test_a_batch_has_a_manifest_that_proves_it(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 3)
    push(db, FilesConnector(root, StillClock()))
    content = (root / "out" / "batch-7-1-3.jsonl").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    assert manifest_of(root, "batch-7-1-3") == {
        "v": 1,
        "batch_id": "batch-7-1-3",
        "lane": "7",
        "first_seq": 1,
        "last_seq": 3,
        "files": [{"name": "batch-7-1-3.jsonl", "sha256": sha256, "rows": 3, "size": len(content)}],
        "kinds": [{"kind": "sale_posted", "count": 3, "amount_minor": 0}],
    }


@pytest.mark.parametrize("step", ["renamed", "folder_flushed"])
def test_a_manifest_whose_batch_was_read_before_is_written_all_the_same(
    step: str, db: LedgerDatabase, root: Path
) -> None:
    def die() -> None:
        raise Died

    post_many(db, 2)
    with pytest.raises(Died):
        push(db, FilesConnector(root, StillClock(), SteppingDisk(once_at(step, die))))
    batch = root / "out" / "batch-7-1-2.jsonl"
    batch.rename(root / "out" / "done" / batch.name)
    assert push(db, FilesConnector(root, StillClock())).sent == 2
    (file,) = manifest_of(root, "batch-7-1-2")["files"]
    assert file["sha256"] == hashlib.sha256((root / "out" / "done" / batch.name).read_bytes()).hexdigest()
    assert set(states(db).values()) == {"sent"}


# In


def test_nothing_of_a_delivery_is_taken_before_all_of_it_is_whole(db: LedgerDatabase, root: Path) -> None:
    announce(root, entry("stock.json", STOCK), entry("items.csv", ITEMS, rows=2, size=len(ITEMS)))
    leave(root, "items.csv", ITEMS[:20])
    leave(root, "stock.json", STOCK)
    leave(root, "departments.csv", "name\nBebidas\n")
    taker = Taker()
    assert look(db, root, taker).taken == ("departments.csv",)
    waits = (root / "in" / "manifest-1.json.report.txt").read_text(encoding="utf-8")
    assert waits == f"items.csv has 20 bytes of {len(ITEMS)}: leave it whole\n"
    (root / "in" / "stock.json").unlink()
    look(db, root, taker)
    assert "stock.json is not there" in (root / "in" / "manifest-1.json.report.txt").read_text(encoding="utf-8")
    leave(root, "items.csv", ITEMS)
    leave(root, "stock.json", STOCK)
    assert look(db, root, taker).taken == ("items.csv", "stock.json", "manifest-1.json")
    assert taker.seen == [("departments.csv", None), ("items.csv", 2), ("stock.json", None)]
    assert lying(root / "in") == []
    assert list((root / "in" / "taking").iterdir()) == []
    assert "whole: 2" in report_of(root, "done", "manifest-1.json")


def test_bytes_that_are_not_those_of_the_manifest_are_never_taken(
    db: LedgerDatabase, root: Path, ten_minutes_later: Callable[[], None]
) -> None:
    announce(root, entry("items.csv", ITEMS), entry("stock.json", STOCK))
    leave(root, "items.csv", ITEMS.replace("18.50", "81.50"))
    leave(root, "stock.json", STOCK)
    taker = Taker()
    for _ in range(2):
        assert look(db, root, taker) == PullReport()
    assert "is not what the manifest says" in (root / "in" / "manifest-1.json.report.txt").read_text(encoding="utf-8")
    ten_minutes_later()
    assert look(db, root, taker).refused == ("manifest-1.json",)
    assert taker.seen == []
    assert lying(root / "in") == []
    for name in ("manifest-1.json", "items.csv", "stock.json"):
        assert "leave all of it again" in report_of(root, "refused", name)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is no manifest"),
        ("[]", "is no manifest"),
        ('{"v":2,"files":[{"name":"items.csv","sha256":"x"}]}', "has the layout 2"),
        ('{"v":1,"files":[]}', "must name 1 to"),
        ('{"v":1,"files":[{"name":"items/../../x.csv","sha256":"x"}]}', "is no name of a file"),
        ('{"v":1,"files":[{"name":"/etc/items.csv","sha256":"x"}]}', "is no name of a file"),
        ('{"v":1,"files":[{"name":".items.csv","sha256":"x"}]}', "is no name of a file"),
        ('{"v":1,"files":[{"name":"notes.txt","sha256":"x"}]}', "is no name of a file"),
        ('{"v":1,"files":[{"name":"items.csv","sha256":"x"},{"name":"items.csv","sha256":"y"}]}', "each once"),
    ],
)
def test_a_manifest_that_is_none_holds_everything_up_and_then_is_refused(
    content: str, why: str, db: LedgerDatabase, root: Path, ten_minutes_later: Callable[[], None]
) -> None:
    leave(root, "manifest-1.json", content)
    leave(root, "items.csv", ITEMS)
    taker = Taker()
    assert look(db, root, taker) == PullReport()
    assert why in (root / "in" / "manifest-1.json.report.txt").read_text(encoding="utf-8")
    ten_minutes_later()
    assert look(db, root, taker).refused == ("manifest-1.json",)
    assert look(db, root, taker).taken == ("items.csv",)


def test_a_delivery_that_is_written_again_meanwhile_is_another_one(db: LedgerDatabase, root: Path) -> None:
    """What has been gathered is out of the writer's reach."""
    announce(root, entry("items.csv", ITEMS))
    leave(root, "items.csv", ITEMS)
    seen: list[str] = []

    def write_and_take(db: LedgerDatabase, file: CatalogFile, say: object) -> Settled:
        if not seen:
            leave(root, "items.csv", "sku,na")
            announce(root, entry("items.csv", ITEMS * 2))
        seen.append(file.path.read_text(encoding="utf-8"))
        return Settled(True, ("taken",))

    look(db, root, write_and_take)
    assert seen == [ITEMS]
    assert lying(root / "in") == ["items.csv", "manifest-1.json"]
    leave(root, "items.csv", ITEMS * 2)
    look(db, root, write_and_take)
    assert seen == [ITEMS, ITEMS * 2]


def test_where_a_manifest_is_needed_nothing_is_taken_without_one(db: LedgerDatabase, root: Path) -> None:
    leave(root, "items.csv", ITEMS)
    taker = Taker()
    assert look(db, root, taker, needs_manifest=True) == PullReport()
    assert "sync.needs_manifest" in (root / "in" / "items.csv.report.txt").read_text(encoding="utf-8")
    announce(root, entry("items.csv", ITEMS))
    assert look(db, root, taker, needs_manifest=True).taken == ("items.csv", "manifest-1.json")
    assert lying(root / "in") == []


def test_a_manifest_that_is_taken_away_gives_back_what_was_gathered(db: LedgerDatabase, root: Path) -> None:
    folder = root / "in" / "taking" / "manifest-1.json"
    folder.mkdir(parents=True)
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    look(db, root, Taker())
    assert lying(root / "in") == ["items.csv"]
    assert look(db, root, Taker()).taken == ("items.csv",)


def real(tmp_path: Path) -> LeftFiles:
    return LeftFiles(shop(tmp_path), StillClock())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("items.csv", ITEMS, 3),
        ("items.json", '{"items":[{"sku":"A","name":"B"}]}', 0),
        ("departments.csv", "name\nBebidas\n", 2),
        ("stock.csv", "sku,on_hand\nA,1\n", 2),
        ("balances.csv", "code,owed,as_of\nC,1,2026-11-24T18:00:00Z\n", 5),
        ("promotions.json", '{"promotions":[]}', 1),
        ("ack-1.jsonl", '{"document_id":"sale-1","rejected":"no"}\n', 2),
    ],
)
def test_a_file_with_another_count_than_its_manifest_says_changes_nothing(
    name: str, content: str, said: int, db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    post_many(db, 1)
    announce(root, entry(name, content, rows=said))
    leave(root, name, content)
    assert look(db, root, real(tmp_path)).refused == (name,)
    assert f"where its manifest says {said}" in report_of(root, "refused", name)
    tables = (
        "SELECT 1 FROM item",
        "SELECT 1 FROM department",
        "SELECT 1 FROM stock_level",
        "SELECT 1 FROM account_balance",
    )
    assert [db.all(query) for query in tables] == [[]] * 4
    assert states(db) == {"sale-1": "waiting"}


def test_a_file_that_is_swapped_while_it_is_gathered_stays_outside(db: LedgerDatabase, root: Path) -> None:
    announce(root, entry("items.csv", ITEMS))
    leave(root, "items.csv", ITEMS)

    def swap(step: str) -> None:
        path = root / "in" / "items.csv"
        if step == "rename" and path.exists() and path.stat().st_size == len(ITEMS):
            os.truncate(path, 5)

    taker = Taker()
    assert look(db, root, taker, disk=SteppingDisk(swap)) == PullReport()
    assert taker.seen == []
    assert lying(root / "in") == ["items.csv", "manifest-1.json"]


@pytest.mark.parametrize("count", range(1, 24))
def test_a_death_at_any_step_takes_a_delivery_whole_and_once(
    count: int, db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    announce(root, entry("items.csv", ITEMS, rows=2), entry("stock.json", STOCK))
    leave(root, "items.csv", ITEMS)
    leave(root, "stock.json", STOCK)
    left = [count]

    def die_at_last(step: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise Died

    with contextlib.suppress(Died):
        look(db, root, real(tmp_path), disk=SteppingDisk(die_at_last))
    for _ in range(2):
        look(db, root, real(tmp_path))
    assert db.all("SELECT sku FROM item ORDER BY sku") == [("A-1",), ("A-2",)]
    assert db.all("SELECT sku FROM stock_level") == [("A-1",)]
    assert lying(root / "in") == []
    done = [name.partition("Z-")[2] for name in lying(root / "in" / "done") if not name.endswith(".report.txt")]
    assert sorted(done) == ["items.csv", "manifest-1.json", "stock.json"]
    assert not any((root / "in" / "taking").iterdir())
