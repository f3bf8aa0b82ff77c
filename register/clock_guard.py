"""The lane's clock, watched: a jump is an event of the journal, a clock that no server sets a doubt in each record.

What passes is measured on a clock that nobody can set; the ledger itself tells a clock that stands before its newest
row (`storage.journal`), also after a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from domain.instant import stamp
from domain.journal import MAX_BACK_SECONDS, ClockDoubt, Kind
from register.keeping import keep, tell_journal
from register.lane import Lane

Elapsed = Callable[[], int]
"""Milliseconds that have passed since some moment, whatever anyone does to the time of day."""

ASK_MS: Final = 60_000
"""How long an answer about the time server holds."""


class ClockGuard:
    """Compares the time of day with what has passed, at each act."""

    def __init__(self, lane: Lane, elapsed: Elapsed, is_synced: Callable[[], bool]) -> None:
        """Begin to watch now; the time server is asked about a minute later, or by `ask`: no start waits."""
        self._lane, self._elapsed, self._is_synced = lane, elapsed, is_synced
        self._seen: tuple[datetime, int] = (lane.clock(), elapsed())
        self._asked = self._seen[1]

    def look(self) -> None:
        """Journal a jump of more than two minutes; one that is not saved is told at the next look."""
        now, passed = self._lane.clock(), self._elapsed()
        if passed - self._asked >= ASK_MS:
            self.ask()
        before, then = self._seen
        jumped = now - before - timedelta(milliseconds=passed - then)
        if abs(jumped) > timedelta(seconds=MAX_BACK_SECONDS):
            body = {"from": stamp(before), "to": stamp(now), "seconds": jumped // timedelta(seconds=1)}
            if keep(self._lane, lambda: tell_journal(self._lane, Kind.CLOCK_JUMPED, body)):
                return
        self._seen = (now, passed)

    def ask(self) -> None:
        """Ask whether a time server sets the clock; each record says so from now on, until it is asked again."""
        self._asked = self._elapsed()
        self._lane.db.clock_doubt = "" if self._is_synced() else ClockDoubt.UNSYNCED.value
