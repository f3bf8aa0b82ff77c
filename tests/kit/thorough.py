"""Which tests `scripts/check` leaves to `scripts/test`: those that take long for what a commit usually breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
THOROUGH: Final = (
    "erp",
    "faults",
    "journeys",
    "domain/test_oracle_file.py",
    "domain/test_price_list_laws.py",
    "domain/test_promotion_exact.py",
    "domain/test_promotion_laws.py",
    "domain/test_report.py",
    "domain/test_returning.py",
    "domain/test_tax.py",
    "domain/test_tax_discount.py",
    "domain/test_tax_erpnext.py",
    "domain/test_tax_plainly.py",
    "domain/test_tax_profile.py",
    "architecture/test_packages.py",
    "architecture/test_wheel.py",
    "config/test_price_lists.py",
    "config/test_promotions.py",
    "devices/test_generator.py",
    "devices/test_job.py",
    "live",
    "mostrador/test_cli.py",
    "mostrador/test_export.py",
    "mostrador/test_oracle_check.py",
    "mostrador/test_people.py",
    "mostrador/test_pipe.py",
    "register/test_days.py",
    "register/test_cards_machine.py",
    "register/test_lockout.py",
    "register/test_machine.py",
    "register/test_register.py",
    "register/test_return_machine.py",
    "register/test_sharing.py",
    "storage/test_guard.py",
    "storage/test_tampers.py",
    "storage/test_verify.py",
    "sync",
    "tui/test_bursts.py",
    "tui/test_hostile.py",
    "tui/test_kept_screens.py",
    "tui/test_manager_screens.py",
    "tui/test_rules.py",
    "tui/test_wedge.py",
)
"""Folders and files, each of which takes some seconds by itself."""


def is_thorough(path: Path) -> bool:
    """Say whether a file or folder of tests is one of these."""
    return path.is_relative_to(TESTS) and path.relative_to(TESTS).as_posix() in THOROUGH
