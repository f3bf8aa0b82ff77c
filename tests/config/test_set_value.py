"""`mostrador config set`: one key changes, everything a person wrote stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from config.errors import ConfigError, Fault
from config.file import check_settings, load_settings, set_value

HAND_WRITTEN = """\
# Our lane by the door.

[store]
name = "Lupita"   # as on the sign
# address comes later

[[printers]]
name = "receipt"

[[printers]]
name = "spare"     # under the counter
columns = 32

[lane]
id = "2"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "mostrador.toml"
    file.write_text(HAND_WRITTEN, encoding="utf-8")
    return file


def test_a_value_changes_and_its_comment_stays(path: Path) -> None:
    set_value(path, "store.name", "Abarrotes Lupita")
    wanted = HAND_WRITTEN.replace('"Lupita"', '"Abarrotes Lupita"')
    assert path.read_text(encoding="utf-8") == wanted


def test_an_entry_of_a_list_is_found_by_its_number(path: Path) -> None:
    set_value(path, "printers.2.columns", "48")
    assert path.read_text(encoding="utf-8") == HAND_WRITTEN.replace("columns = 32", "columns = 48")


def test_a_new_key_stands_with_its_table(path: Path) -> None:
    set_value(path, "store.phone", "55 1234 5678")
    text = path.read_text(encoding="utf-8")
    assert '# as on the sign\nphone = "55 1234 5678"\n# address comes later' in text


def test_a_new_table_and_a_new_entry_are_appended(path: Path) -> None:
    set_value(path, "sync.every_seconds", "60")
    set_value(path, "printers.3.name", "kitchen")
    assert path.read_text(encoding="utf-8").startswith(HAND_WRITTEN)
    settings = load_settings(path)
    assert settings.sync.every_seconds == 60
    assert [printer.name for printer in settings.printers] == ["receipt", "spare", "kitchen"]


def test_a_missing_file_is_made_with_a_head(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "mostrador.toml"
    set_value(path, "lane.id", "7")
    assert path.read_text(encoding="utf-8").startswith("# Settings of a Mostrador lane.")
    assert load_settings(path).lane.id == "7"


@pytest.mark.parametrize(
    ("key", "text", "table", "name", "value"),
    [
        ("store.name", "12", "store", "name", "12"),
        ("store.name", 'Tienda "La # 1"', "store", "name", 'Tienda "La # 1"'),
        ("store.address", '["Calle 1", "Centro"]', "store", "address", ["Calle 1", "Centro"]),
        ("store.language", "en", "store", "language", "en"),
        ("selling.negative_lines", "true", "selling", "negative_lines", True),
        ("selling.max_quantity", "500", "selling", "max_quantity", 500),
        ("screen.keys.search", "f4", "screen", "keys", {"search": "f4"}),
        ("screen.keys.precio más", "f4", "screen", "keys", {"precio más": "f4"}),
    ],
)
def test_a_typed_value_is_read_as_its_key_needs(
    path: Path, key: str, text: str, table: str, name: str, value: object
) -> None:
    set_value(path, key, text)
    assert tomllib.loads(path.read_text(encoding="utf-8"))[table][name] == value
    assert check_settings(path) == []


@pytest.mark.parametrize(
    "written",
    [
        "store = { name = 'a' }\n",
        'store.name = """a\nb = 1"""\n',
        "[store]\nname = 'a # not a comment'\n",
        "[store]\naddress = [\n  'x',  # [lane]\n]\nname = 'a'\n",
        "[ store ]\n  name='a'",
        "store.phone = '5'\n[lane]\nid = '3'\n",
        "[store]\nphone = '''\n[store]\nname = 'trap'\n'''\n",
    ],
)
def test_any_shape_of_file_ends_with_the_value_set_and_the_rest_kept(tmp_path: Path, written: str) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_text(written, encoding="utf-8")
    wanted = tomllib.loads(written)
    wanted["store"]["name"] = "Nueva"
    set_value(path, "store.name", "Nueva")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == wanted


def test_one_problem_can_be_mended_while_others_remain(path: Path) -> None:
    path.write_text('[lane]\nid = "a b"\n[store]\ncountry = "atlantis"\n', encoding="utf-8")
    set_value(path, "lane.id", "3")
    assert [problem.key for problem in check_settings(path)] == ["store.country"]


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("store.nmae", "x", Fault.UNKNOWN_KEY),
        ("name", "x", Fault.UNKNOWN_KEY),
        ("store", "x", Fault.UNKNOWN_KEY),
        ("printers", "x", Fault.UNKNOWN_KEY),
        ("printers.name", "x", Fault.UNKNOWN_KEY),
        ("printers.0.name", "x", Fault.UNKNOWN_KEY),
        ("printers.٣.name", "x", Fault.UNKNOWN_KEY),
        ("printers.4.name", "x", Fault.UNKNOWN_KEY),
        ("screen.keys", "x", Fault.UNKNOWN_KEY),
        ("screen.keys.", "x", Fault.UNKNOWN_KEY),
        ("store.name.first", "x", Fault.UNKNOWN_KEY),
        ("lane.lock_minutes", "many", Fault.WRONG_TYPE),
        ("lane.lock_minutes", "1.5", Fault.WRONG_TYPE),
        ("lane.lock_minutes", "", Fault.WRONG_TYPE),
        ("store.language", "fr", Fault.WRONG_TYPE),
        ("store.address", "Calle 1", Fault.WRONG_TYPE),
        ("lane.id", "a/b", Fault.BAD_VALUE),
        ("printers.2.name", "receipt", Fault.DUPLICATE),
    ],
)
def test_what_would_break_the_file_is_refused_and_nothing_written(
    path: Path, key: str, text: str, fault: Fault
) -> None:
    with pytest.raises(ConfigError) as caught:
        set_value(path, key, text)
    assert {problem.fault for problem in caught.value.problems} == {fault}
    assert path.read_text(encoding="utf-8") == HAND_WRITTEN


@pytest.mark.parametrize("written", ["store = 5\n", "store = [1]\n", "screen = { keys = 1 }\n"])
def test_a_table_that_is_none_is_told_not_overwritten(path: Path, written: str) -> None:
    path.write_text(written, encoding="utf-8")
    key = "screen.keys.search" if "screen" in written else "store.name"
    with pytest.raises(ConfigError) as caught:
        set_value(path, key, "x")
    assert {problem.fault for problem in caught.value.problems} == {Fault.WRONG_TYPE}
    assert path.read_text(encoding="utf-8") == written
