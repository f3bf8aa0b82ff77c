"""Reading a catalogue's JSON file as the table that a CSV file would be: the keys of its entries are the headings.

The file is `{"items": [{"sku": "A-1", …}, …]}`, the list under the name of what it holds. Its entries are decoded one
at a time, so that a long file takes little more memory than its own bytes. Numbers are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from domain.catalog_flaw import Flaw
from sync.catalog_columns import Aliases, Cells, Columns, match_columns, pick_rows
from sync.catalog_text import Survey, UnreadableFile
from sync.json_entries import find_entries
from sync.json_file import exact_decimal, read_text

MAX_KEYS: Final = 200
"""Most different keys that the entries of a file may have together."""
_MOST_DIGITS: Final = 40
_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=exact_decimal)


class CatalogJson:
    """A JSON file that can be read as it is, with rows and columns like a CSV file's (`sync.catalog_csv`)."""

    delimiter: Final = ""
    unfit: Final = Flaw.BAD_ENTRY

    def __init__(self, path: Path, aliases: Aliases, key: str) -> None:
        """Read the file whole; `key` is where its entries are. Raises `UnreadableFile`."""
        self.path = path
        content = read_text(path)
        self.size = len(content)
        self.survey = Survey(hashlib.sha256(content).hexdigest(), "utf-8", False)
        self._entries = find_entries(content, key, path.name)
        self._done = 0
        self.columns: Columns = match_columns(self._find_keys(), aliases)
        if self.columns.twice:
            raise UnreadableFile(f"{path.name} has two keys {self.columns.twice!r}: name or remove one of them")

    @property
    def position(self) -> int:
        """How much of the file has been read, of `size`."""
        return self.size * self._done // max(1, len(self._entries))

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Cells | None]]:
        """Yield each entry's number, from 1, and its cells in the order wanted; None for an entry that is none."""
        return pick_rows(self.records(), self.columns, wanted)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each entry's number and all its cells; one cell too many where the entry is none."""
        for number, raw in enumerate(self._entries, 1):
            entry = _decode(raw)
            cells = [_cell(entry.get(key)) for key in self.columns.header] if entry is not None else [None]
            found = [cell or "" for cell in cells]
            yield number, found if None not in cells else [*found, *[""] * (self.columns.width + 1 - len(found))]
            self._done = number

    def _find_keys(self) -> tuple[str, ...]:
        """Return the keys of all entries, in the order in which they come first."""
        keys: dict[str, None] = {}
        for raw in self._entries:
            keys |= dict.fromkeys(_decode(raw) or ())
            if len(keys) > MAX_KEYS:
                raise UnreadableFile(f"{self.path.name} has more than {MAX_KEYS} different keys: is it a catalogue?")
        return tuple(keys)


def _decode(raw: memoryview) -> Mapping[str, Any] | None:
    """Return an entry, None for what is no object."""
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return None


def _cell(value: object) -> str | None:
    """Return a value as the cell of a table, lists parted by blanks; None for what no cell can hold."""
    if isinstance(value, list):
        parts = [None if isinstance(one, list) else _cell(one) for one in value]
        return None if None in parts else " ".join(part for part in parts if part)
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, str):
        return None if "\0" in value else value
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_MOST_DIGITS else None
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS:
        return f"{value:f}" if len(value.as_tuple().digits) <= _MOST_DIGITS else None
    return None
