"""The outbox: what the ERP is still to be told, in the journal's order.

A document waits until it is sent or rejected. Before it is offered it is claimed for a batch, so that after a
lost answer or a death the same documents go out under the same name. The content never lies here: it is the
journal's record. All functions that write run inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from storage.connection import LedgerDatabase
from storage.personal import OPENINGS


class OutboxState(StrEnum):
    """Where a document stands with the ERP."""

    WAITING = "waiting"
    SENT = "sent"
    REJECTED = "rejected"


class OutboxRow(msgspec.Struct, frozen=True):
    """A document in the queue, with its journal record as it was hashed.

    `batch` is empty until the document is claimed; `attempts` counts how often it was offered.
    """

    document_id: str
    kind: str
    journal_seq: int
    state: OutboxState
    attempts: int
    batch: str
    changed_at: str
    reason: str
    record: str
    hash: str
    personal: str = "{}"
    """What opens the record's commitments, as JSON (`domain.personal`)."""


class OutboxStanding(msgspec.Struct, frozen=True):
    """The queue in three figures; `oldest_at` is when the oldest waiting document was journalled, or empty."""

    waiting: int
    rejected: int
    oldest_at: str


class ShiftDocument(msgspec.Struct, frozen=True):
    """A document of one shift, with its journal record."""

    document_id: str
    kind: str
    state: OutboxState
    record: str


_OF_SHIFT: Final = """
    SELECT o.document_id, o.kind, o.state, j.record FROM outbox o JOIN journal j ON j.seq = o.journal_seq
    WHERE j.shift_id = ? ORDER BY j.seq"""
_COLUMNS: Final = (
    "SELECT o.document_id, o.kind, o.journal_seq, o.state, o.attempts, o.batch, o.changed_at, o.reason,"  # noqa: S608
    f" j.record, j.hash, {OPENINGS} FROM outbox o JOIN journal j ON j.seq = o.journal_seq"
)
_DUE: Final = f"{_COLUMNS} WHERE o.state = 'waiting' AND o.journal_seq > ? ORDER BY o.journal_seq LIMIT ?"
_CLAIMED: Final = f"{_COLUMNS} WHERE o.state = 'waiting' AND o.batch = ? ORDER BY o.journal_seq"
_HAS_CLAIMED: Final = "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting' AND batch <> '')"
_REJECTED: Final = f"{_COLUMNS} WHERE o.state = 'rejected' AND o.journal_seq > ? ORDER BY o.journal_seq LIMIT ?"
_HELD: Final = (
    f"{_COLUMNS} WHERE o.state = 'waiting' AND o.reason <> '' AND o.journal_seq > ? ORDER BY o.journal_seq LIMIT ?"
)
_STANDING: Final = """
    SELECT waiting, rejected, coalesce((SELECT at FROM journal WHERE seq = oldest), '') FROM (SELECT
        (SELECT count(*) FROM outbox WHERE state = 'waiting') AS waiting,
        (SELECT count(*) FROM outbox WHERE state = 'rejected') AS rejected,
        (SELECT min(journal_seq) FROM outbox WHERE state = 'waiting') AS oldest)"""
_CLAIM: Final = """
    UPDATE outbox SET batch = ?, attempts = attempts + 1, changed_at = ?, reason = ''
    WHERE document_id = ? AND state = 'waiting'"""
_RELEASE: Final = "UPDATE outbox SET batch = '', changed_at = ? WHERE document_id = ? AND state = 'waiting'"
_SENT: Final = """
    UPDATE outbox SET state = 'sent', batch = ?, changed_at = ?, reason = ''
    WHERE document_id = ? AND state = 'waiting'"""
_REJECT: Final = """
    UPDATE outbox SET state = 'rejected', changed_at = ?, reason = ? WHERE document_id = ? AND state <> 'rejected'"""
_TAKE: Final = (
    "UPDATE outbox SET state = 'sent', changed_at = ?, reason = '' WHERE document_id = ? AND state = 'rejected'"
)
_HOLD: Final = """
    UPDATE outbox SET reason = ?, changed_at = ? WHERE document_id = ? AND state = 'waiting' AND reason <> ?"""
_PUT_BACK: Final = (
    "UPDATE outbox SET state = 'waiting', batch = '', changed_at = ?, reason = '' WHERE state = 'rejected'"
)


def due(db: LedgerDatabase, after_seq: int, limit: int) -> list[OutboxRow]:
    """Return up to `limit` waiting documents whose journal number is above `after_seq`, oldest first."""
    return [_row(found) for found in db.all(_DUE, (after_seq, limit))]


