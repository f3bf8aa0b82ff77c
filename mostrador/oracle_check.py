"""`mostrador sync check --oracle FILE`: the answers of an ERP, each worked out here; what differs is listed.

Exit status: 0 every case is equal, 1 something differs or could not be worked out, 2 the file cannot be read. It
needs no settings, no ledger and no network.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec

from domain.oracle_file import SECTIONS, CaseCheck, check_file, unknown_sections
from domain.text import safe_text
from mostrador.escapes import json_bytes
from sync.catalog_text import UnreadableFile
from sync.json_file import read_json

EQUAL: Final = 0
DIFFERENT: Final = 1
FIGURE: Final = 300
"""Characters of a figure that are shown to a person; a program gets all of it."""


class KindCount(msgspec.Struct, frozen=True):
    """How many cases of a kind there are."""

    kind: str
    cases: int
    equal: int
    different: int


class OracleReport(msgspec.Struct, frozen=True):
    """What came of a file. Figures are texts in JSON, so that no program makes floats of them."""

    file: str
    is_equal: bool
    cases: int
    different: int
    kinds: tuple[KindCount, ...]
    differences: tuple[CaseCheck, ...]
    not_checked: tuple[str, ...] = ()
    """Sections of the file that are of no form known here."""


def run_check(path: Path, *, as_json: bool) -> int:
    """Check a file, tell what came of it and return the exit status. Raises `UnreadableFile`."""
    report = check_oracle(path)
    if as_json:
        sys.stdout.buffer.write(json_bytes(report, indent=2))
    else:
        write_report(report, sys.stdout)
    return EQUAL if report.is_equal else DIFFERENT


def check_oracle(path: Path) -> OracleReport:
    """Work out every case of a file. Raises `UnreadableFile` for one that has none."""
    data = read_json(path)
    if not isinstance(data, Mapping) or not any(section in data for section in SECTIONS):
        raise UnreadableFile(f"{path.name} holds no cases of an ERP's answers: docs/commands.md says which there are")
    cases: Counter[str] = Counter()
    different: list[CaseCheck] = []
    for checked in check_file(data, datetime.now(UTC).date()):
        cases[checked.kind] += 1
        if checked.differences:
            different.append(checked)
    if not cases:
        raise UnreadableFile(f"{path.name} has sections of cases, but no case in them: nothing was compared")
    wrong = Counter(checked.kind for checked in different)
    kinds = tuple(KindCount(kind, count, count - wrong[kind], wrong[kind]) for kind, count in cases.items())
    return OracleReport(
        file=path.name,
        is_equal=not different,
        cases=cases.total(),
        different=len(different),
        kinds=kinds,
        differences=tuple(different),
        not_checked=unknown_sections(data),
    )


def write_report(report: OracleReport, out: TextIO) -> None:
    """Write a report for a person: each difference, a table of the kinds, and the verdict as the last line."""
    for line in _lines(report):
        out.write(f"{safe_text(line, 3 * FIGURE)}\n")


def _lines(report: OracleReport) -> Iterator[str]:
    for one in report.differences:
        yield f"{one.kind} {one.place}{f' ({one.name[:FIGURE]})' if one.name else ''}"
        for found in one.differences:
            expected, computed = _shown(found.expected), _shown(found.computed)
            yield f"  {found.where[:FIGURE]}: expected {expected}, computed {computed}"
    yield f"{'kind':<18}{'cases':>8}{'equal':>8}{'differ':>8}"
    for count in report.kinds:
        yield f"{count.kind:<18}{count.cases:>8}{count.equal:>8}{count.different:>8}"
    if report.not_checked:
        yield f"not checked, of no form known here: {', '.join(report.not_checked)}"
    verdict = "all equal" if report.is_equal else f"{report.different} differ"
    yield f"{report.file}: {report.cases} cases, {verdict}"


def _shown(figure: Any) -> str:
    text = str(figure)
    return text if len(text) <= FIGURE else f"{text[:FIGURE]}…"
