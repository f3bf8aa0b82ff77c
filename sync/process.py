"""The sync as a program of its own: what it does until it is stopped.

A sync that hangs, leaks or crashes cannot slow a sale: it shares nothing with the lane but the ledger's file.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from config.paths import LanePaths, lane_paths
from config.settings import Settings
from sync.clock import Clock
from sync.push import Say
from sync.retry import Retry
from sync.round import Loop, SyncReport, at_work
from sync.spawn import LANE_VARIABLE

NICENESS: Final = 5


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
    clock: Clock | None = None,
) -> None:
    """Make rounds until `stop` is set or nobody wants us. Raises `SyncError` and `LedgerError` at the start only."""
    timed = clock or Clock(stop)
    with at_work(settings, paths or lane_paths(settings, os.environ), timed, say) as sync:
        Loop(sync, Retry(timed.elapsed_seconds)).run(is_wanted)


def give_way() -> None:
    """Let the lane go first where both want to compute: a till may have one core, and a screen is waited for.

    A session of its own is also a group of its own to Linux, so that its niceness has to be set beside the process's.
    """
    with suppress(OSError):
        os.nice(NICENESS)
        Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


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
