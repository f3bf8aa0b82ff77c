"""The paper of a Z, sealed by its own journal record: a hash in the report of everything the paper says.

The paper shows the start of its record's hash, and the record holds the hash of the paper; so the paper is hashed as
it stands with that one text left empty.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.journal import digest
from domain.paper import Paper, encode_paper
from domain.receipt import HASH_DIGITS
from domain.report import Report
from storage.connection import LedgerDatabase

ComposeReport = Callable[[Report, str], Paper]
_KEPT = "SELECT paper FROM z_report WHERE shift_id = ?"
_QUEUED = "SELECT paper FROM print_job WHERE document = 'z' AND number = ? AND copy = 0"


def seal_paper(report: Report, compose: ComposeReport) -> Report:
    """Return a report that knows what its paper is going to say."""
    return msgspec.structs.replace(report, paper_hash=digest(encode_paper(compose(report, "")).encode()))


def is_sealed(text: str, report: Report, row_hash: str) -> bool:
    """Say whether a paper's text is the one that its report was sealed with."""
    own = f'"{row_hash[: 2 * HASH_DIGITS]}"'
    return text.count(own) <= 1 and digest(text.replace(own, '""').encode()) == report.paper_hash


def altered_papers(db: LedgerDatabase, report: Report, row_hash: str) -> list[str]:
    """Return the tables that hold another paper of a Z than the one it was closed with.

    Zs of programs that did not seal their papers yet prove nothing about them.
    """
    if not report.paper_hash:
        return []
    number = report.shift.shift_id
    kept = {"z_report": db.all(_KEPT, (number,)), "print_job": db.all(_QUEUED, (number,))}
    return [
        table for table, rows in kept.items() if not all(is_sealed(str(text), report, row_hash) for (text,) in rows)
    ]
