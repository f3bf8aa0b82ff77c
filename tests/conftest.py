"""What all tests share: how hypothesis draws, and what pytest's closing report tells of simulations and cases."""

from __future__ import annotations

import pytest

from tests.faults import scorecard
from tests.kit.counted import write_counts
from tests.kit.profiles import load_profile

load_profile()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the scorecard of the fault simulations, and how many cases of the ERPs were equal."""
    scorecard.pytest_terminal_summary(terminalreporter)
    write_counts(terminalreporter)
