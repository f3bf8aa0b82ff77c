"""The spool and the till it may open; how long a fault waits; what stopping still prints; what is told of the queue."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from domain.paper import Kick, Paper
from domain.refusal import Refused
from storage import prints
from tests.register.spool_bench import AWAY, LOST, PATIENCE, Bench, Condition, Result


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
