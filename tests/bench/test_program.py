"""The program: what it prints for people and programs, its exit status, and when it measures again."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bench import __main__ as program
from bench.goals import find_goal
from bench.measure import Pairs, figure
from bench.run import Run
from bench.table import HEAD, figure_cells, lay_table

QUIET = "bench.made_up"


class Experiment(ModuleType):
    """An experiment that answers what it is given, run after run."""

    def __init__(self, *runs: dict[str, Pairs] | Exception) -> None:
        super().__init__(QUIET)
        self.runs = list(runs)
        self.count = 0

    def measure(self, run: Run) -> dict[str, Pairs]:
        """Answer the next run."""
        assert run.folder.is_dir()
        answer = self.runs[min(self.count, len(self.runs) - 1)]
        self.count += 1
        if isinstance(answer, Exception):
            raise answer
        return answer


def bench(monkeypatch: pytest.MonkeyPatch, folder: Path, experiment: Experiment, *options: str) -> int:
    """Run the program with one experiment for G7 and G8."""
    monkeypatch.setitem(sys.modules, QUIET, experiment)
    monkeypatch.setattr(program, "EXPERIMENTS", {QUIET: ("G7", "G8")})
    return program.main(["--folder", str(folder), *options])


def pairs(ratio: float) -> Pairs:
    """Return samples of a ratio."""
    return Pairs([ratio] * 10, [1.0] * 10)


def test_all_gates_met_is_0(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment = Experiment({"G7": pairs(1.2), "G8": pairs(3.0)})
    assert bench(monkeypatch, tmp_path, experiment) == 0
    out = capsys.readouterr().out
    assert "goal met" in out
    assert "gate met" in out
    assert "python: " in out
    assert experiment.count == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missed_gate_is_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(monkeypatch, tmp_path, Experiment({"G7": pairs(1.61), "G8": pairs(1.0)})) == 1
    assert "MISSED" in capsys.readouterr().out


def test_a_missed_gate_that_is_not_asked_for_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(monkeypatch, tmp_path, Experiment({"G7": pairs(9.0), "G8": pairs(1.0)}), "--only", "G8") == 0
    assert "G7" not in capsys.readouterr().out


def test_what_cannot_be_measured_is_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(monkeypatch, tmp_path, Experiment(RuntimeError("no screen"))) == 2
    out = capsys.readouterr().out
    assert out.count("RuntimeError: no screen") == 2
    assert "NOT MEASURED" in out


def test_parts_on_both_sides_of_a_gate_are_measured_again_and_all_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noisy = {"G7": Pairs([1.0] * 8 + [3.0] * 2, [1.0] * 10), "G8": pairs(1.0)}
    experiment = Experiment(noisy)
    assert bench(monkeypatch, tmp_path, experiment) == 0
    assert experiment.count == 1 + program.AGAIN
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("G7"))
    assert row.endswith("30  goal met")


def test_a_quick_run_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    noisy = {"G7": Pairs([1.0] * 8 + [3.0] * 2, [1.0] * 10), "G8": pairs(1.0)}
    experiment = Experiment(noisy)
    assert bench(monkeypatch, tmp_path, experiment, "--quick") == 0
    assert experiment.count == 1


def test_json_is_a_line_for_each_goal_and_one_about_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(monkeypatch, tmp_path, Experiment({"G7": pairs(2.0), "G8": pairs(1.0)}), "--json") == 1
    first, second, machine = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["code"], first["value"], first["is_met"], first["gate"]) == ("G7", 2.0, False, 1.6)
    assert (second["code"], second["is_met"], second["count"]) == ("G8", True, 10)
    assert {"at", "machine", "system", "disk", "python", "sqlite", "textual", "idle"} <= set(machine)


def test_json_names_what_could_not_be_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(monkeypatch, tmp_path, Experiment(OSError("disk")), "--json", "--only", "G7") == 2
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["code"], line["verdict"], line["note"]) == ("G7", "not_measured", "OSError: disk")


def test_a_goal_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.parse(["--only", "G99"])
    assert stopped.value.code == 2
    assert "there is no goal G99" in capsys.readouterr().err


def test_a_row_has_a_cell_for_every_heading() -> None:
    row = figure_cells(figure(find_goal("G11"), Pairs([0.002, 0.004], [0.002, 0.002])))
    assert len(row) == len(HEAD)
    assert row[2:5] == ("3.00 (worst 4.00) ms", "2.00 (worst 2.00) ms", "2.00")
    heads, rule, laid = lay_table([row])
    assert heads.index("verdict") == rule.rindex(" ") + 1 == laid.index("goal met")
