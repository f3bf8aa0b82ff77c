"""The shift: opened with a float, read by X, closed by a blind count and a Z."""

from __future__ import annotations

from typing import Final, Literal

from config.version import software
from domain.journal import Kind
from domain.money import MAX_MINOR, MAX_WHOLE
from domain.outcome import ShiftClosed, ShiftOpened, XRead, ZRead
from domain.refusal import Reason, Refused
from domain.report import Report, ReportFacts, ReportNames
from domain.report_paper import compose_report
from domain.report_total import build_report
from domain.shift import CashCount, Operator, Shift, needs_second_count
from domain.tax import rates_by_code
from register.keeping import keep, not_saved, tell_journal
from register.lane import Lane
from register.papers import store_head, style_of
from storage import baskets, journal, shifts
from storage.catalog import read_departments
from storage.errors import NotSaved
from storage.ledger import last_receipt, put_print_job
from storage.operators import read_operators
from storage.outbox import standing
from storage.totals import read_tallies

MAX_DIGITS: Final = 12
"""Digits of a denomination, at most."""


def open_shift(lane: Lane, float_minor: int) -> ShiftOpened | Refused:
    """Open a shift with a float; the business day is today's date in the store's time zone."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if lane.shift is not None:
        return Refused(Reason.SHIFT_OPEN, {"shift_id": lane.shift.shift_id})
    if not 0 <= float_minor <= MAX_MINOR:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": float_minor})
    try:
        lane.shift = shifts.open_shift(
            lane.db,
            lane.lane_id,
            at=lane.now(),
            operator=lane.operator_id,
            business_date=lane.today(),
            float_minor=float_minor,
        )
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
        return XRead(_draw(lane, "x", lane.shift, operator))


def read_x(lane: Lane, paper: bool) -> XRead | Refused:
    """Read the open shift's totals, journalled; nothing is reset."""
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if lane.shift is None:
        return Refused(Reason.NO_SHIFT)
    shift, operator = lane.shift, lane.operator
    drawn: list[Report] = []

    def write() -> None:
        report = _draw(lane, "x", shift, operator)
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


def close_shift(lane: Lane, counted_minor: int, pieces: dict[str, int], carry_over: bool) -> ShiftClosed | Refused:
    """Close the shift with a blind count. A first count that is off is kept, and a second one asked for."""
    shift, operator = lane.shift, lane.operator
    if operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if shift is None:
        return Refused(Reason.NO_SHIFT)
    if refused := _not_closable(lane, counted_minor, pieces, carry_over):
        return refused
    count = CashCount(counted_minor, pieces)
    if not lane.counts and _is_off(lane, shift, operator, counted_minor):
        return _keep_count(lane, count) or Refused(Reason.COUNT_AGAIN)
    try:
        counts = (*lane.counts, count)
        report = shifts.close_shift(
            lane.db,
            lane.lane_id,
            lambda: _draw(lane, "z", shift, operator, counts),
            lambda z, row_hash: compose_report(z, row_hash, store_head(lane), style_of(lane)),
        )
    except NotSaved as error:
        return not_saved(lane, error)
    lane.shift = None
    lane.posted += 1
    lane.counts.clear()
    lane.wake_printer()
    return ShiftClosed(report)


def _not_closable(lane: Lane, counted_minor: int, pieces: dict[str, int], carry_over: bool) -> Refused | None:
    """Return why the shift cannot be closed like this, if so."""
    if lane.basket is not None and lane.basket.lines:
        return Refused(Reason.BASKET_OPEN)
    if not 0 <= counted_minor <= MAX_MINOR or any(count < 0 for count in pieces.values()):
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": counted_minor})
    if pieces and counted_minor != _worth(pieces):
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": counted_minor})
    suspended = baskets.count_suspended(lane.db)
    if suspended and not carry_over:
        return Refused(Reason.SUSPENDED_BASKETS, {"count": suspended})
    return None


def _worth(pieces: dict[str, int]) -> int:
    """Return what counted pieces are worth, -1 where a denomination is no number."""
    if not all(value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS for value in pieces):
        return -1
    return sum(int(value) * count for value, count in pieces.items())


def _is_off(lane: Lane, shift: Shift, operator: Operator, counted_minor: int) -> bool:
    """Say whether a first count asks for a second one."""
    expected = _draw(lane, "x", shift, operator).till.expected_minor
    return needs_second_count(counted_minor, expected, lane.settings.selling.count_tolerance_minor)


def _keep_count(lane: Lane, count: CashCount) -> Refused | None:
    """Journal a first count that was off."""
    body = {"counted_minor": count.counted_minor, "pieces": count.pieces}
    refused = keep(lane, lambda: tell_journal(lane, Kind.CASH_COUNTED, body))
    if not refused:
        lane.counts.append(count)
    return refused


def _draw(
    lane: Lane, kind: Literal["x", "z"], shift: Shift, operator: Operator, counts: tuple[CashCount, ...] = ()
) -> Report:
    """Draw a report from the running totals."""
    db, head, outbox = lane.db, journal.read_head(lane.db), standing(lane.db)
    newest = last_receipt(db)
    first = shifts.first_receipt(db, shift.shift_id)
    facts = ReportFacts(
        kind=kind,
        lane=lane.lane_id,
        store=lane.settings.store.name,
        tax_id=lane.settings.store.tax_id,
        currency=lane.currency,
        software=software(),
        shift=shift,
        at=lane.now(),
        operator=operator.operator,
        operator_name=operator.name,
        first_receipt=first or newest + 1,
        last_receipt=newest,
        suspended=baskets.count_suspended(db),
        perpetual_net_minor=head.perpetual_net_minor,
        perpetual_absolute_minor=head.perpetual_absolute_minor,
        outbox_waiting=outbox.waiting,
        outbox_rejected=outbox.rejected,
        oldest_waiting_at=outbox.oldest_at,
        previous_hash=shifts.last_z_hash(db),
        journal_seq=head.seq + 1,
        counts=counts,
    )
    return build_report(facts, read_tallies(db, shift.shift_id), _names(lane))


def _names(lane: Lane) -> ReportNames:
    """Return the names behind the codes of a report."""
    return ReportNames(
        departments={department.code: department.name for department in read_departments(lane.db)},
        operators={operator.operator: operator.name for operator in read_operators(lane.db)},
        rates=rates_by_code(lane.book),
        tenders={kind.code: kind for kind in lane.tender_kinds},
    )
