"""Counts that a person wants to read after a run: how many cases of an ERP's answers were equal, by kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_PROPERTY = "counted"

Record = Callable[[str, object], None]
"""The fixture `record_property`."""


def record_count(record_property: Record, text: str) -> None:
    """Have a line written in pytest's closing report, from whichever process runs the test."""
    record_property(_PROPERTY, text)


def write_counts(reporter: pytest.TerminalReporter) -> None:
    """Write the lines of the tests that passed or failed, each once."""
    reports = [report for reports in reporter.stats.values() for report in reports]
    told = [pair for report in reports for pair in getattr(report, "user_properties", ())]
    lines = dict.fromkeys(str(value) for name, value in told if name == _PROPERTY)
    if lines:
        reporter.write_sep("=", "cases of the ERPs")
    for line in lines:
        reporter.write_line(line)
