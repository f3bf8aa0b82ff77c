"""A process that pushes a ledger's outbox and kills itself at a step: `child.py DATA ERP STEP`.

Beside the steps of the disk there are `claimed` (before the connector is asked), `marking` (in the transaction
of the marks) and `marked` (after it).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from storage import outbox
from storage.connection import LedgerDatabase, open_ledger
from sync.files import FilesConnector
from sync.push import Push
from tests.sync.breaking import SteppingDisk, kill_self, once_at
from tests.sync.shop import StillClock

_mark_sent = outbox.mark_sent


def mark_and_die(db: LedgerDatabase, document_ids: Iterable[str], batch: str, at: str) -> None:
    """Die in the transaction of the marks."""
    _mark_sent(db, document_ids, batch, at)
    kill_self()


def main(data: str, erp: str, step: str) -> None:
    """Push and die."""
    disk = SteppingDisk(once_at(step, kill_self))
    connector = FilesConnector(Path(erp), StillClock(), disk)
    if step == "claimed":
        connector.deliver = lambda _: kill_self()  # type: ignore[assignment, method-assign, return-value]
    if step == "marking":
        outbox.mark_sent = mark_and_die
    db = open_ledger(Path(data) / "ledger.db")
    Push(db, connector, 4, StillClock(), lambda _: kill_self() if step == "marked" else None).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
