"""Hypothesis for the whole suite: the same examples in every run, and no limit by the clock of a shared machine.

`HYPOTHESIS_PROFILE=explore` looks at new examples in each run instead, `quick` at few.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_CHECKS = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


def load_profile() -> None:
    """Register the profiles and take the one the environment names."""
    settings.register_profile("house", deadline=None, derandomize=True, database=None, suppress_health_check=_CHECKS)
    settings.register_profile("quick", parent=settings.get_profile("house"), max_examples=20)
    settings.register_profile(
        "explore", deadline=None, print_blob=True, max_examples=500, suppress_health_check=_CHECKS
    )
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))
