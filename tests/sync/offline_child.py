"""A lane's sync as its process is, for the ERP of the tutorial, until nothing is due: `offline_child.py SETTINGS`.

Only its clock is another one: a minute passes in little more than a second, so that a back-off costs a test no time.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from config.file import load_settings
from config.paths import lane_paths
from storage.connection import LedgerDatabase, open_ledger
from sync.clock import Clock
from sync.connector import BUILT_IN
from sync.process import run_forever, stopping_on_signals

HASTE = 50
_DUE = "SELECT 1 FROM outbox WHERE state = 'waiting' AND reason NOT LIKE 'waits for %' LIMIT 1"


class HastyClock(Clock):
    """A clock on which everything takes longer than it does."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(stop)

    def elapsed_seconds(self) -> float:
        return time.monotonic() * HASTE

    def pause(self, pause_seconds: float) -> bool:
        return self.stop.wait(pause_seconds / HASTE)


def is_any_due(db: LedgerDatabase) -> bool:
    """Say whether a document waits that may go."""
    return db.one(_DUE) is not None


def main(config: str) -> None:
    """Be the sync."""
    BUILT_IN["tutorial"] = "docs.tutorial_connector:make"
    settings = load_settings(Path(config))
    paths = lane_paths(settings, os.environ)
    db = open_ledger(paths.ledger)
    with stopping_on_signals() as stop:
        run_forever(
            settings, stop, say=lambda _: None, paths=paths, is_wanted=lambda: is_any_due(db), clock=HastyClock(stop)
        )
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
