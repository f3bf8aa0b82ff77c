"""One pass over one feed: pages since a checkpoint, a daily comparison with everything, and tombstones.

A page is applied in short transactions; its checkpoint is kept in one transaction with the ERP's ids of its rows, after
the last of them. A death in between brings the page again, which changes nothing. No transaction is open while the
ERP is asked. An ERP that has lost much of a feed does not take it from the lane before a person has said so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec

from domain.instant import stamp
from domain.text import safe_text
from storage.checkpoint import read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase
from storage.erp_rows import (
    ErpRow,
    bury_erp_rows,
    count_alive,
    count_live,
    count_news,
    put_erp_rows,
    read_live,
    read_survived,
    read_unseen,
)
from storage.errors import reading, saving
from storage.pace import SYNC_PACE
from sync.clock import Clock, has_passed
from sync.connector import asking
from sync.errors import NotNow, SyncError, Unreachable
from sync.feed import AnyRow, Feed, FeedingConnector, Page
from sync.feed_items import Taken
from sync.feed_shrink import ShrinkGuard
from sync.feed_take import AnyTaker, Looking, Taker, WholeTaker, document_of, may_ask

COMPARE_EVERY: Final = timedelta(hours=24)
MOST_RETRIED: Final = 2_000
"""Refused rows of one pull that are tried once more together when all of its rows are there."""


AT_ONCE: Final = 200
"""Rows in a transaction."""
WHOLE_PAGES: Final = frozenset({Feed.DEPARTMENTS, Feed.ITEMS})
"""Feeds of which the rows of a page are judged together: their takers cut their own transactions short."""

_Piece = TypeVar("_Piece")


class FeedState(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a feed has come. `round` numbers the full pulls; one is under way where `is_full`.

    `is_owing` while rows of a pull were refused that are to be tried again at its end: a death before it costs a full
    pull.
    """

    position: str = ""
    round: int = 0
    is_full: bool = False
    is_owing: bool = False
    compared_at: str = ""


