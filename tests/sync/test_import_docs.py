"""docs/import.md describes every column of every file, with all of its headings, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

import pytest

from sync.balances import BALANCE_COLUMNS
from sync.cards import CardsKind
from sync.catalog_columns import DEPARTMENT_COLUMNS, ITEM_COLUMNS, Aliases
from sync.customers import CustomerKind
from sync.in_folder import TABLES
from sync.points import PointsKind
from sync.returned import ReturnedKind
from sync.salespeople import SalespeopleKind
from sync.stock import StockKind
from tests.architecture.house import ROOT

PAGE: Final = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
COLUMNS: Final[Mapping[str, Aliases]] = {
    "items": ITEM_COLUMNS,
    "departments": DEPARTMENT_COLUMNS,
    "stock": StockKind.columns,
    "salespeople": SalespeopleKind.columns,
    "customers": CustomerKind.columns,
    "balances": BALANCE_COLUMNS,
    "cards": CardsKind.columns,
    "points": PointsKind.columns,
    "returned": ReturnedKind.columns,
}
HEADINGS: Final = {
    "items": "The file",
    "departments": "Departments",
    "stock": "Stock",
    "salespeople": "Salespeople",
    "customers": "Customers",
    "balances": "Balances",
    "cards": "Gift cards and points",
    "points": "Gift cards and points",
    "returned": "What came back elsewhere",
}


def table_of(kind: str) -> dict[str, list[str]]:
    """The table of a kind: each column's headings."""
    below = PAGE.partition(f"\n## {HEADINGS[kind]}\n")[2].partition("\n## ")[0]
    tables = re.findall(r"\| column \| headings \| means \|\n\|.*\n((?:\|.*\n)+)", below)
    rows = [row.split(" | ") for row in tables[kind == "points"].splitlines()]
    return {row[0].strip("| `"): re.findall(r"`([^`]+)`", row[1]) for row in rows}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_table_names_every_column_with_its_headings_and_no_other(kind: str) -> None:
    assert table_of(kind) == {name: headings.split() for name, headings in COLUMNS[kind].items()}


def test_every_kind_of_table_is_described() -> None:
    assert set(COLUMNS) == set(TABLES)
    for kind in TABLES:
        assert f"`mostrador import {kind}`" in PAGE or f"mostrador import {kind} " in PAGE


def test_the_examples_of_json_have_keys_that_are_known() -> None:
    (block,) = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    for line in block.splitlines():
        ((kind, entries),) = json.loads(line).items()
        for entry in entries:
            assert set(entry) <= set(COLUMNS[kind])
