"""The spool: one thread that takes print jobs from the ledger and gives them to the printer.

The sale never waits for it. A job whose printer is away stays queued and is tried again; one of which nobody
knows whether it became paper is `unknown` and is never printed again by itself: the operator asks for a copy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from domain.instant import read_stamp, stamp
from register.lane import Clock
from storage import prints
from storage.connection import LedgerDatabase
from storage.errors import LedgerError, saving
from storage.prints import JobState, PrintJob

if TYPE_CHECKING:
    from domain.paper import Paper
    from register.papers import ComposeJob

FIRST_PAUSE_SECONDS: Final = 5.0
LAST_PAUSE_SECONDS: Final = 60.0
"""How long a fault waits for the next try, at first and at last; a new job is tried at once."""
KICK_WITHIN: Final = timedelta(minutes=1)
"""A till opens for the sale at hand: never for one that was made longer ago."""
READY: Final = "ready"


class PrinterCondition(Protocol):
    """How a printer is doing (`devices.printer.outcome.PrinterStatus`)."""

    @property
    def fault(self) -> str | None:
        """Why it would not print, None where nothing is known against it."""


class PrintOutcome(Protocol):
    """What a printer says of a paper (`devices.printer.outcome.PrintResult`)."""

    @property
    def outcome(self) -> str:
        """`done`, `unknown` or `failed`."""

    @property
    def fault(self) -> str | None:
        """Why, unless it is done."""


class PaperPrinter(Protocol):
    """What the spool needs of a printer (`devices.printer`)."""

    def print_paper(self, paper: Paper, job: int = 0) -> PrintOutcome:
        """Print one paper."""

    def status(self) -> PrinterCondition:
        """Ask the printer how it is, without printing."""

    def close(self) -> None:
        """Let go of the printer."""


class Spool:
    """Prints the ledger's jobs one after the other, in a thread of its own."""

    def __init__(
        self,
        db: LedgerDatabase,
        open_printer: Callable[[], PaperPrinter],
        clock: Clock,
        on_state: Callable[[str], None] = lambda _state: None,
        compose: ComposeJob = lambda _db, _job: None,
        drawer: Callable[[LedgerDatabase], int] = lambda _db: 1,
    ) -> None:
        """Take the ledger (a connection is opened in the thread), a way to the printer and who is told of its state.

        `compose` makes the papers that the queue only names.
        """
        self._compose, self._drawer = compose, drawer
        self._db, self._open_printer, self._clock, self._on_state = db, open_printer, clock, on_state
        self._wake, self._leave, self._stop = threading.Event(), threading.Event(), threading.Event()
        self._idle, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._printer: PaperPrinter | None = None
        self._is_recovered = self._is_known_good = False
        self._missed_at = ""
        self.state = READY

    def start(self) -> None:
        """Begin to print."""
        self._missed_at = stamp(self._clock())
        self._thread.start()

    def wake(self) -> None:
        """Say that there is a new job: it is tried at once, however long a fault has lasted."""
        with self._lock:
            self._idle.clear()
            self._wake.set()

    def stop(self, wait_seconds: float = 10.0) -> None:
        """Print what is queued while the printer works and the time lasts, then end after the paper at hand."""
        self._leave.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)
        self._stop.set()

    def wait_idle(self, wait_seconds: float) -> bool:
        """Wait until nothing is left to print, or the printer is away; say whether that came about in time."""
        return self._idle.wait(wait_seconds)

    def _run(self) -> None:
        """Work until told to stop; told to leave, go through the queue once more."""
        pause = FIRST_PAUSE_SECONDS
        try:
            while not self._stop.is_set():
                is_last = self._leave.is_set()
                self._wake.clear()
                told = self.state
                is_drained = self._drain()
                self._missed_at = "" if is_drained else stamp(self._clock())
                self._say_idle()
                if is_last:
                    return
                if is_drained or self.state != told:
                    pause = FIRST_PAUSE_SECONDS
                if not self._leave.is_set() and not self._wake.wait(None if is_drained else pause):
                    pause = min(2 * pause, LAST_PAUSE_SECONDS)
        finally:
            self._let_go()
            self._db.close()

    def _say_idle(self) -> None:
        """Let go whoever waits, unless a job has come meanwhile."""
        with self._lock:
            if not self._wake.is_set():
                self._idle.set()

    def _drain(self) -> bool:
        """Print job after job; return False where ledger or printer is away and jobs may be left."""
        try:
            self._recover()
            while not self._stop.is_set():
                job = prints.next_job(self._db)
                if job is None:
                    return True
                if not self._take(job):
                    return False
        except LedgerError as error:
            self._tell(str(error))
            return False
        except Exception as error:  # a driver may raise anything; a paper never stops the lane
            self._tell(f"error: {type(error).__name__}")
            self._is_recovered = False  # a job whose last mark failed would stay "printing"
            self._let_go()
            return False
        return True

    def _recover(self) -> None:
        """Open the ledger, and mark what was printing when the lane, or a transaction, died."""
        if self._is_recovered:
            return
        with saving():
            if self._db.is_closed():
                self._db.connect()
            prints.recover_jobs(self._db, stamp(self._clock()))
        self._is_recovered = True

    def _let_go(self) -> None:
        """Close the printer; the next job opens it anew."""
        printer, self._printer, self._is_known_good = self._printer, None, False
        if printer is not None:
            printer.close()

    def _take(self, job: PrintJob) -> bool:
        """Print one job if it can be read and the printer is there; return False to try it again later."""
        paper = self._compose(self._db, job) if job.is_by_name else job.paper
        if paper is None:
            prints.mark_job(self._db, job.job_id, JobState.FAILED, stamp(self._clock()), "unreadable")
            return True
        # One printer for good: it remembers whether it answers, and silence then means something.
        self._printer = self._printer or self._open_printer()
        # Asked only where there is a doubt: each question costs a connection, and nothing is written for it.
        fault = None if self._is_known_good else self._printer.status().fault
        if fault is not None:
            self._tell_away(f"failed: {fault}")
            return False
        return self._print(self._printer, job, self._without_late_kick(job, paper))

    def _print(self, printer: PaperPrinter, job: PrintJob, paper: Paper) -> bool:
        """Claim one job, print it and mark what became of it; return False to try it again later."""
        prints.mark_job(self._db, job.job_id, JobState.PRINTING, stamp(self._clock()))
        try:
            result = printer.print_paper(paper, job.job_id)
            outcome, fault = str(result.outcome), str(result.fault or "")
        except Exception as error:  # as above: the job must not stay "printing"
            outcome, fault = "unknown", type(error).__name__
            self._let_go()
        state = {"done": JobState.DONE, "unknown": JobState.UNKNOWN}.get(outcome, JobState.QUEUED)
        prints.mark_job(self._db, job.job_id, state, stamp(self._clock()), fault)
        if state is JobState.DONE:
            self._is_known_good = True
            self._tell(READY)
        else:
            self._tell_away(f"{outcome}: {fault}")
        return state is not JobState.QUEUED

    def _without_late_kick(self, job: PrintJob, paper: Paper) -> Paper:
        """Return a paper as it is printed now: a till must not open by itself when nobody stands there for it.

        What waited at the start, or when the printer was last away, has missed its moment.
        """
        age = abs(self._clock() - read_stamp(job.created_at))
        if job.attempts or job.created_at < self._missed_at or age > KICK_WITHIN:
            from domain.paper import Kick

            return tuple(element for element in paper if not isinstance(element, Kick))
        if (drawer := self._drawer(self._db)) == 1:
            return paper
        from domain.paper import kick_to

        return kick_to(paper, drawer)

    def _tell_away(self, state: str) -> None:
        """Tell of a fault, and doubt the printer until it has printed again."""
        self._is_known_good = False
        self._tell(state)

    def _tell(self, state: str) -> None:
        """Tell of a new state of the printer."""
        if state != self.state:
            self.state = state
            self._on_state(state)
