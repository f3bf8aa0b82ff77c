"""Shifts and the people on them."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """Who an operator is; what each role may do by itself is in `domain.permission`."""

    CASHIER = "cashier"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"


class Operator(msgspec.Struct, frozen=True):
    """A person who signs on, by number."""

    operator: str
    name: str
    role: Role = Role.CASHIER


class Salesperson(msgspec.Struct, frozen=True):
    """Who gets the commission of a sale or of single lines, by the ERP's code; an operator may be one, by number."""

    code: str
    name: str


class Shift(msgspec.Struct, frozen=True, omit_defaults=True):
    """A shift from its float to its Z; `shift_id` counts from 1 per lane, and so does its Z."""

    shift_id: int
    opened_at: str
    opened_by: str
    business_date: str
    float_minor: int
    till: str = ""
    """Whose cash it counts, where the lane has several tills; left out of records where it has one."""


class CashCount(msgspec.Struct, frozen=True):
    """One blind count of the till."""

    counted_minor: int
    pieces: dict[str, int] = {}


def expected_cash(float_minor: int, cash_net_minor: int, collections_minor: int = 0, moves_minor: int = 0) -> int:
    """Return what should be in the till.

    Float + cash tendered − change − cash refunds + cash collections + loans + paid in − paid out − pickups.
    `cash_net_minor` is the sum of `Tender.net_minor` over the cash kinds (refunds are negative tenders);
    `moves_minor` that of loans and paid in, less paid out and pickups.
    """
    return float_minor + cash_net_minor + collections_minor + moves_minor


def needs_second_count(counted_minor: int, expected_minor: int, tolerance_minor: int) -> bool:
    """Say whether a first count is off by more than the store tolerates."""
    return abs(counted_minor - expected_minor) > tolerance_minor


class ShiftAge(StrEnum):
    """Whether a shift has been open for too long: a day is closed every day, in some countries by law."""

    FRESH = "fresh"
    OLD = "old"
    TOO_OLD = "too_old"


def age_of(age: timedelta, warn_hours: int, block_hours: int) -> ShiftAge:
    """Return how old a shift is that has been open for so long; a limit of 0 hours is none."""
    if block_hours and age >= timedelta(hours=block_hours):
        return ShiftAge.TOO_OLD
    return ShiftAge.OLD if warn_hours and age >= timedelta(hours=warn_hours) else ShiftAge.FRESH
