"""Once a day what is older than its days goes by itself, where the clock can be trusted and no batch is out."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.instant import read_stamp, stamp
from storage import outbox
from storage.checkpoint import read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase
from storage.errors import LedgerError, reading, saving
from storage.events import Mark
from storage.journal import read_head
from storage.pace import SYNC_PACE
from storage.purge import RETENTION, Due, empty_log_aside, purge
from storage.retention import find_old_copies, find_too_old, has_days
from sync.clock import Clock
from sync.errors import SyncError
from sync.personal import forget_own
from sync.push import Say

EVERY: Final = timedelta(days=1)
REST_SECONDS: Final = 3_600
"""How long a purge rests that could not be done."""
ROWS: Final = 100
"""Rows of the journal whose texts go in one transaction: a sale waits no longer than that takes."""
_MARK: Final = "purge.last"


class LastPurge(msgspec.Struct, frozen=True):
    """What the last purge deleted; `waiting` texts stay until the ERP has taken their documents."""

    at: str
    texts: int
    copies: int
    waiting: int
    is_log_empty: bool


def read_last_purge(db: LedgerDatabase) -> LastPurge | None:
    """Return what the sync deleted last, None before the first time."""
    text = read_checkpoint(db, _MARK)
    try:
        return msgspec.json.decode(text, type=LastPurge) if text else None
    except msgspec.MsgspecError:
        return None


class DailyPurge:
    """Deletes in small transactions, and ends between two of them when it is to stop."""

    def __init__(self, db: LedgerDatabase, settings: Settings, paths: LanePaths, clock: Clock, say: Say) -> None:
        """Begin as the ledger says it was left."""
        self._db = db
        self._settings = settings
        self._paths = paths
        self._clock = clock
        self._say = say
        self._rests_until_seconds = 0.0

    def run(self) -> None:
        """Delete what is too old, if it is time to and nothing speaks against it. A failure is said and rests."""
        if not self._is_wanted() or self._clock.elapsed_seconds() < self._rests_until_seconds:
            return
        try:
            with reading():
                now, last = self._clock.now(), read_last_purge(self._db)
                if last and timedelta() <= now - read_stamp(last.at) < EVERY:
                    self._empty_again(last)
                elif self._is_safe(now):
                    self._purge(now)
        except (LedgerError, SyncError, OSError) as error:
            self._rests_until_seconds = self._clock.elapsed_seconds() + REST_SECONDS
            self._say(f"purge: {error}; trying again within an hour")

    def _is_wanted(self) -> bool:
        retention = self._settings.retention
        return retention.by_itself and has_days(retention)

    def _is_safe(self, now: datetime) -> bool:
        """Say whether the clock can be trusted and every document is either with the ERP or here."""
        return self._clock.is_synced() and read_head(self._db).at <= stamp(now) and not outbox.has_claimed(self._db)

    def _purge(self, now: datetime) -> None:
        """Delete, and keep what was done; what is left at a stop goes at the next start."""
        retention = self._settings.retention
        dues = find_too_old(self._db, retention, now, ROWS)
        if not all(self._delete(due) for due in dues):
            return
        forget_own(self._paths, self._settings.lane.id, self._db)
        copies = find_old_copies(self._paths.ledger, retention, now)
        for path in copies:
            path.unlink(missing_ok=True)
        texts, waiting = sum(due.count for due in dues), sum(due.waiting for due in dues)
        is_empty = empty_log_aside(self._db) if texts else True
        self._keep(LastPurge(stamp(now), texts, len(copies), waiting, is_empty))
        if texts or copies:
            self._say(f"purge: deleted {texts} texts and {len(copies)} copies; {waiting} stay for the ERP")

    def _delete(self, due: Due) -> bool:
        """Delete one part, and say whether to go on."""
        if self._clock.must_end():
            return False
        if due.ranges:
            began_ns = time.perf_counter_ns()
            purge(self._db, Mark(self._settings.lane.id, stamp(self._clock.now()), "", 0), RETENTION, [due])
            SYNC_PACE.rest(began_ns)
        return True

    def _empty_again(self, last: LastPurge) -> None:
        """Empty the log that a reader held, and keep that it is."""
        if not last.is_log_empty and empty_log_aside(self._db):
            self._keep(msgspec.structs.replace(last, is_log_empty=True))

    def _keep(self, last: LastPurge) -> None:
        with saving(), self._db.atomic():
            save_checkpoint(self._db, _MARK, msgspec.json.encode(last).decode(), last.at)
