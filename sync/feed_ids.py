"""Which of the ERP's ids our keys have, for a connector that says documents in the ERP's words."""

from __future__ import annotations

from storage.connection import LedgerDatabase
from storage.erp_rows import find_erp_id
from sync.feed import Feed


class LedgerIds:
    """Reads the ids from the ledger, each when it is asked for."""

    def __init__(self, db: LedgerDatabase) -> None:
        """Read over the sync's own connection."""
        self._db = db

    def erp_id(self, feed: Feed, key: str) -> str:
        """Return the ERP's id of a key, also of one it had before; empty if the ERP never told."""
        return find_erp_id(self._db, feed, key)