class FeedPass:
    """One pass over one feed; `count` is how many rows were new, `refused` which were not taken, with reasons."""

    def __init__(
        self,
        db: LedgerDatabase,
        connector: FeedingConnector,
        feed: Feed,
        taker: AnyTaker,
        clock: Clock,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        """Take rows by `taker`; `between` is called after each page, with nothing open."""
        self._db = db
        self._connector = connector
        self._feed = feed
        self._taker = taker
        self._clock = clock
        self._between = between
        self._mark = f"feed:{feed}"
        self._state = _read_state(db, self._mark)
        self._again: list[AnyRow] = []
        self._guard = ShrinkGuard(db, feed, clock.now)
        self._kept_back = 0
        self.is_held_back = False
        """Whether all rows were left where they are, for a person to say whether so many may go."""
        self.count = 0
        self.refused: dict[str, str] = {}
        self.notes: list[str] = []

    def news(self) -> None:
        """Go on where the last pull ended, with everything at the first time."""
        if self._state.is_owing or not (self._state.position or self._state.is_full):
            self._begin_full()
        self._pages()

    def is_comparison_due(self) -> bool:
        """Say whether a day has passed since everything was compared."""
        if self._state.is_full or self._clock.stop.is_set():
            return False
        if self._guard.is_accepted:
            return True
        return has_passed(self._state.compared_at, self._now(), COMPARE_EVERY)

    def compare(self) -> None:
        """Hold what the lane has against what the ERP has: ids and stamps, or everything once more."""
        with asking():
            theirs = self._connector.ids(self._feed)
        if theirs is None:
            self._begin_full()
            self._pages()
            return
        ours = read_live(self._db, self._feed)
        unlisted = [erp_id for erp_id in ours if erp_id not in theirs]
        is_different = any(ours.get(erp_id) != found for erp_id, found in theirs.items())
        if not isinstance(self._taker, WholeTaker):
            self._bury_unlisted(self._taker, unlisted)
        elif not unlisted:
            self._guard.forget()
        else:
            is_different = True
        if is_different:
            self._begin_full()
            self._pages()
        else:
            self._keep(msgspec.structs.replace(self._state, compared_at=stamp(self._now())))

    def _begin_full(self) -> None:
        self._keep(FeedState("", self._state.round + 1, is_full=True, compared_at=self._state.compared_at))

    def _pages(self) -> None:
        """Take page after page to the last one."""
        whole: list[AnyRow] = []
        asked = self._state.position
        seen = {asked}
        while True:
            page = self._ask(asked)
            self.notes += page.notes
            if isinstance(self._taker, WholeTaker):
                whole += page.rows
                if page.is_last:
                    self._end_whole(self._taker, whole, page)
            else:
                self._take_page(self._taker, page)
            self._between()
            if page.is_last:
                return
            if page.checkpoint in seen:
                raise Unreachable(f"the page of {self._feed} has no next one: report it with the connector's name")
            asked = page.checkpoint
            seen.add(asked)
            if self._clock.must_end():
                raise NotNow(f"stopped in the middle of {self._feed}: the next run does the rest")

    def _ask(self, checkpoint: str) -> Page:
        """Ask the ERP for a page, if this is the moment: documents may have gone out since the page before."""
        if not may_ask(self._db, self._taker):
            raise NotNow(f"the answer for a document was lost: {self._feed} are asked for when it is known")
        if isinstance(self._taker, Looking):
            self._taker.look(self._db)
        with asking():
            return self._connector.pull(self._feed, checkpoint)

    def _take_page(self, taker: Taker, page: Page) -> None:
        """Apply a page, then keep it with its checkpoint; the last one's is kept when all is done."""
        taken = self._take(taker, page.rows)
        self._bury(taker, self._buriable(page.tombstones), taken.keys.values())
        position = self._state.position if page.is_last else page.checkpoint
        state = msgspec.structs.replace(self._state, position=position, is_owing=bool(self._again))
        self._settle(page.rows, taken, state)
        if page.is_last:
            self._end(taker, page)

    def _buriable(self, tombstones: Sequence[str]) -> Sequence[str]:
        """Return the tombstones to follow: none once so much would go in a day that it is rather a fault there.

        Those that are left are found again by the next comparison, which a person's word brings on.
        """
        alive = count_alive(self._db, self._feed, tombstones)
        live = count_live(self._db, self._feed)
        is_told = self._feed != Feed.OPERATORS  # without any, nobody sells: that is never taken at an ERP's word
        if alive and not self._guard.may_shrink(live - self._kept_back - alive, live, is_told=is_told):
            self._kept_back += alive
            return ()
        return tombstones

    def _take(self, taker: Taker, rows: Sequence[AnyRow]) -> Taken:
        if not rows:
            return Taken({})
        with asking():
            misfits = {row.erp_id: misfit for row in rows if (misfit := _misfit_of(row))}
            fit = [row for row in rows if row.erp_id not in misfits]
        taken = self._hand_over(taker, fit)
        taken = taken._replace(refused={**taken.refused, **misfits})
        self.notes += taken.notes
        self.refused |= taken.refused
        for erp_id in taken.keys:
            self.refused.pop(erp_id, None)
        room = MOST_RETRIED - len(self._again)
        self._again += [row for row in rows if row.erp_id in taken.refused][:room]
        return taken

    def _hand_over(self, taker: Taker, rows: Sequence[AnyRow]) -> Taken:
        """Let a page be taken, some hundred rows in a transaction."""
        keys: dict[str, str] = {}
        refused: dict[str, str] = {}
        notes: list[str] = []
        for some in (rows,) if self._feed in WHOLE_PAGES else _pieces(rows):
            began_ns = SYNC_PACE.elapsed_ns()
            with asking(), reading():
                taken = taker.take(self._db, some)
            SYNC_PACE.rest(began_ns)
            keys |= taken.keys
            refused |= taken.refused
            notes += taken.notes
        return Taken(keys, refused, notes)

    def _end(self, taker: Taker, page: Page) -> None:
        """Try once more what waited for later pages, sweep after a full pull, and keep where the next one begins."""
        again, self._again = self._again, []
        if again:
            latest = {row.erp_id: row for row in again}
            self._settle(list(latest.values()), self._take(taker, list(latest.values())), self._state)
        if self._state.is_full:
            self._bury_unlisted(taker, read_unseen(self._db, self._feed, self._state.round))
        self._keep(self._done(page.checkpoint))

    def _end_whole(self, taker: WholeTaker, rows: Sequence[AnyRow], page: Page) -> None:
        """Put all rows in place of all there were; an empty page that moves nothing says that nothing has changed."""
        if not page.is_told:
            return
        if not rows and page.checkpoint == self._state.position and not self._state.is_full:
            self._guard.forget()
            return
        with asking(), reading():
            judged = taker.judge(rows)
        self.refused |= judged.refused
        had = taker.weigh(self._db)
        if not self._guard.may_shrink(judged.weight, had):
            self.is_held_back = True
            return
        taken, done = taker.put(self._db, judged), self._done(page.checkpoint)
        gone = sorted(set(read_live(self._db, self._feed)) - {row.erp_id for row in rows})
        self._settle(rows, taken, self._state)
        self._note_gone(gone)
        self._keep(done)
        self._guard.forget()

    def _done(self, position: str) -> FeedState:
        """Return the state after the last page."""
        at = stamp(self._now()) if self._state.is_full else self._state.compared_at
        return FeedState(position, self._state.round, compared_at=at)

    def _bury_unlisted(self, taker: Taker, erp_ids: Sequence[str]) -> None:
        """Bury what the ERP has no more, unless it is too much of it."""
        live = count_live(self._db, self._feed)
        if not self._guard.may_shrink(live - len(erp_ids), live):
            return
        self._bury(taker, erp_ids)
        self._guard.forget()

    def _bury(self, taker: Taker, erp_ids: Sequence[str], taken: Iterable[str] = ()) -> None:
        """Take out of use what is gone, some hundred rows at a time; a key that has moved to a row that lives stays.

        `taken` are keys of rows that came just now.
        """
        keys = frozenset(taken)
        for some in _pieces(erp_ids):
            survived = read_survived(self._db, self._feed, some, keys)
            with asking(), reading():
                taker.bury(self._db, [erp_id for erp_id in some if erp_id not in survived])
            self._note_gone(some)

    def _note_gone(self, erp_ids: Sequence[str]) -> None:
        """Keep that rows are gone; nothing at all where it is known."""
        for some in _pieces(erp_ids):
            if count_alive(self._db, self._feed, some):
                began_ns = SYNC_PACE.elapsed_ns()
                with saving(), self._db.atomic():
                    bury_erp_rows(self._db, self._feed, some)
                SYNC_PACE.rest(began_ns)

    def shrinking(self) -> SyncError | None:
        """Return what a person has to say about rows that the ERP has no more."""
        return self._guard.problem()

    def _settle(self, rows: Sequence[AnyRow], taken: Taken, state: FeedState) -> None:
        """Keep ids, some hundred in a transaction, the checkpoint with the last; nothing where nothing of it is new."""
        kept = [
            ErpRow(row.erp_id, taken.keys[row.erp_id], row.stamp, document_of(row))
            if row.erp_id in taken.keys
            else ErpRow(row.erp_id, "")
            for row in rows
            if isinstance(row.erp_id, str)
        ]
        self.count += count_news(self._db, self._feed, (row for row in kept if row.key))
        if not count_news(self._db, self._feed, kept) and not self._state.is_full:
            return
        pieces = list(_pieces(kept))
        for place, some in enumerate(pieces, 1):
            began_ns = SYNC_PACE.elapsed_ns()
            with saving(), self._db.atomic():
                put_erp_rows(self._db, self._feed, some, self._state.round if self._state.is_full else 0)
                if place == len(pieces):
                    self._save(state)
            SYNC_PACE.rest(began_ns)
        if not pieces:
            self._keep(state)

    def _keep(self, state: FeedState) -> None:
        if state != self._state:
            with saving(), self._db.atomic():
                self._save(state)

    def _save(self, state: FeedState) -> None:
        if state != self._state:
            save_checkpoint(self._db, self._mark, msgspec.json.encode(state).decode(), stamp(self._now()))
            self._state = state

    def _now(self) -> datetime:
        return self._clock.now()


def _pieces(rows: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Yield rows some at a time: as many as keep the ledger busy for some milliseconds on a slow machine."""
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _misfit_of(row: AnyRow) -> str:
    """Return what a connector has put into a row that does not belong there, empty for nothing."""
    try:
        msgspec.convert(msgspec.to_builtins(row), type(row))
    except (msgspec.ValidationError, TypeError) as error:
        return f"the connector gives no such row ({safe_text(str(error), 200)}): report it"
    return ""


def _read_state(db: LedgerDatabase, mark: str) -> FeedState:
    """Return how far a feed has come; a mark that cannot be read begins again."""
    try:
        return msgspec.json.decode(read_checkpoint(db, mark) or "{}", type=FeedState)
    except msgspec.MsgspecError:
        return FeedState()
