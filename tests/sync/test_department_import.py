"""Importing departments, and the rules of a shop that both imports are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from config.country import country_codes, load_country
from config.settings import LabelRule, Settings, StoreSettings
from domain.catalog_flaw import Flaw
from domain.item import Department
from domain.money import MICRO
from storage.catalog import read_departments, search_items
from storage.connection import LedgerDatabase, open_ledger
from sync.catalog_import import ImportOptions, ImportReport
from sync.catalog_text import UnreadableFile
from sync.department_import import MAX_ROWS, import_departments
from sync.import_rules import shop_rules, tax_words
from tests.sync.catalogs import AT_ONCE, OPTIONS, put, take

HEADER = ("code", "name", "tax_class", "open_price", "min", "max")


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def take_departments(
    db: LedgerDatabase, *rows: Sequence[str], header: Sequence[str] = HEADER, options: ImportOptions = OPTIONS
) -> ImportReport:
    return import_departments(db, put(db, *rows, header=header, name="departments.csv"), options, pace=AT_ONCE)


def test_departments_are_written_with_their_limits(db: LedgerDatabase) -> None:
    report = take_departments(db, ("09", "Varios", "16", "1", "1", "5,000.00"), ("", "Pan dulce", "0%", "", "", ""))
    assert (report.new, report.departments, report.is_applied) == (2, ("Varios", "Pan dulce"), True)
    assert read_departments(db) == (
        Department("09", "Varios", "general", True, 1 * MICRO, 5_000 * MICRO),
        Department("pan_dulce", "Pan dulce", "zero"),
    )


def test_a_new_name_is_found_at_once_and_the_old_one_is_not(db: LedgerDatabase) -> None:
    take_departments(db, ("01", "Lácteos", "0", "", "", ""))
    take(db, ("A1", "Queso", "80", "Lácteos"), ("A2", "Crema", "30", "01"))
    report = take_departments(db, ("01", "Refrigerados", "0", "", "", ""))
    assert (report.new, report.changed) == (0, 1)
    assert [item.sku for item in search_items(db, "refri", 9)] == ["A1", "A2"]
    assert search_items(db, "lacteos", 9) == ()
    assert take_departments(db, ("01", "Refrigerados", "0", "", "", "")).unchanged == 1


def test_bad_rows_and_contradictions_are_refused(db: LedgerDatabase) -> None:
    report = take_departments(
        db,
        ("01", "Uno", "16", "", "", ""),
        ("01", "Uno", "16", "", "", ""),
        ("02", "Dos", "16", "", "", ""),
        ("02", "Dos", "0", "", "", ""),
        ("03", "Tres", "iva99", "", "", ""),
        ("04", "Cuatro"),
    )
    assert [(r.line, r.flaw) for r in report.refusals] == [
        (4, Flaw.ITEM_TWICE),
        (5, Flaw.ITEM_TWICE),
        (6, Flaw.UNKNOWN_TAX),
        (7, Flaw.WRONG_COLUMNS),
    ]
    assert (report.new, report.repeated, report.refused) == (1, 1, 4)
    assert Path(report.refused_file).name == "departments.csv.refused.csv"
    assert [department.code for department in read_departments(db)] == ["01"]


@pytest.mark.parametrize(("is_strict", "is_dry_run"), [(True, False), (False, True)])
def test_nothing_is_applied_from_a_strict_or_dry_run(db: LedgerDatabase, is_strict: bool, is_dry_run: bool) -> None:
    options = ImportOptions(OPTIONS.rules, is_strict=is_strict, is_dry_run=is_dry_run)
    report = take_departments(db, ("01", "Uno", "", "", "", ""), ("", "", "", "", "", ""), options=options)
    assert (report.new, report.refused, report.is_applied) == (1, 1, False)
    assert read_departments(db) == ()


def test_a_file_of_something_else_changes_nothing(db: LedgerDatabase) -> None:
    with pytest.raises(UnreadableFile, match="names no column for name"):
        take_departments(db, ("01",), header=("code",))
    with pytest.raises(UnreadableFile, match="is it a file of departments"):
        take_departments(db, *((f"{n}", "x", "", "", "", "") for n in range(MAX_ROWS + 1)))
    assert read_departments(db) == ()


@pytest.mark.parametrize(
    ("word", "tax_class"),
    [
        *((word, "general") for word in ("general", "IVA general", "Standard VAT", "iva16", "IVA 16 %", "VAT 16 %")),
        *((word, "general") for word in ("16", "16%", "16 %", "16.0", "16.00", "16.00%", "0.16")),
        *((word, "border") for word in ("8", "8%", "0.08")),
        *((word, "zero") for word in ("0", "0%", "0.00", "Tasa cero", "zero")),
        *((word, "exempt") for word in ("exempt", "Exento", "Exento de IVA")),
    ],
)
def test_a_tax_is_known_by_code_name_and_rate(word: str, tax_class: str) -> None:
    assert shop_rules(Settings()).tax_words[word.casefold()] == tax_class


def test_a_rate_that_two_classes_have_is_no_word_for_either() -> None:
    words = tax_words(load_country("generic"))
    assert "10" not in words
    assert (words["standard"], words["standard_included"], words["0"]) == ("standard", "standard_included", "zero")


@pytest.mark.parametrize("code", country_codes())
def test_every_class_of_every_country_is_known_by_its_code(code: str) -> None:
    rules = shop_rules(Settings(store=StoreSettings(country=code)))
    for pack in load_country(code).taxes:
        assert rules.tax_words[pack.code] == pack.code
    assert rules.usual_tax == load_country(code).taxes[0].code


def test_a_files_own_words_can_be_told() -> None:
    rules = shop_rules(Settings(), tax_map={"IEPS8?": "zero", "16": "exempt"})
    assert (rules.tax_words["ieps8?"], rules.tax_words["16"]) == ("zero", "exempt")
    with pytest.raises(UnreadableFile, match="no tax class 'iva99': give one of border, exempt"):
        shop_rules(Settings(), tax_map={"x": "iva99"})


def test_labels_are_the_shops_or_else_the_countrys() -> None:
    assert shop_rules(Settings()).labels == load_country("mx").labels
    own = shop_rules(Settings(labels=(LabelRule("weight", "27.....{NNDDD}"),)))
    assert [label.pattern for label in own.labels] == ["27.....{NNDDD}"]
