"""The ERP's own copy of a row of the journal: what `mostrador verify --erp` holds the ledger against.

What the ledger remembers of the ERP's word bends with the ledger; what the ERP says itself does not.
"""

from __future__ import annotations

from contextlib import closing
from typing import Protocol, runtime_checkable

from config.paths import LanePaths
from config.settings import Settings
from domain.witness import Anchor
from sync.clock import Clock
from sync.connector import Connector, asking, open_connector
from sync.errors import Denied


@runtime_checkable
class AnchoringConnector(Connector, Protocol):
    """A connector whose ERP keeps the hashes of what it has taken."""

    def anchor(self) -> Anchor | None:
        """Return the newest row of this lane's journal that the ERP has, or None. Raises `SyncError`s only."""
        ...


def ask_anchor(settings: Settings, paths: LanePaths) -> Anchor:
    """Return the newest row that the ERP has of this lane's journal. Raises `SyncError`."""
    name = settings.sync.connector
    with asking(), closing(open_connector(settings, paths, Clock())) as connector:
        if not isinstance(connector, AnchoringConnector):
            raise Denied(f"{name} keeps no hashes that it could tell: name a file or folder with --anchor")
        found = connector.anchor()
    if found is None:
        raise Denied("the ERP has nothing of this lane's journal yet: run `mostrador sync --once` first")
    return found
