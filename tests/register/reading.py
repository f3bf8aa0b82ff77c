"""What the register's tests read from a ledger: bodies of the journal, papers of the queue."""

from __future__ import annotations

import json
from typing import Any

from domain.paper import Paper, lay_paper
from storage.personal import reveal_body
from storage.prints import JOB, job_of
from tests.kit.lane import Shop


def events(shop: Shop, kind: str) -> list[dict[str, Any]]:
    """Return the bodies of a kind of record, oldest first, with their personal texts."""
    rows = shop.db.all("SELECT seq, record FROM journal WHERE kind = ? ORDER BY seq", (kind,))
    found = [(seq, json.loads(record)) for seq, record in rows]
    return [reveal_body(shop.db, seq, record["body"], record.get("personal", {})) for seq, record in found]


def records(shop: Shop) -> list[dict[str, Any]]:
    """Return the journal's records, oldest first."""
    return [json.loads(record) for (record,) in shop.db.all("SELECT record FROM journal ORDER BY seq")]


def papers(shop: Shop, width: int = 42) -> list[str]:
    """Return the texts of the printer's queue, oldest first."""
    return ["\n".join(lay_paper(paper, width)) for paper in queue(shop)]


def queue(shop: Shop) -> list[Paper]:
    """Return the papers of the printer's queue as the spool would print them, oldest first."""
    compose = shop.register.receipt_composer()
    jobs = [job_of(row) for row in shop.db.all(f"SELECT {JOB} FROM print_job ORDER BY job_id")]  # noqa: S608
    papers = [compose(shop.db, job) if job.is_by_name else job.paper for job in jobs]
    assert None not in papers
    return [paper for paper in papers if paper is not None]
