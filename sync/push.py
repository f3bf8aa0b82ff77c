"""Telling the ERP: documents in the journal's order, in batches, each exactly once in effect.

Read, claim, offer, settle. The claim is committed before the ERP is asked, so a batch whose answer was lost is
offered again under the same name with the same bytes. No transaction is open while the connector works. Nothing
overtakes what it depends on, and nothing waits for what it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from domain.instant import stamp
from domain.text import safe_text
from storage import outbox
from storage.acknowledged import keep_acknowledged
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.pace import SYNC_PACE
from storage.seal_key import NoKey
from storage.seals import newest_seal, seal_head
from sync.batch_size import first_size, next_size
from sync.clock import Clock
from sync.connector import Answer, Connector, Verdict, asking
from sync.document import Batch, Draft, batch_id_of, make_batch
from sync.errors import SyncError
from sync.page import Page, sort_page

Say = Callable[[str], None]
"""Takes one line for a person or a log."""


class PushReport(msgspec.Struct, frozen=True):
    """What one push did. `problem` is why it stopped before the end; what is counted is done all the same."""

    sent: int = 0
    rejected: int = 0
    held: int = 0
    batches: tuple[str, ...] = ()
    problem: SyncError | None = None


class Push:
    """One pass over the outbox."""

    def __init__(self, db: LedgerDatabase, connector: Connector, size: int, clock: Clock, say: Say) -> None:
        """Offer batches of at most `size` documents, of fewer while the ERP is slow."""
        self._db = db
        self._connector = connector
        self._most = size
        self._size = first_size(size)
        self._clock = clock
        self._say = say
        self._is_unsealed = False
        self._start()

    def run(self) -> PushReport:
        """Offer everything that is due, once. Raises `LedgerError` only."""
        self._start()
        problem: SyncError | None = None
        try:
            self._offer_all()
        except SyncError as error:
            problem = error
        return PushReport(self._sent, self._rejected, self._held, tuple(self._batches), problem)

    def _start(self) -> None:
        self._sent = self._rejected = self._held = 0
        self._batches: list[str] = []

    def _offer_all(self) -> None:
        after = 0
        while rows := outbox.due(self._db, after, self._size):
            batch_id = rows[0].batch
            if batch_id:
                rows = outbox.claimed(self._db, batch_id)
            page = sort_page(rows, lambda ids: outbox.states(self._db, ids))
            after = max(after, page.last_seq)
            self._set_aside(page)
            if page.offered:
                self._offer(batch_id or batch_id_of(page.offered), page.offered)
            if self._clock.must_end():
                return

    def _set_aside(self, page: Page) -> None:
        """Reject what must never go out and note why others wait, so that neither stops what follows."""
        self._held += len(page.held)
        new = [(row, reason) for row, reason in page.held if row.reason != reason]
        if not page.bad and not new:
            return
        at = self._at()
        with saving(), self._db.atomic():
            for row, reason in page.bad:
                self._reject(row.document_id, safe_text(reason), at)
            for row, reason in new:
                outbox.hold(self._db, row.document_id, reason, at)

    def _offer(self, batch_id: str, drafts: Sequence[Draft]) -> None:
        """Claim, ask, settle: two short transactions, a rest for the lane after each, and none in between."""
        waiting = [item.row.document_id for item in drafts]
        began_ns = SYNC_PACE.elapsed_ns()
        with saving(), self._db.atomic():
            outbox.claim(self._db, waiting, batch_id, self._at())
            self._seal(drafts[0].document.lane)
            seal = newest_seal(self._db)
        SYNC_PACE.rest(began_ns)
        batch = make_batch(batch_id, drafts, seal)
        self._settle(batch, frozenset(waiting), self._ask(batch))
        self._batches.append(batch_id)

    def _seal(self, lane: str) -> None:
        """Seal the journal as it goes out. A key that fails is said once, and no reason not to tell the ERP."""
        try:
            seal_head(self._db, lane, self._at())
        except NoKey as error:
            if not self._is_unsealed:
                self._say(f"the journal is not sealed: {error}")
            self._is_unsealed = True

    def _ask(self, batch: Batch) -> list[Answer]:
        """Return the connector's answers to this batch."""
        known = {document.document_id for document in batch.documents}
        began_seconds = self._clock.elapsed_seconds()
        took_seconds: float | None = None
        try:
            with asking():
                answers = [answer for answer in self._connector.deliver(batch) if answer.document_id in known]
            if {answer.document_id for answer in answers} == known:
                took_seconds = self._clock.elapsed_seconds() - began_seconds
        finally:
            self._size = next_size(self._size, len(known), took_seconds, self._most)
        return answers

    def _settle(self, batch: Batch, waiting: frozenset[str], answers: Sequence[Answer]) -> None:
        """Mark what the ERP has answered; what it has not stays claimed and is offered again as it was."""
        taken = [a.document_id for a in answers if a.verdict is Verdict.TAKEN and a.document_id in waiting]
        at = self._at()
        began_ns = SYNC_PACE.elapsed_ns()
        with saving(), self._db.atomic():
            outbox.mark_sent(self._db, taken, batch.batch_id, at)
            for answer in answers:
                if answer.verdict is Verdict.REJECTED:
                    self._reject(answer.document_id, answer.plain_reason(), at)
                elif answer.verdict is Verdict.LATER:
                    outbox.release(self._db, [answer.document_id], at)
                    outbox.hold(self._db, answer.document_id, answer.plain_reason(), at)
            keep_acknowledged(self._db, batch.documents[0].lane, at)
        SYNC_PACE.rest(began_ns)
        self._sent += len(taken)
        self._say(f"{batch.batch_id}: {len(taken)} of {len(waiting)} documents are with the ERP")

    def _reject(self, document_id: str, reason: str, at: str) -> None:
        if outbox.mark_rejected(self._db, document_id, reason, at):
            self._rejected += 1
            self._say(f"rejected {document_id}: {reason}")

    def _at(self) -> str:
        return stamp(self._clock.now())
