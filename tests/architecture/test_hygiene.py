"""What each room loads when all of it is imported: a driver costs nothing until its device is opened."""

import json
import subprocess
import sys

import pytest

from tests.architecture.house import ROOT
from tests.kit.thorough import TESTS, THOROUGH

VALUES = frozenset({"msgspec", "typing_extensions"})
LEDGER = VALUES | {"apsw", "peewee", "playhouse"}

# Third-party names that all modules of a room together may load.
ALLOWED = {
    "domain": VALUES,
    "config": VALUES | {"tomli_w"},
    "devices": VALUES,
    "storage": LEDGER,
    "register": LEDGER | {"tomli_w"},
}
# Modules that are themselves imported late, for the sake of what they load (biip: 90 ms and 25 MB).
LATE_MODULES = ("domain.gs1",)
LATE = frozenset({"PIL", "argon2", "biip", "cryptography", "escpos", "evdev", "qrcode", "serial"})

PROBE = """
import importlib, json, pkgutil, sys, sysconfig

def load(name, whole):
    module = importlib.import_module(name)
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), name + ".") if whole else ():
        if found.name not in sys.argv[3:]:
            load(found.name, whole)

before = set(sys.modules)
load(sys.argv[1], sys.argv[2] == "whole")
places = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
print(json.dumps(sorted({
    name.partition(".")[0] for name, module in sys.modules.items()
    if name not in before and (getattr(module, "__file__", None) or "").startswith(places)
})))
"""


def loaded_by(name: str, part: str = "whole") -> set[str]:
    """Return the third-party names that importing a package loads, in a Python of its own."""
    probe = [sys.executable, "-c", PROBE, name, part, *LATE_MODULES]
    done = subprocess.run(probe, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_the_probe_sees_what_is_loaded() -> None:
    assert "serial" in loaded_by("serial", "top")


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_loads_no_more_than_it_may(room: str) -> None:
    assert loaded_by(room) - ALLOWED[room] == set()


def test_the_screens_load_no_driver_and_no_client() -> None:
    assert loaded_by("tui") & (LATE | {"httpx"}) == set()


def test_the_sync_loads_no_screen_and_no_driver() -> None:
    assert loaded_by("sync") & (LATE | {"textual"}) == set()


def test_the_front_door_opens_without_the_house() -> None:
    assert loaded_by("mostrador", "top") == set()
    assert loaded_by("mostrador.__main__", "top") - VALUES == set()


def test_what_check_leaves_out_is_there() -> None:
    assert [name for name in THOROUGH if not (TESTS / name).exists()] == []
