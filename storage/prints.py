"""The printer's queue. A job's paper never changes; its state does."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from domain.paper import Paper, decode_paper
from storage.connection import LedgerDatabase


class JobState(StrEnum):
    """Where a print job stands. `unknown`: the bytes went out and nobody knows whether they became paper."""

    QUEUED = "queued"
    PRINTING = "printing"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


class PrintJob(msgspec.Struct, frozen=True):
    """A job as the spool takes it. `paper` None cannot be read: it must not stop the jobs behind it."""

    job_id: int
    document: str
    number: int
    copy: int
    paper: Paper | None
    attempts: int


def next_job(db: LedgerDatabase) -> PrintJob | None:
    """Return the oldest job that is to be printed, or None."""
    row = db.one(
        "SELECT job_id, document, number, copy, paper, attempts FROM print_job"
        " WHERE state = 'queued' ORDER BY job_id LIMIT 1"
    )
    if row is None:
        return None
    job_id, document, number, copy, paper, attempts = row
    return PrintJob(job_id, document, number, copy, _read_paper(paper), attempts)


def _read_paper(text: str) -> Paper | None:
    """Return a paper, or None for a text that is none."""
    try:
        return decode_paper(text)
    except msgspec.MsgspecError:
        return None


def mark_job(db: LedgerDatabase, job_id: int, state: JobState, at: str, reason: str = "") -> None:
    """Set a job's state; one that starts to print counts an attempt."""
    with db.atomic():
        db.run(
            "UPDATE print_job SET state = ?, changed_at = ?, reason = ?, attempts = attempts + ? WHERE job_id = ?",
            (state.value, at, reason, int(state is JobState.PRINTING), job_id),
        )


def recover_jobs(db: LedgerDatabase, at: str) -> int:
    """Mark jobs that a dead process left printing as unknown, and return how many there were."""
    row = db.one("SELECT count(*) FROM print_job WHERE state = 'printing'")
    if not row or not row[0]:
        return 0
    with db.atomic():
        db.run(
            "UPDATE print_job SET state = 'unknown', changed_at = ?, reason = 'power_cut' WHERE state = 'printing'",
            (at,),
        )
    return int(row[0])


def count_waiting(db: LedgerDatabase) -> int:
    """Return how many jobs wait for the printer."""
    row = db.one("SELECT count(*) FROM print_job WHERE state = 'queued'")
    return int(row[0]) if row else 0
