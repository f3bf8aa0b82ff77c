"""Bars: exact to half a cell, never wider than their room, and readable without colours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.bar import BELOW, FULL, HALF, draw_bar

VALUES = st.integers(-(10**15), 10**15)


@given(VALUES, VALUES, st.integers(1, 60))
def test_a_larger_value_has_no_shorter_bar_and_none_is_too_wide(one: int, other: int, width: int) -> None:
    largest = max(abs(one), abs(other))
    bars = [draw_bar(abs(value), largest, width) for value in sorted((one, other), key=abs)]
    assert len(bars[0]) <= len(bars[1]) <= width
    assert not largest or bars[1] == FULL * width


@given(VALUES, st.integers(1, 10**15), st.integers(1, 60))
def test_something_is_never_shown_as_nothing(value: int, largest: int, width: int) -> None:
    bar = draw_bar(value, largest, width)
    assert bool(bar) == bool(value)
    assert len(bar) <= width
    assert set(bar) <= ({BELOW} if value < 0 else {FULL, HALF})


def test_half_a_cell_is_seen() -> None:
    assert [draw_bar(value, 10, 5) for value in (1, 2, 3, 10)] == [HALF, FULL, FULL + HALF, FULL * 5]
    assert draw_bar(5, 0, 5) == ""
