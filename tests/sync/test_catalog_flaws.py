"""A sample of real rows with every kind of flaw there is in 453,000: each mended or refused as docs/import.md says."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from domain.catalog_flaw import Flaw, Mend
from storage.catalog import find_by_code
from storage.connection import open_ledger
from sync.catalog_import import ImportReport, import_catalog
from tests.sync.catalogs import AT_ONCE, OPTIONS, catalog

SAMPLE: Final = Path(__file__).resolve().parents[1] / "data" / "products_dirty.csv"

TAKEN: Final = "taken"
EXPECTED: Final[Mapping[str, frozenset[str]]] = {
    "checkdigit": frozenset({Flaw.BAD_CHECK_DIGIT}),
    "checkdigit+duplicate": frozenset({Flaw.BAD_CHECK_DIGIT}),
    "blankname": frozenset({Flaw.NO_NAME}),
    "duplicate": frozenset({TAKEN, Flaw.ITEM_TWICE}),
    "mojibake": frozenset({TAKEN, Flaw.DAMAGED}),
    "length18+duplicate": frozenset({Flaw.BAD_CODE}),
}
"""What may become of a row by its flaw. Codes of other lengths are the shop's own, or GS1 messages."""
OTHER_LENGTHS: Final = frozenset({TAKEN, Flaw.BAD_CODE, Flaw.BAD_CHECK_DIGIT})


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, dict[int, str], list[str]]:
    """Import the sample; return the report, what became of each line, and the names in the catalogue."""
    db = open_ledger(tmp_path_factory.mktemp("dirty") / "ledger.db")
    report = import_catalog(db, SAMPLE, OPTIONS, pace=AT_ONCE)
    with Path(report.refused_file).open(encoding="utf-8-sig", newline="") as file:
        fates = {int(row["refused_line"]): row["refused_reason"] for row in csv.DictReader(file)}
    names = [str(row[1]) for row in catalog(db)["items"]]
    for gtin in ("0084909001634", "5601286253781", "00011021096"):
        assert find_by_code(db, gtin) is not None
    db.close()
    return report, fates, names


def rows() -> dict[int, dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return dict(enumerate(csv.DictReader(file), 2))


def test_every_kind_of_flaw_is_in_the_sample_and_meets_its_fate(
    taken: tuple[ImportReport, dict[int, str], list[str]],
) -> None:
    _, fates, _ = taken
    found: dict[str, set[str]] = defaultdict(set)
    for line, row in rows().items():
        found[row["why"]].add(fates.get(line, TAKEN))
    assert len(found) == 44
    for why, became in found.items():
        allowed = EXPECTED.get(why, OTHER_LENGTHS)
        assert became <= allowed, why
        assert became == allowed or why not in EXPECTED, why


def test_the_report_counts_them(taken: tuple[ImportReport, dict[int, str], list[str]]) -> None:
    report, fates, names = taken
    assert report.rows == len(rows()) == report.new + report.repeated + report.refused
    assert report.refused == len(fates) == sum(report.refused_by.values())
    assert report.new == len(names)
    assert report.repeated == 1
    assert report.mended[Mend.MOJIBAKE] == 6
    assert report.mended[Mend.GS1_MESSAGE] > 10
    assert report.own_codes > 20


def test_mended_names_are_the_right_ones(taken: tuple[ImportReport, dict[int, str], list[str]]) -> None:
    names = taken[2]
    assert "Pâte De Piment à Avec Huile De Soja 454G" in names
    assert "Palais Des Thés Pure Indulgence Icy Mint Green Tea, 20 Tea Bags" in names
    assert "Glico Japan Tomato Pretz 60G × 10 Pieces" in names
    assert "MACARRÃO GE TORTIGLIONI" in names
    assert [name for name in names if re.search(r"[ÃãÂâ][^\w\s]|\ufffd", name)] == []
