"""Taking what the ERP has for the lane: catalogues, and its late word on documents it had taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from domain.instant import stamp
from domain.text import safe_text
from storage import outbox
from storage.checkpoint import drop_checkpoint, read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase
from storage.errors import LedgerError, reading, saving
from storage.pace import SYNC_PACE
from sync.clock import Clock
from sync.connector import Answer, CatalogFile, Connector, Incoming, Judged, LateAnswers, Settled, Verdict, asking
from sync.errors import NotNow, SyncError, Unreachable

AT_ONCE: Final = 200
"""Answers in a transaction."""
_PLACE: Final = "@"
"""Between the digest of a file and how many of its answers are applied."""

Say = Callable[[str], None]
ImportFile = Callable[[LedgerDatabase, CatalogFile, Say], Settled]
"""Judges and applies one catalogue in its own short transactions; refuses it without raising."""


class PullReport(msgspec.Struct, frozen=True):
    """What one pull took and refused, by name. `problem` is why it stopped before the end."""

    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    problem: SyncError | None = None


class Pull:
    """One pass over what the ERP has left."""

    def __init__(
        self, db: LedgerDatabase, connector: Connector, import_file: ImportFile, clock: Clock, say: Say
    ) -> None:
        """Apply catalogues by `import_file`."""
        self._db = db
        self._connector = connector
        self._import_file = import_file
        self._clock = clock
        self._say = say

    def run(self) -> PullReport:
        """Apply everything that is there. Raises `LedgerError` only."""
        taken: list[str] = []
        refused: list[str] = []
        problem: SyncError | None = None
        try:
            for incoming in self._incoming():
                name, settled = _name_of(incoming), self._apply(incoming)
                with asking():
                    self._connector.settle(incoming, settled)
                self._forget(name)
                (taken if settled.is_accepted else refused).append(name)
                self._say(f"{'took' if settled.is_accepted else 'refused'} {name}: {settled.report[0]}")
                if self._clock.stop.is_set():
                    break
        except NotNow as error:
            self._say(str(error))
        except SyncError as error:
            problem = error
        return PullReport(tuple(taken), tuple(refused), problem)

    def _incoming(self) -> Iterator[Incoming]:
        """Yield what the ERP has left."""
        with asking():
            found = iter(self._connector.incoming())
        while True:
            with asking():
                incoming = next(found, None)
            if incoming is None:
                return
            yield incoming

    def _apply(self, incoming: Incoming) -> Settled:
        """Apply one thing, or refuse it with the reason for which it cannot be, so that it stops no other.

        A disk that fails is no fault of the file: it is tried again.
        """
        try:
            with reading():
                if isinstance(incoming, CatalogFile):
                    return self._import_file(self._db, incoming, self._say)
                return incoming.settled if isinstance(incoming, Judged) else self._apply_answers(incoming)
        except (SyncError, LedgerError):
            raise
        except OSError as error:
            text = safe_text(f"{error.strerror or error}")
            raise Unreachable(f"cannot read {_name_of(incoming)} ({text}): look at its disk or share") from error
        except Exception as error:
            text = safe_text(f"{type(error).__name__}: {error}")
            return Settled(False, (f"it cannot be applied ({text}): report it with the file",))

    def _apply_answers(self, late: LateAnswers) -> Settled:
        """Mark what the ERP rejects or has booked after all, once, and how far that is in the same transactions.

        So a death before the file has moved does not reject again what a person has put back meanwhile.
        """
        digest, _, place = (read_checkpoint(self._db, _mark(late.source)) or "").partition(_PLACE)
        begun = int(place) if digest == late.digest and place else 0
        if digest == late.digest and (not place or begun >= len(late.answers)):
            return Settled(True, ("its answers were applied before",))
        lines: list[str] = []
        for start in range(begun, len(late.answers) or 1, AT_ONCE):
            lines += self._mark_some(late, start)
        if begun:
            lines.insert(0, f"{begun} of them were applied before")
        understood = f"{len(late.answers)} answers, {len(late.faults)} lines that are none"
        return Settled(bool(late.answers), (understood, *lines, *late.faults))

    def _mark_some(self, late: LateAnswers, start: int) -> list[str]:
        """Mark some hundred documents and how far that is, with a rest for the lane after it."""
        at, end = stamp(self._clock.now()), min(start + AT_ONCE, len(late.answers))
        began_ns = SYNC_PACE.elapsed_ns()
        with saving(), self._db.atomic():
            lines = [line for answer in late.answers[start:end] if (line := self._mark_answer(answer, at))]
            save_checkpoint(self._db, _mark(late.source), f"{late.digest}{_PLACE}{end}", at)
        SYNC_PACE.rest(began_ns)
        return lines

    def _mark_answer(self, answer: Answer, at: str) -> str:
        """Mark one document; a Z that it stands in stays as it is."""
        if answer.verdict is not Verdict.REJECTED:
            return self._mark_taken(answer.document_id, at)
        reason = answer.plain_reason()
        if outbox.mark_rejected(self._db, answer.document_id, reason, at):
            return f"rejected {answer.document_id}: {reason}"
        return f"not changed: {answer.document_id} is not of this lane, or rejected already"

    def _mark_taken(self, document_id: str, at: str) -> str:
        """Mark a document as booked that was rejected before; one that was sent is booked anyway and not told."""
        if outbox.mark_taken(self._db, document_id, at):
            return f"booked after all: {document_id}"
        state = outbox.states(self._db, [document_id]).get(document_id)
        why = {None: "is not of this lane", outbox.OutboxState.WAITING: "has not been sent yet"}.get(state)
        return f"not changed: {document_id} {why}" if why else ""

    def _forget(self, name: str) -> None:
        """Drop the mark of answers whose file has moved: the next file of that name is a new one."""
        if read_checkpoint(self._db, _mark(name)):
            with saving(), self._db.atomic():
                drop_checkpoint(self._db, _mark(name))


def _name_of(incoming: Incoming) -> str:
    return incoming.path.name if isinstance(incoming, CatalogFile) else incoming.source


def _mark(source: str) -> str:
    """Return the mark's name; a file's name may hold bytes that are no text, and the ledger keeps texts only."""
    return f"answers:{source.encode(errors='backslashreplace').decode()}"
