"""Every mistake in a settings file is found, named by its key, and told with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.check import describe
from config.errors import ConfigError, Fault, Problem
from config.file import check_settings, load_settings
from config.settings import Settings

BAD_FILE = """
[store]
nmae = "Lupita"
country = "atlantis"
language = "de"
address = "Calle 1"

[lane]
id = "caja 1"
lock_minutes = true

[[printers]]
name = "receipt"
kind = "usb"

[[printers]]
name = "receipt"
colums = 42

[[labels]]
kind = "weight"

[[scanners]]
layout = 5

[sink]
folder = "/mnt"
"""


def _check(tmp_path: Path, text: str) -> list[Problem]:
    path = tmp_path / "mostrador.toml"
    path.write_text(text, encoding="utf-8")
    return check_settings(path)


def test_all_problems_are_listed_with_their_keys(tmp_path: Path) -> None:
    found = {(problem.key, problem.fault) for problem in _check(tmp_path, BAD_FILE)}
    assert found == {
        ("store.nmae", Fault.UNKNOWN_KEY),
        ("store.country", Fault.BAD_VALUE),
        ("store.language", Fault.WRONG_TYPE),
        ("store.address", Fault.WRONG_TYPE),
        ("lane.id", Fault.BAD_VALUE),
        ("lane.lock_minutes", Fault.WRONG_TYPE),
        ("printers.1.name", Fault.DUPLICATE),
        ("printers.1.device", Fault.BAD_VALUE),
        ("printers.2.name", Fault.DUPLICATE),
        ("printers.2.colums", Fault.UNKNOWN_KEY),
        ("labels.1.pattern", Fault.MISSING_KEY),
        ("scanners.1.layout", Fault.WRONG_TYPE),
        ("scanners.1.device", Fault.BAD_VALUE),
        ("sink", Fault.UNKNOWN_KEY),
    }


def test_the_error_says_file_key_and_remedy_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_text(BAD_FILE, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    lines = str(caught.value).splitlines()
    assert lines == [str(problem) for problem in check_settings(path)]
    assert lines[0] == f"{path}: store.nmae: there is no such key; did you mean `name`?"
    assert f'{path}: store.language: must be one of "es", "en"' in lines
    assert f"{path}: store.address: must be a list of texts in brackets" in lines


def test_problems_stand_in_the_order_of_the_tables(tmp_path: Path) -> None:
    tables = [problem.key.partition(".")[0] for problem in _check(tmp_path, BAD_FILE)]
    order = [*Settings.__struct_fields__, "sink"]
    assert tables == sorted(tables, key=order.index)


@pytest.mark.parametrize(
    ("text", "key", "fault"),
    [
        ("store = 5", "store", Fault.WRONG_TYPE),
        ("printers = 5", "printers", Fault.WRONG_TYPE),
        ("printers = [5]", "printers", Fault.WRONG_TYPE),
        ("[printers]\nname = 'a'", "printers", Fault.WRONG_TYPE),
        ("[store]\nname = 5", "store.name", Fault.WRONG_TYPE),
        ("[store]\nname = 2026-01-01", "store.name", Fault.WRONG_TYPE),
        ("[lane]\nid = 1", "lane.id", Fault.WRONG_TYPE),
        ("[lane]\nlock_minutes = 1.5", "lane.lock_minutes", Fault.WRONG_TYPE),
        ("[lane]\nlock_minutes = '5'", "lane.lock_minutes", Fault.WRONG_TYPE),
        ("[lane]\nlock_minutes = -1", "lane.lock_minutes", Fault.BAD_VALUE),
        ("[lane]\nid = ''", "lane.id", Fault.BAD_VALUE),
        ("[lane]\nid = 'a/..'", "lane.id", Fault.BAD_VALUE),
        ('[lane]\nid = "a\\n"', "lane.id", Fault.BAD_VALUE),
        ("[lane]\nid = '1234567890123'", "lane.id", Fault.BAD_VALUE),
        ("[lane]\ndata = 'data'", "lane.data", Fault.BAD_VALUE),
        ("[store]\ncountry = '../mx'", "store.country", Fault.BAD_VALUE),
        ("[store]\ncurrency = 'XYZ'", "store.currency", Fault.BAD_VALUE),
        ("[store]\ntime_zone = 'Mexico'", "store.time_zone", Fault.BAD_VALUE),
        ("[store]\ntime_zone = '../../etc/passwd'", "store.time_zone", Fault.BAD_VALUE),
        ("[store]\ntime_zone = ''", "store.time_zone", Fault.BAD_VALUE),
        ('[store]\nname = "\\u001b[2J"', "store.name", Fault.BAD_VALUE),
        ('[store]\naddress = ["a", "b\\u009b"]', "store.address.2", Fault.BAD_VALUE),
        ("[selling]\nmax_quantity = 0", "selling.max_quantity", Fault.BAD_VALUE),
        ("[selling]\ntax_rounding = 'up'", "selling.tax_rounding", Fault.WRONG_TYPE),
        ("[[labels]]\nkind = 'weight'\npattern = '21.....'", "labels.1.pattern", Fault.BAD_VALUE),
        ("[[labels]]\nkind = 'weight'\npattern = '{NN}'", "labels.1.pattern", Fault.BAD_VALUE),
        ("[[printers]]\nname = ''", "printers.1.name", Fault.BAD_VALUE),
        ("[[printers]]\nkind = 'network'\ndevice = 'host:'", "printers.1.device", Fault.BAD_VALUE),
        ("[[printers]]\nkind = 'file'\ndevice = 'lp0'", "printers.1.device", Fault.BAD_VALUE),
        ("[[printers]]\nencoding = 'CP85'", "printers.1.encoding", Fault.BAD_VALUE),
        ("[[printers]]\nencoding = 'rot13'", "printers.1.encoding", Fault.BAD_VALUE),
        ("[[printers]]\ncode_page = 256", "printers.1.code_page", Fault.BAD_VALUE),
        ("[[scanners]]\nkind = 'serial'", "scanners.1.device", Fault.BAD_VALUE),
        ("[[scanners]]\ndevice = '/dev/input/event3'\nbaud = 0", "scanners.1.baud", Fault.BAD_VALUE),
        ("[sync]\nevery_seconds = 0", "sync.every_seconds", Fault.BAD_VALUE),
        ("[sync]\nconnector = ''", "sync.connector", Fault.BAD_VALUE),
        ("[sync]\nfolder = 'erp'", "sync.folder", Fault.BAD_VALUE),
        ("[screen.keys]\nsearch = 'f3'\npay = 'f3'", "screen.keys.pay", Fault.DUPLICATE),
        ("[[tills]]\nname = ' '", "tills.1.name", Fault.BAD_VALUE),
        ("[[tills]]\nname = 'N'\ndrawer = 3", "tills.1.drawer", Fault.BAD_VALUE),
        ("[screen.keys]\nsearch = 3", "screen.keys", Fault.WRONG_TYPE),
    ],
)
def test_one_mistake_is_one_problem(tmp_path: Path, text: str, key: str, fault: Fault) -> None:
    found = [(problem.key, problem.fault) for problem in _check(tmp_path, text)]
    assert (key, fault) in found
    assert {found_key for found_key, _ in found} == {key}


@pytest.mark.parametrize(
    "text",
    [
        "[[printers]]\nkind = 'usb'\ndevice = '04b8:0E15'",
        "[[printers]]\nkind = 'usb'\ndevice = '/dev/usb/lp0'",
        "[[printers]]\nkind = 'usb'\ndevice = '04b8:0e15:X2'",
        "[[printers]]\nkind = 'network'\ndevice = '192.168.1.50'",
        "[[printers]]\nkind = 'network'\ndevice = '192.168.1.50:9100'",
        "[[printers]]\nkind = 'network'\ndevice = '[fe80::1]:9100'",
        "[[printers]]\nkind = 'serial'\ndevice = '/dev/ttyS0'",
        "[[printers]]\nkind = 'file'\ndevice = '~/receipts.bin'",
        "[[scanners]]\ndevice = '05e0:1200'",
        "[[scanners]]\ndevice = '05e0:1200:S1'",
        "[[scanners]]\ndevice = '/dev/input/by-id/usb-Symbol-event-kbd'",
        "[[scanners]]\nkind = 'virtual'\ndevice = '~/codes'",
        "[store]\ncountry = 'generic'\ncurrency = 'EUR'",
        "[lane]\ndata = '~/lane'",
    ],
)
def test_what_a_technician_may_well_write_is_right(tmp_path: Path, text: str) -> None:
    assert _check(tmp_path, text) == []


def test_a_machine_without_time_zones_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.rules._knows_zone", lambda name: False)
    (problem,) = _check(tmp_path, "")
    assert "tzdata" in problem.remedy


def test_each_type_of_a_key_can_be_said_in_words() -> None:
    assert describe(bool) == "true or false"
    assert describe(dict[str, str]) == "a table of texts"
    assert describe(tuple[str, ...]) == "a list of texts in brackets"
