"""The module is a package of its own: Tryton's checks pass, pip installs it, and it stands apart from the product."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.house import ROOMS, imported, tree_of
from tests.kit.tryton_server import MODULE, environment, install_module

pytest.importorskip("trytond.modules.sale_point", reason="trytond-sale-point is not installed: no Tryton to ask")


def test_neither_imports_the_other() -> None:
    names = {name for path in MODULE.rglob("*.py") for _, name in imported(tree_of(path))}
    assert names.isdisjoint({*ROOMS, "tests"})
    ours = {
        name
        for room in ROOMS
        for path in (MODULE.parents[1] / room).rglob("*.py")
        for _, name in imported(tree_of(path))
    }
    assert ours.isdisjoint({"trytond", "trytond_mostrador", "proteus"})


def test_each_file_says_whose_it_is_and_under_which_license() -> None:
    for path in [*MODULE.rglob("*.py"), *MODULE.rglob("*.xml")]:
        assert "GPL-3.0-or-later" in path.read_text()[:300], path
    assert "GNU GENERAL PUBLIC LICENSE" in (MODULE / "LICENSE").read_text()[:200]


@pytest.mark.slow
def test_tryton_s_own_checks_of_a_module_pass(tmp_path: Path) -> None:
    install_module(tmp_path)
    checked = subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "-s", "tests"],
        cwd=MODULE,
        env=environment(tmp_path) | {"DB_NAME": ":memory:", "TRYTOND_LOGGING_LEVEL": "50"},
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr[-3000:].decode()
    assert b"\nOK" in checked.stderr


PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index")
FOUND = """
from importlib.metadata import entry_points
from trytond.modules import get_module_info, get_modules
(point,) = entry_points(group="trytond.modules", name="mostrador")
print("mostrador" in get_modules(), point.load().__file__, get_module_info("mostrador")["version"])
"""


@pytest.mark.slow
def test_pip_installs_it_without_a_network_and_tryton_finds_it(tmp_path: Path) -> None:
    target = tmp_path / "target"
    subprocess.run([*PIP, "install", *OFFLINE, "--target", str(target), str(MODULE)], check=True, env=dict(os.environ))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRYTON")}
    found = subprocess.run(
        [sys.executable, "-c", FOUND],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": str(target)},
        capture_output=True,
        check=True,
    )
    version = tomllib.loads((MODULE / "pyproject.toml").read_text())["project"]["version"]
    assert found.stdout.decode().split() == ["True", str(target / "trytond_mostrador" / "__init__.py"), version]


@pytest.mark.slow
def test_pip_makes_a_wheel_with_everything_in_it(tmp_path: Path) -> None:
    subprocess.run([*PIP, "wheel", *OFFLINE, "-w", str(tmp_path), str(MODULE)], check=True, env=dict(os.environ))
    (wheel,) = tmp_path.glob("trytond_mostrador-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = MODULE / "trytond_mostrador"
    files = {str(path.relative_to(MODULE)) for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert files <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
