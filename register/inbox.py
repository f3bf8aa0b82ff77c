"""The sync inbox at the lane: read, put back, written out. What the ERP is told again is the document as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from config.durable import Disk
from domain.inbox import FeedProblem, Inbox, InboxDocument, remedy_of
from domain.instant import stamp
from register.lane import Lane
from storage import outbox
from storage.feed_marks import read_feed_problems, read_shrunk
from storage.link import nudge
from storage.outbox import OutboxRow
from storage.reconciliations import read_reconciliations

MOST: Final = 500
"""Documents of each kind on the screen; `mostrador sync status --json` has more."""
COMPARED: Final = 10


def read_inbox(lane: Lane) -> Inbox:
    """Return what is rejected and held, oldest first, what does not come, and the newest comparisons."""
    rejected = [_document(row, is_held=False) for row in outbox.rejected(lane.db, limit=MOST)]
    held = [_document(row, is_held=True) for row in outbox.held(lane.db, limit=MOST)]
    shrunk = read_shrunk(lane.db)
    feeds = tuple(FeedProblem(feed, text, feed in shrunk) for feed, text in read_feed_problems(lane.db).items())
    return Inbox((*rejected, *held), read_reconciliations(lane.db, COMPARED), feeds)


def put_back(lane: Lane, document_ids: Sequence[str] | None) -> int:
    """Let rejected documents wait again, all for None, and wake the sync; return how many there were."""
    at = stamp(lane.clock())
    with lane.db.atomic():
        count = outbox.put_back(lane.db, document_ids, at)
        nudge(lane.db, at)
    return count


def write_documents(lane: Lane, document_ids: Sequence[str], folder: Path) -> Path:
    """Write documents with their reasons and records as JSON lines, durably; `OSError` where it cannot be."""
    wanted = frozenset(document_ids)
    rows = [row for row in (*outbox.rejected(lane.db), *outbox.held(lane.db)) if row.document_id in wanted]
    lines = [msgspec.json.encode(_exported(row)) for row in rows]
    at = stamp(lane.clock()).replace(":", "")
    path = folder.expanduser() / f"lane-{lane.lane_id}-rejected-{at}.jsonl"
    Disk().put(path, b"\n".join((*lines, b"")))
    return path


def _document(row: OutboxRow, *, is_held: bool) -> InboxDocument:
    body = _body(row)
    amount = body.get("total_minor", body.get("amount_minor"))
    return InboxDocument(
        document_id=row.document_id,
        kind=row.kind,
        seq=row.journal_seq,
        changed_at=row.changed_at,
        reason=row.reason,
        remedy=remedy_of(row.reason, is_held),
        name=str(body.get("folio", "")),
        amount_minor=amount if isinstance(amount, int) else None,
        is_held=is_held,
    )


def _body(row: OutboxRow) -> dict[str, Any]:
    """Return the body of a record; one that cannot be read is listed all the same."""
    try:
        found = msgspec.json.decode(row.record).get("body", {})
    except (msgspec.DecodeError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def _exported(row: OutboxRow) -> dict[str, Any]:
    """Return a line of an export, as `mostrador sync export` writes it."""
    line = {
        "document_id": row.document_id,
        "kind": row.kind,
        "seq": row.journal_seq,
        "changed_at": row.changed_at,
        "reason": row.reason,
        "hash": row.hash,
        "record": msgspec.Raw(row.record.encode()),
    }
    return line | ({"personal": msgspec.Raw(row.personal.encode())} if row.personal != "{}" else {})
