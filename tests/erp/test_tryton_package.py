"""The module is a package of its own: Tryton's checks pass, pip installs it, and it stands apart from the product."""

from __future__ import annotations

import os
import subprocess
import sys
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


@pytest.mark.slow
def test_pip_makes_a_wheel_with_everything_in_it(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*build, "-w", str(tmp_path), str(MODULE)], check=True, env=dict(os.environ))
    (wheel,) = tmp_path.glob("trytond_mostrador-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = MODULE / "trytond_mostrador"
    files = {str(path.relative_to(MODULE)) for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert files <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
