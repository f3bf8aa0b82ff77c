"""Keeping the sync: what the lane is told, how long it waits before the next start, and how it ends.

Most of these processes are stand-ins that end with the status that the test has planned; no time passes.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from queue import Queue
from typing import cast

import pytest

from mostrador.sync_keeper import ELSEWHERE, SyncKeeper
from sync.command import Exit

PATIENCE = 30.0
Process = subprocess.Popen[bytes]


class Planned:
    """Ends at once with each status of a plan (an exception: it cannot be started), then asks the keeper to stop."""

    def __init__(self, *plan: int | OSError, run_seconds: tuple[float, ...] = ()) -> None:
        self.states: list[str] = []
        self.pauses: list[float] = []
        self.seconds = 0.0
        self._plan, self._runs = list(plan), list(run_seconds)
        self.keeper = SyncKeeper(self.spawn, self.states.append, lambda: self.seconds)
        self.keeper._stop.wait = self._pause  # type: ignore[assignment, method-assign]  # no time passes

    def spawn(self) -> Process:
        said = self._plan.pop(0)
        if isinstance(said, OSError):
            raise said
        return cast("Process", Ended(said, self._live))

    def _live(self) -> None:
        self.seconds += self._runs.pop(0) if self._runs else 0

    def _pause(self, pause_seconds: float | None = None) -> bool:
        self.pauses.append(pause_seconds or 0)
        if not self._plan:
            self.keeper._stop.set()
        return self.keeper._stop.is_set()

    def run(self) -> None:
        """Keep the sync until the plan is at its end."""
        self.keeper.start()
        self.keeper._thread.join(PATIENCE)
        assert not self.keeper._thread.is_alive()


class Ended:
    """A process that has ended."""

    def __init__(self, status: int, live: Callable[[], None]) -> None:
        self._status, self._live = status, live

    def wait(self) -> int:
        """Return its status."""
        self._live()
        return self._status

    def poll(self) -> int:
        """Return its status."""
        return self._status


def test_a_sync_that_dies_is_started_again_ever_later() -> None:
    planned = Planned(*[-9] * 9)
    planned.run()
    assert planned.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert planned.states == ["running", "failed"] * 9


def test_after_a_long_run_the_next_failure_is_a_new_one() -> None:
    planned = Planned(1, 1, 1, 1, 1, run_seconds=(0, 0, 0, 61, 59))
    planned.run()
    assert planned.pauses == [1, 2, 4, 1, 2]


def test_another_sync_at_work_is_well_and_looked_for_again_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    assert Exit(ELSEWHERE) is Exit.BUSY
    planned = Planned(1, 1, ELSEWHERE, ELSEWHERE, 1)
    with caplog.at_level(logging.INFO):
        planned.run()
    assert planned.pauses == [1, 2, 60, 60, 1]
    assert planned.states[-6:] == ["running", "elsewhere", "running", "elsewhere", "running", "failed"]
    assert [r.levelname for r in caplog.records] == ["WARNING", "WARNING", "INFO", "INFO", "WARNING"]


def test_a_sync_that_cannot_be_started_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    planned = Planned(OSError("no such program"), OSError("no such program"))
    planned.run()
    assert planned.pauses == [1, 2]
    assert planned.states == ["failed"] * 2
    assert "no such program" in caplog.text


@pytest.mark.parametrize("is_obedient", [True, False])
def test_a_wanted_end_is_no_failure(
    is_obedient: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mostrador.sync_keeper.STOP_SECONDS", PATIENCE if is_obedient else 0.01)
    code = "import signal, sys; print(flush=True); signal.pause()"
    if not is_obedient:
        code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {code}"
    states: Queue[str] = Queue()
    started: Queue[Process] = Queue()

    def spawn() -> Process:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        started.put(process)
        return process

    keeper = SyncKeeper(spawn, states.put)
    keeper.start()
    process = started.get(timeout=PATIENCE)
    assert states.get(timeout=PATIENCE) == "running"
    keeper.stop()
    keeper._thread.join(PATIENCE)
    assert not keeper._thread.is_alive()
    assert process.poll() is not None
    assert states.empty()
    assert caplog.records == []


def test_a_keeper_that_never_began_is_stopped_without_harm() -> None:
    SyncKeeper(lambda: pytest.fail("it was started"), lambda _: None).stop()
