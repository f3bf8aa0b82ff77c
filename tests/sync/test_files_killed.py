"""The files connector killed at random steps, out and in: no document lost, doubled or half, no file half applied."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storage.connection import LedgerDatabase
from tests.architecture.house import ROOT
from tests.sync.shop import open_shop, post_many, shop, states

ROUNDS = 6
MOST_STEPS = 90


class Erp:
    """An ERP that trusts nothing: it proves what it reads, and leaves what it has with a manifest or without."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        (root / "in").mkdir(parents=True)
        self.root = root
        self._chance = chance
        self.booked: dict[str, str] = {}
        self.rejected: set[str] = set()
        self.items: dict[str, str] = {}
        self.stock: dict[str, int] = {}

    def read(self) -> None:
        """Book every batch whose manifest is there, and move both away."""
        for path in sorted(self.root.glob("out/batch-*.manifest.json")):
            manifest = json.loads(path.read_bytes())
            files = [self.root / "out" / entry["name"] for entry in manifest["files"]]
            for entry, file in zip(manifest["files"], files, strict=True):
                content = file.read_bytes()
                assert sha256(content) == entry["sha256"]
                header, *lines = [json.loads(line) for line in content.splitlines()]
                assert header["count"] == entry["rows"] == len(lines)
                self._book(lines)
            for file in (*files, path):
                file.rename(file.parent / "done" / file.name)

    def _book(self, lines: list[Any]) -> None:
        for line in lines:
            text = json.dumps(line["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            assert sha256(text.encode()) == line["hash"]
            assert line["document_id"] not in self.booked
            self.booked[line["document_id"]] = line["hash"]

    def leave(self, number: int) -> None:
        """Leave items and stock as one delivery or as two files, and reject something that was booked."""
        for count in range(self._chance.randrange(1, 4)):
            sku = f"A-{number}-{count}"
            self.items[sku], self.stock[sku] = f"Item {number}", number
        rows = "".join(f"{sku},{name},9.50\n" for sku, name in self.items.items())
        entries = [{"sku": sku, "on_hand": on_hand} for sku, on_hand in self.stock.items()]
        contents = {
            f"items-{number}.csv": f"sku,name,price\n{rows}",
            f"stock-{number}.json": json.dumps({"stock": entries}),
        }
        if waiting := sorted(set(self.booked) - self.rejected):
            victim = self._chance.choice(waiting)
            self.rejected.add(victim)
            contents[f"ack-{number}.jsonl"] = json.dumps({"document_id": victim, "rejected": "no"})
        if self._chance.random() < 0.6:
            files = [
                {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest()} for name, text in contents.items()
            ]
            contents = {f"manifest-{number}.json": json.dumps({"v": 1, "files": files}), **contents}
        for name, text in contents.items():
            (self.root / "in" / name).write_text(text, encoding="utf-8")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def run_child(tmp_path: Path, count: int) -> int:
    command = [
        sys.executable,
        "-m",
        "tests.sync.files_child",
        str(tmp_path / "data"),
        str(tmp_path / "erp"),
        str(count),
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def live(tmp_path: Path, seed: int) -> int:
    """Let a lane sell and an ERP answer while the sync is killed again and again; return how often it was."""
    chance = random.Random(seed)
    erp = Erp(tmp_path / "erp", chance)
    db = open_shop(shop(tmp_path))
    killed = 0
    for number in range(ROUNDS):
        post_many(db, 5, f"sale-{number}")
        erp.leave(number)
        code = run_child(tmp_path, chance.randrange(1, MOST_STEPS))
        assert code in (0, -signal.SIGKILL)
        killed += code != 0
        hold_whole(db, erp)
        erp.read()
    for _ in range(2):
        assert run_child(tmp_path, 0) == 0
        erp.read()
    hold_end(db, erp)
    db.close()
    return killed


def hold_whole(db: LedgerDatabase, erp: Erp) -> None:
    """Nothing that the lane has from the ERP is half, whatever died."""
    assert set(db.all("SELECT sku, name FROM item")) <= set(erp.items.items())
    assert all(
        on_hand == erp.stock[sku] * 1_000_000 for sku, on_hand in db.all("SELECT sku, on_hand_micro FROM stock_level")
    )
    assert db.all("PRAGMA integrity_check") == [("ok",)]


def hold_end(db: LedgerDatabase, erp: Erp) -> None:
    """At rest both sides have all of it, once."""
    found = states(db)
    assert set(found) == set(erp.booked)
    assert {one for one, state in found.items() if state == "rejected"} == erp.rejected
    assert set(db.all("SELECT document_id, hash FROM outbox o JOIN journal j ON j.seq = o.journal_seq")) == set(
        erp.booked.items()
    )
    assert dict(db.all("SELECT sku, name FROM item")) == erp.items
    assert {sku for (sku,) in db.all("SELECT sku FROM stock_level")} == set(erp.stock)
    assert not [path for path in (erp.root / "in").iterdir() if path.is_file()]
    assert not [path for path in (erp.root / "in" / "refused").iterdir() if not path.name.startswith(".")]
    assert not list((erp.root / "in" / "taking").iterdir())


def test_a_sync_that_is_killed_loses_doubles_and_halves_nothing(tmp_path: Path) -> None:
    assert live(tmp_path, 7) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_a_sync_that_is_killed_again_and_again_loses_doubles_and_halves_nothing(seed: int, tmp_path: Path) -> None:
    live(tmp_path, seed)
