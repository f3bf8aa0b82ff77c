"""The wheel as it is built: our names are ours alone in it, and all that a lane reads travels along."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.house import ROOMS, ROOT

SEE = """
import importlib.metadata, importlib.util, json, sys
whose = importlib.metadata.packages_distributions()
origin = lambda name: importlib.util.find_spec(name).origin
print(json.dumps({name: [sorted(set(whose[name])), origin(name)] for name in sys.argv[1:]}))
"""


def run(*command: str, cwd: Path, **environment: str) -> str:
    """Run a Python command that must succeed, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without fetching anything."""
    place = tmp_path_factory.mktemp("wheel")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT), cwd=place)
    (built,) = place.glob("mostrador-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = (path for name in ROOMS for path in (ROOT / name).rglob("*") if path.is_file())
    assert held == {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}


def test_each_name_of_the_installed_wheel_is_of_this_distribution(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run(
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(site),
        str(wheel),
        cwd=tmp_path,
    )
    seen = json.loads(run("-P", "-c", SEE, *ROOMS, cwd=tmp_path, PYTHONPATH=str(site)))
    assert seen == {name: [["mostrador"], str(site / name / "__init__.py")] for name in ROOMS}
