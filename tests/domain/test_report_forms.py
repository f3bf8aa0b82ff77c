"""Closings out of Zs, and a report as a table and as a page; docs/reports.md has every field."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from domain.paper import Columns, Text
from domain.report import NamedSum, Report, Sum, TillRow
from domain.report_html import write_html
from domain.report_period import PeriodReport, build_period, is_period, period_of
from domain.report_table import HEAD, table_rows, write_csv
from domain.report_total import COUNTERS, build_report
from domain.tally import Tally, TallyKind
from tests.domain.test_report import NAMES, SHIFT, facts
from tests.kit.hostile import HOSTILE_NAMES

PAGE: Final = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
amounts = st.integers(-(10**9), 10**9)


def z(number: int, total: int, first: int, before: int, previous: str, date: str = "2026-11-24") -> Report:
    """Return a Z of one sale."""
    tallies = (
        Tally(TallyKind.DOCUMENT, "sale", 1, total),
        Tally(TallyKind.DEPARTMENT, "01", 2, total),
        Tally(TallyKind.TAX, "iva16", 1, total // 7),
        Tally(TallyKind.TAX_BASE, "iva16", 1, total - total // 7),
        Tally(TallyKind.TENDERED, "cash", 1, total + 5),
        Tally(TallyKind.CHANGE, "cash", 1, 5),
        Tally(TallyKind.OPERATOR, "1", 1, total),
        Tally(TallyKind.CASH, "loan", 1, 100),
        Tally(TallyKind.EVENT, "no_sale", 3, 0),
    )
    shift = msgspec.structs.replace(SHIFT, shift_id=number, business_date=date)
    about = msgspec.structs.replace(
        facts("z", last=first, first=first),
        shift=shift,
        perpetual_net_minor=before + total,
        previous_hash=previous,
    )
    return build_report(about, tallies, NAMES)


def chain(totals: list[int]) -> list[tuple[Report, str]]:
    """Return Zs that follow one another."""
    found: list[tuple[Report, str]] = []
    before, previous = 0, ""
    for number, total in enumerate(totals, 1):
        found.append((z(number, total, number, before, previous), f"h{number}"))
        before, previous = before + total, f"h{number}"
    return found


@given(st.lists(amounts, min_size=1, max_size=6))
def test_a_closing_is_the_sum_of_its_zs(totals: list[int]) -> None:
    period = build_period("day", "2026-11-24", chain(totals))
    assert period.is_gapless
    assert period.total_minor == sum(totals)
    assert period.sales == Sum(len(totals), sum(totals))
    assert period.departments == (NamedSum("01", "Abarrotes", 2 * len(totals), sum(totals)),)
    (tax,) = period.taxes
    assert (tax.base_minor + tax.tax_minor, tax.rate_ppm) == (sum(totals), NAMES.rates["iva16"].rate_ppm)
    (tender,) = period.tenders
    assert (tender.net_minor, tender.change_minor, tender.is_cash) == (sum(totals), 5 * len(totals), True)
    assert period.till.loans == Sum(len(totals), 100 * len(totals))
    assert period.counters["no_sale"] == 3 * len(totals)
    assert (period.perpetual_net_before_minor, period.perpetual_net_minor) == (0, sum(totals))
    assert [line.total_minor for line in period.zs] == totals


@pytest.mark.parametrize("missing", [1, 2])
def test_a_z_that_is_missing_in_the_middle_shows(missing: int) -> None:
    zs = chain([100, 200, 300, 400])
    del zs[missing]
    assert not build_period("month", "2026-11", zs).is_gapless


@pytest.mark.parametrize(
    "change", [{"number": 9}, {"previous_hash": "x"}, {"first_receipt": 7}, {"perpetual_net_minor": 1}]
)
def test_a_z_that_does_not_follow_shows(change: dict[str, Any]) -> None:
    (first, one), (second, two) = chain([100, 200])
    assert not build_period("day", "x", [(first, one), (msgspec.structs.replace(second, **change), two)]).is_gapless


def test_a_closing_of_the_later_zs_begins_with_what_was_before() -> None:
    period = build_period("year", "2026", chain([100, 200, 300])[1:])
    assert (period.perpetual_net_before_minor, period.total_minor, period.perpetual_net_minor) == (100, 500, 600)


def test_periods_are_written_as_iso_has_them() -> None:
    assert [period_of(kind, "2026-11-24") for kind in ("day", "month", "year")] == ["2026-11-24", "2026-11", "2026"]
    assert is_period("month", "2026-11")
    assert not is_period("month", "2026-11-24")
    assert not is_period("year", "٢٠٢٦")


def test_the_table_has_every_field_once_and_reads_back() -> None:
    report = chain([1_234])[0][0]
    rows = list(csv.reader(io.StringIO(write_csv(report))))
    assert tuple(rows[0]) == HEAD
    found = {tuple(row[:3]): row[3] for row in rows[1:]}
    assert len(found) == len(rows) - 1
    assert found["", "", "total_minor"] == "1234"
    assert found["departments", "01", "amount_minor"] == "1234"
    assert found["till", "", "loans.amount_minor"] == "100"
    assert found["counters", "", "no_sale"] == "3"
    assert found["", "", "is_gapless"] == "true"
    blocks = {row[0] for row in table_rows(report)} | {row[2] for row in table_rows(report) if not row[0]}
    empty = {name for name in Report.__struct_fields__ if getattr(report, name) in ((), UNSET)}
    assert blocks >= set(Report.__struct_fields__) - empty


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", *HOSTILE_NAMES])
def test_no_text_of_a_table_is_a_formula(text: str) -> None:
    report = msgspec.structs.replace(chain([1])[0][0], store=text)
    (cell,) = [value for block, _, field, value in table_rows(report) if (block, field) == ("", "store")]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


class Reader(HTMLParser):
    """Reads a page's tags and texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [name for name, _ in attrs if name in ("src", "href", "onload", "onclick")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"><img src=x onerror=1>', *HOSTILE_NAMES[:4]])
def test_nothing_on_a_page_is_markup_and_nothing_is_fetched(text: str) -> None:
    page = Reader(write_html((Text(text), Columns(text, text, bold=True, size=2)), text, "es"))
    assert set(page.tags) <= {"html", "head", "meta", "title", "style", "body", "table", "tr", "td"}
    assert page.links == []
    assert page.texts.count(text) >= 3


def test_the_page_of_the_docs_has_every_field_and_no_other() -> None:
    rows = {
        part.partition("\n")[0]: re.findall(r"^\| `(\w+)` \| .+ \|$", part, re.MULTILINE)
        for part in PAGE.split("\n## ")
    }
    assert sorted(rows["Fields of an X and a Z"]) == sorted(Report.__struct_fields__)
    assert sorted(rows["Fields of the till"]) == sorted(TillRow.__struct_fields__)
    closing = PAGE.split("\n## Fields of a closing")[1].split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", closing)) - {"day", "month", "year"} == set(PeriodReport.__struct_fields__)
    counters = PAGE.split("Counters that stand there at 0 too:")[1].split(" Those of acts")[0]
    assert tuple(re.findall(r"`(\w+)`", counters)) == COUNTERS
