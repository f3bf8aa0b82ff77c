"""The names of the rooms: one list, held against the folders, the tools and what dependencies install."""

import sys
from importlib.metadata import distributions, entry_points
from importlib.util import find_spec

import pytest

from tests.architecture.house import PROJECT, ROOMS, ROOT
from tests.architecture.rules import NOT_ROOMS

TOOL = PROJECT["tool"]


def test_the_list_of_packages_is_the_folders_with_an_init() -> None:
    folders = {init.parent.name for init in ROOT.glob("*/__init__.py")}
    assert folders - {"tests"} == set(ROOMS)
    assert not NOT_ROOMS & set(ROOMS)


@pytest.mark.parametrize(
    ("tool", "names"),
    [
        ("import-linter", TOOL["importlinter"]["root_packages"]),
        ("mypy", [name for name in TOOL["mypy"]["files"] if name != "tests"]),
        ("ruff", [name for name in TOOL["ruff"]["lint"]["isort"]["known-first-party"] if name != "tests"]),
    ],
)
def test_each_tool_knows_the_same_rooms(tool: str, names: list[str]) -> None:
    assert sorted(names) == sorted(ROOMS), tool


def test_the_floors_hold_every_room_once() -> None:
    floors = next(c["layers"] for c in TOOL["importlinter"]["contracts"] if c["type"] == "layers")
    assert sorted(name for floor in floors for name in floor.split(" | ")) == sorted(ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_resolves_to_this_project(name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin == str(ROOT / name / "__init__.py")


@pytest.mark.parametrize("name", [*ROOMS, "tests"])
def test_each_folder_with_code_is_a_package(name: str) -> None:
    folders = {path.parent for path in (ROOT / name).rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_dependency_installs_a_name_of_ours() -> None:
    ours = {*ROOMS, *(f"{name}.py" for name in ROOMS)}
    takers = {
        f"{dist.name}: {path}"
        for dist in distributions()
        for path in dist.files or ()
        if dist.name != "mostrador" and path.parts[0] in ours
    }
    assert takers == set()


def test_the_lane_starts_by_its_console_script() -> None:
    (script,) = entry_points(group="console_scripts", name="mostrador")
    assert script.value == "mostrador.__main__:main"


def test_this_python_is_one_that_we_promise() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert sys.version_info >= (3, 11)
