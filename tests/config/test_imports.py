"""The settings are read before the first paint: what only a writing command needs is not imported."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from config.version import VERSION, software

PROGRAM = """
import sys
from config.country import load_country
from config.file import load_settings
settings = load_settings(None)
country = load_country(settings.store.country)
country.forms(settings.store.language)
print(*sorted(sys.modules))
"""
ROOT = Path(__file__).parents[2]


def test_reading_the_settings_imports_nothing_that_only_writing_or_other_rooms_need() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert {"config.file", "config.country", "tomllib"} <= modules
    heavy = {"tomli_w", "difflib", "locale", "biip", "babel", "textual", "peewee", "apsw", "httpx"}
    assert modules & heavy == set()
    rooms = ("storage", "devices", "register", "sync", "tui", "mostrador")
    assert [name for name in modules if name.split(".")[0] in rooms] == []


def test_the_version_is_the_one_that_is_built() -> None:
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["version"] == VERSION
    assert software().endswith(f" {VERSION}")
