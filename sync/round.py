"""The sync at work: one round tells the ERP and asks it, and a loop makes rounds until it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.instant import stamp
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import LedgerError, reading, saving
from storage.link import read_link, read_nudge, save_link
from sync.clock import Clock
from sync.connector import Connector, open_connector
from sync.errors import Unreachable
from sync.feed import FeedingConnector, KnowsIds
from sync.feed_ids import LedgerIds
from sync.feed_pull import FeedPull, FeedReport
from sync.left_file import LeftFiles
from sync.lock import only_one
from sync.pull import ImportFile, Pull, PullReport
from sync.push import Push, PushReport, Say
from sync.reconcile import PostingConnector, Reconciler
from sync.retry import Retry

if TYPE_CHECKING:
    from sync.daily_purge import DailyPurge

LAST_SECONDS = 3
"""How long a last round goes on offering batches: the lane waits five seconds for its sync before it ends it."""
POLL_SECONDS = 1
"""How often the ledger is asked whether the lane has posted anything."""


class SyncReport(msgspec.Struct, frozen=True):
    """What one round did; `problem` is one sentence with its remedy, empty while all is well."""

    push: PushReport = PushReport()
    pull: PullReport = PullReport()
    feeds: FeedReport = FeedReport()
    problem: str = ""
    retry_after_seconds: int | None = None
    is_away: bool = False
    """Whether the ERP could not be told or asked at all: then the next round waits. One feed that fails rests alone."""

    @property
    def has_moved(self) -> bool:
        """Whether anything came through: then the back-off begins anew."""
        return bool(self.push.batches or self.pull.taken or self.pull.refused or self.feeds.taken)


class Sync:
    """A lane's ledger and its ERP, open and locked."""

    def __init__(
        self,
        db: LedgerDatabase,
        connector: Connector,
        settings: Settings,
        clock: Clock,
        say: Say,
        import_file: ImportFile | None = None,
    ) -> None:
        """Take the ledger's connection and the connector over, for as long as their owner keeps them open."""
        self.db = db
        self.clock = clock
        self.say = say
        self.every_seconds = settings.sync.every_seconds
        self._push = Push(db, connector, settings.sync.batch, clock, say)
        self._pull = Pull(db, connector, import_file or LeftFiles(settings, clock), clock, say)
        self._feeds = _feeds_of(db, connector, settings, clock, say, self._tell_between)
        self._reconciler = _reconciler_of(db, connector, settings, clock)
        self.purge: DailyPurge | None = None
        self._told_version = -1
        self._between: list[PushReport] = []
        if isinstance(connector, KnowsIds):
            connector.take_ids(LedgerIds(db))

    def round(self, *, looks: bool = True) -> SyncReport:
        """Push, and pull where it is time to look; neither waits for the other. Raises `LedgerError`."""
        with reading():
            self._told_version = self.db.data_version
            self._between = [self._push.run()]
            pull = self._pull.run() if looks else PullReport()
            feeds = self._feeds.run() if looks and self._feeds else FeedReport()
            push = add_reports(self._between)
            compared = self._reconciler.run(self.say) if self._reconciler and not push.problem else None
        lacking = self._feeds.problem if self._feeds else None
        problems = [error for error in (push.problem, pull.problem, feeds.problem or lacking, compared) if error]
        away = [error for error in (push.problem, pull.problem) if error]
        if feeds.is_away and feeds.problem and not push.batches:
            away.append(feeds.problem)
        problem = str(problems[0]) if problems else ""
        with reading():
            self._keep_link(problem, is_online=not away)
        if looks and self.purge:
            self.purge.run()
        asked = [error.retry_after_seconds for error in away if isinstance(error, Unreachable)]
        wait = max((seconds for seconds in asked if seconds is not None), default=None)
        return SyncReport(push, pull, feeds, problem, wait, bool(away))

    def try_at_once(self) -> None:
        """Forget what rests: somebody asked for a try."""
        for resting in (self._feeds, self._reconciler):
            if resting:
                resting.reset()

    def _tell_between(self) -> None:
        """Tell the ERP what was sold while it is asked, so that a long pull keeps no sale waiting."""
        version = self.db.data_version
        if version != self._told_version and not self._between[-1].problem:
            self._told_version = version
            self._between.append(self._push.run())

    def _keep_link(self, problem: str, *, is_online: bool) -> None:
        """Leave for the lane's status bar how it went, and say it, when it is news."""
        old = read_link(self.db)
        if old and (old.is_online, old.problem) == (is_online, problem):
            return
        with saving(), self.db.atomic():
            save_link(self.db, is_online, problem, stamp(self.clock.now()))
        self.say(problem or "online")


