"""A process that makes one round of the files connector and kills itself at a step: `files_child.py DATA ERP COUNT`.

A step is one of the disk, or the beginning or the end of a transaction; COUNT says at which of them it dies. A round
that has fewer ends well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.connection import LedgerDatabase, open_ledger
from sync.files import FilesConnector, FilesOptions, forms_of
from sync.left_file import LeftFiles
from sync.pull import Pull
from sync.push import Push
from tests.sync.breaking import SteppingDisk, kill_self
from tests.sync.shop import StillClock, shop

_atomic = LedgerDatabase.atomic


class Countdown:
    """Kills the process at the last of so many steps."""

    def __init__(self, count: int) -> None:
        self._left = count

    def step(self, _: str = "") -> None:
        self._left -= 1
        if not self._left:
            kill_self()


def main(data: str, erp: str, count: str) -> None:
    """Push, pull and perhaps die."""
    countdown = Countdown(int(count))

    @contextmanager
    def counted(db: LedgerDatabase, *given: Any) -> Iterator[Any]:
        countdown.step()
        with _atomic(db, *given) as transaction:
            yield transaction
            countdown.step()

    LedgerDatabase.atomic = counted  # type: ignore[method-assign, assignment]
    settings, clock = shop(Path(data).parent), StillClock()
    connector = FilesConnector(Path(erp), clock, SteppingDisk(countdown.step), FilesOptions("7", forms_of(settings)))
    db = open_ledger(Path(data) / "ledger.db")
    Push(db, connector, 4, clock, lambda _: None).run()
    Pull(db, connector, LeftFiles(settings, clock), clock, lambda _: None).run()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
