"""Which item a row means, and what becomes of codes that several items claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.barcode import check_digit
from domain.catalog_flaw import Flaw
from storage.catalog import find_by_code, find_by_sku
from storage.connection import LedgerDatabase, open_ledger
from tests.kit.catalog import COFFEE, SOAP, WATER
from tests.sync.catalogs import catalog, take


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def test_a_column_that_is_not_there_keeps_what_the_catalogue_has(db: LedgerDatabase) -> None:
    full = ("sku", "code", "name", "price", "department", "tax", "unit", "weighed", "for_sale")
    take(db, ("S1", f"1001 {SOAP}", "Jitomate", "32.90", "Frutas", "0", "kg", "1", "no"), header=full)
    before = catalog(db)
    report = take(db, ("S1", "Jitomate"), header=("sku", "name"))
    assert (report.unchanged, catalog(db)) == (1, before)
    take(db, ("S1", "Jitomate bola", "40"), header=("sku", "name", "price"))
    item = find_by_code(db, SOAP)
    assert item is not None
    assert (item.item.name, item.item.unit_price_micro, item.item.is_for_sale) == ("Jitomate bola", 40_000_000, False)
    assert (item.item.department, item.item.tax_class, item.item.is_weighed) == ("frutas", "zero", True)


def test_a_unit_without_the_other_column_does_not_make_an_item_unweighed(db: LedgerDatabase) -> None:
    take(db, ("1001", "Jitomate", "kg", "1"), header=("code", "name", "unit", "weighed"))
    take(db, ("1001", "Jitomate", "kilo"), header=("code", "name", "unit"))
    take(db, ("1001", "Jitomate", "1"), header=("code", "name", "weighed"))
    item = find_by_code(db, "1001")
    assert item is not None
    assert (item.item.uom.code, item.item.uom.digits, item.item.is_weighed) == ("kg", 3, True)
    take(db, ("1001", "Jitomate", "pz"), header=("code", "name", "unit"))
    item = find_by_code(db, "1001")
    assert item is not None
    assert (item.item.uom.code, item.item.is_weighed) == ("pc", False)


def test_an_empty_cell_is_a_value(db: LedgerDatabase) -> None:
    take(db, ("S1", "A1", "Regalo", "10"), header=("sku", "code", "name", "price"))
    take(db, ("S1", "", "Regalo", ""), header=("sku", "code", "name", "price"))
    item = find_by_sku(db, "S1")
    assert item is not None
    assert item.unit_price_micro is None
    assert find_by_code(db, "A1") is None


def test_without_an_sku_any_of_its_codes_tells_the_item(db: LedgerDatabase) -> None:
    take(db, ("S1", f"{COFFEE} A1", "Café"), header=("sku", "code", "name"))
    report = take(db, (f"NEW {COFFEE}", "Café", "1", ""))
    assert (report.new, report.changed) == (0, 1)
    assert catalog(db)["codes"] == [(COFFEE.rjust(14, "0"), "S1", 1_000_000), ("NEW", "S1", 1_000_000)]


def test_a_row_that_is_said_twice_counts_once(db: LedgerDatabase) -> None:
    row = (COFFEE, "Café", "45.50", "")
    for report in (take(db, row, row, row), take(db, row, row)):
        assert report.refused == 0
        assert report.new + report.unchanged == 1
        assert report.repeated == report.rows - 1


def test_of_rows_that_contradict_each_other_none_is_taken(db: LedgerDatabase) -> None:
    report = take(
        db,
        (COFFEE, "Café", "45.50", ""),
        (COFFEE, "Café", "46.00", ""),
        (f"A1 {SOAP}", "Jabón", "1", ""),
        (f"A2 {SOAP}", "Jabón líquido", "1", ""),
        (WATER, "Agua", "10", ""),
    )
    assert [(r.line, r.flaw, r.text) for r in report.refusals] == [
        (2, Flaw.ITEM_TWICE, COFFEE),
        (3, Flaw.ITEM_TWICE, COFFEE),
        (4, Flaw.CODE_TWICE, SOAP.rjust(14, "0")),
        (5, Flaw.CODE_TWICE, SOAP.rjust(14, "0")),
    ]
    assert [sku for sku, *_ in catalog(db)["items"]] == [WATER]


def test_two_rows_that_mean_one_item_of_the_catalogue_contradict_each_other(db: LedgerDatabase) -> None:
    header = ("sku", "code", "name")
    take(db, ("S1", f"{COFFEE} A1", "Café"), header=header)
    report = take(db, ("S1", COFFEE, "Café"), ("", "A1", "Café"), header=header)
    assert report.refused_by == {Flaw.ITEM_TWICE: 2}
    assert len(catalog(db)["codes"]) == 2


def test_a_code_of_another_item_is_refused(db: LedgerDatabase) -> None:
    header = ("sku", "code", "name")
    take(db, ("S1", COFFEE, "Café"), header=header)
    before = catalog(db)
    report = take(db, ("S2", f"{COFFEE} A2", "Cacao"), header=header)
    assert [(r.flaw, r.text) for r in report.refusals] == [(Flaw.CODE_TAKEN, f"{COFFEE.rjust(14, '0')} S1")]
    assert catalog(db) == before


def test_a_code_moves_where_the_file_takes_it_from_the_other_item(db: LedgerDatabase) -> None:
    header = ("sku", "code", "name")
    take(db, ("S1", f"{COFFEE} A1", "Café"), ("S2", "A2", "Té"), header=header)
    report = take(db, ("S2", f"A1 {COFFEE}", "Té"), ("S1", "A2", "Café"), ("S3", "A3", "Pan"), header=header)
    assert (report.new, report.changed, report.refused) == (1, 2, 0)
    assert [(code, sku) for code, sku, _ in catalog(db)["codes"]] == [
        (COFFEE.rjust(14, "0"), "S2"),
        ("A1", "S2"),
        ("A2", "S1"),
        ("A3", "S3"),
    ]


def test_a_refused_owner_keeps_its_code(db: LedgerDatabase) -> None:
    header = ("sku", "code", "name")
    take(db, ("S1", "A1", "Uno"), ("S2", "A2", "Dos"), ("S3", "A3", "Tres"), header=header)
    before = catalog(db)
    # S1 wants the code of S2, which wants that of S3, which is not in the file.
    report = take(db, ("S1", "A2", "Uno"), ("S2", "A3", "Dos"), header=header)
    assert report.refused_by == {Flaw.CODE_TAKEN: 2}
    assert catalog(db) == before


def test_too_many_moving_codes_are_refused_together(db: LedgerDatabase) -> None:
    header = ("sku", "code", "name")
    count = 502
    take(db, *((f"S{n}", f"A{n}", "x") for n in range(count)), header=header)
    before = catalog(db)
    report = take(db, *((f"S{n}", f"A{(n + 1) % count}", "x") for n in range(count)), header=header)
    assert report.refused_by == {Flaw.CODE_TAKEN: count}
    assert catalog(db) == before


def test_a_gtin_is_one_code_in_every_length(db: LedgerDatabase) -> None:
    body = "03600029145"
    assert body + check_digit(body) == SOAP
    take(db, (SOAP, "Jabón", "1", ""))
    report = take(db, (f"0{SOAP}", "Jabón", "1", ""), (f"00{SOAP}", "Jabón", "1", ""))
    assert (report.new, report.refused_by) == (0, {Flaw.ITEM_TWICE: 2})
