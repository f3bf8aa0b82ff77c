"""Whether so much of a feed may go: what an ERP has lost is not taken from the lane before a person has said so.

What goes is counted over a day, from the most that there was in it: a little at a time is as much in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from domain.instant import read_stamp, stamp
from storage.checkpoint import drop_checkpoint, read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.feed_marks import accept_mark, most_mark, shrink_mark
from sync.errors import Denied, SyncError
from sync.feed import Feed

SHRINK_PERCENT: Final = 20
"""What would take more of a feed away than this in a day needs a person."""
SHRINK_LEAST: Final = 10
"""As many may go in a day in any case, if something is left."""
COUNTED_FOR: Final = timedelta(hours=24)
PASSING: Final = frozenset({Feed.RETURNED})
"""Feeds whose rows come and go with the day: a return elsewhere that is taken back lets the thing come back here."""


class _Most(msgspec.Struct, frozen=True):
    """The most that a feed has had since something of it went, and when that was."""

    count: int = 0
    at: str = ""


class ShrinkGuard:
    """Judges the losses of one feed."""

    def __init__(self, db: LedgerDatabase, feed: str, now: Callable[[], datetime]) -> None:
        """Keep what is counted in the ledger: a lane that starts anew counts on."""
        self._db = db
        self._feed = feed
        self._now = now

    def may_shrink(self, left: int, had: int, *, is_told: bool = False) -> bool:
        """Say whether of what there is so much may be left: if it is rather a fault there, a person reads of it.

        `is_told` is where the ERP names each that is gone, and it is not only missing: of a handful all may go then.
        """
        if left >= had or self._feed in PASSING:
            return True
        now = self._now()
        most = self._most_of_day(had, now)
        is_accepted = self.is_accepted
        has_none = not left and not (is_told and most.count <= SHRINK_LEAST)
        if is_too_much(most.count - left, most.count, has_none=has_none) and not is_accepted:
            self._save(shrink_mark(self._feed), f"{most.count - left} of {most.count}", now)
            return False
        kept = _Most(left, most.at) if is_accepted else most
        self._save(most_mark(self._feed), msgspec.json.encode(kept).decode(), now)
        return True

    @property
    def is_accepted(self) -> bool:
        """Whether a person has said that as much may go as the ERP says."""
        return bool(read_checkpoint(self._db, accept_mark(self._feed)))

    def forget(self) -> None:
        """Drop what a person was to read, and what he has said: the lane has what the ERP has."""
        marks = accept_mark(self._feed), shrink_mark(self._feed)
        if any(read_checkpoint(self._db, mark) for mark in marks):
            with saving(), self._db.atomic():
                for mark in marks:
                    drop_checkpoint(self._db, mark)

    def problem(self) -> SyncError | None:
        """Return what a person has to say about rows that the ERP has no more."""
        found = read_checkpoint(self._db, shrink_mark(self._feed))
        if not found:
            return None
        return Denied(
            f"the ERP has {found} {self._feed} no more, and the lane keeps them: look there, and if it is right say"
            f" `mostrador sync accept {self._feed}`"
        )

    def _most_of_day(self, had: int, now: datetime) -> _Most:
        """Return the most there was within a day, from now on if nothing has gone in it."""
        try:
            most = msgspec.json.decode(read_checkpoint(self._db, most_mark(self._feed)) or "{}", type=_Most)
            is_of_day = timedelta() <= now - read_stamp(most.at) < COUNTED_FOR
        except (msgspec.MsgspecError, ValueError):
            return _Most(had, stamp(now))
        return _Most(max(most.count, had), most.at) if is_of_day else _Most(had, stamp(now))

    def _save(self, mark: str, text: str, now: datetime) -> None:
        if read_checkpoint(self._db, mark) != text:
            with saving(), self._db.atomic():
                save_checkpoint(self._db, mark, text, stamp(now))


def is_too_much(count: int, had: int, *, has_none: bool = False) -> bool:
    """Say whether it is rather a fault of the ERP when so many of a feed are gone.

    So it is where nothing is left, and where more than a fifth is gone, but for a handful.
    """
    return bool(had) and (has_none or (count > SHRINK_LEAST and count * 100 > had * SHRINK_PERCENT))
