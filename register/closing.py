"""The shift: opened with a float, read by X, closed by a blind count and a Z."""

from __future__ import annotations

from typing import Final

from domain.journal import Kind
from domain.money import MAX_MINOR, MAX_WHOLE
from domain.outcome import ShiftClosed, ShiftOpened, XRead, ZCopyPrinted, ZRead
from domain.receipt import copy_mark
from domain.refusal import Reason, Refused
from domain.report import Report
from domain.report_paper import compose_report
from domain.shift import CashCount, Operator, Shift, needs_second_count
from domain.text import safe_text
from register.drawing import Draft, draw_report
from register.keeping import keep, not_saved, tell_journal
from register.lane import Lane
from register.papers import store_head, style_of
from storage import baskets, shifts
from storage.errors import NotSaved
from storage.ledger import put_print_job
from storage.shifts import ZBeforeLast

MAX_DIGITS: Final = 12
MAX_TILL: Final = 30
"""Digits of a denomination, at most."""


def open_shift(lane: Lane, float_minor: int, till: str = "") -> ShiftOpened | Refused:
    """Open a shift with a float; the business day is today's date in the store's time zone."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if lane.shift is not None:
        return Refused(Reason.SHIFT_OPEN, {"shift_id": lane.shift.shift_id})
    if not 0 <= float_minor <= MAX_MINOR:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": float_minor})
    names = [found.name for found in lane.settings.tills]
    if till and till not in names:
        return Refused(Reason.NO_SUCH_TILL, {"till": safe_text(till, MAX_TILL)})
    till = till or next(iter(names), "")
    try:
        wanted = Shift(0, lane.now(), lane.operator_id, lane.today(), float_minor, till)
        lane.shift = shifts.open_shift(lane.db, lane.lane_id, wanted)
    except NotSaved as error:
        return not_saved(lane, error)
    lane.posted += 1
    lane.counts.clear()
    return ShiftOpened(lane.shift)


def draw_x(lane: Lane, operator: Operator) -> XRead | Refused:
    """Draw the open shift's X for a program that looks on: nothing is journalled or printed."""
    if lane.shift is None:
        return Refused(Reason.NO_SHIFT)
    with lane.db.snapshot():
        return XRead(draw_report(lane, lane.shift, operator))


def read_x(lane: Lane, paper: bool) -> XRead | Refused:
    """Read the open shift's totals, journalled; nothing is reset."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if lane.shift is None:
        return Refused(Reason.NO_SHIFT)
    shift, operator = lane.shift, lane.operator
    drawn: list[Report] = []

    def write() -> None:
        report = draw_report(lane, shift, operator)
        body = {"total_minor": report.total_minor, "last_receipt": report.last_receipt}
        head = tell_journal(lane, Kind.X_READ, body)
        if paper:
            composed = compose_report(report, head.hash, store_head(lane), style_of(lane))
            put_print_job(lane.db, "x", shift.shift_id, composed, report.at)
        drawn.append(report)

    if refused := keep(lane, write):
        return refused
    if paper:
        lane.wake_printer()
    return XRead(drawn[0])


def read_z(lane: Lane, number: int | None) -> ZRead | Refused:
    """Read a Z again as it was drawn; nothing is worked out anew."""
    found = shifts.read_z(lane.db, number) if number is None or 0 < number <= MAX_WHOLE else None
    return ZRead(*found) if found else Refused(Reason.NO_Z, {"number": number or 0})


def print_z(lane: Lane, number: int | None) -> ZCopyPrinted | Refused:
    """Queue a copy of a Z: the very paper that was drawn, with a mark on top."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    found = shifts.read_z_paper(lane.db, number) if number is None or 0 < number <= MAX_WHOLE else None
    if found is None:
        return Refused(Reason.NO_Z, {"number": number or 0})
    shift_id, paper = found
    style = style_of(lane)
    try:
        copy = shifts.copy_z(lane.db, lane.mark(), shift_id, lambda copy: (*copy_mark(copy, style), *paper))
    except NotSaved as error:
        return not_saved(lane, error)
    lane.posted += 1
    lane.wake_printer()
    return ZCopyPrinted(shift_id, copy)


