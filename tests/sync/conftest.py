"""The seed and the scorecard of the simulations."""

from tests.faults.scorecard import fault_seed, pytest_terminal_summary, simulation

__all__ = ["fault_seed", "pytest_terminal_summary", "simulation"]
