"""python-escpos is imported late, privately, and without leaving anything behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from devices.errors import BadSettingsError
from devices.printer.generator import is_private, new_generator, private_dir, supports

ROOT = Path(__file__).parents[2]
DRIVERS = ("escpos", "serial", "evdev", "PIL", "usb", "barcode", "qrcode", "yaml", "biip", "asyncio")
PRINT = """
import logging
from config.settings import PrinterSettings
from devices.printer.bytes import compose
from domain.paper import Text
data = compose((Text("ñ"),), PrinterSettings())
assert b"\\xa4" in data, data
assert not logging.root.handlers, logging.root.handlers
"""


def run_python(code: str, **env: str) -> str:
    """Run a program in a Python of its own; return what it prints."""
    known = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **env}
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=known, cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert found.stderr == ""
    return found.stdout


def test_importing_the_room_imports_no_driver() -> None:
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "devices").rglob("*.py")
    )
    assert len(modules) > 25
    code = f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
    code += f"print([name for name in {DRIVERS!r} if name in sys.modules])"
    assert run_python(code) == "[]\n"


def test_opening_a_device_imports_no_driver_before_its_first_use() -> None:
    code = f"""
import sys
from config.settings import PrinterSettings, ScannerSettings
from devices.printer.open import open_printer
from devices.scanner.running import open_scanner
for kind in ("usb", "serial", "network", "file", "virtual", "none"):
    open_printer(PrinterSettings(kind=kind))
for kind in ("evdev", "serial", "virtual"):
    open_scanner(ScannerSettings(kind=kind))
print([name for name in {DRIVERS!r} if name in sys.modules])
"""
    assert run_python(code) == "[]\n"


def test_the_import_leaves_one_private_file_and_no_directory_behind(tmp_path: Path) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    for _ in range(2):
        run_python(PRINT, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path), TMPDIR=str(passing))
        assert list(passing.iterdir()) == []
    folder = tmp_path / "mostrador" / "escpos"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.suffix for path in folder.iterdir()] == [".pickle"]


@pytest.mark.parametrize("torn", [b"", b"\x80\x02", b"not a pickle at all"], ids=["empty", "begun", "junk"])
def test_a_pickle_torn_by_a_power_cut_is_made_anew(tmp_path: Path, torn: bytes) -> None:
    run_python(PRINT, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
    (pickle,) = (tmp_path / "mostrador" / "escpos").iterdir()
    whole = pickle.stat().st_size
    pickle.write_bytes(torn)
    run_python(PRINT, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
    assert pickle.stat().st_size == whole


def test_without_any_home_the_directory_is_a_passing_one(tmp_path: Path) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    no_home = tmp_path / "file"  # nothing can be made below a file, not even by root
    no_home.write_text("")
    shown = "import os, atexit; atexit.register(lambda: print(os.environ['ESCPOS_CAPABILITIES_PICKLE_DIR']))\n"
    printed = run_python(shown + PRINT, HOME=str(no_home), XDG_CACHE_HOME=str(no_home), TMPDIR=str(passing))
    assert printed.startswith(f"{passing}/mostrador-")
    assert list(passing.iterdir()) == []


def test_a_directory_that_others_may_write_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "escpos"
    folder.mkdir()
    folder.chmod(0o770)
    assert not is_private(folder)
    folder.chmod(0o755)
    assert is_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert not is_private(tmp_path / "link")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mostrador" / "escpos"
    folder.mkdir(parents=True, mode=0o700)
    os.chown(folder, 65534, 65534)
    assert not is_private(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CACHE_DIRECTORY", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert private_dir() == tmp_path / "home" / ".cache" / "mostrador" / "escpos"


def test_profiles_say_what_their_printer_can_do() -> None:
    assert supports(new_generator("TM-T88V"), "qrCode")
    assert not supports(new_generator("POS-5890"), "qrCode")
    with pytest.raises(BadSettingsError):
        new_generator("TM-T1000")
