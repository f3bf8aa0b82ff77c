"""The size of batches follows the ERP's answers, within what the settings allow, whatever the ERP does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.connection import LedgerDatabase
from sync.batch_size import FIRST, GOAL_SECONDS, LEAST, first_size, next_size
from sync.connector import Answer, Verdict
from sync.document import Batch
from sync.errors import Unreachable
from sync.push import Push
from tests.sync.erps import MemoryConnector
from tests.sync.shop import StillClock, open_shop, post_many, shop, states

MOST = 200
sizes = st.integers(1, 1_000)
tooks = st.none() | st.floats(0, 1_000)


@given(sizes, sizes, tooks, sizes)
def test_a_size_is_never_nothing_and_never_more_than_allowed(
    size: int, count: int, took: float | None, most: int
) -> None:
    assert 1 <= next_size(size, count, took, most) <= most
    assert 1 <= first_size(most) <= most


@given(sizes, sizes)
def test_slow_or_no_answers_never_make_it_larger_and_quick_full_ones_never_smaller(size: int, most: int) -> None:
    held = min(size, most)
    assert next_size(held, held, None, most) <= max(held, LEAST)
    assert next_size(held, held, GOAL_SECONDS + 1, most) <= max(held, LEAST)
    assert next_size(held, held, 0.1, most) >= held
    assert next_size(held, held - 1, 0.1, most) == held


@given(st.integers(1, 400))
def test_it_settles_where_answers_take_about_the_goal(per_second: int) -> None:
    """An ERP that books so many documents a second: in the end batches take no longer than twice the goal."""
    size = first_size(MOST)
    for _ in range(20):
        size = next_size(size, size, size / per_second, MOST)
    assert size == LEAST or size / per_second <= 2 * GOAL_SECONDS
    assert size == MOST or 2 * size / per_second > GOAL_SECONDS / 2


def test_the_sizes_one_after_the_other() -> None:
    assert (FIRST, LEAST, GOAL_SECONDS) == (50, 10, 5)
    size, seen = first_size(MOST), []
    for took in (0.1, 0.1, 0.1, 6, 3, None, None, None, None, 0.1):
        size = next_size(size, size, took, MOST)
        seen.append(size)
    assert seen == [100, 200, 200, 100, 100, 50, 25, 12, 10, 20]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


class Paced(MemoryConnector):
    """An ERP that books so many documents a second, and whose proxy gives up after two minutes."""

    def __init__(self, clock: StillClock, per_second: float) -> None:
        self.sizes: list[int] = []
        self.per_second = per_second
        self._clock = clock

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self.sizes.append(len(batch.documents))
        self._clock.seconds += int(min(len(batch.documents) / self.per_second, 120))
        if len(batch.documents) / self.per_second > 120:
            raise Unreachable("the answer did not come")
        return [Answer(one.document_id, Verdict.TAKEN) for one in batch.documents]


def test_a_quick_erp_soon_gets_full_batches(db: LedgerDatabase) -> None:
    post_many(db, 900)
    clock = StillClock()
    erp = Paced(clock, 10_000)
    Push(db, erp, MOST, clock, lambda _: None).run()
    assert erp.sizes == [50, 100, 200, 200, 200, 150]


def test_a_slow_erp_gets_small_ones_and_is_never_driven_into_its_time_out(db: LedgerDatabase) -> None:
    post_many(db, 200)
    clock = StillClock()
    erp = Paced(clock, 1)
    push = Push(db, erp, MOST, clock, lambda _: None)
    assert push.run().problem is None
    assert erp.sizes[:4] == [50, 25, 12, 10]
    assert set(states(db).values()) == {"sent"}


def test_a_size_outlives_a_round(db: LedgerDatabase) -> None:
    post_many(db, 60)
    clock = StillClock()
    erp = Paced(clock, 1)
    push = Push(db, erp, MOST, clock, lambda _: None)
    push.run()
    post_many(db, 60, "later")
    push.run()
    assert erp.sizes[:2] == [50, 10]
    assert max(erp.sizes[2:]) <= 20
