"""`mostrador sync check --oracle`: what is told of an ERP's answers, and how it ends."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from mostrador.cli import run
from mostrador.oracle_check import FIGURE
from sync import json_file
from tests.architecture.house import ROOT
from tests.kit.counted import Record, record_count

DATA: Final = ROOT / "tests" / "data"
SHARED: Final = ROOT.parent / "shared" / "data"
FILES: Final = {"odoo_taxes": 814, "odoo_pricelists": 168, "odoo_barcodes": 53}


def check(path: Path | str, *options: str) -> int:
    return run(["sync", "check", "--oracle", str(path), *options])


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
    return found


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A file in which one line, one price and one scan are expected to be something else."""
    data = read("odoo_taxes") | read("odoo_pricelists") | read("odoo_barcodes")
    data["line_cases"][3]["expect"]["total_included"] = 0.07
    data["cases"][5]["expect"]["price"] += 1
    data["default"]["cases"][0]["expect"]["type"] = "we\x1b[2Jight"
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "cases"), FILES.items())
def test_the_answers_of_the_erp_are_equal(
    name: str, cases: int, capsys: pytest.CaptureFixture[str], record_property: Record
) -> None:
    assert check(DATA / f"{name}.json.gz") == 0
    out, err = capsys.readouterr()
    assert (out.splitlines()[-1], err) == (f"{name}.json.gz: {cases} cases, all equal", "")
    for line in out.splitlines()[1:-1]:
        kind, count, equal, different = line.split()
        record_count(record_property, f"sync check, {kind}: {equal} of {count} equal, {different} differ")


@pytest.mark.parametrize(("name", "cases"), FILES.items())
def test_the_files_that_are_not_packed_are_the_same(name: str, cases: int, capsys: pytest.CaptureFixture[str]) -> None:
    path = SHARED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the shared folder beside the checkout has no {path.name}")
    assert check(path, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["cases"], report["different"], report["is_equal"], report["not_checked"]) == (cases, 0, True, [])


def test_differences_are_told_with_both_workings_and_counted_by_kind(
    wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(wrong) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("line line_cases[3] (")
    assert lines[1].startswith("  total_included: expected 0.07, computed ")
    assert lines[2].startswith("price cases[5] (")
    assert lines[3].startswith("  price: expected ")
    assert lines[4].startswith("barcode_default default.cases[0] (")
    assert lines[5] == "  type: expected we[2Jight, computed product"
    assert lines[6].split() == ["kind", "cases", "equal", "differ"]
    assert "line                   287     286       1" in lines
    assert "price                  168     167       1" in lines
    assert lines[-1] == "wrong.json: 1035 cases, 3 differ"


def test_programs_get_the_same_and_the_whole_of_both_workings(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(wrong, "--json") == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    report = json.loads(out)
    assert (report["file"], report["cases"], report["different"], report["is_equal"]) == ("wrong.json", 1035, 3, False)
    assert {"kind": "line", "cases": 287, "equal": 286, "different": 1} in report["kinds"]
    line, price, scan = report["differences"]
    assert (line["kind"], line["place"], line["expected"]["total_included"]) == ("line", "line_cases[3]", "0.07")
    [difference] = line["differences"]
    assert (difference["where"], difference["expected"]) == ("total_included", "0.07")
    assert difference["computed"] == line["computed"]["total_included"]
    assert Decimal(price["expected"]["price"]) == Decimal(price["computed"]["price"]) + 1
    assert scan["expected"]["type"] == "we\x1b[2Jight"


def test_a_figure_without_end_is_shown_short(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = read("odoo_taxes")["line_cases"][0]
    case["expect"]["taxes"] = [case["expect"]["taxes"][0]] * 40
    path = tmp_path / "long.json"
    path.write_text(json.dumps({"line_cases": [case]}), encoding="utf-8")
    assert check(path) == 1
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 2 * FIGURE + 100


def test_sections_that_are_of_no_form_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "more.json"
    path.write_text(json.dumps(read("odoo_barcodes") | {"moon": [], "tide\x1b": []}), encoding="utf-8")
    assert check(path) == 0
    assert "not checked, of no form known here: moon, tide" in capsys.readouterr().out.splitlines()


def _bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(b" " * 1_000_000))


UNREADABLE: Final[tuple[tuple[str, Callable[[Path], object]], ...]] = (
    ("there is no file", lambda path: None),
    ("cannot read", Path.mkdir),
    ("is not JSON", lambda path: path.write_text("{", encoding="utf-8")),
    ("is not JSON", lambda path: path.write_text('{"line_cases": [NaN]}', encoding="utf-8")),
    ("is not JSON", lambda path: path.write_bytes(b'{"line_cases": "\xff"}')),
    ("holds no cases", lambda path: path.write_text("[]", encoding="utf-8")),
    ("holds no cases", lambda path: path.write_text('{"line_case": []}', encoding="utf-8")),
    ("no case in them", lambda path: path.write_text('{"line_cases": []}', encoding="utf-8")),
    ("cannot be read", lambda path: path.write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")),
    ("damaged archive", lambda path: path.write_bytes(gzip.compress(b"{}" * 100)[:-9])),
    ("holds more than 100000 bytes", _bomb),
)


@pytest.mark.parametrize(("says", "make"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path,
    says: str,
    make: Callable[[Path], object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_file.read_json, "__defaults__", (250_000 if "cannot" in says else 100_000,))
    path = tmp_path / "an\x1bswers.json"
    make(path)
    assert check(path) == 2
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert says in line
    assert "\x1b" not in line
    assert ":" in line.removeprefix("mostrador: ")


@pytest.mark.parametrize("words", ["check --oracle x.json --once", "status --oracle x.json", "--oracle x.json"])
def test_what_does_not_go_together_is_one_sentence(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sync", *words.split()]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
