"""What the register's tests read from a ledger: bodies of the journal, papers of the queue."""

from __future__ import annotations

import json
from typing import Any

from domain.paper import decode_paper, lay_paper
from tests.kit.lane import Shop


def events(shop: Shop, kind: str) -> list[dict[str, Any]]:
    """Return the bodies of a kind of record, oldest first."""
    rows = shop.db.all("SELECT record FROM journal WHERE kind = ? ORDER BY seq", (kind,))
    return [json.loads(record)["body"] for (record,) in rows]


def records(shop: Shop) -> list[dict[str, Any]]:
    """Return the journal's records, oldest first."""
    return [json.loads(record) for (record,) in shop.db.all("SELECT record FROM journal ORDER BY seq")]


def papers(shop: Shop, width: int = 42) -> list[str]:
    """Return the texts of the printer's queue, oldest first."""
    rows = shop.db.all("SELECT paper FROM print_job ORDER BY job_id")
    return ["\n".join(lay_paper(decode_paper(paper), width)) for (paper,) in rows]
