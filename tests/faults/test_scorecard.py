"""The form of the report, and that an undisturbed run is no proof."""

import json

import pytest

from tests.faults.cuts import Tally
from tests.faults.scorecard import NothingInjectedError, Simulation


def test_a_line_has_the_figures_and_the_seed() -> None:
    figures = Simulation("power cut", seed=7)
    figures.add_cuts(Tally(states=6, cut=4, lost=1, unsound=2, doubled=3))
    figures.add_cuts(Tally(states=1))
    assert json.loads(figures.line()) == {
        "id": "power cut",
        "seed": 7,
        "runs": 7,
        "faults_injected": 4,
        "lost": 1,
        "unsound": 2,
        "doubled": 3,
        "seconds": 0.0,
    }
    figures.prove()


def test_a_run_without_a_fault_fails() -> None:
    figures = Simulation("power cut", seed=7, runs=600)
    with pytest.raises(NothingInjectedError, match='"runs": 600'):
        figures.prove()
