"""What is looked for in the journal, as it is typed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.journal_filter import JournalFilter, read_filter

ZONE = ZoneInfo("America/Mexico_City")


def test_fields_and_words_are_told_apart_and_days_are_the_stores() -> None:
    found = read_filter("kind:sale_posted café operator:7 from:2026-11-24 to:2026-11-24 de olla", ZONE)
    day = ("2026-11-24T06:00:00.000Z", "2026-11-25T06:00:00.000Z")
    assert found == JournalFilter("sale_posted", "7", *day, "café de olla")


@pytest.mark.parametrize("part", ["kind:", "kind:nothing", "from:24", "to:2026-13-01", "from:0001-01-01", "operator:"])
def test_the_part_that_means_nothing_is_named(part: str) -> None:
    assert read_filter(f"café {part}", ZONE) == part


def test_a_colon_elsewhere_is_text() -> None:
    assert read_filter("12:30 nota:", ZONE) == JournalFilter(text="12:30 nota:")


@given(st.text(max_size=60))
def test_anything_typed_means_something_or_is_named(typed: str) -> None:
    found = read_filter(typed, ZONE)
    assert isinstance(found, JournalFilter) or found in typed.split()
