"""The spool: what becomes of a paper when the printer prints, is away, raises, or dies in the middle.

Nothing here waits for a time to pass: the fake printer says what happens next, and events say that it has happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Final

import peewee
import pytest

from domain.paper import Paper
from register.spool import READY, Spool
from storage import prints
from storage.prints import JobState
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, SteppingClock, make_shop

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


class FakePrinter:
    """A printer that does what it is told next: a result, or an exception."""

    def __init__(self) -> None:
        """Begin with nothing printed and everything working."""
        self.script: list[Result | Exception] = []
        self.printed: list[tuple[int, Paper]] = []
        self.opened = self.closed = 0
        self.open_fault: Exception | None = None

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
        return Spool(self.shop.db, self.printer.open, SteppingClock(), self.states.put)

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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A spool that has not begun."""
    made = Bench(make_shop(tmp_path))
    yield made
    made.spool.stop(PATIENCE)
    made.shop.db.close()


def test_papers_are_printed_in_order_and_marked(bench: Bench) -> None:
    bench.sell(3)
    bench.run()
    assert bench.rows() == [("done", 1, "")] * 3
    assert [job for job, _ in bench.printer.printed] == [1, 2, 3]
    assert bench.spool.state == READY
    assert prints.count_waiting(bench.shop.db) == 0


def test_a_sale_while_the_spool_sleeps_is_printed_when_it_is_woken(bench: Bench) -> None:
    bench.run()
    bench.shop.register.attach_printer(bench.spool.wake, lambda: bench.spool.state)
    bench.sell()
    assert bench.spool.wait_idle(PATIENCE)
    assert bench.rows() == [("done", 1, "")]


def test_a_printer_that_is_away_keeps_its_jobs_and_prints_them_when_it_is_back(bench: Bench) -> None:
    bench.printer.script = [AWAY]
    bench.sell(2)
    bench.run()
    assert bench.rows() == [("queued", 1, "offline"), ("queued", 0, "")]
    assert bench.states.get(timeout=PATIENCE) == "failed: offline"
    bench.run()
    assert bench.rows() == [("done", 2, ""), ("done", 1, "")]
    assert [job for job, _ in bench.printer.printed] == [1, 2]
    assert bench.states.get(timeout=PATIENCE) == READY


def test_a_printer_that_cannot_be_opened_keeps_its_jobs(bench: Bench) -> None:
    bench.printer.open_fault = OSError("no such device")
    bench.sell()
    bench.run()
    assert bench.rows() == [("queued", 0, "")]
    assert bench.states.get(timeout=PATIENCE) == "error: OSError"
    bench.printer.open_fault = None
    bench.run()
    assert bench.rows() == [("done", 1, "")]


def test_a_paper_of_which_nobody_knows_is_never_printed_again_and_stops_no_other(bench: Bench) -> None:
    bench.printer.script = [LOST]
    bench.sell(2)
    bench.run()
    bench.run()
    assert bench.rows() == [("unknown", 1, "no_answer"), ("done", 1, "")]
    assert [job for job, _ in bench.printer.printed] == [1, 2]


def test_a_driver_that_raises_leaves_its_paper_unknown_and_is_opened_anew(bench: Bench) -> None:
    bench.printer.script = [RuntimeError("cable")]
    bench.sell(2)
    bench.run()
    assert bench.rows() == [("unknown", 1, "RuntimeError"), ("done", 1, "")]
    assert (bench.printer.opened, bench.printer.closed) == (2, 1)


def test_a_paper_that_was_printing_when_the_lane_died_is_unknown_and_not_printed(bench: Bench) -> None:
    bench.sell(2)
    prints.mark_job(bench.shop.db, 1, JobState.PRINTING, "now")
    bench.run()
    assert bench.rows() == [("unknown", 1, "power_cut"), ("done", 1, "")]
    assert [job for job, _ in bench.printer.printed] == [2]


def test_an_operator_gets_an_unknown_paper_as_a_copy(bench: Bench) -> None:
    bench.printer.script = [LOST]
    bench.sell()
    bench.run()
    bench.shop.register.print_copy(1)
    bench.run()
    assert [state for state, _, _ in bench.rows()] == ["unknown", "done"]


def test_a_paper_that_cannot_be_read_fails_and_stops_no_other(bench: Bench) -> None:
    job = ("receipt", 1, '[{"el":"new"}]', "")
    with bench.shop.db.atomic():
        bench.shop.db.run("INSERT INTO print_job (document, number, paper, created_at) VALUES (?, ?, ?, ?)", job)
    bench.sell()
    bench.run()
    assert bench.rows() == [("failed", 0, "unreadable"), ("done", 1, "")]


def test_a_printer_is_held_open_and_let_go_at_the_end(bench: Bench) -> None:
    bench.sell()
    bench.run()
    bench.sell()
    bench.run()
    assert (bench.printer.opened, bench.printer.closed) == (1, 0)
    bench.spool.stop(PATIENCE)
    assert (bench.printer.opened, bench.printer.closed) == (1, 1)


def test_stopping_finishes_the_paper_at_hand_and_leaves_the_next_in_the_queue(bench: Bench) -> None:
    begun, may_end = threading.Event(), threading.Event()
    real: Callable[..., Result] = bench.printer.print_paper

    def slow(paper: Paper, job: int = 0) -> Result:
        begun.set()
        assert may_end.wait(PATIENCE)
        return real(paper, job)

    bench.printer.print_paper = slow  # type: ignore[method-assign]  # a printer that takes its time
    bench.sell(2)
    bench.spool.start()
    assert begun.wait(PATIENCE)
    bench.spool._stop.set()
    may_end.set()
    bench.spool.stop(PATIENCE)
    assert bench.rows() == [("done", 1, ""), ("queued", 0, "")]


def test_a_spool_that_never_began_is_stopped_without_harm(bench: Bench) -> None:
    bench.spool.stop(PATIENCE)
    assert bench.rows() == []


def test_a_ledger_that_does_not_answer_is_told_and_raises_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> int:
        raise peewee.OperationalError("disk I/O error")

    monkeypatch.setattr(prints, "recover_jobs", away)
    bench.spool.start()
    assert "disk I/O error" in bench.states.get(timeout=PATIENCE)
    bench.spool.stop(PATIENCE)
    assert not bench.spool._thread.is_alive()
