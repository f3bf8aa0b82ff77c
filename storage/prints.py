"""The printer's queue. A job's paper never changes; its state does."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from storage.connection import LedgerDatabase

if TYPE_CHECKING:
    from domain.paper import Paper


class JobState(StrEnum):
    """Where a print job stands. `unknown`: the bytes went out and nobody knows whether they became paper."""

    QUEUED = "queued"
    PRINTING = "printing"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


class PrintJob(msgspec.Struct, frozen=True):
    """A job as the spool takes it. `paper` None cannot be read: it must not stop the jobs behind it.

    One that `is_by_name` brings no paper: it is composed from the journal's own record of the document.
    """

    job_id: int
    document: str
    number: int
    copy: int
    paper: Paper | None
    attempts: int
    created_at: str
    is_by_name: bool = False


NOT_DONE: Final = "state IN ('queued', 'printing', 'unknown', 'failed')"
"""The condition of the index `print_job_due`, word for word: without it SQLite reads every paper ever printed."""

JOB: Final = "job_id, document, number, copy, paper, attempts, created_at"
"""The columns of `job_of`."""

_NEXT: Final = (
    f"SELECT {JOB} FROM print_job"  # noqa: S608
    f" WHERE {NOT_DONE} AND state = 'queued' ORDER BY job_id LIMIT 1"
)
_COUNT: Final = f"SELECT count(*) FROM print_job WHERE {NOT_DONE} AND state = ?"  # noqa: S608
_COUNT_UNKNOWN: Final = (
    "SELECT count(*) FROM print_job AS lost"  # noqa: S608
    f" WHERE lost.{NOT_DONE} AND lost.state = 'unknown' AND NOT EXISTS (SELECT 1 FROM print_job AS z"
    " WHERE z.job_id > lost.job_id AND z.document = 'z' AND z.state = 'done')"
    " AND NOT EXISTS (SELECT 1 FROM print_job AS copy WHERE copy.job_id > lost.job_id"
    " AND copy.document = lost.document AND copy.number = lost.number AND copy.state = 'done')"
)
_RECOVER: Final = (
    "UPDATE print_job SET state = 'unknown', changed_at = ?, reason = 'power_cut'"  # noqa: S608
    f" WHERE {NOT_DONE} AND state = 'printing'"
)


def next_job(db: LedgerDatabase) -> PrintJob | None:
    """Return the oldest job that is to be printed, or None."""
    row = db.one(_NEXT)
    return job_of(row) if row else None


def job_of(row: tuple[Any, ...]) -> PrintJob:
    """Return the job of a row with the columns `JOB`."""
    job_id, document, number, copy, paper, attempts, created_at = row
    return PrintJob(job_id, document, number, copy, _read_paper(paper), attempts, created_at, not paper)


def _read_paper(text: str) -> Paper | None:
    """Return a paper, or None for a text that is none."""
    from domain.paper import decode_paper

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
    count = _count(db, JobState.PRINTING)
    if count:
        with db.atomic():
            db.run(_RECOVER, (at,))
    return count


def count_waiting(db: LedgerDatabase) -> int:
    """Return how many jobs wait for the printer."""
    return _count(db, JobState.QUEUED)


def count_unknown(db: LedgerDatabase) -> int:
    """Return of how many papers nobody knows whether they were printed, and somebody should look.

    A paper of which a copy was printed later is not counted any more, nor are those before the newest Z on paper.
    """
    row = db.one(_COUNT_UNKNOWN)
    return int(row[0]) if row else 0


def _count(db: LedgerDatabase, state: JobState) -> int:
    """Return how many jobs stand so; not for those that are done."""
    row = db.one(_COUNT, (state.value,))
    return int(row[0]) if row else 0
