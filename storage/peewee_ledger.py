"""The ledger as peewee sees it: for models, on the quiet screens, and for migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
from playhouse.apsw_ext import APSWDatabase

if TYPE_CHECKING:
    from storage.connection import LedgerDatabase


class PeeweeLedger(APSWDatabase):  # type: ignore[misc]  # playhouse has no stubs
    """peewee's APSW database on a connection that is open already, prepared and guarded; it stays its owner's."""

    def __init__(self, ledger: LedgerDatabase) -> None:
        """Take the ledger whose connections these are."""
        self._ledger = ledger
        super().__init__(str(ledger.path), autoconnect=False, lock_type="IMMEDIATE")

    def _connect(self) -> apsw.Connection:
        connection = self._ledger.connection()
        self._add_conn_hooks(connection)
        return connection

    def _close(self, conn: apsw.Connection) -> None:
        """Let go of the connection."""
