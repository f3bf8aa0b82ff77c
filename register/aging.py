"""How long the shift has been open: first it is shown, then nothing more is sold in it."""

from __future__ import annotations

from domain.instant import read_stamp
from domain.refusal import Reason, Refused
from domain.shift import ShiftAge, age_of
from register.lane import Lane


def shift_age(lane: Lane) -> ShiftAge:
    """Return whether the open shift is too old; without one it is fresh."""
    settings = lane.settings.shift
    if lane.shift is None or not (settings.warn_hours or settings.block_hours):
        return ShiftAge.FRESH
    age = lane.clock() - read_stamp(lane.shift.opened_at)
    return age_of(age, settings.warn_hours, settings.block_hours)


def too_old(lane: Lane) -> Refused | None:
    """Return the refusal of a new line where the shift must be closed first; what is in the basket can be paid."""
    if not lane.settings.shift.block_hours or shift_age(lane) is not ShiftAge.TOO_OLD:
        return None
    return Refused(Reason.SHIFT_TOO_OLD, {"hours": lane.settings.shift.block_hours})
