"""`mostrador report`: a shift's totals, closings out of Zs and details of sales, while the lane may be selling."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from domain.form import format_money, format_quantity
from domain.money import MICRO_DIGITS
from domain.outcome import XRead, ZRead
from domain.paper import Columns, Paper, Text, lay_paper
from domain.receipt import StoreHead
from domain.refusal import Refused
from domain.report import Report
from domain.report_detail import DetailBy, DetailReport
from domain.report_html import write_html
from domain.report_paper import compose_period, compose_report
from domain.report_period import PeriodReport
from domain.report_table import write_csv
from domain.text import safe_text
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.wiring import read_lane, read_settings
from register.register import Register

MIN_COLUMNS, MAX_COLUMNS = 24, 120
LAST_DATE = "9999-12-31"


class Shown(msgspec.Struct):
    """A report as it can be shown: its data, what JSON has of it, its paper and the title of a page."""

    data: msgspec.Struct
    body: object
    paper: Paper
    title: str


def run_x(arguments: argparse.Namespace) -> int:
    """Print the open shift's X; nothing is journalled or reset."""
    settings, paths = read_settings(arguments.config)
    with read_lane(settings, paths) as register:
        return _show_report(register, register.draw_x(), arguments)


def run_z(arguments: argparse.Namespace) -> int:
    """Print a Z as it was drawn."""
    settings, paths = read_settings(arguments.config)
    with read_lane(settings, paths) as register:
        return _show_report(register, register.read_z(arguments.number), arguments)


def run_period(arguments: argparse.Namespace) -> int:
    """Print the closing of a day, a month or a year, made out of its Zs."""
    settings, paths = read_settings(arguments.config)
    with read_lane(settings, paths) as register:
        drawn = register.draw_period(arguments.kind, arguments.period or "")
        if isinstance(drawn, Refused):
            return complain(_REFUSALS["no_z"] if not arguments.period else f"there is no Z in {arguments.period}")
        paper = compose_period(drawn, _head(drawn), register.style)
        _write(register, Shown(drawn, {"report": drawn}, paper, f"{drawn.store} {drawn.period}"), arguments)
        return 0


def run_sales(arguments: argparse.Namespace) -> int:
    """Print what was sold, by hour, department, item, operator, salesperson or kind of tender."""
    settings, paths = read_settings(arguments.config)
    with read_lane(settings, paths) as register:
        dates = (arguments.first or "", arguments.last or LAST_DATE)
        drawn = register.draw_details(DetailBy(arguments.by), *dates, _tell_progress)
        if isinstance(drawn, Refused) or drawn is None:
            return complain("the ledger could not be read")
        paper = tuple(_detail_paper(register, drawn))
        _write(register, Shown(drawn, {"report": drawn}, paper, register.store_name), arguments)
        return 0


def _tell_progress(done: int, total: int) -> bool:
    """Say on a terminal how far a long report is; Ctrl-C stops it."""
    if sys.stderr.isatty() and done < total:
        sys.stderr.write(f"\r{done * 100 // total} %\r")
        sys.stderr.flush()
    return True


def _detail_paper(register: Register, report: DetailReport) -> Sequence[Columns | Text]:
    """Return a detailed report as rows."""
    forms, texts = register.forms, register.style.texts
    rows: list[Columns | Text] = [Text(f"{report.first_date} – {report.last_date}".strip(" –"))]
    for row in report.rows:
        many = format_quantity(row.quantity_micro, MICRO_DIGITS, forms) if row.quantity_micro else str(row.count)
        rows.append(Columns(f"{safe_text(row.name)} ({many})", format_money(row.amount_minor, forms)))
    return [*rows, Columns(texts["total"], format_money(report.total_minor, forms), bold=True)]


def _show_report(register: Register, answer: XRead | ZRead | Refused, arguments: argparse.Namespace) -> int:
    """Write an X or a Z."""
    if isinstance(answer, Refused):
        return complain(_REFUSALS.get(answer.reason.value, answer.reason.value))
    report, row_hash = answer.report, answer.hash if isinstance(answer, ZRead) else ""
    paper = compose_report(report, row_hash, _head(report), register.style)
    title = f"{report.store} {report.kind.upper()} {report.number or report.shift.shift_id}"
    _write(register, Shown(report, {"report": report, "hash": row_hash}, paper, title), arguments)
    return 0


def _head(report: Report | PeriodReport) -> StoreHead:
    """Return the store's head as the report itself has it."""
    address = report.address if isinstance(report, Report) else ()
    return StoreHead(report.store, address, tax_id=report.tax_id)


def _write(register: Register, shown: Shown, arguments: argparse.Namespace) -> None:
    """Write a report in the form that was asked for, to standard output or a file."""
    match "json" if arguments.json else arguments.format:
        case "json":
            content = json_bytes(shown.body, indent=2)
        case "csv":
            content = write_csv(shown.data).encode()
        case "html":
            content = write_html(shown.paper, safe_text(shown.title), register.language).encode()
        case _:
            width = min(max(arguments.columns, MIN_COLUMNS), MAX_COLUMNS)
            content = "".join(f"{line}\n" for line in lay_paper(shown.paper, width)).encode()
    if arguments.output:
        Path(arguments.output).write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


_REFUSALS = {
    "no_shift": "no shift is open: open one on the lane, or read the last Z with `mostrador report z`",
    "no_z": "there is no such Z yet: a Z is drawn when a shift is closed",
}
