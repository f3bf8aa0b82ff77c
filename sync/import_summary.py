"""An import's report in sentences, for a terminal and for the report beside a file that an ERP has left."""

from __future__ import annotations

from collections.abc import Iterator

from domain.text import safe_text
from sync.catalog_import import ImportReport
from sync.catalog_words import FLAW_WORDS, MEND_WORDS

_DELIMITERS = {"\t": "tab"}
_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252 (it is no UTF-8)"}


def summarize(report: ImportReport) -> tuple[str, ...]:
    """Return a report as lines of text; the first one alone says how it went."""
    return tuple(safe_text(line, 500) for line in _lines(report))


def _lines(report: ImportReport) -> Iterator[str]:
    yield _outcome(report)
    encoding = _ENCODINGS.get(report.encoding, report.encoding)
    parted = f", parted by {_DELIMITERS.get(report.delimiter, report.delimiter)}" if report.delimiter else ""
    yield f"read as {encoding if parted else 'JSON'}{parted}"
    if report.ignored_columns:
        yield f"columns without meaning here: {', '.join(report.ignored_columns)}"
    if report.departments:
        yield f"new departments: {', '.join(report.departments[:20])}{' …' if len(report.departments) > 20 else ''}"
    if report.repeated:
        yield f"{report.repeated} rows said the same once more"
    if report.own_codes:
        yield f"{report.own_codes} codes are no GTIN: they are the shop's own"
    if report.free:
        yield f"{report.free} items cost nothing"
    yield from (f"mended {count}: {MEND_WORDS[mend]}" for mend, count in report.mended.items())
    yield from (f"refused {count}: {FLAW_WORDS[flaw]}" for flaw, count in report.refused_by.items())
    counted = "line" if report.delimiter else "entry"
    for refusal in report.refusals:
        yield f"{counted} {refusal.line}: {FLAW_WORDS[refusal.flaw]}{f': {refusal.text}' if refusal.text else ''}"
    if report.refused > len(report.refusals):
        yield f"and {report.refused - len(report.refusals)} more"
    if report.refused_file:
        yield f"all refused rows, to correct and import: {report.refused_file}"


def _outcome(report: ImportReport) -> str:
    """Say in one line what was done."""
    counts = f"{report.new} new, {report.changed} changed, {report.unchanged} as they were, {report.refused} refused"
    if report.is_applied:
        return f"{report.rows} rows read: {counts}"
    why = f"refused whole for {report.refused} bad rows" if report.refused else "judged only"
    return f"{report.rows} rows read, nothing was changed ({why}): {counts}"
