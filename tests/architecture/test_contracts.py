"""The import contracts of pyproject.toml are kept, and each of them can be broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PROJECT, ROOMS, ROOT

LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS: list[str] = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]

# One line for each contract that must not pass, and the module to hold it.
BREACHES = {
    "domain/breach.py": "import threading",
    "config/breach.py": "import serial\nimport sqlite3\nimport storage",
    "sync/breach.py": "import httpx",
    "register/breach.py": "import peewee\nimport textual.app",
    "tui/screens/breach.py": "import storage",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the rooms of a folder."""
    return subprocess.run(
        [LINT, "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the rooms without a breach."""
    for name in ROOMS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def test_every_contract_can_turn_red(copy: Path) -> None:
    for name, text in BREACHES.items():
        path = copy / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text + "\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in done.stdout] == []