def claimed(db: LedgerDatabase, batch: str) -> list[OutboxRow]:
    """Return the documents that were claimed for a batch and still wait for its answer, oldest first."""
    return [_row(found) for found in db.all(_CLAIMED, (batch,))]


def has_claimed(db: LedgerDatabase) -> bool:
    """Say whether a batch is out: documents were claimed for one and its answer has not come."""
    return bool((db.one(_HAS_CLAIMED) or (0,))[0])


def rejected(db: LedgerDatabase, after_seq: int = 0, limit: int = 1000) -> list[OutboxRow]:
    """Return the documents the ERP, or we, refused, oldest first."""
    return [_row(found) for found in db.all(_REJECTED, (after_seq, limit))]


def held(db: LedgerDatabase, after_seq: int = 0, limit: int = 1000) -> list[OutboxRow]:
    """Return the waiting documents that have a reason to wait, oldest first."""
    return [_row(found) for found in db.all(_HELD, (after_seq, limit))]


def read_shift_documents(db: LedgerDatabase, shift_id: int) -> list[ShiftDocument]:
    """Return every document of a shift, sent or not, oldest first. It reads the whole journal: not for each second."""
    return [
        ShiftDocument(one, kind, OutboxState(state), text) for one, kind, state, text in db.all(_OF_SHIFT, (shift_id,))
    ]


def states(db: LedgerDatabase, document_ids: Iterable[str]) -> dict[str, OutboxState]:
    """Return the state of each document that is in this lane's outbox; others are left out."""
    found: dict[str, OutboxState] = {}
    for document_id in document_ids:
        if row := db.one("SELECT state FROM outbox WHERE document_id = ?", (document_id,)):
            found[document_id] = OutboxState(row[0])
    return found


def standing(db: LedgerDatabase) -> OutboxStanding:
    """Return the queue's figures from its two partial indexes: cheap enough for once a second."""
    row = db.one(_STANDING)
    return OutboxStanding(*row) if row else OutboxStanding(0, 0, "")


def claim(db: LedgerDatabase, document_ids: Iterable[str], batch: str, at: str) -> None:
    """Say for which batch waiting documents are about to be offered, and count the attempt."""
    db.many(_CLAIM, [(batch, at, document_id) for document_id in document_ids])


def release(db: LedgerDatabase, document_ids: Iterable[str], at: str) -> None:
    """Take back the claim on documents of which it is certain that the ERP has not taken them."""
    db.many(_RELEASE, [(at, document_id) for document_id in document_ids])


def mark_sent(db: LedgerDatabase, document_ids: Iterable[str], batch: str, at: str) -> None:
    """Mark waiting documents as taken by the ERP; one that is sent or rejected already stays so."""
    db.many(_SENT, [(batch, at, document_id) for document_id in document_ids])


def mark_rejected(db: LedgerDatabase, document_id: str, reason: str, at: str) -> bool:
    """Mark a document as rejected, also one that was sent; False if it is unknown or rejected already.

    `reason` must have passed `safe_text`. The document itself and any report it stands in stay as they are.
    """
    db.run(_REJECT, (at, reason, document_id))
    return _changed(db) > 0


def mark_taken(db: LedgerDatabase, document_id: str, at: str) -> bool:
    """Mark a document as sent that was rejected and that the ERP has booked after all; False if it was not rejected."""
    db.run(_TAKE, (at, document_id))
    return _changed(db) > 0


def hold(db: LedgerDatabase, document_id: str, reason: str, at: str) -> None:
    """Note why a waiting document is not offered yet."""
    db.run(_HOLD, (reason, at, document_id, reason))


def put_back(db: LedgerDatabase, document_ids: Sequence[str] | None, at: str) -> int:
    """Let rejected documents wait again, all of them for None, and return how many there were."""
    if document_ids is None:
        db.run(_PUT_BACK, (at,))
        return _changed(db)
    count = 0
    for document_id in document_ids:
        db.run(f"{_PUT_BACK} AND document_id = ?", (at, document_id))
        count += _changed(db)
    return count


def _changed(db: LedgerDatabase) -> int:
    row = db.one("SELECT changes()")
    return int(row[0]) if row else 0


def _row(found: tuple[Any, ...]) -> OutboxRow:
    document_id, kind, seq, state, *rest = found
    return OutboxRow(document_id, kind, seq, OutboxState(state), *rest)
