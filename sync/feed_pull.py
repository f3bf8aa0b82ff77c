"""Pulling feeds: one after the other, each of which fails and rests by itself.

A feed that fails is asked more and more rarely, and so that nothing comes before what it names, those that name
something of it wait with it; all others go on. What a feed lacks is told in the log, the status and the inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from domain.instant import stamp
from domain.text import safe_text
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.feed_marks import keep_feed_problem, read_feed_problems
from sync.clock import Clock
from sync.connector import asking
from sync.errors import Denied, NotNow, SyncError, Unreachable
from sync.feed import Feed, FeedingConnector
from sync.feed_pass import FeedPass
from sync.feed_take import AnyTaker, may_ask
from sync.retry import Rests

SAID: Final = 5
MOST_FAILURES: Final = 2
"""Feeds that may fail in one pass before it ends: then the ERP is rather away than a feed ill.

The next pass begins with those behind them, for these rest.
"""
NAMES: Final[Mapping[Feed, frozenset[Feed]]] = {
    Feed.ITEMS: frozenset({Feed.DEPARTMENTS}),
    Feed.PRICES: frozenset({Feed.DEPARTMENTS, Feed.ITEMS}),
    Feed.PROMOTIONS: frozenset({Feed.DEPARTMENTS, Feed.ITEMS}),
    Feed.STOCK: frozenset({Feed.ITEMS}),
    Feed.CUSTOMERS: frozenset({Feed.PRICES, Feed.TERMS, Feed.POSITIONS}),
    Feed.BALANCES: frozenset({Feed.CUSTOMERS}),
    Feed.POINTS: frozenset({Feed.CUSTOMERS}),
}
"""Whose rows the rows of a feed name: it waits while one of those has failed."""

Say = Callable[[str], None]


class FeedReport(msgspec.Struct, frozen=True):
    """What the feeds brought: rows by feed, refused rows with reasons. `problem` is what the first of them lacks.

    `is_away` where the ERP seems to be away as a whole, rather than one feed ill.
    """

    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    problem: SyncError | None = None
    is_away: bool = False


class FeedPull:
    """Passes over an ERP's feeds."""

    def __init__(
        self,
        db: LedgerDatabase,
        connector: FeedingConnector,
        takers: Mapping[Feed, AnyTaker],
        clock: Clock,
        say: Say,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        """Take rows by `takers`; a feed that nobody takes is not asked for. `between` is called after each page."""
        self._db = db
        self._connector = connector
        self._takers = takers
        self._clock = clock
        self._say = say
        self._between = between
        self._rests = Rests(clock.elapsed_seconds)
        self._problems: dict[str, SyncError] = {
            feed: Denied(problem) for feed, problem in read_feed_problems(db).items()
        }
        self._failing: set[Feed] = set()

    def run(self) -> FeedReport:
        """Pull every feed that is due. Raises `LedgerError` only."""
        taken: list[str] = []
        refused: list[str] = []
        failures = 0
        try:
            for feed in self._due_feeds():
                pull = self._feed(feed)
                failures += feed in self._failing
                taken += [f"{feed} {pull.count}"] if pull.count else []
                refused += [safe_text(f"{feed} {erp_id}: {reason}", 500) for erp_id, reason in pull.refused.items()]
                if failures == MOST_FAILURES or self._clock.stop.is_set():
                    break
        except NotNow as error:
            self._say(str(error))
        except SyncError as error:
            return FeedReport(problem=error, is_away=True)
        self._tell(taken, refused)
        return FeedReport(tuple(taken), tuple(refused), self.problem, failures == MOST_FAILURES)

    @property
    def problem(self) -> SyncError | None:
        """What the first feed lacks, also while it rests; None while all come."""
        return next((self._problems[feed] for feed in Feed if feed in self._problems), None)

    def reset(self) -> None:
        """Ask every feed at the next pass: a person has done something about one."""
        self._rests.reset()

    def _due_feeds(self) -> Iterator[Feed]:
        """Yield the feeds to ask now, each when those before it are done. Raises `SyncError` before the first."""
        with asking():
            offered = frozenset(self._connector.feeds())
        asked = [feed for feed in Feed if feed in offered and feed in self._takers]
        not_now = {feed for feed in asked if not may_ask(self._db, self._takers[feed])}
        self._failing &= set(asked)
        for feed in self._problems.keys() - asked:
            self._keep(feed, None)
        waiting: set[Feed] = set()
        for feed in asked:
            if waiting & NAMES.get(feed, frozenset()):
                waiting.add(feed)
            elif feed not in not_now and self._rests.is_due(feed):
                yield feed
            if feed in self._failing:
                waiting.add(feed)

    def _feed(self, feed: Feed) -> FeedPass:
        """Pull what is new of a feed, and compare it where that is due; let it rest where that fails."""
        pull = FeedPass(self._db, self._connector, feed, self._takers[feed], self._clock, self._between)
        problem: SyncError | None = None
        try:
            pull.news()
            if pull.is_comparison_due():
                pull.compare()
        except NotNow:
            raise
        except SyncError as error:
            problem = error
        self._failing.discard(feed)
        if problem is not None and not isinstance(problem, Denied):
            self._failing.add(feed)
        if problem is not None or pull.is_held_back:
            self._rests.failed(feed, problem.retry_after_seconds if isinstance(problem, Unreachable) else None)
        else:
            self._rests.went_well(feed)
        self._keep(feed, problem or pull.shrinking())
        for note in pull.notes[:SAID]:
            self._say(note)
        return pull

    def _keep(self, feed: str, problem: SyncError | None) -> None:
        """Keep what a feed lacks for whoever looks, and say it when it is news."""
        text = safe_text(str(problem or ""), 500)
        if problem is not None:
            self._problems[feed] = problem
        else:
            self._problems.pop(feed, None)
        if read_feed_problems(self._db).get(feed, "") == text:
            return
        with saving(), self._db.atomic():
            keep_feed_problem(self._db, feed, text, stamp(self._clock.now()))
        self._say(f"{feed}: {text or 'they come again'}")

    def _tell(self, taken: Sequence[str], refused: Sequence[str]) -> None:
        if taken:
            self._say(f"took {', '.join(taken)}")
        for line in refused[:SAID]:
            self._say(f"refused {line}")
        if len(refused) > SAID:
            self._say(f"and {len(refused) - SAID} more rows are refused")
