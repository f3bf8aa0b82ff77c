"""The sync as a program of its own: how the lane starts it, and what it does until it is stopped.

A sync that hangs, leaks or crashes cannot slow a sale: it shares nothing with the lane but the ledger's file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.paths import CONFIG_VARIABLE, LanePaths, lane_paths
from config.settings import Settings
from sync.clock import Clock
from sync.log import open_log
from sync.push import Say
from sync.retry import Retry
from sync.round import Loop, SyncReport, at_work

LANE_VARIABLE: Final = "MOSTRADOR_LANE_PID"
"""Names the lane's process to the sync it has started, which ends with it."""


def spawn_sync(config: Path | None, paths: LanePaths, program: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """Start the sync of a lane in a session of its own, its output in the lane's logs.

    It ends by itself when the lane does, and at once where another is at work. Whoever starts it keeps the
    object, polls it, and starts another one if it has died. Raises `OSError`.
    """
    environ = dict(os.environ) | {LANE_VARIABLE: str(os.getpid())}
    if config:
        environ[CONFIG_VARIABLE] = str(config)
    with open_log(paths.logs) as log:
        return subprocess.Popen(
            [*(program or (sys.executable, "-P", "-m", "mostrador", "sync"))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environ,
            start_new_session=True,
        )


def run_once(settings: Settings, *, say: Say, paths: LanePaths | None = None, clock: Clock | None = None) -> SyncReport:
    """Make one round and return what it did. Raises `SyncError` (`SyncBusy` too), `LedgerError`."""
    where = paths or lane_paths(settings, os.environ)
    with at_work(settings, where, clock or Clock(), say) as sync:
        return sync.round()


def run_forever(
    settings: Settings,
    stop: threading.Event,
    *,
    say: Say,
    paths: LanePaths | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Make rounds until `stop` is set or nobody wants us. Raises `SyncError` and `LedgerError` at the start only."""
    clock = Clock(stop)
    with at_work(settings, paths or lane_paths(settings, os.environ), clock, say) as sync:
        Loop(sync, Retry(clock.elapsed_seconds)).run(is_wanted)


def lane_watch(environ: Mapping[str, str]) -> Callable[[], bool]:
    """Return what says whether the lane that has started this process still runs; always, if none has."""
    pid = environ.get(LANE_VARIABLE, "")
    return (lambda: os.getppid() == int(pid)) if pid.isdecimal() else (lambda: True)


@contextmanager
def stopping_on_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set, and the signals back to whoever had them."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
