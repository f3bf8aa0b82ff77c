"""A spool on a ledger with receipts in its queue, and a printer that does what it is told next."""

from __future__ import annotations

from queue import Queue
from typing import Final

from domain.paper import Paper
from register.spool import Spool
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop

PATIENCE: Final = 30.0
"""How long a test waits for what must happen before it fails; nothing here takes as long."""


class Result:
    """What a printer says of a paper."""

    def __init__(self, outcome: str, fault: str | None = None) -> None:
        """Hold an outcome."""
        self.outcome, self.fault = outcome, fault


DONE: Final = Result("done")
AWAY: Final = Result("failed", "offline")
LOST: Final = Result("unknown", "no_answer")


class Condition:
    """How a printer says it is."""

    def __init__(self, fault: str | None) -> None:
        """Hold a fault, or that there is none."""
        self.fault = fault


class FakePrinter:
    """A printer that does what it is told next: a result, or an exception. `fault` is what it says when asked."""

    def __init__(self) -> None:
        """Begin with nothing printed and everything working."""
        self.script: list[Result | Exception] = []
        self.printed: list[tuple[int, Paper]] = []
        self.opened = self.closed = 0
        self.open_fault: Exception | None = None
        self.fault: str | None = None
        self.asked = 0

    def open(self) -> FakePrinter:
        """Open the printer, or fail to."""
        if self.open_fault:
            raise self.open_fault
        self.opened += 1
        return self

    def print_paper(self, paper: Paper, job: int = 0) -> Result:
        """Print one paper as the script has it."""
        said = self.script.pop(0) if self.script else DONE
        if isinstance(said, Exception):
            raise said
        if said is not AWAY:
            self.printed.append((job, paper))
        return said

    def status(self) -> Condition:
        """Say how it is."""
        self.asked += 1
        return Condition(self.fault)

    def close(self) -> None:
        """Let go."""
        self.closed += 1


class Bench:
    """A spool on a ledger with some receipts in its queue."""

    def __init__(self, shop: Shop) -> None:
        """Stand a spool beside a lane."""
        self.shop, self.printer = shop, FakePrinter()
        self.states: Queue[str] = Queue()
        self.spool = self.make()

    def make(self) -> Spool:
        """Return a new spool, as after a restart."""
        return Spool(
            self.shop.db, self.printer.open, self.shop.clock, self.states.put, self.shop.register.receipt_composer()
        )

    def sell(self, count: int = 1) -> None:
        """Put receipts into the queue."""
        for _ in range(count):
            self.shop.register.scan(COFFEE)
            self.shop.register.add_tender("cash")

    def run(self) -> None:
        """Let the spool go through its queue once, and wait until it has done what it can."""
        if self.spool._thread.ident is None:
            self.spool.start()
        else:
            self.spool.wake()
        assert self.spool.wait_idle(PATIENCE)

    def rows(self) -> list[tuple[str, int, str]]:
        """Return state, attempts and reason of each job."""
        found = self.shop.db.all("SELECT state, attempts, reason FROM print_job ORDER BY job_id")
        return [(state, attempts, reason) for state, attempts, reason in found]
