"""The spool: what becomes of a paper when the printer prints, is away, raises, or dies in the middle.

Nothing here waits for a time to pass: the fake printer says what happens next, and events say that it has happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import peewee
import pytest

from domain.paper import Paper
from register.spool import READY
from storage import prints
from storage.connection import LedgerDatabase
from storage.prints import JobState
from tests.register.spool_bench import AWAY, LOST, PATIENCE, Bench, Result


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
