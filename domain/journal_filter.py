"""What somebody looks for in the journal, as it is typed on one line.

`kind:sale_posted operator:7 from:2026-11-24 to:2026-11-25 coffee`: words without a name before them are the text that
a record must hold; days are the store's own.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from domain.instant import stamp
from domain.journal import Kind

FIELDS: Final = ("kind", "operator", "from", "to")


class JournalFilter(msgspec.Struct, frozen=True):
    """What is looked for; an empty text is anything. `from_at` is the first instant, `until_at` the first one after."""

    kind: str = ""
    operator: str = ""
    from_at: str = ""
    until_at: str = ""
    text: str = ""


class JournalLine(msgspec.Struct, frozen=True):
    """One row of the journal as it is listed, with its record's text."""

    seq: int
    at: str
    kind: str
    operator: str
    shift_id: int
    record: str


class JournalPage(msgspec.Struct, frozen=True):
    """Rows that were found, newest first, and before which row to go on looking; 0 is the beginning of the journal."""

    lines: tuple[JournalLine, ...]
    before: int


def read_filter(typed: str, zone: tzinfo) -> JournalFilter | str:
    """Return what is looked for, or the part of what was typed that means nothing."""
    found: dict[str, str] = {}
    words: list[str] = []
    for part in typed.split():
        name, sign, value = part.partition(":")
        if not sign or name not in FIELDS:
            words.append(part)
        elif not value or not _is_meant(name, value):
            return part
        else:
            found[name] = value
    return JournalFilter(
        found.get("kind", ""),
        found.get("operator", ""),
        _beginning(found["from"], zone, 0) if "from" in found else "",
        _beginning(found["to"], zone, 1) if "to" in found else "",
        " ".join(words),
    )


def _is_meant(name: str, value: str) -> bool:
    """Say whether a field can have a value."""
    if name == "operator":
        return True
    if name == "kind":
        return value in set(Kind)
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return "1970" <= value < "9999"


def _beginning(day: str, zone: tzinfo, later: int) -> str:
    """Return when a day of the store begins, or one some days later."""
    start = date.fromisoformat(day) + timedelta(days=later)
    return stamp(datetime.combine(start, time(), zone))
