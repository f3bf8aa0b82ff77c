"""Seven ways in which a ledger breaks its promise at a power cut, and the sound way.

They are the negative controls of the power-cut tests: the harness must find each of the seven, and
nothing in the sound ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import apsw

from tests.faults.cuts import Workload
from tests.faults.disk import READY
from tests.faults.medium import FaultPlan, Medium
from tests.faults.small_ledger import (
    LEDGER,
    open_small,
    post,
    uuid_of,
    write_journal,
    write_lines,
    write_outbox,
    write_sale,
    write_tender,
)
from tests.faults.tracing import TracingVFS


class Red(Enum):
    """What a mutant must be found by."""

    NOTHING = "nothing"
    LOST = "an acknowledged sale is missing"
    UNSOUND = "the ledger is unsound"


Post = Callable[[apsw.Connection, int, Callable[[str], None]], None]


def post_whole(ledger: apsw.Connection, number: int, ack: Callable[[str], None]) -> None:
    """One transaction, then the promise: as it must be."""
    with ledger:
        post(ledger, number)
    ack(uuid_of(number))


def post_acked_early(ledger: apsw.Connection, number: int, ack: Callable[[str], None]) -> None:
    """The receipt is printed before COMMIT has returned."""
    with ledger:
        ack(uuid_of(number))
        post(ledger, number)


def post_outbox_later(ledger: apsw.Connection, number: int, ack: Callable[[str], None]) -> None:
    """The outbox row follows in a transaction of its own."""
    with ledger:
        for write in (write_sale, write_lines, write_tender, write_journal):
            write(ledger, number)
    ack(uuid_of(number))
    with ledger:
        write_outbox(ledger, number)


def post_row_by_row(ledger: apsw.Connection, number: int, ack: Callable[[str], None]) -> None:
    """Each statement commits for itself."""
    post(ledger, number)
    ack(uuid_of(number))


@dataclass(frozen=True)
class Variant:
    """One way to keep a ledger, and what the harness must say about it."""

    name: str
    red: Red
    journal: str = "WAL"
    synchronous: str = "FULL"
    post: Post = post_whole
    is_lied_to: bool = False

    def selling(self, sales: int) -> Workload:
        """A workload that opens the small ledger this way and posts so many sales."""

        def sell(directory: Path, vfs: TracingVFS) -> None:
            ledger = open_small(directory / LEDGER, vfs=vfs.name, journal=self.journal, synchronous=self.synchronous)
            vfs.trace.settle()  # the fault is to be found in the sales, not in the set-up
            vfs.plan = FaultPlan(Medium.LYING_SYNC) if self.is_lied_to else None
            vfs.trace.mark(READY)
            for number in range(1, sales + 1):
                self.post(ledger, number, vfs.trace.ack)
            ledger.close()

        return sell


SOUND = (
    Variant("WAL, FULL, one transaction", Red.NOTHING),
    Variant("rollback journal, EXTRA, one transaction", Red.NOTHING, journal="DELETE", synchronous="EXTRA"),
)

MUTANTS = (
    Variant("synchronous=OFF", Red.LOST, synchronous="OFF"),
    Variant("synchronous=NORMAL", Red.LOST, synchronous="NORMAL"),
    Variant("rollback journal with FULL", Red.LOST, journal="DELETE"),
    Variant("promised before COMMIT", Red.LOST, post=post_acked_early),
    Variant("outbox row in a second transaction", Red.UNSOUND, post=post_outbox_later),
    Variant("rows committed one by one", Red.UNSOUND, post=post_row_by_row),
    Variant("sync that lies", Red.LOST, is_lied_to=True),
)
