"""docs/settings.md and config/settings.py say the same: each key and default, in both directions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal, get_args, get_origin

import msgspec
import tomli_w

from config.check import TableType, entry_type, field_types
from config.country import country_codes, load_country
from config.file import check_settings
from config.settings import RoleSettings, RolesSettings, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| `(\w+)` \| (?:`(.*?)`|needed) \| (.+) \|")


def _documented() -> dict[str, dict[str, str | None]]:
    """Return what the page says: for each header its keys with the defaults."""
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    rows = {section.partition("\n")[0]: ROW.findall(section) for section in sections}
    return {header: {key: default or None for key, default, _ in found} for header, found in rows.items()}


def _tables() -> dict[str, TableType]:
    """Return what the settings have: for each header its struct."""
    tables: dict[str, TableType] = {}
    for name, kind in field_types(Settings).items():
        entry = entry_type(kind)
        if kind is RolesSettings:  # one table for each role, all alike: the page has the first
            tables[f"[{name}.{next(iter(field_types(kind)))}]"] = RoleSettings
            assert set(field_types(kind).values()) == {RoleSettings}
            continue
        tables[f"[[{name}]]" if entry else f"[{name}]"] = entry or kind
        for inner, part in field_types(entry).items() if entry else ():
            if table := entry_type(part):
                tables[f"[[{name}.{inner}]]"] = table
    return tables


def _default(field: msgspec.structs.FieldInfo) -> str | None:
    """Return a field's default as TOML, None if it has none."""
    if field.required:
        return None
    default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return "{}" if default == {} else tomli_w.dumps({"x": default}).strip().removeprefix("x = ")


def test_the_page_has_each_table_and_key_with_its_default_and_no_other() -> None:
    in_force = {
        header: {field.encode_name: _default(field) for field in msgspec.structs.fields(table)}
        for header, table in _tables().items()
    }
    assert _documented() == in_force


def test_the_page_names_each_choice_of_a_key() -> None:
    for header, table in _tables().items():
        section = PAGE.partition(f"## {header}\n")[2].partition("\n## ")[0]
        says = {key: f"{default} {text}" for key, default, text in ROW.findall(section)}
        for name, kind in field_types(table).items():
            choices = get_args(kind) if get_origin(kind) is Literal else ()
            assert [choice for choice in choices if f'"{choice}"' not in says[name]] == [], name


def test_the_page_names_each_country_and_the_labels_of_mexico() -> None:
    assert all(f'`"{code}"`' in PAGE for code in country_codes())
    assert all(f"`{label.pattern}`" in PAGE for label in load_country("mx").labels)


def test_the_example_on_the_page_is_right(tmp_path: Path) -> None:
    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "mostrador.toml"
    path.write_text(example, encoding="utf-8")
    assert len(tomllib.loads(example)) == 4
    assert check_settings(path) == []
