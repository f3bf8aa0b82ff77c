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

from domain.paper import Kick, Paper
from domain.refusal import Refused
from register.spool import READY, Spool
from storage import prints
from storage.connection import LedgerDatabase
from storage.prints import JobState
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, make_shop

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
        return Spool(self.shop.db, self.printer.open, self.shop.clock, self.states.put)

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


def test_a_ledger_that_did_not_answer_at_the_start_ends_no_printing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    recover, faults = prints.recover_jobs, [peewee.OperationalError("disk I/O error")]

    def away_once(db: LedgerDatabase, at: str) -> int:
        if faults:
            raise faults.pop()
        return recover(db, at)

    monkeypatch.setattr(prints, "recover_jobs", away_once)
    bench.sell()
    bench.run()
    assert "disk I/O error" in bench.states.get(timeout=PATIENCE)
    bench.run()
    assert bench.rows() == [("done", 1, "")]
    assert bench.states.get(timeout=PATIENCE) == READY


def test_a_mark_that_failed_after_the_paper_leaves_it_unknown_and_not_printing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, faults = prints.mark_job, [peewee.OperationalError("disk I/O error")]

    def fail_once(db: LedgerDatabase, job_id: int, state: JobState, at: str, reason: str = "") -> None:
        if state is JobState.DONE and faults:
            raise faults.pop()
        mark(db, job_id, state, at, reason)

    monkeypatch.setattr(prints, "mark_job", fail_once)
    bench.sell()
    bench.run()
    bench.run()
    assert [state for state, _, _ in bench.rows()] == ["unknown"]
    assert len(bench.printer.printed) == 1


def kicks(bench: Bench) -> list[bool]:
    """Say of each printed paper whether it opens the till."""
    return [any(isinstance(element, Kick) for element in paper) for _, paper in bench.printer.printed]


def test_the_sale_at_hand_opens_the_till(bench: Bench) -> None:
    bench.run()
    bench.sell(2)
    bench.run()
    assert kicks(bench) == [True, True]


def test_what_waited_when_the_spool_began_opens_no_till(bench: Bench) -> None:
    bench.sell()
    bench.run()
    bench.sell()
    bench.run()
    assert kicks(bench) == [False, True]


def test_what_waited_for_the_printer_opens_no_till_but_the_sale_that_finds_it_back_does(bench: Bench) -> None:
    bench.run()
    bench.printer.fault = "no_paper"
    bench.sell(2)
    bench.run()
    bench.printer.fault = None
    bench.sell()
    bench.run()
    assert kicks(bench) == [False, False, True]


def test_a_paper_that_is_tried_again_opens_no_till(bench: Bench) -> None:
    bench.run()
    bench.printer.script = [AWAY]
    bench.sell()
    bench.run()
    bench.run()
    assert kicks(bench) == [False]


@pytest.mark.parametrize(("late_seconds", "opens"), [(55, True), (61, False), (-3_600, False)])
def test_a_paper_of_more_than_a_minute_ago_opens_no_till(bench: Bench, late_seconds: float, opens: bool) -> None:
    bench.run()
    bench.sell()
    bench.shop.clock.advance(late_seconds)
    bench.run()
    assert kicks(bench) == [opens]


def test_a_clock_that_is_set_back_shuts_no_till_for_the_sales_after_it(bench: Bench) -> None:
    bench.run()
    bench.shop.clock.advance(-3_600)
    bench.sell()
    bench.run()
    assert kicks(bench) == [True]


def test_a_printer_that_says_it_cannot_costs_the_ledger_nothing(bench: Bench) -> None:
    bench.printer.fault = "no_paper"
    bench.sell()
    version = bench.shop.db.data_version
    bench.run()
    bench.run()
    assert bench.shop.db.data_version == version
    assert bench.rows() == [("queued", 0, "")]
    assert bench.states.get(timeout=PATIENCE) == "failed: no_paper"
    assert bench.states.empty()
    bench.printer.fault = None
    bench.run()
    assert bench.rows() == [("done", 1, "")]


