"""The settings file: there and back, refused whole, replaced whole."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ConfigError, Fault
from config.file import check_settings, dump_settings, load_settings, write_settings
from config.settings import (
    LabelRule,
    LaneSettings,
    PrinterSettings,
    ScannerSettings,
    ScreenSettings,
    SellingSettings,
    Settings,
    StoreSettings,
    SyncSettings,
)

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
NAMES = TEXTS.filter(bool)
FOLDERS = st.one_of(st.just(""), TEXTS.map("/{}".format), TEXTS.map("~/{}".format))
LINES = st.lists(TEXTS, max_size=3).map(tuple)

STORES = st.builds(
    StoreSettings,
    name=TEXTS,
    address=LINES,
    tax_id=TEXTS,
    phone=TEXTS,
    country=st.sampled_from(["mx", "generic"]),
    language=st.sampled_from(["es", "en"]),
    time_zone=st.sampled_from(["America/Mexico_City", "UTC", "Europe/Madrid"]),
    currency=st.sampled_from(["", "USD"]),
    receipt_footer=LINES,
)
LANES = st.builds(
    LaneSettings,
    id=st.from_regex(r"\A[A-Za-z0-9_-]{1,12}\Z"),
    data=FOLDERS,
    lock_minutes=st.integers(0, 1_440),
)
SELLING = st.builds(
    SellingSettings,
    tax_rounding=st.sampled_from(["line", "document"]),
    negative_lines=st.booleans(),
    count_tolerance_minor=st.integers(0, 10**9),
    max_quantity=st.integers(1, 10**9),
)
LABELS = st.builds(
    LabelRule,
    kind=st.sampled_from(["weight", "price"]),
    pattern=st.sampled_from(["21.....{NNDDD}", "23.....{NNNDD}", "20......{NNND}"]),
)
PRINTERS = st.builds(
    PrinterSettings,
    name=NAMES,
    kind=st.sampled_from(["virtual", "none"]),
    device=TEXTS,
    baud=st.integers(300, 4_000_000),
    columns=st.integers(16, 120),
    profile=TEXTS,
    encoding=st.sampled_from(["CP858", "CP437", "utf-8"]),
    code_page=st.integers(0, 255),
    raster=st.booleans(),
    drawer=st.booleans(),
    cut=st.booleans(),
)
SCANNERS = st.builds(
    ScannerSettings,
    name=NAMES,
    kind=st.just("serial"),
    device=TEXTS.map("/dev/{}".format),
    baud=st.integers(300, 4_000_000),
    layout=st.sampled_from(["us", "es", "fr", "de"]),
    suffix=st.sampled_from(["enter", "tab", "none"]),
)
KEYS = st.dictionaries(NAMES, TEXTS, max_size=4).filter(lambda keys: len(set(keys.values())) == len(keys))


def _by_name(device: PrinterSettings | ScannerSettings) -> str:
    return device.name


ALL_SETTINGS = st.builds(
    Settings,
    store=STORES,
    lane=LANES,
    selling=SELLING,
    labels=st.lists(LABELS, max_size=3).map(tuple),
    printers=st.lists(PRINTERS, max_size=3, unique_by=_by_name).map(tuple),
    scanners=st.lists(SCANNERS, max_size=3, unique_by=_by_name).map(tuple),
    sync=st.builds(
        SyncSettings,
        connector=NAMES,
        folder=FOLDERS,
        every_seconds=st.integers(1, 86_400),
        batch=st.integers(1, 10_000),
    ),
    screen=st.builds(
        ScreenSettings,
        theme=st.sampled_from(["auto", "console", "truecolor"]),
        roll=st.booleans(),
        keys=KEYS,
    ),
)


@given(ALL_SETTINGS, st.booleans())
@settings(deadline=None)
def test_settings_come_back_from_their_toml(kept: Settings, defaults: bool) -> None:
    tables = tomllib.loads(dump_settings(kept, defaults=defaults))
    assert msgspec.convert(tables, Settings) == kept


@given(ALL_SETTINGS)
@settings(deadline=None, max_examples=30)
def test_settings_come_back_from_their_file(tmp_path_factory: pytest.TempPathFactory, kept: Settings) -> None:
    path = tmp_path_factory.mktemp("settings") / "mostrador.toml"
    write_settings(path, kept)
    assert load_settings(path) == kept
    assert check_settings(path) == []


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(None) == Settings()
    assert load_settings(tmp_path / "none.toml") == Settings()
    assert check_settings(None) == check_settings(tmp_path / "none.toml") == []


def test_the_defaults_can_be_shown_whole_and_are_not_written() -> None:
    assert "lock_minutes = 10" in dump_settings(Settings())
    assert dump_settings(Settings(), defaults=False) == ""
    changed = Settings(store=StoreSettings(name="Abarrotes Lupita"))
    assert tomllib.loads(dump_settings(changed, defaults=False)) == {"store": {"name": "Abarrotes Lupita"}}


def test_a_list_that_is_emptied_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    write_settings(path, Settings(printers=()))
    assert load_settings(path).printers == ()


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_bytes('\ufeff[store]\r\nname = "Piñata"\r\n'.encode())
    assert load_settings(path).store.name == "Piñata"


def test_a_file_that_is_not_toml_is_named_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_text("[store]\nname = \n")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.fault) == (str(path), Fault.NOT_TOML)
    assert "line 2" in problem.remedy
    assert check_settings(path) == [problem]


@pytest.mark.parametrize("data", [b'[store]\nname = "\xf1"\n', b"x = " + b"[" * 5_000])
def test_bytes_that_are_no_toml_are_a_problem_not_a_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_bytes(data)
    assert [problem.fault for problem in check_settings(path)] == [Fault.NOT_TOML]


def test_a_file_that_cannot_be_read_is_not_taken_for_a_missing_one(tmp_path: Path) -> None:
    assert [problem.fault for problem in check_settings(tmp_path)] == [Fault.UNREADABLE]


def test_settings_that_break_a_rule_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    with pytest.raises(ConfigError, match=r"lane\.id"):
        write_settings(path, Settings(lane=LaneSettings(id="a/b")))
    assert not path.exists()


def test_a_write_follows_a_link_keeps_permissions_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "real.toml"
    path.write_text("")
    path.chmod(0o600)
    link = tmp_path / "mostrador.toml"
    link.symlink_to(path)
    write_settings(link, Settings(lane=LaneSettings(id="7")))
    assert link.is_symlink()
    assert load_settings(path).lane.id == "7"
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mostrador.toml", "real.toml"]


def test_a_file_is_durable_before_it_takes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mostrador.toml"
    write_settings(path, Settings())
    done: list[str] = []
    fsync, rename = os.fsync, os.rename

    def record_fsync(descriptor: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir() else "file")
        fsync(descriptor)

    def record_rename(old: Path, new: Path) -> None:
        done.append("rename")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(os, "rename", record_rename)
    write_settings(path, Settings(lane=LaneSettings(id="2")))
    assert done == ["file", "rename", "folder"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mostrador.toml"
    write_settings(path, Settings(lane=LaneSettings(id="old")))

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(ConfigError, match="No space left") as caught:
        write_settings(path, Settings(lane=LaneSettings(id="new")))
    assert caught.value.problems[0].fault is Fault.UNWRITABLE
    assert load_settings(path).lane.id == "old"
    assert list(tmp_path.iterdir()) == [path]
