"""What all tests share: how hypothesis draws, and what pytest's closing report tells of simulations and cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import scorecard
from tests.kit.counted import write_counts
from tests.kit.profiles import load_profile
from tests.kit.thorough import is_thorough

load_profile()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `scripts/check` leave out what takes long."""
    parser.addoption("--no-thorough", action="store_true", help="leave out the tests of tests/kit/thorough.py")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the thorough tests unread where they are not wanted."""
    return True if config.getoption("--no-thorough") and is_thorough(collection_path) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the scorecard of the fault simulations, and how many cases of the ERPs were equal."""
    scorecard.pytest_terminal_summary(terminalreporter)
    write_counts(terminalreporter)
