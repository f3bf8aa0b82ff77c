"""Looking through the journal from its end, some thousand rows at a time: no question takes long, in any journal."""

from __future__ import annotations

from typing import Final

from domain.journal_filter import JournalFilter, JournalLine, JournalPage
from domain.money import MAX_WHOLE
from storage.connection import LedgerDatabase

WINDOW: Final = 2_000
"""Rows looked at by one question."""

_NEWEST: Final = "SELECT coalesce(max(seq), 0) FROM journal WHERE seq < ?"
_PAGE: Final = """
    SELECT seq, at, kind, operator, shift_id, record FROM journal
    WHERE seq >= ?1 AND seq < ?2 AND (?3 = '' OR kind = ?3) AND (?4 = '' OR operator = ?4)
        AND (?5 = '' OR at >= ?5) AND (?6 = '' OR at < ?6)
        AND (?7 = '' OR record LIKE '%' || ?7 || '%' ESCAPE '\\')
    ORDER BY seq DESC LIMIT ?8"""


def browse_journal(db: LedgerDatabase, wanted: JournalFilter, before: int, limit: int) -> JournalPage:
    """Return what fits among the rows before one (0: among the newest), at most `limit` of them.

    Fewer may come, and none, although there are more further down: go on from `JournalPage.before` until that is 0.
    """
    row = db.one(_NEWEST, (before or MAX_WHOLE,))
    end = int(row[0]) + 1 if row else 1
    first = max(1, end - WINDOW)
    text = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    facts = (first, end, wanted.kind, wanted.operator, wanted.from_at, wanted.until_at, text, limit)
    lines = tuple(JournalLine(*found) for found in db.all(_PAGE, facts))
    looked = lines[-1].seq if len(lines) == limit else first
    return JournalPage(lines, 0 if looked <= 1 else looked)
