"""The kill harness: a child that keeps its word is clean, two that do not are found."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.kills import (
    ChildFailedError,
    Kills,
    Launch,
    NothingKilledError,
    Start,
    Toll,
    judge_kills,
    kill_often,
)
from tests.faults.mutants import MUTANTS, SOUND
from tests.faults.poster import SAVED
from tests.faults.scorecard import Simulation
from tests.faults.small_ledger import check_small

KILLS = 16
MOST_ROUNDS = 10  # of kills for a careless child: how long a sale takes is the machine's, so each round waits longer
NUMBERS_OF_A_LIFE = 1_000_000
LATE = 5  # a seed with no kill in the start-up among the first
CHECKOUT = Path(__file__).parents[2]


def heard(line: str) -> str | None:
    return line.removeprefix(SAVED) if line.startswith(SAVED) else None


def running(code: str) -> Start:
    def start(starts: int, acked: Sequence[str]) -> Launch:
        return Launch((sys.executable, "-c", code))

    return start


def posting(directory: Path, variant: str) -> Start:
    def start(starts: int, acked: Sequence[str]) -> Launch:
        first = str(starts * NUMBERS_OF_A_LIFE + 1)
        program = (sys.executable, "-m", "tests.faults.poster")
        return Launch((*program, str(directory), variant, first), cwd=CHECKOUT)

    return start


def killed(variant: str, simulation: Simulation, directory: Path, most_looks: int = 1 << 12) -> Toll:
    kills = Kills(KILLS, simulation.seed, most_looks=most_looks)
    toll = kill_often(posting(directory, variant), heard, kills)
    tally = judge_kills(toll, check_small, directory)
    simulation.add_cuts(tally)
    return toll


def ledger_of_round(directory: Path, number: int) -> Path:
    ledger = directory / f"round-{number}"
    ledger.mkdir()
    return ledger


def test_a_ledger_that_keeps_its_word_survives_sigkill(simulation: Simulation, tmp_path: Path) -> None:
    toll = killed(SOUND[0].name, simulation, tmp_path)
    assert toll.killed == KILLS
    assert toll.killed_early > 0
    assert len(toll.acked) == len(set(toll.acked)) > KILLS
    assert (simulation.lost, simulation.doubled, simulation.unsound) == (0, 0, 0)


def test_half_sales_are_found(simulation: Simulation, tmp_path: Path) -> None:
    (row_by_row,) = (mutant for mutant in MUTANTS if "one by one" in mutant.name)
    for patience in range(MOST_ROUNDS):
        killed(row_by_row.name, simulation, ledger_of_round(tmp_path, patience), most_looks=1 << (12 + patience))
        if simulation.unsound:
            break
    assert simulation.unsound > 0


def test_a_promise_before_commit_is_found(simulation: Simulation, tmp_path: Path) -> None:
    (early,) = (mutant for mutant in MUTANTS if "before COMMIT" in mutant.name)
    for patience in range(MOST_ROUNDS):
        killed(early.name, simulation, ledger_of_round(tmp_path, patience), most_looks=1)  # as soon as it has said so
        if simulation.lost:
            break
    assert simulation.lost > 0


def test_a_child_that_fails_is_no_kill() -> None:
    with pytest.raises(ChildFailedError, match="no such ledger"):
        kill_often(running("raise SystemExit('no such ledger')"), heard, Kills(1, LATE))


def test_a_stream_too_short_to_be_cut_fails() -> None:
    with pytest.raises(NothingKilledError, match="0 of 2 kills in 4 starts"):
        kill_often(running("print('nothing')"), heard, Kills(2, LATE))
