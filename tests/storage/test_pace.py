"""Work in the background leaves the ledger to the lane for as long as it has had it, or longer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.pace import LEAST_PAUSE_NS, SYNC_PACE, Pace


@given(st.integers(0, 10**9), st.integers(0, 5))
def test_a_rest_is_so_many_times_the_transaction_and_never_too_short_for_a_sale_to_find_it(
    took: int, rests: int
) -> None:
    rested: list[int] = []
    Pace(rests=rests, pause=rested.append, elapsed_ns=lambda: took).rest(0)
    assert rested == [max(LEAST_PAUSE_NS, rests * took)]


@given(st.integers(1, 1_000), st.integers(0, 10**9))
def test_the_next_transaction_is_never_beyond_its_bounds(size: int, took: int) -> None:
    pace = Pace()
    assert pace.least <= pace.next_size(size, took) <= pace.most


def test_what_goes_on_all_day_leaves_most_of_it_to_the_lane() -> None:
    assert SYNC_PACE.rests >= 3
