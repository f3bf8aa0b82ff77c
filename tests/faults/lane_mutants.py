"""The seven durability faults of `mutants`, put into the real storage code while it works.

They are what keeps the clean run of the lane honest: were one of the lane's own precautions taken away, the
harness would say so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import storage.connection
import storage.ledger
from domain.journal import Kind
from domain.sale import Sale
from storage.connection import LedgerDatabase
from storage.ledger import add_sale_rows, post_sale, put_outbox
from tests.faults.cuts import Workload
from tests.faults.lane import lane_at_work
from tests.faults.medium import FaultPlan, Medium
from tests.faults.mutants import Red
from tests.faults.tracing import TracingVFS

Change = Callable[[pytest.MonkeyPatch, TracingVFS], None]


def unchanged(_patch: pytest.MonkeyPatch, _vfs: TracingVFS) -> None:
    """Leave everything as it is."""


def with_pragma(name: str, value: str, read_back: object) -> Change:
    """Open every connection with another value of one pragma."""

    def change(patch: pytest.MonkeyPatch, _vfs: TracingVFS) -> None:
        kept = tuple(pragma for pragma in storage.connection.PRAGMAS if pragma[0] != name)
        assert len(kept) == len(storage.connection.PRAGMAS) - 1
        patch.setattr(storage.connection, "PRAGMAS", ((name, value, read_back), *kept))

    return change


def promise_early(patch: pytest.MonkeyPatch, vfs: TracingVFS) -> None:
    """Promise a sale when it is put into the queue for the ERP, before the commit."""

    def put_and_promise(db: LedgerDatabase, document_id: str, kind: Kind, journal_seq: int) -> None:
        put_outbox(db, document_id, kind, journal_seq)
        if kind is Kind.SALE_POSTED:
            vfs.trace.ack(f"sale {document_id}")

    patch.setattr(storage.ledger, "put_outbox", put_and_promise)


def put_outbox_later(patch: pytest.MonkeyPatch, _vfs: TracingVFS) -> None:
    """Write a sale's outbox row in a transaction of its own."""
    waiting: list[tuple[Any, ...]] = []

    def post_then_put(db: LedgerDatabase, *rest: Any) -> Sale:
        sale = post_sale(db, *rest)
        with db.atomic():
            put_outbox(*waiting.pop())
        return sale

    patch.setattr(storage.ledger, "put_outbox", lambda *row: waiting.append(row))
    patch.setattr("register.tendering.post_sale", post_then_put)


def commit_each_step(patch: pytest.MonkeyPatch, _vfs: TracingVFS) -> None:
    """Let each step of a sale commit for itself; only its rows stay together, for the schema refuses less."""
    atomic = LedgerDatabase.atomic

    def add_together(db: LedgerDatabase, *rest: Any) -> None:
        with atomic(db):
            add_sale_rows(db, *rest)

    patch.setattr(LedgerDatabase, "atomic", lambda _db: nullcontext())
    patch.setattr(storage.ledger, "add_sale_rows", add_together)


def lie(_patch: pytest.MonkeyPatch, vfs: TracingVFS) -> None:
    """Swallow every sync, as a lying card does."""
    vfs.plan = FaultPlan(Medium.LYING_SYNC)


@dataclass(frozen=True)
class LaneMutant:
    """What is changed before the ledger is opened, or once it is, and what the harness must say about it."""

    name: str
    red: Red
    before: Change = unchanged
    when_ready: Change = unchanged

    def working(self, sales: int) -> Workload:
        """The lane's workload with this fault in it."""

        def work(directory: Path, vfs: TracingVFS) -> None:
            with pytest.MonkeyPatch.context() as patch:
                self.before(patch, vfs)
                workload = lane_at_work(sales, lambda traced: self.when_ready(patch, traced), is_settled=True)
                workload(directory, vfs)

        return work


LANE_MUTANTS = (
    LaneMutant("synchronous=OFF", Red.LOST, before=with_pragma("synchronous", "OFF", 0)),
    LaneMutant("synchronous=NORMAL", Red.LOST, before=with_pragma("synchronous", "NORMAL", 1)),
    LaneMutant("rollback journal with FULL", Red.LOST, before=with_pragma("journal_mode", "delete", "delete")),
    LaneMutant("promised before COMMIT", Red.LOST, before=promise_early),
    LaneMutant("outbox row in a second transaction", Red.UNSOUND, before=put_outbox_later),
    LaneMutant("steps committed one by one", Red.UNSOUND, when_ready=commit_each_step),
    LaneMutant("sync that lies", Red.LOST, when_ready=lie),
)
