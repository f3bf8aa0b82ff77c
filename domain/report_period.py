"""The closing of a day, a month or a year: made out of Zs, never out of sales.

What a Z has said stands; a period is their sum, with the perpetual totals before it and after it, and it says whether
a Z is missing between the first and the last (numbers, chain of hashes, receipts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias, TypeVar

import msgspec

from domain.report import NamedSum, OperatorRow, Report, Sum, TaxRow, TenderRow

PeriodKind: TypeAlias = Literal["day", "month", "year"]
_FORMS: Final = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d", "year": r"\d{4}"}
_LENGTHS: Final = {"day": 10, "month": 7, "year": 4}
_KEPT: Final = frozenset({"rate_ppm"})
"""Numbers that are no sums."""


class ZLine(msgspec.Struct, frozen=True):
    """One Z of a period."""

    number: int
    business_date: str
    at: str
    total_minor: int
    over_short_minor: int
    hash: str


class PeriodTill(msgspec.Struct, frozen=True):
    """What went through the till in a period."""

    cash_net_minor: int
    collections_minor: int
    loans: Sum
    paid_in: Sum
    paid_out: Sum
    pickups: Sum
    over_short_minor: int
    removed_minor: int


class PeriodReport(msgspec.Struct, frozen=True):
    """The sum of a period's Zs. `period` is a date, a month or a year as ISO 8601 writes them."""

    kind: PeriodKind
    period: str
    lane: str
    store: str
    tax_id: str
    currency: str
    zs: tuple[ZLine, ...]
    is_gapless: bool
    first_receipt: int
    last_receipt: int
    sales: Sum
    returns: Sum
    sold: Sum
    returned: Sum
    gross_minor: int
    discounts: tuple[NamedSum, ...]
    rounding_minor: int
    net_minor: int
    total_minor: int
    departments: tuple[NamedSum, ...]
    taxes: tuple[TaxRow, ...]
    tenders: tuple[TenderRow, ...]
    collections: tuple[TenderRow, ...]
    credit_sold: Sum
    cards: tuple[NamedSum, ...]
    points: tuple[NamedSum, ...]
    operators: tuple[OperatorRow, ...]
    approvals: tuple[NamedSum, ...]
    counters: dict[str, int]
    till: PeriodTill
    perpetual_net_before_minor: int
    perpetual_net_minor: int
    perpetual_absolute_minor: int


def is_period(kind: PeriodKind, text: str) -> bool:
    """Say whether a text names a period of a kind."""
    return re.fullmatch(_FORMS[kind], text, re.ASCII) is not None


def period_of(kind: PeriodKind, business_date: str) -> str:
    """Return the period in which a business day lies."""
    return business_date[: _LENGTHS[kind]]


def build_period(kind: PeriodKind, period: str, zs: Sequence[tuple[Report, str]]) -> PeriodReport:
    """Return the closing of a period from its Zs, oldest first, each with its hash; there must be one at least."""
    reports = [report for report, _ in zs]
    first, last = reports[0], reports[-1]
    sums: dict[str, Any] = {name: _total(getattr(report, name) for report in reports) for name in _SUMS}
    rows: dict[str, Any] = {
        name: _merged((row for r in reports for row in getattr(r, name) or ()), key) for name, key in _ROWS.items()
    }
    return PeriodReport(
        kind=kind,
        period=period,
        lane=last.lane,
        store=last.store,
        tax_id=last.tax_id,
        currency=last.currency,
        zs=tuple(_z_line(report, row_hash) for report, row_hash in zs),
        is_gapless=_is_gapless(zs),
        first_receipt=first.first_receipt,
        last_receipt=last.last_receipt,
        counters=_counters(reports),
        till=_till(reports),
        perpetual_net_before_minor=first.perpetual_net_minor - first.total_minor,
        perpetual_net_minor=last.perpetual_net_minor,
        perpetual_absolute_minor=last.perpetual_absolute_minor,
        **sums,
        **rows,
    )


_SUMS: Final = (
    "sales", "returns", "sold", "returned", "gross_minor", "rounding_minor", "net_minor", "total_minor", "credit_sold"
)  # fmt: skip
_ROWS: Final = {
    "discounts": "code",
    "departments": "code",
    "taxes": "code",
    "tenders": "kind",
    "collections": "kind",
    "cards": "code",
    "points": "code",
    "operators": "code",
    "approvals": "code",
}
"""The blocks of rows, each with the field by which rows are the same."""

R = TypeVar("R", bound=msgspec.Struct)


def _total(values: Iterable[Any]) -> Any:
    """Return the sum of numbers or of `Sum`s."""
    found = list(values)
    total = found[0]
    for value in found[1:]:
        total = _add(total, value)
    return total


def _add(one: Any, other: Any) -> Any:
    """Return two values added up, field by field; of texts and marks the later one."""
    if isinstance(one, msgspec.Struct):
        fields = one.__struct_fields__
        added = {f: getattr(other, f) if f in _KEPT else _add(getattr(one, f), getattr(other, f)) for f in fields}
        return type(one)(**added)
    return one + other if isinstance(one, int) and not isinstance(one, bool) else other


def _merged(rows: Iterable[R], key: str) -> tuple[R, ...]:
    """Return one row per key, each the sum of its rows, in the order of the keys."""
    by_key: dict[str, R] = {}
    for row in rows:
        name = getattr(row, key)
        by_key[name] = _add(by_key[name], row) if name in by_key else row
    return tuple(by_key[name] for name in sorted(by_key))


def _z_line(report: Report, row_hash: str) -> ZLine:
    """Return a Z in one line."""
    over_short = report.till.over_short_minor or 0
    return ZLine(report.number, report.shift.business_date, report.at, report.total_minor, over_short, row_hash)


def _is_gapless(zs: Sequence[tuple[Report, str]]) -> bool:
    """Say whether each Z follows the one before: by number, by hash, by receipts and by the perpetual total."""
    follows = all(
        report.number == before.number + 1
        and report.previous_hash == row_hash
        and report.first_receipt == before.last_receipt + 1
        and report.perpetual_net_minor == before.perpetual_net_minor + report.total_minor
        for (before, row_hash), (report, _) in pairwise(zs)
    )
    return follows and all(report.is_gapless for report, _ in zs)


def _counters(reports: Iterable[Report]) -> dict[str, int]:
    """Return how often each event happened."""
    counted: dict[str, int] = {}
    for report in reports:
        for name, count in report.counters.items():
            counted[name] = counted.get(name, 0) + count
    return dict(sorted(counted.items()))


def _till(reports: Sequence[Report]) -> PeriodTill:
    """Return what went through the till."""
    tills = [report.till for report in reports]
    return PeriodTill(
        cash_net_minor=sum(till.cash_net_minor for till in tills),
        collections_minor=sum(till.collections_minor for till in tills),
        loans=_total(till.loans for till in tills),
        paid_in=_total(till.paid_in for till in tills),
        paid_out=_total(till.paid_out for till in tills),
        pickups=_total(till.pickups for till in tills),
        over_short_minor=sum(till.over_short_minor or 0 for till in tills),
        removed_minor=sum(till.removed_minor or 0 for till in tills),
    )
