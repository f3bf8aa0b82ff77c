"""The demo store: it makes what is missing, begins again when told to, and touches no folder but its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.shift import Operator
from mostrador.cli import run
from mostrador.demo import MARK, OPERATOR, PIN, SETTINGS, prepare
from mostrador.wiring import hold
from storage.connection import open_ledger
from storage.operators import read_operators


def demo(folder: Path, *options: str) -> int:
    return run(["demo", "--prepare", "--language", "en", "--folder", str(folder), *options])


def everything(folder: Path) -> dict[str, bytes | None]:
    """Return each path below a folder and what is in it."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


def operators(ledger: Path) -> tuple[Operator, ...]:
    db = open_ledger(ledger)
    try:
        return read_operators(db)
    finally:
        db.close()


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A real lane's folder, its catalogue still empty, and its settings file in it."""
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / SETTINGS).write_text(f'[lane]\ndata = "{folder / "data"}"\n', encoding="utf-8")
    (folder / "data").mkdir()
    open_ledger(folder / "data" / "ledger.db").close()
    return folder


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one sentence that was said."""
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return str(line)


def test_a_new_or_an_empty_folder_becomes_a_demo_store(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        assert demo(tmp_path / name) == 0
        assert (tmp_path / name / MARK).is_file()
        assert operators(tmp_path / name / "lane" / "ledger.db") == (OPERATOR,)


def test_a_second_start_finds_what_the_first_one_left(tmp_path: Path) -> None:
    assert demo(tmp_path / "demo") == 0
    (tmp_path / "demo" / "note").write_text("mine")
    assert demo(tmp_path / "demo") == 0
    assert (tmp_path / "demo" / "note").exists()


def test_fresh_begins_again(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    assert demo(folder, "--fresh") == 0
    (folder / "lane" / "receipts" / "receipt-000001.txt").write_text("sold")
    (folder / "link").symlink_to(tmp_path)
    (folder / SETTINGS).write_text("[nonsense\n")
    assert demo(folder, "--fresh") == 0
    assert not (folder / "link").is_symlink()
    assert not list((folder / "lane" / "receipts").iterdir())
    assert tmp_path.exists()
    assert (folder / MARK).is_file()
    assert operators(folder / "lane" / "ledger.db") == (OPERATOR,)


@pytest.mark.parametrize("options", [(), ("--fresh",)])
def test_a_real_lane_is_left_as_it_is(real: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(real)
    assert demo(real, *options) == 2
    assert "is not empty and no demo store: nothing was changed" in refusal(capsys)
    assert everything(real) == before
    assert operators(real / "data" / "ledger.db") == ()


@pytest.mark.parametrize("options", [(), ("--fresh",)])
def test_any_folder_with_something_in_it_is_left_as_it_is(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".hidden").write_text("mine")
    assert demo(tmp_path, *options) == 2
    assert "no demo store" in refusal(capsys)
    assert everything(tmp_path) == {".hidden": b"mine"}


def test_a_demo_whose_lane_is_open_is_not_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    prepare(folder, "en")
    before = everything(folder)
    with hold(folder / "lane" / "lane.lock"):
        assert demo(folder, "--fresh") == 2
    assert "already open" in refusal(capsys)
    assert everything(folder).items() >= before.items()


@pytest.mark.parametrize("options", [(), ("--fresh",)])
def test_a_demo_that_was_pointed_at_a_real_lane_leaves_that_alone(
    tmp_path: Path, real: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(tmp_path / "demo", "en")
    (tmp_path / "demo" / SETTINGS).write_bytes((real / SETTINGS).read_bytes())
    before = everything(real)
    assert demo(tmp_path / "demo", *options) == (0 if options else 2)
    if not options:
        assert "--fresh" in refusal(capsys)
    assert everything(real) == before


def test_a_folder_that_cannot_be_one_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "demo"):
        assert demo(folder) == 2
        assert "name another --folder" in refusal(capsys)
        assert demo(folder, "--fresh") == 2
        assert "name another --folder" in refusal(capsys)
    assert (tmp_path / "file").read_text() == "mine"
    assert os.listdir(tmp_path) == ["file"]


def test_the_demo_says_who_may_sign_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "demo") == 0
    assert f"operator {OPERATOR.operator}, PIN {PIN}" in capsys.readouterr().out
