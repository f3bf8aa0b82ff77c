"""Returns at other places, as the ERP tells them: from a file, or from its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from config.settings import Settings
from domain.catalog_flaw import RowFlaw
from domain.returned_row import ReturnedElsewhere, judge_returned, line_of_key
from storage.connection import LedgerDatabase
from storage.erp_rows import read_keys
from storage.errors import saving
from storage.returns import put_elsewhere, read_all_elsewhere
from sync.catalog_columns import Aliases
from sync.catalog_words import FLAW_WORDS
from sync.feed import Feed, ReturnedRow
from sync.feed_items import Taken


class ReturnedKind:
    """Files of what came back elsewhere: folio, line, quantity."""

    name: Final = "returned"
    columns: Final[Aliases] = {
        "folio": "folio receipt recibo receipt_number",
        "line": "line partida line_no renglon linea",
        "quantity": "quantity cantidad returned devuelto",
    }
    needed: Final = ("folio", "line", "quantity")

    def __init__(self, settings: Settings | None = None) -> None:
        """Nothing of a shop changes how its returns are read."""

    def judge(self, cells: Sequence[str]) -> tuple[str, ReturnedElsewhere] | RowFlaw:
        """Return the line that a row names, and how much of it came back."""
        judged = judge_returned(*cells)
        return judged if isinstance(judged, RowFlaw) else (judged.key, judged)

    def known(self, db: LedgerDatabase) -> Mapping[str, ReturnedElsewhere]:
        """Return what the lane was told before."""
        return {row.key: row for row in read_all_elsewhere(db)}

    def put(self, db: LedgerDatabase, rows: Sequence[ReturnedElsewhere]) -> None:
        """Keep what is told now."""
        put_elsewhere(db, rows)


class ReturnedTaker:
    """Takes the ERP's pages of what came back elsewhere."""

    def take(self, db: LedgerDatabase, rows: Sequence[ReturnedRow]) -> Taken:
        """Judge and write a page."""
        judged = {row.erp_id: judge_returned(row.folio, row.line, row.quantity) for row in rows}
        sound = {erp_id: row for erp_id, row in judged.items() if not isinstance(row, RowFlaw)}
        with saving(), db.atomic():
            put_elsewhere(db, sound.values())
        refused = {erp_id: FLAW_WORDS[row.flaw] for erp_id, row in judged.items() if isinstance(row, RowFlaw)}
        return Taken({erp_id: row.key for erp_id, row in sound.items()}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Let lines come back here again whose return the ERP has taken back."""
        gone = (line_of_key(key) for key in read_keys(db, Feed.RETURNED, erp_ids).values())
        with saving(), db.atomic():
            put_elsewhere(db, [ReturnedElsewhere(folio, line_no, 0) for folio, line_no in gone])
