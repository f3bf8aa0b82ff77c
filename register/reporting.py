"""Reports of more than one shift: closings made out of Zs, and details of the posted sales. Nothing is journalled."""

from __future__ import annotations

from domain.form import format_time
from domain.instant import read_stamp
from domain.refusal import Reason, Refused
from domain.report_detail import DetailBy, DetailReport, DetailRow
from domain.report_period import PeriodKind, PeriodReport, build_period, is_period, period_of
from register.lane import Lane
from storage import shifts
from storage.catalog import read_departments
from storage.operators import read_operators
from storage.reporting import Progress, Sums, add_up_sales
from storage.salespeople import read_names


def draw_period(lane: Lane, kind: PeriodKind, period: str) -> PeriodReport | Refused:
    """Return the closing of a period from its Zs; without a period, of the one in which the newest Z lies."""
    if not period:
        newest = shifts.read_z(lane.db)
        period = period_of(kind, newest[0].shift.business_date) if newest else ""
    if not is_period(kind, period):
        return Refused(Reason.NO_Z, {"number": 0})
    zs = shifts.read_zs(lane.db, period, f"{period}~")
    return build_period(kind, period, zs) if zs else Refused(Reason.NO_Z, {"number": 0})


def draw_details(
    lane: Lane, by: DetailBy, first_date: str, last_date: str, progress: Progress = lambda done, total: True
) -> DetailReport | None:
    """Return what was sold on business days from one date to another; None where `progress` has stopped it."""
    sums = add_up_sales(lane.db, by, first_date, last_date, progress)
    if sums is None:
        return None
    if by is DetailBy.HOUR:
        sums = _by_hour(lane, sums)
    names = _names(lane, by)
    rows = [DetailRow(code, names.get(code, name or code), *figures) for code, (name, *figures) in sorted(sums.items())]
    return DetailReport(by, first_date, last_date, lane.currency, tuple(rows))


def _by_hour(lane: Lane, minutes: Sums) -> Sums:
    """Add minutes in UTC up to hours of the store's zone, so also where the zone is off by half an hour."""
    hours: Sums = {}
    for minute, (_, *figures) in minutes.items():
        hour = format_time(read_stamp(f"{minute}:00.000Z").replace(minute=0), lane.zone, lane.forms)
        local = read_stamp(f"{minute}:00.000Z").astimezone(lane.zone)
        hour = f"{local.hour:02}"
        old = hours.get(hour, ("", 0, 0, 0))
        count, quantity, amount = (one + other for one, other in zip(old[1:], figures, strict=True))
        hours[hour] = (f"{hour}:00", count, quantity, amount)
    return hours


def _names(lane: Lane, by: DetailBy) -> dict[str, str]:
    """Return the names behind the codes of a report's rows."""
    if by is DetailBy.DEPARTMENT:
        return {department.code: department.name for department in read_departments(lane.db)}
    if by is DetailBy.OPERATOR:
        return {operator.operator: operator.name for operator in read_operators(lane.db)}
    if by is DetailBy.SALESPERSON:
        return {"": "—", **read_names(lane.db)}
    return {kind.code: kind.name for kind in lane.tender_kinds} if by is DetailBy.TENDER else {}
