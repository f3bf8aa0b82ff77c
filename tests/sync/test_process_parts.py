"""What the process is made of: back-off, lock, log, watch, and the choice of a connector."""

from __future__ import annotations

import io
import json
import os
import random
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from config.paths import LanePaths
from config.settings import Settings
from sync import connector as connector_module
from sync.clock import Clock
from sync.connector import BUILT_IN, Connector, connector_names, open_connector
from sync.errors import NoConnector, SyncBusy, Unreachable
from sync.files import FilesConnector
from sync.lock import is_running, only_one
from sync.log import LOG_NAME, Log, open_log
from sync.retry import CAP_SECONDS, Retry
from tests.sync.erps import MemoryErp
from tests.sync.shop import StillClock, paths_of, shop


def test_the_wait_is_a_random_part_of_a_limit_that_doubles() -> None:
    clock = StillClock()
    retry = Retry(clock.elapsed_seconds, chance=random.Random(5))
    assert retry.is_due()
    limits = [retry.failed() for _ in range(12)]
    assert limits == [1, 2, 4, 8, 16, 32, 64, 128, 256, CAP_SECONDS, CAP_SECONDS, CAP_SECONDS]
    clock.seconds = CAP_SECONDS
    assert retry.is_due()


def test_the_waits_fill_the_whole_range() -> None:
    """Full jitter: lanes that lost the ERP together spread out."""
    early = 0
    for seed in range(200):
        clock = StillClock()
        retry = Retry(clock.elapsed_seconds, chance=random.Random(seed), base_seconds=100)
        retry.failed()
        clock.seconds = 50
        early += retry.is_due()
    assert 70 <= early <= 130


def test_what_the_erp_asks_for_wins_and_success_forgets() -> None:
    clock = StillClock()
    retry = Retry(clock.elapsed_seconds)
    assert retry.failed(retry_after_seconds=900) == 900
    clock.seconds = 899
    assert not retry.is_due()
    clock.seconds = 900
    assert retry.is_due()
    retry.failed(retry_after_seconds=900)
    retry.reset()
    assert retry.is_due()
    assert retry.failures == 0


def test_many_failures_do_not_overflow() -> None:
    retry = Retry(StillClock().elapsed_seconds)
    assert {retry.failed() for _ in range(10_000)} >= {CAP_SECONDS}


def test_one_sync_per_ledger(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    with only_one(tmp_path):
        assert is_running(tmp_path)
        with pytest.raises(SyncBusy, match="another sync"), only_one(tmp_path):
            pass
    assert not is_running(tmp_path)
    with only_one(tmp_path):
        pass


def test_who_only_looks_is_not_in_the_way_of_a_sync_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with only_one(tmp_path):
        pass
    close, started = os.close, []

    def start_meanwhile(descriptor: int) -> None:
        monkeypatch.undo()
        with only_one(tmp_path):
            started.append(descriptor)
        close(descriptor)

    monkeypatch.setattr(os, "close", start_meanwhile)
    assert not is_running(tmp_path)
    assert len(started) == 1


def test_a_data_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"lane\.data"), only_one(tmp_path / "nowhere"):
        pass


def test_the_log_says_when_and_nothing_that_moves_a_cursor(tmp_path: Path) -> None:
    stream = io.StringIO()
    Log(stream, tmp_path, StillClock()).say("no such\x1b[2J folder\n")
    assert stream.getvalue() == "no such[2J folder \n"
    with (tmp_path / LOG_NAME).open("a", encoding="utf-8") as file:
        Log(file, tmp_path, StillClock()).say("Ñandú\x9b")
    (line,) = (tmp_path / LOG_NAME).read_text().splitlines()
    assert json.loads(line)["text"] == "Ñandú"
    assert json.loads(line)["at"] == "2026-11-24T10:00:00.000Z"
    assert line.isascii()


def test_the_log_is_cut_when_it_is_large_and_goes_on_in_the_same_file(tmp_path: Path) -> None:
    with (tmp_path / LOG_NAME).open("a", encoding="utf-8") as stream:
        log = Log(stream, tmp_path, StillClock(), cap_bytes=1_000)
        for number in range(200):
            log.say(f"line {number}")
    kept = [(tmp_path / name).read_text().splitlines() for name in (f"{LOG_NAME}.1", LOG_NAME)]
    numbers = [int(json.loads(line)["text"].split()[-1]) for lines in kept for line in lines]
    assert numbers == list(range(numbers[0], 200))
    assert sum(len(line) + 1 for lines in kept for line in lines) < 2_200


def test_a_file_that_is_not_our_log_is_not_cut(tmp_path: Path) -> None:
    with (tmp_path / "mine.txt").open("a", encoding="utf-8") as stream:
        log = Log(stream, tmp_path, StillClock(), cap_bytes=100)
        for number in range(50):
            log.say(str(number))
    assert len((tmp_path / "mine.txt").read_text().splitlines()) == 50


def test_a_large_log_is_put_aside_for_a_new_process(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).write_bytes(b"x" * 1_000_001)
    with open_log(tmp_path) as log:
        log.write(b"new\n")
    assert (tmp_path / LOG_NAME).read_bytes() == b"new\n"
    assert (tmp_path / f"{LOG_NAME}.1").stat().st_size == 1_000_001


def test_files_is_the_default_and_comes_with_us(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    assert Settings().sync.connector == "files"
    assert isinstance(open_connector(settings, paths_of(settings), Clock()), FilesConnector)
    assert "files" in connector_names()


def test_an_unknown_connector_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    settings = shop(tmp_path, connector="odo")
    with pytest.raises(NoConnector, match=r"no connector 'odo'.*files"):
        open_connector(settings, paths_of(settings), Clock())


def make_memory(settings: Settings, paths: LanePaths, clock: Clock) -> Connector:
    """A connector as another package would bring it."""
    return MemoryErp().connect()


def _install(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    points = EntryPoints([EntryPoint(name, value, connector_module.GROUP)])
    monkeypatch.setattr(connector_module, "entry_points", lambda **asked: points.select(**asked))


def test_another_package_may_bring_a_connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, "memory", f"{__name__}:make_memory")
    settings = shop(tmp_path, connector="memory")
    assert type(open_connector(settings, paths_of(settings), Clock())).__name__ == "MemoryConnector"
    assert connector_names() == tuple(sorted({*BUILT_IN, "memory"}))


def test_another_package_cannot_take_the_name_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, "files", f"{__name__}:make_memory")
    settings = shop(tmp_path)
    assert isinstance(open_connector(settings, paths_of(settings), Clock()), FilesConnector)


def test_a_connector_that_cannot_be_loaded_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, "broken", "there.is.no:module")
    settings = shop(tmp_path, connector="broken")
    with pytest.raises(NoConnector, match=r"broken of there\.is\.no:module cannot be loaded"):
        open_connector(settings, paths_of(settings), Clock())
