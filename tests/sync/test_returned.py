"""What came back at other places: from a file and from pages, row by row, and gone when it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog_flaw import Flaw, RowFlaw
from domain.returned_row import ReturnedElsewhere, judge_returned, line_of_key
from storage.connection import LedgerDatabase
from storage.returns import read_all_elsewhere, read_elsewhere
from sync.catalog_import import ImportReport
from sync.feed import Feed, ReturnedRow
from sync.returned import ReturnedKind
from sync.small_import import import_small
from tests.sync.catalogs import OPTIONS, put
from tests.sync.shop import open_shop, shop
from tests.sync.test_feed_take import take

HEADER = ("Recibo", "partida", "Cantidad")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def take_file(db: LedgerDatabase, *rows: tuple[str, ...]) -> ImportReport:
    """Take a file with these rows."""
    return import_small(db, put(db, *rows, header=HEADER, name="returned.csv"), OPTIONS, ReturnedKind())


def row(erp_id: str, folio: str, line: str, quantity: str) -> ReturnedRow:
    """Return a row of a page."""
    return ReturnedRow(erp_id=erp_id, stamp=quantity, folio=folio, line=line, quantity=quantity)


def test_a_file_says_how_much_of_each_line_came_back_and_takes_the_place_of_what_it_said(db: LedgerDatabase) -> None:
    report = take_file(db, ("1-000045", "1", "2"), ("1-000045", "2", "0.125"), ("1-000046", "1", "0"))
    assert (report.new, report.refused) == (3, 0)
    assert read_elsewhere(db, "1-000045") == {1: 2_000_000, 2: 125_000}
    assert read_elsewhere(db, "1-000046") == {}
    report = take_file(db, ("1-000045", "1", "3"), ("1-000045", "2", "0"))
    assert (report.changed, report.new) == (2, 0)
    assert read_all_elsewhere(db) == [ReturnedElsewhere("1-000045", 1, 3_000_000)]
    assert take_file(db, ("1-000045", "1", "3.0")).unchanged == 1


def test_bad_rows_are_refused_with_their_line_and_the_others_are_taken(db: LedgerDatabase) -> None:
    report = take_file(
        db,
        ("1-000045", "1", "2"),
        ("", "1", "2"),
        ("4111111111111111", "1", "2"),
        ("1-000045", "0", "2"),
        ("1-000045", "1.5", "2"),
        ("1-000045", "2", "-1"),
        ("1-000045", "3", "two"),
        ("1-000045", "4", "1"),
        ("1-000045", "4", "2"),
        ("1-000045", "5"),
    )
    told = [(refusal.line, refusal.flaw) for refusal in report.refusals]
    assert told == [
        (3, Flaw.BAD_FOLIO),
        (4, Flaw.BAD_FOLIO),
        (5, Flaw.BAD_LINE),
        (6, Flaw.BAD_LINE),
        (7, Flaw.BAD_QUANTITY),
        (8, Flaw.BAD_QUANTITY),
        (9, Flaw.ITEM_TWICE),
        (10, Flaw.ITEM_TWICE),
        (11, Flaw.WRONG_COLUMNS),
    ]
    assert "4111111111111111" not in report.refusals[1].text
    assert read_all_elsewhere(db) == [ReturnedElsewhere("1-000045", 1, 2_000_000)]


def test_a_page_is_taken_and_what_the_erp_takes_back_is_gone(db: LedgerDatabase) -> None:
    rows = row("a", "1-000045", "1", "2"), row("b", "1-000045", "2", "1"), row("c", "1-000045", "x", "1")
    report = take(db, Feed.RETURNED, *rows)
    assert report.refused == ("returned c: the line is no whole number from 1 on, as the receipt's lines are counted",)
    assert read_elsewhere(db, "1-000045") == {1: 2_000_000, 2: 1_000_000}
    take(db, Feed.RETURNED, row("b", "1-000045", "2", "0"), gone=("a", "unknown"))
    assert read_all_elsewhere(db) == []


def test_a_page_that_comes_twice_wakes_nobody(db: LedgerDatabase) -> None:
    take(db, Feed.RETURNED, row("a", "1-000045", "1", "2"))
    before = db.one("SELECT total_changes()")
    take(db, Feed.RETURNED, row("a", "1-000045", "1", "2"))
    assert db.one("SELECT total_changes()") == before


@given(st.text(max_size=50), st.text(max_size=10), st.text(max_size=20))
def test_whatever_a_row_holds_it_is_judged_and_its_key_names_its_line(folio: str, line: str, quantity: str) -> None:
    judged = judge_returned(folio, line, quantity)
    assert isinstance(judged, RowFlaw) or line_of_key(judged.key) == (judged.folio, judged.line_no)


@given(st.integers(1, 99), st.integers(1, 9_999_999), st.integers(1, 100_000), st.integers(0, 10**12))
def test_what_is_sound_is_read_as_it_was_written(lane: int, number: int, line: int, micro: int) -> None:
    told = f"{micro // 10**6}.{micro % 10**6:06d}"
    assert judge_returned(f" {lane}-{number:06d} ", str(line), told) == ReturnedElsewhere(
        f"{lane}-{number:06d}", line, micro
    )
