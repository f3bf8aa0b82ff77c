"""What all tests share: the scorecard of the fault simulations in pytest's closing report."""

from __future__ import annotations

from tests.faults.scorecard import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