def next_float(lane: Lane, till: str = "") -> int | None:
    """Return the float that the newest Z of a till has left in it, None where it does not tell or there is none."""
    return shifts.left_in(lane.db, till)


def close_shift(lane: Lane, count: CashCount, carry_over: bool, next_float_minor: int | None) -> ShiftClosed | Refused:
    """Close the shift with a blind count. A first count that is off is kept, and a second one asked for."""
    shift, operator = lane.shift, lane.operator
    if operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if shift is None:
        return Refused(Reason.NO_SHIFT)
    if refused := _not_closable(lane, count, carry_over, next_float_minor):
        return refused
    if not lane.counts and _is_off(lane, shift, operator, count.counted_minor):
        return _keep_count(lane, count) or Refused(Reason.COUNT_AGAIN)
    draft = Draft("z", (*lane.counts, count), next_float_minor)
    try:
        report = shifts.close_shift(
            lane.db,
            lane.lane_id,
            lambda: draw_report(lane, shift, operator, draft),
            lambda z, row_hash: compose_report(z, row_hash, store_head(lane), style_of(lane)),
        )
    except NotSaved as error:
        return not_saved(lane, error)
    except ZBeforeLast as error:
        return Refused(Reason.Z_BEFORE_LAST, {"at": error.last_at})
    lane.shift = None
    lane.posted += 1
    lane.counts.clear()
    lane.wake_printer()
    return ShiftClosed(report)


def _not_closable(lane: Lane, count: CashCount, carry_over: bool, next_float_minor: int | None) -> Refused | None:
    """Return why the shift cannot be closed like this, if so."""
    if lane.basket is not None and lane.basket.lines:
        return Refused(Reason.BASKET_OPEN)
    if refused := _bad_count(count) or _bad_float(count, next_float_minor):
        return refused
    suspended = baskets.count_suspended(lane.db)
    if suspended and not carry_over:
        return Refused(Reason.SUSPENDED_BASKETS, {"count": suspended})
    return None


def _bad_count(count: CashCount) -> Refused | None:
    """Return the refusal of a count that cannot be, or whose pieces are worth something else."""
    counted = count.counted_minor
    is_right = 0 <= counted <= MAX_MINOR and all(pieces >= 0 for pieces in count.pieces.values())
    if is_right and (not count.pieces or counted == _worth(count.pieces)):
        return None
    return Refused(Reason.BAD_AMOUNT, {"amount_minor": counted})


def _bad_float(count: CashCount, next_float_minor: int | None) -> Refused | None:
    """Return the refusal of a next float that is more than what was counted."""
    if next_float_minor is None or 0 <= next_float_minor <= count.counted_minor:
        return None
    return Refused(Reason.BAD_AMOUNT, {"amount_minor": next_float_minor})


def _worth(pieces: dict[str, int]) -> int:
    """Return what counted pieces are worth, -1 where a denomination is no number."""
    if not all(value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS for value in pieces):
        return -1
    return sum(int(value) * count for value, count in pieces.items())


def _is_off(lane: Lane, shift: Shift, operator: Operator, counted_minor: int) -> bool:
    """Say whether a first count asks for a second one."""
    expected = draw_report(lane, shift, operator).till.expected_minor
    return needs_second_count(counted_minor, expected, lane.settings.selling.count_tolerance_minor)


def _keep_count(lane: Lane, count: CashCount) -> Refused | None:
    """Journal a first count that was off."""
    body = {"counted_minor": count.counted_minor, "pieces": count.pieces}
    refused = keep(lane, lambda: tell_journal(lane, Kind.CASH_COUNTED, body))
    if not refused:
        lane.counts.append(count)
    return refused
