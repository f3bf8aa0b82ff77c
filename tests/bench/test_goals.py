"""The goals: each measured by one experiment, each in the docs, and picked by name."""

import re
from importlib import import_module

import pytest

from bench.__main__ import EXPERIMENTS
from bench.goals import GOALS, find_goal, pick_codes
from bench.measure import SCALES
from tests.architecture.house import ROOT

CODES = [goal.code for goal in GOALS]
ASKED = ("G1", "G2", "G3", "G5", "G7", "G8", "G9", "G12", "G13", "G14", "G15", "G17", "G18")
"""Goals that a lane that sells has to show."""
ROW = re.compile(r"\| (G[0-9]+[a-d]?) \|.*\| \+?([0-9.]+) \| \+?([0-9.]+) \|")


def test_each_goal_has_one_code_a_unit_and_a_gate_beyond_it() -> None:
    assert len(set(CODES)) == len(CODES)
    assert [goal.code for goal in GOALS if goal.unit not in SCALES] == []
    assert [goal.code for goal in GOALS if not 0 < goal.goal < goal.gate] == []


def test_each_goal_is_measured_by_one_experiment() -> None:
    measured = [code for codes in EXPERIMENTS.values() for code in codes]
    assert sorted(measured) == sorted(CODES)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_can_be_run(name: str) -> None:
    assert callable(import_module(name).measure)


def test_the_docs_have_every_goal_with_its_figures() -> None:
    told = {code: (float(goal), float(gate)) for code, goal, gate in ROW.findall(docs())}
    assert told == {goal.code: (goal.goal, goal.gate) for goal in GOALS}


def test_every_goal_that_the_docs_name_is_there() -> None:
    families = {code.rstrip("abcd") for code in CODES}
    assert {code for code in re.findall(r"\bG[0-9]+\b", docs()) if code not in families} == set()
    assert {*ASKED} <= families


def docs() -> str:
    """Return the page of the benches."""
    return (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_goals_are_picked_by_name_and_family() -> None:
    assert pick_codes("g3, G7") == {"G3a", "G3b", "G7"}
    assert pick_codes("G3b") == {"G3b"}
    assert pick_codes("") == set(CODES)
    with pytest.raises(ValueError, match="there is no goal G99"):
        pick_codes("G7,G99")


def test_a_goal_is_found_by_its_code() -> None:
    assert find_goal("G7").gate == 1.6
    with pytest.raises(KeyError):
        find_goal("G0")
