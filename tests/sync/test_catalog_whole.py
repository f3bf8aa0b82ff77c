"""Whole real catalogues, where the shared folder lies beside the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from config.settings import Settings
from domain.catalog_flaw import Flaw
from storage.catalog import find_by_code, search_items
from storage.connection import open_ledger
from storage.soundness import check_soundness
from sync.catalog_import import ImportOptions, ImportReport, import_catalog
from sync.import_rules import shop_rules
from tests.sync.catalogs import AT_ONCE

SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
HINTS: Final = {"food0": "zero", "ieps8?": "zero", "alcohol": "general", "std": "general"}
OPTIONS: Final = ImportOptions(shop_rules(Settings(), tax_map=HINTS))


def take(folder: Path, name: str) -> tuple[ImportReport, ImportReport]:
    """Import a whole catalogue twice; return both reports."""
    source = SHARED / name
    if not source.exists():
        pytest.skip(f"the shared folder beside the checkout has no data/{name}")
    db = open_ledger(folder / "ledger.db")
    first = import_catalog(db, source, OPTIONS, pace=AT_ONCE)
    assert db.one("SELECT count(*) FROM item") == db.one("SELECT count(*) FROM item_fts_docsize") == (first.new,)
    again = import_catalog(db, source, OPTIONS, pace=AT_ONCE)
    check_soundness(db)
    coffee = find_by_code(db, "7501059273283")
    if coffee is not None:
        assert coffee.item in search_items(db, "chococino", 50)
    db.close()
    return first, again


def hold(first: ImportReport, again: ImportReport) -> None:
    """Assert what holds for every catalogue: each row is counted once, and the second time nothing is new."""
    for report in (first, again):
        assert report.new + report.changed + report.unchanged + report.repeated + report.refused == report.rows
    assert (again.new, again.changed, again.unchanged) == (0, 0, first.new)
    assert again.refused_by == first.refused_by


def test_spanish_speaking_countries(tmp_path: Path) -> None:
    first, again = take(tmp_path, "products_mx_es.csv.gz")
    hold(first, again)
    assert (first.rows, first.new, first.repeated) == (32_768, 32_736, 3)
    assert first.refused_by == {Flaw.BAD_CHECK_DIGIT: 28, Flaw.DAMAGED: 1}


def test_every_row_that_is_known_to_be_dirty(tmp_path: Path) -> None:
    first, again = take(tmp_path, "products_dirty.csv.gz")
    hold(first, again)
    assert (first.rows, first.refused_by[Flaw.BAD_CHECK_DIGIT]) == (10_841, 6_815)


def test_a_store_in_the_united_states(tmp_path: Path) -> None:
    first, again = take(tmp_path, "products_completejourney.csv.gz")
    hold(first, again)
    assert first.rows == 13_283
    assert first.refused <= 60


def test_a_gift_shop_without_codes(tmp_path: Path) -> None:
    first, again = take(tmp_path, "products_uci.csv.gz")
    hold(first, again)
    assert first.rows == 3_938
    assert first.refused <= 20


@pytest.mark.slow
def test_the_whole_world(tmp_path: Path) -> None:
    first, again = take(tmp_path, "products_world.csv.gz")
    hold(first, again)
    assert first.rows == 409_423
    assert first.new > 390_000
