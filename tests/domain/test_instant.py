"""Instants as text: read back as they were, to the millisecond, and sorted as time is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instant import read_stamp, stamp

DAY = timedelta(days=1)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """An instant of four centuries, on the clock of any place."""
    at = datetime(1800, 1, 1, tzinfo=UTC) + draw(st.timedeltas(timedelta(0), 400 * 365 * DAY))
    return at.astimezone(timezone(draw(st.timedeltas(-0.9 * DAY, 0.9 * DAY))))


@given(instants())
def test_a_stamp_is_read_back_to_the_millisecond(at: datetime) -> None:
    late = at.astimezone(UTC) - read_stamp(stamp(at))
    assert timedelta(0) <= late < timedelta(milliseconds=1)
    assert stamp(read_stamp(stamp(at))) == stamp(at)


@given(instants(), instants())
def test_stamps_sort_as_time_does(one: datetime, other: datetime) -> None:
    if one.astimezone(UTC) <= other.astimezone(UTC):
        assert stamp(one) <= stamp(other)


def test_a_stamp_is_utc_with_three_digits_and_z() -> None:
    at = datetime(2026, 11, 24, 12, 0, 5, 987_999, timezone(timedelta(hours=-6)))
    assert stamp(at) == "2026-11-24T18:00:05.987Z"
    assert stamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


def test_what_is_no_instant_is_said() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        read_stamp("yesterday")