def test_a_printer_that_prints_is_not_asked_before_each_paper(bench: Bench) -> None:
    bench.sell(3)
    bench.run()
    assert bench.printer.asked == 1


class Pauses:
    """In place of the event that ends a pause: notes how long each pause would be, and ends it as told."""

    def __init__(self, last: int) -> None:
        """End the thread after so many pauses."""
        self.seconds: list[float | None] = []
        self._last, self._is_set = last, False

    def set(self) -> None:
        """Be set."""
        self._is_set = True

    def clear(self) -> None:
        """Be clear."""
        self._is_set = False

    def is_set(self) -> bool:
        """Say whether it is set."""
        return self._is_set

    def wait(self, pause_seconds: float | None) -> bool:
        """Return at once: the time is up, or at the last pause there is news."""
        self.seconds.append(pause_seconds)
        return len(self.seconds) >= self._last


def test_a_fault_that_lasts_is_tried_ever_more_rarely_and_another_one_soon(bench: Bench) -> None:
    pauses = Pauses(8)
    bench.printer.fault = "offline"
    bench.spool._wake = pauses  # type: ignore[assignment]  # a time that passes at once

    asked = bench.printer.status

    def status() -> Condition:
        if bench.printer.asked == 6:
            bench.printer.fault = "no_paper"
        if bench.printer.asked == 8:
            bench.spool._stop.set()
        return asked()

    bench.printer.status = status  # type: ignore[method-assign]  # what happens at which question
    bench.sell()
    bench.spool.start()
    bench.spool._thread.join(PATIENCE)
    assert pauses.seconds[:8] == [5, 10, 20, 40, 60, 60, 5, 10]


def test_stopping_prints_what_is_queued_while_the_printer_works(bench: Bench) -> None:
    begun, may_end = threading.Event(), threading.Event()
    real: Callable[..., Result] = bench.printer.print_paper

    def slow(paper: Paper, job: int = 0) -> Result:
        begun.set()
        assert may_end.wait(PATIENCE)
        return real(paper, job)

    bench.printer.print_paper = slow  # type: ignore[method-assign]  # a printer that takes its time
    bench.sell(3)
    bench.spool.start()
    assert begun.wait(PATIENCE)
    stopping = threading.Thread(target=bench.spool.stop, args=(PATIENCE,))
    stopping.start()
    assert bench.spool._leave.wait(PATIENCE)
    may_end.set()
    stopping.join(PATIENCE)
    assert bench.rows() == [("done", 1, "")] * 3
    assert not bench.spool._thread.is_alive()


def test_stopping_prints_a_sale_of_which_the_spool_was_not_told(bench: Bench) -> None:
    bench.run()
    bench.sell()
    bench.spool.stop(PATIENCE)
    assert bench.rows() == [("done", 1, "")]


def test_stopping_does_not_wait_for_a_printer_that_is_away(bench: Bench) -> None:
    bench.printer.fault = "offline"
    bench.sell()
    bench.run()
    bench.spool.stop(PATIENCE)
    assert not bench.spool._thread.is_alive()
    assert bench.rows() == [("queued", 0, "")]


def test_papers_of_which_nobody_knows_are_counted_until_a_copy_or_a_z_is_printed(bench: Bench) -> None:
    bench.printer.script = [LOST, LOST]
    bench.sell(3)
    bench.run()
    assert prints.count_unknown(bench.shop.db) == 2
    bench.shop.register.print_copy(1)
    assert prints.count_unknown(bench.shop.db) == 2
    bench.run()
    assert prints.count_unknown(bench.shop.db) == 1
    for _ in range(2):
        answer = bench.shop.register.close_shift(0)
    assert not isinstance(answer, Refused)
    bench.run()
    assert prints.count_unknown(bench.shop.db) == 0


def test_counting_jobs_reads_no_paper_that_is_done(bench: Bench) -> None:
    for query in (prints._NEXT, prints._COUNT, prints._COUNT_UNKNOWN, prints._RECOVER):
        values = ("now",) * query.count("?")
        plan = " ".join(str(row[3]) for row in bench.shop.db.all(f"EXPLAIN QUERY PLAN {query}", values))
        assert "print_job_due" in plan
