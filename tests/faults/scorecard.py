"""One JSON line per simulation: what was run, how many faults were injected, what was lost.

The lines stand at the end of a test run. A simulation into which no fault was injected is an error,
for it has shown nothing. The seed is printed, and MOSTRADOR_FAULT_SEED gives it again.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import perf_counter

import pytest

from tests.faults.cuts import Tally

DEFAULT_SEED = 11
SEED_VARIABLE = "MOSTRADOR_FAULT_SEED"

_PROPERTY = "simulation"
_WRITTEN = pytest.StashKey[bool]()


class NothingInjectedError(AssertionError):
    """The simulation injected no fault, so it has shown nothing."""


@dataclass
class Simulation:
    """The figures of one simulation; `seconds` is for the reader only."""

    id: str
    seed: int
    runs: int = 0
    faults_injected: int = 0
    lost: int = 0
    doubled: int = 0
    unsound: int = 0
    seconds: float = 0.0

    def add_cuts(self, tally: Tally) -> None:
        """Count the states of a power-cut run; each state that lost something is a fault injected."""
        self.runs += tally.states
        self.faults_injected += tally.cut
        self.lost += tally.lost
        self.doubled += tally.doubled
        self.unsound += tally.unsound

    def line(self) -> str:
        """The figures as one line of JSON."""
        return json.dumps(asdict(self) | {"seconds": round(self.seconds, 2)})

    def prove(self) -> None:
        """NothingInjectedError if the run was never disturbed."""
        if not self.faults_injected:
            raise NothingInjectedError(self.line())


@pytest.fixture
def fault_seed() -> int:
    """The seed of this run."""
    return int(os.environ.get(SEED_VARIABLE, DEFAULT_SEED))


@pytest.fixture
def simulation(
    request: pytest.FixtureRequest, fault_seed: int, record_property: Callable[[str, object], None]
) -> Iterator[Simulation]:
    """The figures of this test, for it to fill in."""
    figures = Simulation(request.node.nodeid.rpartition("/")[2], fault_seed)
    began = perf_counter()
    yield figures
    figures.seconds = perf_counter() - began
    record_property(_PROPERTY, figures.line())
    figures.prove()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the lines, once, wherever this hook has been registered."""
    if terminalreporter.config.stash.setdefault(_WRITTEN, False):
        return
    terminalreporter.config.stash[_WRITTEN] = True
    lines = {
        str(value): None
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == _PROPERTY
    }
    if lines:
        terminalreporter.write_sep("=", "simulations")
    for line in lines:
        terminalreporter.write_line(line)
