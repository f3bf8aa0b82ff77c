"""Whether a lane's folder is its own: lanes that share one take each other's catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.check import CheckingConnector, Finding, run_checks
from sync.files import FilesConnector, FilesOptions
from tests.sync.shop import StillClock

TAKEN = "20261124T183551.604527Z-"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place in ("out/done", "in/done"):
        (tmp_path / "erp" / place).mkdir(parents=True)
    return tmp_path / "erp"


def check(root: Path) -> Finding:
    connector = FilesConnector(root, StillClock(), options=FilesOptions("7"))
    assert isinstance(connector, CheckingConnector)
    (finding,) = run_checks(connector)
    return finding


def leave(root: Path, *names: str) -> None:
    for name in names:
        (root / name).write_bytes(b"")


def test_a_folder_of_its_own_is_well(root: Path) -> None:
    leave(root, "out/batch-7-1-4.jsonl", "out/done/batch-7-5-9-r2.poslog.xml", f"in/done/{TAKEN}items.csv")
    assert check(root).is_well


@pytest.mark.parametrize("name", ["in/items-all.csv.gz", f"in/done/{TAKEN}stock.json", f"in/done/{TAKEN}prices.toml"])
def test_two_lanes_on_one_folder_with_catalogues_are_told(name: str, root: Path) -> None:
    leave(root, "out/batch-7-1-4.jsonl", "out/done/batch-till-2-5-9-r2.jsonl", "out/batch-3-1-1.manifest.json", name)
    finding = check(root)
    assert not finding.is_well
    assert "3, till-2." in finding.text


def test_two_lanes_on_one_folder_that_brings_answers_only_are_well_but_told(root: Path) -> None:
    leave(
        root,
        "out/batch-3-1-1.jsonl",
        "in/ack-1.jsonl",
        f"in/done/{TAKEN}ack-9.jsonl",
        f"in/done/{TAKEN}ack-9.jsonl.report.txt",
    )
    finding = check(root)
    assert finding.is_well
    assert "too: 3." in finding.text


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    finding = check(tmp_path / "nowhere")
    assert (finding.name, finding.is_well) == ("connection", False)
