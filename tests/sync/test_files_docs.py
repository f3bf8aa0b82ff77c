"""docs/files-connector.md and the code say the same fields, names and statuses."""

from __future__ import annotations

import json
import re

import msgspec

from domain.journal import Record
from domain.sale import Sale, SaleLine
from domain.tax import TaxAmount
from domain.tender import Tender
from sync.command import Exit
from sync.document import BatchHeader, Document
from sync.files import _AckLine
from tests.architecture.house import ROOT

PAGE = (ROOT / "docs" / "files-connector.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)]


def names(struct: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


def table_after(text: str) -> str:
    """The first table below a text."""
    below = PAGE.partition(text)[2]
    return "\n".join(re.findall(r"^\|.*$", below.partition("\n| ")[2].partition("\n\n")[0], re.MULTILINE))


def said(table: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", table))


def test_the_examples_have_the_fields_of_the_lines() -> None:
    header, document, ack = EXAMPLES
    assert list(header) == names(BatchHeader)
    assert list(document) == names(Document)
    assert list(document["record"]) == sorted(names(Record))
    assert list(ack) == names(_AckLine)


def test_the_tables_name_every_field() -> None:
    assert set(names(BatchHeader)) <= said(table_after("The first line is the header"))
    assert set(names(Document)) <= said(table_after("Each further line is a document"))
    sale = said(table_after("The body of a sale"))
    for struct in (Sale, SaleLine, TaxAmount, Tender):
        assert set(names(struct)) <= sale, struct


def test_the_statuses_are_those_of_the_command() -> None:
    assert [int(status) for status in Exit] == [0, 1, 2, 3]
    assert "0 (well), 1 (off line" in PAGE
    assert "2 (it could not run)\nor 3 (another one is at work)" in PAGE
