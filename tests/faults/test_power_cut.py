"""The real lane through power cuts: clean, and each of the seven durability faults in its code is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cuts import Cuts, cut, record, total
from tests.faults.disk import Model
from tests.faults.lane import check_lane, lane_at_work, lane_set_up
from tests.faults.lane_mutants import LANE_MUTANTS, LaneMutant
from tests.faults.mutants import Red
from tests.faults.scorecard import Simulation

SALES = 12
POINTS = 334
"""In three modes and on two models of a disk: 2,004 states."""
MUTANT_POINTS = 100


def test_no_promise_of_the_lane_is_broken_by_a_power_cut(simulation: Simulation, tmp_path: Path) -> None:
    trace = record(lane_at_work(SALES), tmp_path / "recorded")
    for model in Model:
        tally = total(cut(trace, check_lane, Cuts(POINTS, simulation.seed, model=model), tmp_path))
        simulation.add_cuts(tally)
        assert tally.is_clean, tally.examples
    assert simulation.runs == 2 * 3 * POINTS


@pytest.mark.parametrize("model", Model, ids=lambda model: model.value)
def test_a_ledger_can_be_made_anew_after_a_cut_in_its_making(
    model: Model, simulation: Simulation, tmp_path: Path
) -> None:
    trace = record(lane_set_up, tmp_path / "recorded")
    tally = total(cut(trace, check_lane, Cuts(MUTANT_POINTS, simulation.seed, model=model), tmp_path))
    simulation.add_cuts(tally)
    assert tally.is_clean, tally.examples


@pytest.mark.parametrize("mutant", LANE_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_in_the_lanes_code_is_red(mutant: LaneMutant, simulation: Simulation, tmp_path: Path) -> None:
    trace = record(mutant.working(SALES), tmp_path / "recorded")
    tally = total(cut(trace, check_lane, Cuts(MUTANT_POINTS, simulation.seed), tmp_path))
    simulation.add_cuts(tally)
    found = tally.lost if mutant.red is Red.LOST else tally.unsound
    assert found > 0, f"{mutant.red.value}: not found in {tally.states} states"


def test_the_lanes_mutants_are_seven() -> None:
    assert len({mutant.name for mutant in LANE_MUTANTS}) == 7
