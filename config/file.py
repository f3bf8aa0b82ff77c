"""Reading, checking and writing `mostrador.toml`.

A file is either right as a whole or refused with everything that is wrong in it: no settings are half taken.
It is replaced whole as well: after a power cut there is the old file or the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from config.check import read_tables
from config.disk import parse_toml, read_text, write_whole
from config.errors import ConfigError, Problem
from config.rules import check_rules
from config.settings import Settings

if TYPE_CHECKING:
    from config.place import Place

HEAD = "# Settings of a Mostrador lane. Keys: docs/settings.md. To check them: `mostrador config check`.\n\n"


def load_settings(path: Path | None) -> Settings:
    """Return the settings in a file; the defaults where there is none; ConfigError with all its problems."""
    settings, problems = _judge(_read(path), path)
    if problems:
        raise ConfigError(problems)
    return settings


def check_settings(path: Path | None) -> list[Problem]:
    """Return everything that is wrong with a settings file; nothing is wrong with one that is missing."""
    try:
        return _judge(_read(path), path)[1]
    except ConfigError as error:
        return list(error.problems)


def dump_settings(settings: Settings, *, defaults: bool = True) -> str:
    """Return settings as TOML, all of them or only those that are not the defaults."""
    tables: dict[str, Any] = msgspec.to_builtins(settings)
    return _dump(tables if defaults else _without_defaults(tables, msgspec.to_builtins(Settings())))


def write_settings(path: Path, settings: Settings) -> None:
    """Write settings over a file; the defaults are left out, so that a later version may better them.

    ConfigError if the settings break a rule, or if the file cannot be written. Comments in an older file are
    lost; `set_value` keeps them.
    """
    problems = check_rules(settings, str(path))
    if problems:
        raise ConfigError(problems)
    write_whole(path, HEAD + dump_settings(settings, defaults=False))


def set_value(path: Path, key: str, text: str) -> None:
    """Set one key of a file, made if it is missing: `store.name`, `printers.1.device`, `screen.keys.search`.

    A text is taken as it is; anything else is read as TOML (`5`, `true`, `["Calle 1", "Centro"]`). An entry
    behind the last of a list is added. ConfigError, and nothing written, if the key is unknown or the value
    would bring a problem that the file has not already.
    """
    from config.place import find_place, put_value, read_value  # only for a command that writes

    old = read_text(path)
    tables = parse_toml(old, path)
    place = find_place(key, path)
    value = read_value(place, text, path)
    wanted = put_value(tables, place, value, path)
    known = _judge(tables, path)[1]
    new = [problem for problem in _judge(wanted, path)[1] if problem not in known]
    if new:
        raise ConfigError(new)
    write_whole(path, _edit(old or HEAD, place, value, wanted))


def _read(path: Path | None) -> dict[str, Any]:
    return parse_toml(read_text(path), path) if path else {}


def _judge(tables: Mapping[str, object], path: Path | None) -> tuple[Settings, list[Problem]]:
    """Return settings of what is right in a file, and all its problems, in the order of the tables."""
    name = str(path or "")
    settings, problems = read_tables(tables, name)
    problems += check_rules(settings, name)
    order = Settings.__struct_fields__
    ranks = {table: rank for rank, table in enumerate(order)}
    return settings, sorted(problems, key=lambda found: ranks.get(found.key.partition(".")[0], len(order)))


def _edit(old: str, place: Place, value: object, wanted: dict[str, Any]) -> str:
    """Return a file's text with a value changed, its comments kept where the lines are plain enough."""
    from config.edit import edit_key

    name, _, literal = _dump({place.name: value}).strip().partition(" = ")
    text = edit_key(old, place.table, place.number, name, literal)
    try:
        is_right = parse_toml(text, Path()) == wanted
    except ConfigError:
        is_right = False
    return text if is_right else HEAD + _dump(wanted)


def _dump(tables: Mapping[str, object]) -> str:
    import tomli_w  # only for a command that writes

    return tomli_w.dumps(tables)


def _without_defaults(tables: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of some tables differs from the defaults; lists and tables of free keys stay whole."""
    kept: dict[str, Any] = {}
    for name, value in tables.items():
        if value != defaults[name]:
            has_keys = isinstance(value, dict) and defaults[name]
            kept[name] = _without_defaults(value, defaults[name]) if has_keys else value
    return kept
