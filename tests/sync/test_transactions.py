"""No transaction of the sync is a long one: pages, burials and batches are written some hundred rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from storage.connection import LedgerDatabase
from storage.erp_rows import read_live
from storage.pace import Pace
from storage.transaction import Lock
from sync.feed import Feed
from tests.sync.erps import MemoryErp
from tests.sync.feeding import FeedingErp
from tests.sync.shop import post_many, push
from tests.sync.test_feed_pull import erp_with, pull, sold, wanted

MOST_ROWS = 5 * Pace().most
"""An item is a row in some tables and indexes."""
MOST_OF_A_BATCH = 3 * 200


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each transaction has changed."""
    counted: list[int] = []
    atomic = LedgerDatabase.atomic

    @contextmanager
    def counting(self: LedgerDatabase, lock: Lock = "IMMEDIATE") -> Iterator[None]:
        before = self.connection().total_changes()
        with atomic(self, lock):
            yield
        if lock == "IMMEDIATE":
            counted.append(self.connection().total_changes() - before)

    monkeypatch.setattr(LedgerDatabase, "atomic", counting)
    return counted


def test_a_page_of_a_thousand_rows_and_their_end_are_many_small_transactions(
    db: LedgerDatabase, changes: list[int]
) -> None:
    model = erp_with(1_200)
    erp = FeedingErp(model, page=1_000)
    pull(db, erp)
    assert len(sold(db)) == 1_200
    model.begin(0, {n: replace(one, is_active=False) for n, one in list(model.items.items())[:230]})
    model.pass_time(1)
    pull(db, erp)
    assert sold(db) == wanted(model)
    assert len(read_live(db, Feed.ITEMS)) == 970
    assert max(changes) <= MOST_ROWS


def test_a_batch_is_two_small_transactions(db: LedgerDatabase, changes: list[int]) -> None:
    post_many(db, 500)
    changes.clear()
    assert push(db, MemoryErp().connect()).sent == 500
    assert max(changes) <= MOST_OF_A_BATCH
