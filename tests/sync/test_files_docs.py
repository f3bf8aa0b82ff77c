"""docs/files-connector.md and the code say the same fields, names and statuses."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

from domain.account import PaidPart
from domain.buyer import Due, InvoiceData, SaleAccount
from domain.collection import Collection
from domain.journal import Kind, Record
from domain.line_return import LineReturn, Origin
from domain.personal import PERSONAL
from domain.report import Correction, NamedSum, OperatorRow, Report, Sum, TaxRow, TenderRow, TillRow
from domain.sale import Sale, SaleDeduction, SaleLine
from domain.shift import CashCount, Salesperson, Shift
from domain.stored_value import CardRef, Load, Points
from domain.tax import TaxAmount
from domain.tender import Tender
from domain.trace import Trace
from sync.answer_file import AckLine
from sync.command import Exit
from sync.delivery import MANIFESTS
from sync.document import BatchHeader, Document
from sync.in_folder import PATTERNS
from sync.manifest import BatchManifest, FileEntry, KindSum, LeftManifest
from tests.architecture.house import ROOT

XSD = (ROOT / "docs" / "poslog.xsd").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "files-connector.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)]


BOUGHT: Final = (SaleDeduction, Origin, LineReturn, Trace, CardRef, Load, Points, Salesperson)
BUYER: Final = (InvoiceData, Due, SaleAccount)
PARTS_OF_Z: Final = (Sum, NamedSum, TaxRow, TenderRow, OperatorRow, Correction, TillRow, CashCount, Shift)


def names(struct: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


def table_after(text: str) -> str:
    """The first table below a text."""
    below = PAGE.partition(text)[2]
    return "\n".join(re.findall(r"^\|.*$", below.partition("\n| ")[2].partition("\n\n")[0], re.MULTILINE))


def said(table: str) -> set[str]:
    return set(re.findall(r"`([a-z_0-9]+)`", table))


def rows_of(text: str) -> set[str]:
    """The names in the first column of the first table below a text."""
    return {name for row in table_after(text).splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_examples_have_the_fields_of_the_lines() -> None:
    header, document, manifest, rejected, taken, delivery = EXAMPLES
    assert list(header) == names(BatchHeader)
    assert list(document) == names(Document)
    assert list(document["record"]) == sorted(names(Record))
    assert list(manifest) == names(BatchManifest)
    assert list(manifest["kinds"][0]) == names(KindSum)
    assert {*rejected, *taken} == set(names(AckLine))
    assert list(delivery) == names(LeftManifest)
    for one in (manifest, delivery):
        assert list(one["files"][0]) == names(FileEntry)


def test_the_tables_name_every_field_and_no_other() -> None:
    assert rows_of("The first line is the header") == set(names(BatchHeader))
    assert rows_of("Each further line is a document") == set(names(Document))
    assert rows_of("## How an ERP answers") == set(names(AckLine))
    assert rows_of("## Manifests") == {*names(LeftManifest), *names(FileEntry)}
    out = {*names(BatchManifest), *names(FileEntry), *names(KindSum)}
    assert rows_of("## Out: manifests") <= out <= said(table_after("## Out: manifests"))
    attributes = re.findall(
        r'<xs:attribute name="(\w+)" type="[^"]+"/>', XSD.partition('complexType name="RetailTransaction"')[0]
    )
    assert set(re.findall(r"`([A-Z]\w+)`", table_after("has four attributes of ours"))) == set(attributes)


def test_the_table_of_a_sale_names_every_field_and_no_other() -> None:
    sale = table_after("The body of a sale")
    structs: tuple[type[msgspec.Struct], ...] = (Sale, SaleLine, TaxAmount, Tender, *BOUGHT, *BUYER)
    known = {name for struct in structs for name in names(struct)}
    assert known <= said(sale), known - said(sale)
    assert rows_of("The body of a sale") <= set(names(Sale))


def test_the_tables_of_collections_and_zs_name_every_field_and_no_other() -> None:
    assert rows_of("The body of a collection") == set(names(Collection))
    assert set(names(PaidPart)) <= said(table_after("The body of a collection"))
    z = "The body of a Z is"
    assert rows_of(z) == set(names(Report))
    parts = {name for struct in PARTS_OF_Z for name in names(struct)}
    sums = said(PAGE.partition(z)[2].partition("\n| ")[0])
    assert parts <= said(table_after(z)) | sums, parts - said(table_after(z)) - sums


def test_the_table_of_a_customer_names_what_is_said_of_one() -> None:
    for kind in (Kind.CUSTOMER_CREATED, Kind.CUSTOMER_CHANGED):
        assert rows_of("The body of a customer") == {"document_id", "customer", "of", *PERSONAL[kind]}


def test_every_name_of_a_file_that_is_taken_is_told() -> None:
    table = table_after("## The folders")
    for pattern in (*PATTERNS, MANIFESTS):
        assert pattern in table or pattern.partition("*")[0] + "*" in table, pattern


def test_the_statuses_are_those_of_the_command() -> None:
    assert [int(status) for status in Exit] == [0, 1, 2, 3]
    assert "0 (well), 1 (off line" in PAGE
    assert "2 (it could not run)\nor 3 (another one is at work)" in PAGE