def add_reports(reports: Sequence[PushReport]) -> PushReport:
    """Return several pushes of one round as one."""
    return PushReport(
        sent=sum(one.sent for one in reports),
        rejected=sum(one.rejected for one in reports),
        held=reports[-1].held,
        batches=tuple(batch for one in reports for batch in one.batches),
        problem=reports[-1].problem,
    )


def _feeds_of(
    db: LedgerDatabase,
    connector: Connector,
    settings: Settings,
    clock: Clock,
    say: Say,
    between: Callable[[], None],
) -> FeedPull | None:
    """Return what pulls a connector's feeds; None for one that has none."""
    if not isinstance(connector, FeedingConnector):
        return None
    from sync.feed_take import make_takers  # only an ERP that feeds needs the rules of everything

    return FeedPull(db, connector, make_takers(settings, clock.now), clock, say, between)


def _reconciler_of(db: LedgerDatabase, connector: Connector, settings: Settings, clock: Clock) -> Reconciler | None:
    """Return what compares shifts with an ERP that can tell what it has; None for another."""
    return Reconciler(db, connector, settings, clock) if isinstance(connector, PostingConnector) else None


@contextmanager
def at_work(settings: Settings, paths: LanePaths, clock: Clock, say: Say) -> Iterator[Sync]:
    """Lock, open ledger and connector, and close both. Raises `SyncError`, `LedgerError`."""
    with only_one(paths.data):
        connector = open_connector(settings, paths, clock)
        try:
            db = open_ledger(paths.ledger, must_exist=True)
            try:
                sync = Sync(db, connector, settings, clock, say)
                if settings.retention.by_itself:
                    from sync.daily_purge import DailyPurge  # one round a day needs it

                    sync.purge = DailyPurge(db, settings, paths, clock, say)
                yield sync
            finally:
                db.close()
        finally:
            connector.close()


class Loop:
    """Rounds until it is stopped: when the lane has posted, and every so often to look for news."""

    def __init__(self, sync: Sync, retry: Retry) -> None:
        """Start as if everything were new."""
        self._sync = sync
        self._retry = retry
        self._seen = -1
        self._nudges = read_nudge(sync.db)
        self._next_look_seconds = sync.clock.elapsed_seconds()

    def run(self, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Go on until the clock says stop, or nobody wants us: then one last round takes the last sales along."""
        clock = self._sync.clock
        while not clock.stop.is_set() and is_wanted():
            self.step()
            clock.pause(POLL_SECONDS)
        clock.allow(LAST_SECONDS)
        self.step(is_last=True)

    def step(self, *, is_last: bool = False) -> None:
        """Make a round if there is a reason to and the back-off allows it, or if it is the last one."""
        try:
            with reading():
                is_posted = self._has_news()
            looks = self._sync.clock.elapsed_seconds() >= self._next_look_seconds or self._retry.failures > 0
            if is_last:  # nothing new is begun: a catalogue is for the next start
                self._make_round(looks=False)
            elif self._retry.is_due() and (is_posted or looks):
                self._make_round(looks=looks)
        except LedgerError as error:
            self._fail(str(error))

    def _has_news(self) -> bool:
        """Say whether the ledger has changed since the last round; a request to try at once ends all waiting."""
        version = self._sync.db.data_version
        if version == self._seen:
            return False
        if (nudges := read_nudge(self._sync.db)) != self._nudges:
            self._nudges = nudges
            self._retry.reset()
            self._sync.try_at_once()
            self._next_look_seconds = self._sync.clock.elapsed_seconds()
        return True

    def _make_round(self, *, looks: bool) -> None:
        """Make one round. The ledger's version is taken before it: what is posted meanwhile is news again."""
        self._seen = self._sync.db.data_version
        report = self._sync.round(looks=looks)
        if looks:
            self._next_look_seconds = self._sync.clock.elapsed_seconds() + self._sync.every_seconds
        if report.has_moved or not report.is_away:
            self._retry.reset()
        if report.is_away:
            self._fail("", report.retry_after_seconds)

    def _fail(self, problem: str, retry_after_seconds: int | None = None) -> None:
        wait = self._retry.failed(retry_after_seconds)
        self._sync.say(f"{problem + '; ' if problem else ''}trying again within {wait} s")
