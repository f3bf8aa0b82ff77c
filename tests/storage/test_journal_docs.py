"""docs/journal.md says what the program does: fields, books, kinds, seals, files, statuses and what is found."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import pytest

from domain.journal import CHAINS, Chain, ClockDoubt, Kind, Record
from domain.journal_file import JournalHeader, JournalLine
from domain.seal import SealStatement
from mostrador.verify import NOT_ANCHORED, SOUND, TAMPERED
from tests.architecture.house import ROOT
from tests.kit.journals import WAYS

PAGE: Final = (ROOT / "docs" / "journal.md").read_text(encoding="utf-8")


def table(heading: str, number: int = 0) -> list[list[str]]:
    """Return the cells of a table below a heading, without its two first lines."""
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"(?:^\|.*\|\n)+", part, re.MULTILINE)[number]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()[2:]]


def names(rows: list[list[str]]) -> list[str]:
    """Return the names in the first cells, in their order."""
    return [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]


def test_each_field_of_a_record_is_told_in_its_order() -> None:
    assert names(table("A record")) == list(Record.__struct_fields__)


def test_each_book_is_told() -> None:
    assert names(table("Books")) == [chain.value for chain in Chain]


def test_each_kind_is_told_with_its_book() -> None:
    said = {row[0].strip("`"): row[1].strip("`") for row in table("Kinds")}
    assert said == {kind.value: CHAINS.get(kind, Chain.EVENT).value for kind in Kind}


def test_each_doubt_of_the_clock_is_told() -> None:
    part = PAGE.partition("\n## The clock\n")[2].partition("\n## ")[0]
    assert {doubt.value for doubt in ClockDoubt} <= set(re.findall(r"`(\w+)`", part))


@pytest.mark.parametrize(
    ("heading", "number", "struct"),
    [("Seals", 0, SealStatement), ("The exported journal", 1, JournalHeader), ("The exported journal", 2, JournalLine)],
)
def test_each_field_of_a_seal_and_of_a_file_is_told(heading: str, number: int, struct: Any) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(struct)]
    assert names(table(heading, number)) == fields


def test_each_way_of_tampering_is_told() -> None:
    assert len(table("What is found")) == len(WAYS)
    assert [row[2] for row in table("What is found")] == ["all"] * len(WAYS)
    alone = [row[1] for row in table("What is found")]
    assert [said for said in alone if said in ("all", "none")] == ["all"] * 4 + ["none"] * 3


def test_each_status_is_told() -> None:
    assert [int(row[0]) for row in table("`mostrador verify`")] == [SOUND, TAMPERED, 2, NOT_ANCHORED]
