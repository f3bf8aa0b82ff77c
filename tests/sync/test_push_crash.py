"""A push that is killed, or cut off from power, at any step: nothing lost, nothing doubled.

The harness is held against three mutants that it must find.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.durable import Disk
from storage.connection import LedgerDatabase
from sync.connector import Connector
from sync.files import FilesConnector
from tests.architecture.house import ROOT
from tests.sync.breaking import (
    STEPS,
    Died,
    EarlyFiles,
    NaiveFiles,
    SteppingDisk,
    UnflushedFiles,
    die,
    once_at,
)
from tests.sync.shop import StillClock, delivered, doubled, open_shop, post_many, push, shop, states

ALL_STEPS = ("claimed", *STEPS, "marking", "marked")
Make = Callable[[Path, Disk], Connector]


def files(root: Path, disk: Disk) -> FilesConnector:
    return FilesConnector(root, StillClock(), disk)


def naive(root: Path, disk: Disk) -> NaiveFiles:
    return NaiveFiles(root, StillClock(), disk)


def unflushed(root: Path, disk: Disk) -> UnflushedFiles:
    return UnflushedFiles(root, StillClock(), disk)


@pytest.fixture
def erp(tmp_path: Path) -> Path:
    (tmp_path / "erp").mkdir()
    return tmp_path / "erp"


@pytest.mark.parametrize("step", ALL_STEPS)
def test_kill_9_at_each_step(step: str, tmp_path: Path, erp: Path) -> None:
    db = open_shop(shop(tmp_path))
    post_many(db, 10)
    died = subprocess.run(
        [sys.executable, "-m", "tests.sync.child", str(tmp_path / "data"), str(erp), step], cwd=ROOT, check=False
    )
    assert died.returncode == -signal.SIGKILL
    post_many(db, 3, "later")
    assert push(db, files(erp, Disk()), size=4).problem is None
    assert delivered(erp) == list(states(db))
    assert set(states(db).values()) == {"sent"}
    db.close()


@pytest.mark.parametrize("step", STEPS)
def test_what_the_erp_read_before_our_restart_is_not_sent_again(step: str, tmp_path: Path, erp: Path) -> None:
    db = open_shop(shop(tmp_path))
    post_many(db, 6)
    with pytest.raises(Died):
        push(db, files(erp, SteppingDisk(once_at(step, die))), size=4)
    for path in (erp / "out").glob("batch-*.jsonl"):
        path.rename(erp / "out" / "done" / path.name)
    assert push(db, files(erp, Disk()), size=4).problem is None
    assert delivered(erp) == list(states(db))
    db.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_at_each_step(step: str, tmp_path: Path, erp: Path) -> None:
    for seed in range(8):
        lost, twice = _cut(tmp_path / str(seed), step, seed, files)
        assert (lost, twice) == (set(), set())


def test_a_second_cut_after_the_first_is_no_worse(tmp_path: Path) -> None:
    for seed in range(20):
        assert _cut_twice(tmp_path / str(seed), seed, files) == set()


@pytest.mark.parametrize(
    ("make", "step", "is_lost", "is_doubled"),
    [(EarlyFiles, "flushed", True, False), (naive, "folder_flushed", False, True)],
)
def test_the_harness_finds(make: Make, step: str, is_lost: bool, is_doubled: bool, tmp_path: Path) -> None:
    found = [_cut(tmp_path / str(seed), step, seed, make) for seed in range(8)]
    assert any(lost for lost, _ in found) == is_lost
    assert any(twice for _, twice in found) == is_doubled


def test_the_harness_finds_a_folder_that_is_not_flushed_after_a_restart(tmp_path: Path) -> None:
    assert any(_cut_twice(tmp_path / str(seed), seed, unflushed) for seed in range(20))


def _cut(folder: Path, step: str, seed: int, make: Make) -> tuple[set[str], set[str]]:
    """Push, cut the power at a step of the first batch, push again; return what was lost and doubled."""
    db, root = _open(folder)
    ids = post_many(db, 10)
    disk = SteppingDisk(once_at(step, die))
    with pytest.raises(Died):
        push(db, make(root, disk), size=4)
    disk.cut_power(random.Random(seed))
    _finish(db, make(root, Disk()))
    found = delivered(root)
    db.close()
    return set(ids) - set(found), doubled(found)


def _cut_twice(folder: Path, seed: int, make: Make) -> set[str]:
    """Die between the name and its flush, restart, and lose the power once the marks are set; return what is lost."""
    db, root = _open(folder)
    ids = post_many(db, 3)
    disk = SteppingDisk(once_at("renamed", die))
    with pytest.raises(Died):
        push(db, make(root, disk))
    assert push(db, make(root, disk)).problem is None
    disk.cut_power(random.Random(seed))
    sent = {one for one, state in states(db).items() if state == "sent"}
    db.close()
    assert sent == set(ids)
    return sent - set(delivered(root))


def _open(folder: Path) -> tuple[LedgerDatabase, Path]:
    root = folder / "erp"
    root.mkdir(parents=True)
    return open_shop(shop(folder)), root


def _finish(db: LedgerDatabase, connector: Connector) -> None:
    for _ in range(3):
        assert push(db, connector, size=4).problem is None
    connector.close()
