"""One key of a settings file by its dotted path: where it stands, what it takes, and how to set it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec

from config.check import describe, entry_type, field_types, is_table
from config.disk import fail
from config.errors import Fault
from config.settings import Settings

NO_TABLE = "is not a table; mend the file by hand first"
NO_SUCH_KEY = "there is no such key; one is table and name, as store.name, or printers.1.device in a list"


class Place(msgspec.Struct, frozen=True):
    """Where a key stands: its table, its number in a list of tables (0: a plain table), its name and type."""

    table: str
    number: int
    name: str
    type: Any

    @property
    def key(self) -> str:
        """The dotted path."""
        return f"{self.table}.{self.number}.{self.name}" if self.number else f"{self.table}.{self.name}"


def find_place(key: str, path: Path) -> Place:
    """Return where a dotted key stands: `store.name`, `printers.1.device`, `screen.keys.search`.

    ConfigError for a key that no settings have.
    """
    table, *rest = key.split(".")
    kind: Any = field_types(Settings).get(table)
    entry = entry_type(kind)
    place = _in_list(table, rest, field_types(entry)) if entry else None
    if is_table(kind):
        place = _in_table(table, rest, field_types(kind))
    if place is None:
        raise fail(path, key, Fault.UNKNOWN_KEY, NO_SUCH_KEY)
    return place


def read_value(place: Place, text: str, path: Path) -> Any:
    """Return the value a typed text means at a place; ConfigError if it does not fit.

    Where texts go the text is taken as it is; anything else is read as TOML.
    """
    import tomllib  # only for a command that writes

    try:
        value = text if _takes_text(place.type) else tomllib.loads(f"value = {text}")["value"]
        msgspec.convert(value, place.type)
    except ValueError as error:
        raise fail(path, place.key, Fault.WRONG_TYPE, f"must be {describe(place.type)}") from error
    return value


def put_value(tables: Mapping[str, Any], place: Place, value: Any, path: Path) -> dict[str, Any]:
    """Return a file's tables with a value at a place; one behind the last of a list makes a new entry."""
    changed = copy.deepcopy(dict(tables))
    try:
        _holder(changed, place, path)[place.name] = value
    except (AttributeError, TypeError) as error:
        raise fail(path, place.table, Fault.WRONG_TYPE, NO_TABLE) from error
    return changed


def _in_list(table: str, rest: list[str], fields: Mapping[str, Any]) -> Place | None:
    if len(rest) != 2 or not (rest[0].isascii() and rest[0].isdigit()) or rest[1] not in fields:
        return None
    return Place(table, int(rest[0]), rest[1], fields[rest[1]]) if int(rest[0]) else None


def _in_table(table: str, rest: list[str], fields: Mapping[str, Any]) -> Place | None:
    kind: Any = fields.get(rest[0]) if rest else None
    if is_table(kind):
        return _in_table(f"{table}.{rest[0]}", rest[1:], field_types(kind))
    is_free = get_origin(kind) is dict
    if kind is None or len(rest) != 1 + is_free or not rest[-1]:
        return None
    if is_free:
        return Place(f"{table}.{rest[0]}", 0, rest[1], get_args(kind)[1])
    return Place(table, 0, rest[0], kind)


def _holder(tables: dict[str, Any], place: Place, path: Path) -> dict[str, Any]:
    """Return the table a place is in, made where it is missing."""
    *parents, last = place.table.split(".")
    holder = tables
    for parent in parents:
        holder = holder.setdefault(parent, {})
    if not place.number:
        table: dict[str, Any] = holder.setdefault(last, {})
        return table
    entries: list[dict[str, Any]] = holder.setdefault(last, [])
    if place.number > len(entries) + 1:
        remedy = f"the file has {len(entries)} of these; the next one is {last}.{len(entries) + 1}"
        raise fail(path, place.key, Fault.UNKNOWN_KEY, remedy)
    if place.number == len(entries) + 1:
        entries.append({})
    return entries[place.number - 1]


def _takes_text(kind: Any) -> bool:
    """Say whether a key's values are texts: `str`, or a choice of texts."""
    if kind is str:
        return True
    return get_origin(kind) is not None and all(isinstance(item, str) for item in get_args(kind))
