"""What items cost, what they are variants of, which departments stand above others: taken where a file has columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.catalog_flaw import Flaw
from storage.catalog import find_department, read_departments
from storage.connection import LedgerDatabase, open_ledger
from storage.prices import prices_version, put_promotions, read_cost, read_department_paths
from sync.catalog_import import ImportReport
from sync.department_import import import_departments
from tests.kit.promotions import THREE_FOR_TWO
from tests.sync.catalogs import AT_ONCE, OPTIONS, put, take

HEADER = ("sku", "name", "price", "costo", "plantilla")
PLAIN = ("sku", "name", "price")


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def take_departments(db: LedgerDatabase, *rows: Sequence[str], header: Sequence[str]) -> ImportReport:
    return import_departments(db, put(db, *rows, header=header, name="departments.csv"), OPTIONS, pace=AT_ONCE)


def parents(db: LedgerDatabase) -> dict[str, str]:
    return {department.code: department.parent for department in read_departments(db)}


def test_costs_and_templates_are_written(db: LedgerDatabase) -> None:
    report = take(db, ("A", "Camisa", "18.50", "11.123456", " camisa "), ("B", "Gorra", "9", "", ""), header=HEADER)
    assert (report.new, report.ignored_columns) == (2, ())
    assert read_cost(db, "A") == (11_123_456, "camisa")
    assert read_cost(db, "B") == (None, "")


def test_another_cost_is_a_change_and_the_same_one_is_none(db: LedgerDatabase) -> None:
    take(db, ("A", "Camisa", "18.50", "11", "camisa"), header=HEADER)
    assert take(db, ("A", "Camisa", "18.50", "11.00", "camisa"), header=HEADER).unchanged == 1
    assert take(db, ("A", "Camisa", "18.50", "12", "camisa"), header=HEADER).changed == 1
    assert read_cost(db, "A") == (12_000_000, "camisa")
    assert take(db, ("A", "Camisa", "18.50", "12", "otra"), header=HEADER).changed == 1
    assert read_cost(db, "A") == (12_000_000, "otra")


def test_an_empty_cell_is_a_value_and_a_missing_column_is_none(db: LedgerDatabase) -> None:
    take(db, ("A", "Camisa", "18.50", "11", "camisa"), header=HEADER)
    assert take(db, ("A", "Camisa", "18.50"), header=PLAIN).unchanged == 1
    take(db, ("A", "Camisa", "19.50"), header=PLAIN)
    assert read_cost(db, "A") == (11_000_000, "camisa")
    take(db, ("A", "Camisa", "19.50", "10"), header=HEADER[:4])
    assert read_cost(db, "A") == (10_000_000, "camisa")
    take(db, ("A", "Camisa", "19.50", "", ""), header=HEADER)
    assert read_cost(db, "A") == (None, "")


def test_rows_that_differ_in_cost_only_are_no_repetition(db: LedgerDatabase) -> None:
    rows = (("A", "Camisa", "18.50", "11", ""), ("A", "Camisa", "18.50", "12", ""), ("B", "Gorra", "9", "1", ""))
    report = take(db, *rows, rows[2], header=HEADER)
    assert [refusal.flaw for refusal in report.refusals] == [Flaw.ITEM_TWICE, Flaw.ITEM_TWICE]
    assert (report.new, report.repeated) == (1, 1)


@pytest.mark.parametrize(
    ("cost", "template", "flaw"),
    [
        ("-1", "", Flaw.BAD_COST),
        ("1,234", "", Flaw.BAD_COST),
        ("1.1234567", "", Flaw.BAD_COST),
        ("mucho", "", Flaw.BAD_COST),
        ("", "t" * 65, Flaw.BAD_TEMPLATE),
        ("", "a\x1b[2J", Flaw.BAD_TEMPLATE),
    ],
)
def test_what_cannot_be_read_refuses_the_row(db: LedgerDatabase, cost: str, template: str, flaw: Flaw) -> None:
    report = take(db, ("A", "Camisa", "18.50", cost, template), ("B", "Gorra", "9", "1", "g"), header=HEADER)
    assert [(refusal.line, refusal.flaw) for refusal in report.refusals] == [(2, flaw)]
    assert (read_cost(db, "A"), read_cost(db, "B")) == ((None, ""), (1_000_000, "g"))


def test_departments_stand_below_others_by_code_or_name(db: LedgerDatabase) -> None:
    report = take_departments(
        db,
        ("02", "Quesos", "Lácteos"),
        ("01", "Lácteos", "00"),
        ("00", "Alimentos", ""),
        header=("code", "name", "padre"),
    )
    assert (report.new, report.refused) == (3, 0)
    assert parents(db) == {"00": "", "01": "00", "02": "01"}
    assert read_department_paths(db) == {"01": ("00",), "02": ("01", "00")}
    found = find_department(db, "02")
    assert found is not None
    assert found.parent == "01"


def test_without_the_column_departments_stay_where_they_are(db: LedgerDatabase) -> None:
    header = ("code", "name", "parent")
    take_departments(db, ("00", "Alimentos", ""), ("01", "Lácteos", "00"), header=header)
    report = take_departments(db, ("01", "Leche", ""), ("02", "Pan", ""), header=("code", "name", "min"))
    assert (report.new, report.changed) == (1, 1)
    assert parents(db) == {"00": "", "01": "00", "02": ""}
    assert take_departments(db, ("01", "Leche", "00"), header=header).unchanged == 1
    take_departments(db, ("01", "Leche", ""), header=header)
    assert parents(db)["01"] == ""


def test_a_circle_and_an_unknown_department_above_are_refused_by_line(db: LedgerDatabase) -> None:
    rows = (("01", "Uno", "02"), ("02", "Dos", "01"), ("03", "Tres", "99"), ("04", "Cuatro", ""))
    report = take_departments(db, *rows, header=("code", "name", "parent"))
    assert [(refusal.line, refusal.flaw, refusal.text) for refusal in report.refusals] == [
        (2, Flaw.PARENT_CIRCLE, "02"),
        (3, Flaw.PARENT_CIRCLE, "01"),
        (4, Flaw.UNKNOWN_PARENT, "99"),
    ]
    assert parents(db) == {"04": ""}


def test_a_department_that_moves_is_news_to_promotions(db: LedgerDatabase) -> None:
    header = ("code", "name", "parent")
    take_departments(db, ("00", "Alimentos", ""), ("01", "Lácteos", ""), header=header)
    assert prices_version(db) == (None, None, None)
    put_promotions(db, (THREE_FOR_TWO,), "2026-11-24T12:00:00.000Z")
    before = prices_version(db)
    take_departments(db, ("01", "Lácteos y huevo", ""), header=header)
    assert prices_version(db) == before
    take_departments(db, ("01", "Lácteos y huevo", "00"), header=header)
    assert prices_version(db) != before
    assert prices_version(db)[1] is None
