"""Whether a settings file's tables have the right keys and types: every problem, not only the first.

`msgspec.convert` stops at the first wrong value, which is right for speed and wrong for a person with an
editor. So a file it refuses is walked key by key here; what is right in it is kept, so that the rules of
`config.rules` can look at the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args, get_origin

import msgspec

from config.errors import Fault, Problem
from config.settings import Settings

TableType = type[msgspec.Struct]


def read_tables(raw: Mapping[str, object], file: str) -> tuple[Settings, list[Problem]]:
    """Return settings of all that is right in a file's tables, and a problem for each thing that is not."""
    try:
        return msgspec.convert(raw, Settings), []
    except msgspec.ValidationError:
        problems: list[Problem] = []
        kept = _Walk(file, problems).table(Settings, raw, "")
        return msgspec.convert(kept, Settings), problems


def field_types(table: TableType) -> dict[str, Any]:
    """Return the keys of a table with their types."""
    return {field.encode_name: field.type for field in msgspec.structs.fields(table)}


def entry_type(kind: Any) -> TableType | None:
    """Return the struct of a list of tables (`[[printers]]`), None for any other type."""
    item = get_args(kind)[0] if get_origin(kind) is tuple else None
    return cast("TableType", item) if is_table(item) else None


def is_table(kind: Any) -> bool:
    """Say whether a key's type is a table of known keys."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def describe(kind: Any) -> str:
    """Say in plain words what a key of this type takes."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{value}"' for value in get_args(kind))
    if is_table(kind):
        return "a table"
    if entry_type(kind):
        return "a list of tables, each under a header in double brackets"
    return _PLAIN_WORDS[get_origin(kind) or kind]


_PLAIN_WORDS: dict[Any, str] = {
    str: "a text in quotes",
    int: "a whole number",
    bool: "true or false",
    tuple: "a list of texts in brackets",
    dict: "a table of texts",
}


class _Walk:
    """One walk over a file's tables, with the problems it finds."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file = file
        self._problems = problems

    def table(self, kind: TableType, raw: Mapping[str, object], key: str) -> dict[str, object]:
        """Return the values of a table that are right."""
        fields = field_types(kind)
        for name in sorted(raw.keys() - fields.keys()):
            self._report(_join(key, name), Fault.UNKNOWN_KEY, f"there is no such key{_suggest(name, fields)}")
        for name in sorted(_required(kind) - raw.keys()):
            self._report(_join(key, name), Fault.MISSING_KEY, "is needed")
        known = [name for name in fields if name in raw]
        values = {name: self._value(fields[name], raw[name], _join(key, name)) for name in known}
        return {name: value for name, value in values.items() if value is not msgspec.UNSET}

    def _value(self, kind: Any, value: object, key: str) -> object:
        """Return a value if it is right; report it and return UNSET if it is not."""
        entry = entry_type(kind)
        if is_table(kind) and isinstance(value, Mapping):
            return self.table(kind, value, key)
        if entry and isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return self._entries(entry, value, key)
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            self._report(key, Fault.WRONG_TYPE, f"must be {describe(kind)}")
            return msgspec.UNSET
        return value

    def _entries(self, kind: TableType, items: list[Mapping[str, object]], key: str) -> object:
        """Return a list of tables; UNSET if one lacks a key, or the numbers of the others would move."""
        entries = [self.table(kind, item, f"{key}.{number}") for number, item in enumerate(items, 1)]
        return entries if all(_required(kind) <= entry.keys() for entry in entries) else msgspec.UNSET

    def _report(self, key: str, fault: Fault, remedy: str) -> None:
        self._problems.append(Problem(self._file, key, fault, remedy))


def _required(kind: TableType) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(kind) if field.required}


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _suggest(name: str, known: Mapping[str, object]) -> str:
    import difflib  # only for a file with a mistake in it

    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean `{near[0]}`?" if near else f"; here are {', '.join(known)}"
