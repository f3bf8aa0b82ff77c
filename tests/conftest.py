"""What all tests share: how hypothesis draws, and the fault simulations' scorecard in pytest's closing report."""

from __future__ import annotations

from tests.faults.scorecard import pytest_terminal_summary
from tests.kit.profiles import load_profile

__all__ = ["pytest_terminal_summary"]

load_profile()
