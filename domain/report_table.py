"""A report as a table of its fields, for spreadsheets: every field of the data, one a row, nothing worked out anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from domain.text import safe_text

HEAD: Final = ("block", "row", "field", "value")
KEYS: Final = ("code", "kind", "document_id", "number")
"""Which field names a row, the first that it has."""
_FORMULA: Final = ("=", "+", "-", "@")
MAX_TEXT: Final = 500


def table_rows(report: msgspec.Struct) -> Iterator[tuple[str, str, str, str]]:
    """Yield block, row, field and value of every field of a report, in the order of the data."""
    data: dict[str, Any] = msgspec.to_builtins(report)
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _fields(name, "", value)
        elif isinstance(value, tuple | list):
            for position, each in enumerate(value, 1):
                if isinstance(each, dict):
                    yield from _fields(name, _row_name(each, position), each)
                else:
                    yield name, str(position), "", _cell(each)
        else:
            yield "", "", name, _cell(value)


def _fields(block: str, row: str, fields: dict[str, Any], before: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Yield the fields of one row; those of a row in it have both names, with a point between."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _fields(block, row, value, f"{before}{name}.")
        elif isinstance(value, tuple | list):
            for position, each in enumerate(value, 1):
                inner = each if isinstance(each, dict) else {"": each}
                yield from _fields(block, row, inner, f"{before}{name}.{_row_name(inner, position)}.")
        else:
            yield block, row, f"{before}{name}", _cell(value)


def _row_name(fields: dict[str, Any], position: int) -> str:
    """Return what a row is called: its code, else its place."""
    return next((_cell(fields[key]) for key in KEYS if key in fields), str(position))


def _cell(value: Any) -> str:
    """Return a value as a cell; a text that a spreadsheet would take for a formula gets a mark before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    text = safe_text(str(value), MAX_TEXT)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_csv(report: msgspec.Struct) -> str:
    """Return a report as CSV (RFC 4180)."""
    return "".join(f"{','.join(map(_quoted, row))}\r\n" for row in (HEAD, *table_rows(report)))


def _quoted(cell: str) -> str:
    """Return a cell between quotes where it needs them."""
    if not any(sign in cell for sign in ',"\r\n'):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
