"""The spool: one thread that takes print jobs from the ledger and gives them to the printer.

The sale never waits for it. A job whose printer is away stays queued and is tried again; one of which nobody
knows whether it became paper is `unknown` and is never printed again by itself: the operator asks for a copy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

from domain.paper import Paper
from register.lane import Clock, stamp
from storage import prints
from storage.connection import LedgerDatabase
from storage.errors import LedgerError, saving
from storage.prints import JobState, PrintJob

RETRY_SECONDS: Final = 5.0
READY: Final = "ready"


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
    ) -> None:
        """Take the ledger (a connection is opened in the thread), a way to the printer and who is told of its state."""
        self._db, self._open_printer, self._clock, self._on_state = db, open_printer, clock, on_state
        self._wake, self._stop = threading.Event(), threading.Event()
        self._idle, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._printer: PaperPrinter | None = None
        self.state = READY

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is a new job."""
        with self._lock:
            self._idle.clear()
            self._wake.set()

    def stop(self, wait_seconds: float = 10.0) -> None:
        """Finish the paper at hand and end the thread."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    def wait_idle(self, wait_seconds: float) -> bool:
        """Wait until nothing is left to print, or the printer is away; say whether that came about in time."""
        return self._idle.wait(wait_seconds)

    def _run(self) -> None:
        """Work until told to stop."""
        try:
            with saving():
                self._db.connect()
                prints.recover_jobs(self._db, stamp(self._clock()))
        except LedgerError as error:
            self._tell(str(error))
            return
        try:
            while not self._stop.is_set():
                self._wake.clear()
                is_drained = self._drain()
                with self._lock:
                    if not self._wake.is_set():
                        self._idle.set()
                self._wake.wait(None if is_drained else RETRY_SECONDS)
        finally:
            self._let_go()
            self._db.close()

    def _drain(self) -> bool:
        """Print job after job; return False where the printer is away and jobs are left."""
        try:
            while not self._stop.is_set():
                job = prints.next_job(self._db)
                if job is None:
                    return True
                # One printer for good: it remembers whether it answers, and silence then means something.
                self._printer = self._printer or self._open_printer()
                if not self._print(self._printer, job):
                    return False
        except Exception as error:  # a driver may raise anything; a paper never stops the lane
            self._tell(f"error: {type(error).__name__}")
            self._let_go()
            return False
        return True

    def _let_go(self) -> None:
        """Close the printer; the next job opens it anew."""
        printer, self._printer = self._printer, None
        if printer is not None:
            printer.close()

    def _print(self, printer: PaperPrinter, job: PrintJob) -> bool:
        """Print one job and mark what became of it; return False to try it again later."""
        if job.paper is None:
            prints.mark_job(self._db, job.job_id, JobState.FAILED, stamp(self._clock()), "unreadable")
            return True
        prints.mark_job(self._db, job.job_id, JobState.PRINTING, stamp(self._clock()))
        try:
            result = printer.print_paper(job.paper, job.job_id)
            outcome, fault = str(result.outcome), str(result.fault or "")
        except Exception as error:  # as above: the job must not stay "printing"
            outcome, fault = "unknown", type(error).__name__
            self._let_go()
        state = {"done": JobState.DONE, "unknown": JobState.UNKNOWN}.get(outcome, JobState.QUEUED)
        prints.mark_job(self._db, job.job_id, state, stamp(self._clock()), fault)
        self._tell(READY if state is JobState.DONE else f"{outcome}: {fault}")
        return state is not JobState.QUEUED

    def _tell(self, state: str) -> None:
        """Tell of a new state of the printer."""
        if state != self.state:
            self.state = state
            self._on_state(state)
