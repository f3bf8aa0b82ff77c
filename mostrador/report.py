"""`mostrador report x|z`: a shift's totals as text or JSON, while the lane may be selling."""

from __future__ import annotations

import argparse
import sys

from domain.outcome import XRead, ZRead
from domain.paper import lay_paper
from domain.receipt import StoreHead
from domain.refusal import Refused
from domain.report import Report
from domain.report_paper import compose_report
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.wiring import read_lane, read_settings
from register.register import Register

MIN_COLUMNS, MAX_COLUMNS = 24, 120


def run_x(arguments: argparse.Namespace) -> int:
    """Print the open shift's X; nothing is journalled or reset."""
    settings, paths = read_settings(arguments.config)
    with read_lane(settings, paths) as register:
        return _show(register, register.draw_x(), arguments)


def run_z(arguments: argparse.Namespace) -> int:
    """Print a Z as it was drawn."""
    settings, paths = read_settings(arguments.config)
    with read_lane(settings, paths) as register:
        return _show(register, register.read_z(arguments.number), arguments)


def _show(register: Register, answer: XRead | ZRead | Refused, arguments: argparse.Namespace) -> int:
    """Write a report to standard output."""
    if isinstance(answer, Refused):
        return complain(_REFUSALS.get(answer.reason.value, answer.reason.value))
    row_hash = answer.hash if isinstance(answer, ZRead) else ""
    if arguments.json:
        body = {"report": answer.report, "hash": row_hash}
        sys.stdout.buffer.write(json_bytes(body, indent=2))
        return 0
    for line in report_lines(register, answer.report, row_hash, arguments.columns):
        sys.stdout.write(line + "\n")
    return 0


def report_lines(register: Register, report: Report, row_hash: str, columns: int) -> list[str]:
    """Return a report as lines of text of a width between 24 and 120 characters."""
    width = min(max(columns, MIN_COLUMNS), MAX_COLUMNS)
    paper = compose_report(report, row_hash, StoreHead(report.store, tax_id=report.tax_id), register.style)
    return lay_paper(paper, width)


_REFUSALS = {
    "no_shift": "no shift is open: open one on the lane, or read the last Z with `mostrador report z`",
    "no_z": "there is no such Z yet: a Z is drawn when a shift is closed",
}
