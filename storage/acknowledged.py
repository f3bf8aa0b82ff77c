"""How far the ERP has the journal, as this ledger remembers it: the last document's row before which none waits.

By the chain its hash is that of every row before it. A memory beside the journal is no witness against who can write
both; it shows a journal that was cut, restored or bent by somebody who did not think of it, and how far one may ask
the ERP for its own copy (docs/decisions/seals.md).
"""

from __future__ import annotations

from typing import Final

import msgspec

from domain.witness import Anchor
from storage.checkpoint import read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase

ACKNOWLEDGED: Final = "sync.acknowledged"
_CONTIGUOUS: Final = """
    SELECT seq, hash FROM journal WHERE seq = (
        SELECT journal_seq FROM outbox WHERE state = 'sent' AND journal_seq <
            coalesce((SELECT min(journal_seq) FROM outbox WHERE state = 'waiting'), 9223372036854775807)
        ORDER BY journal_seq DESC LIMIT 1)"""


def read_acknowledged(db: LedgerDatabase) -> Anchor | None:
    """Return the last row that the ERP has acknowledged with all documents before it, None before the first."""
    text = read_checkpoint(db, ACKNOWLEDGED)
    try:
        return msgspec.json.decode(text, type=Anchor) if text else None
    except msgspec.MsgspecError:
        return None


def keep_acknowledged(db: LedgerDatabase, lane: str, at: str) -> None:
    """Remember how far the ERP has come, inside the caller's transaction; what it had once it has for good."""
    row = db.one(_CONTIGUOUS)
    old = read_acknowledged(db)
    if row and (old is None or row[0] > old.seq):
        anchor = Anchor(lane, int(row[0]), str(row[1]))
        save_checkpoint(db, ACKNOWLEDGED, msgspec.json.encode(anchor).decode(), at)
