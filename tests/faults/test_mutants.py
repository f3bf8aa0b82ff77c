"""The power-cut harness finds each of seven faults, and nothing in a sound ledger."""

from pathlib import Path

import pytest

from tests.faults.cuts import Cuts, Finding, NothingCutError, Tally, cut, record, total
from tests.faults.disk import READY, Mode, Model
from tests.faults.mutants import MUTANTS, SOUND, Red, Variant
from tests.faults.scorecard import Simulation
from tests.faults.small_ledger import LEDGER, check_small, open_small
from tests.faults.tracing import TracingVFS

SALES = 40
POINTS = 200


def cut_states(variant: Variant, model: Model, seed: int, tmp_path: Path) -> Tally:
    trace = record(variant.selling(SALES), tmp_path / "recorded")
    return total(cut(trace, check_small, Cuts(POINTS, seed, model=model), tmp_path))


def test_the_seven_are_seven() -> None:
    assert len(MUTANTS) == 7
    assert all(mutant.red is not Red.NOTHING for mutant in MUTANTS)


@pytest.mark.parametrize("model", Model, ids=lambda model: model.value)
@pytest.mark.parametrize("variant", SOUND, ids=lambda variant: variant.name)
def test_a_sound_ledger_is_clean(variant: Variant, model: Model, simulation: Simulation, tmp_path: Path) -> None:
    tally = cut_states(variant, model, simulation.seed, tmp_path)
    simulation.add_cuts(tally)
    assert tally.states == POINTS * 3
    assert tally.is_clean, tally.examples


@pytest.mark.parametrize("model", Model, ids=lambda model: model.value)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_red(mutant: Variant, model: Model, simulation: Simulation, tmp_path: Path) -> None:
    tally = cut_states(mutant, model, simulation.seed, tmp_path)
    simulation.add_cuts(tally)
    found = tally.lost if mutant.red is Red.LOST else tally.unsound
    assert found > 0, f"{mutant.red.value}: not found in {tally.states} states"


def test_nothing_is_lost_where_everything_survives(tmp_path: Path) -> None:
    """As after SIGKILL: the page cache hides even synchronous=OFF, so this mode proves little alone."""
    off = next(mutant for mutant in MUTANTS if mutant.synchronous == "OFF")
    trace = record(off.selling(SALES), tmp_path / "recorded")
    tallies = cut(trace, check_small, Cuts(50, 1, modes=(Mode.ALL,)), tmp_path)
    assert tallies[Mode.ALL].states == 50
    assert tallies[Mode.ALL].is_clean


def test_a_run_that_cut_nothing_fails(tmp_path: Path) -> None:
    def idle(directory: Path, vfs: TracingVFS) -> None:
        open_small(directory / LEDGER, vfs=vfs.name).close()
        vfs.trace.settle()
        vfs.trace.mark(READY)
        vfs.trace.ack("nothing")

    trace = record(idle, tmp_path / "recorded")
    with pytest.raises(NothingCutError):
        cut(trace, check_small, Cuts(POINTS, 1), tmp_path)


def test_a_run_without_a_point_fails(tmp_path: Path) -> None:
    trace = record(SOUND[0].selling(3), tmp_path / "recorded")
    with pytest.raises(NothingCutError):
        cut(trace, check_small, Cuts(0, 1), tmp_path)


def test_a_promise_that_is_there_twice_is_counted() -> None:
    tally = Tally()
    tally.judge(Finding([], ["a", "b", "b"]), ["a"], "here")
    assert (tally.states, tally.doubled, tally.lost) == (1, 1, 0)
    assert not tally.is_clean


def test_a_check_that_stumbles_is_an_unsound_ledger(tmp_path: Path) -> None:
    def stumbling(directory: Path) -> Finding:
        raise OSError("unreadable")

    trace = record(SOUND[0].selling(3), tmp_path / "recorded")
    tally = total(cut(trace, stumbling, Cuts(20, 1), tmp_path))
    assert tally.unsound == tally.states == 60
