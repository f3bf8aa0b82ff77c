"""X and Z: a shift's totals as data. X reads, Z closes, is numbered and never changes.

Fields: notes of France's NF525 as published for Dynamics 365 (perpetual totals, absolute and net), Germany's
Z-Bon, and Mexico's corte Z. Names and prices stand in clear; whoever prints finds the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from domain.shift import CashCount, Shift, expected_cash
from domain.tally import RETURN, SALE, Tally, TallyKind
from domain.tax import TaxRate
from domain.tender import TenderKind


class Sum(msgspec.Struct, frozen=True):
    """How many, and how much in minor units."""

    count: int = 0
    amount_minor: int = 0


class NamedSum(msgspec.Struct, frozen=True):
    """A sum of one department or operator."""

    code: str
    name: str
    count: int
    amount_minor: int


class TaxRow(msgspec.Struct, frozen=True):
    """One tax rate: its base and what it came to."""

    code: str
    name: str
    rate_ppm: int
    base_minor: int
    tax_minor: int


class TenderRow(msgspec.Struct, frozen=True):
    """One kind of tender: taken in, given back as change, refunded, and what remains."""

    kind: str
    name: str
    is_cash: bool
    count: int
    tendered_minor: int
    change_minor: int
    refund_minor: int
    net_minor: int


class TillRow(msgspec.Struct, frozen=True):
    """The till: what should be in it, and what was counted (a Z only)."""

    float_minor: int
    cash_net_minor: int
    expected_minor: int
    counts: tuple[CashCount, ...] = ()
    counted_minor: int | None = None
    over_short_minor: int | None = None


class Report(msgspec.Struct, frozen=True):
    """An X or a Z. `number` is the Z's own and 0 for an X; `previous_hash` that of the Z before."""

    kind: Literal["x", "z"]
    number: int
    lane: str
    store: str
    tax_id: str
    currency: str
    software: str
    shift: Shift
    at: str
    operator: str
    operator_name: str
    first_receipt: int
    last_receipt: int
    is_gapless: bool
    sales: Sum
    returns: Sum
    sold: Sum
    returned: Sum
    net_minor: int
    total_minor: int
    departments: tuple[NamedSum, ...]
    taxes: tuple[TaxRow, ...]
    tenders: tuple[TenderRow, ...]
    operators: tuple[NamedSum, ...]
    till: TillRow
    counters: dict[str, int]
    suspended: int
    perpetual_net_minor: int
    perpetual_absolute_minor: int
    outbox_waiting: int
    outbox_rejected: int
    oldest_waiting_at: str
    previous_hash: str
    journal_seq: int


class ReportNames(msgspec.Struct, frozen=True):
    """The names behind the codes of a report's rows."""

    departments: Mapping[str, str]
    operators: Mapping[str, str]
    rates: Mapping[str, TaxRate]
    tenders: Mapping[str, TenderKind]


class ReportFacts(msgspec.Struct, frozen=True):
    """What a report says beside its totals."""

    kind: Literal["x", "z"]
    lane: str
    store: str
    tax_id: str
    currency: str
    software: str
    shift: Shift
    at: str
    operator: str
    operator_name: str
    first_receipt: int
    last_receipt: int
    suspended: int
    perpetual_net_minor: int
    perpetual_absolute_minor: int
    outbox_waiting: int
    outbox_rejected: int
    oldest_waiting_at: str
    previous_hash: str
    journal_seq: int
    counts: tuple[CashCount, ...] = ()


Totals = dict[tuple[TallyKind, str], Sum]


def build_report(facts: ReportFacts, tallies: Iterable[Tally], names: ReportNames) -> Report:
    """Return the report of a shift's running totals. A Z takes the last of its counts as what was counted."""
    totals: Totals = {(t.kind, t.key): Sum(t.count, t.amount_minor) for t in tallies}
    sales = totals.get((TallyKind.DOCUMENT, SALE), Sum())
    returns = totals.get((TallyKind.DOCUMENT, RETURN), Sum())
    tenders = _tender_rows(totals, names)
    documents = sales.count + returns.count
    return Report(
        **{name: getattr(facts, name) for name in ReportFacts.__struct_fields__ if name != "counts"},
        number=facts.shift.shift_id if facts.kind == "z" else 0,
        is_gapless=documents == facts.last_receipt - facts.first_receipt + 1,
        sales=sales,
        returns=returns,
        sold=totals.get((TallyKind.LINES, SALE), Sum()),
        returned=totals.get((TallyKind.LINES, RETURN), Sum()),
        net_minor=totals.get((TallyKind.NET, ""), Sum()).amount_minor,
        total_minor=sales.amount_minor + returns.amount_minor,
        departments=_named(totals, TallyKind.DEPARTMENT, names.departments),
        taxes=_tax_rows(totals, names),
        tenders=tenders,
        operators=_named(totals, TallyKind.OPERATOR, names.operators),
        till=_till_row(facts, tenders),
        counters={key: s.count for (kind, key), s in sorted(totals.items()) if kind is TallyKind.EVENT},
    )


def _named(totals: Totals, kind: TallyKind, names: Mapping[str, str]) -> tuple[NamedSum, ...]:
    """Return the sums of one kind by code, each with its name."""
    return tuple(
        NamedSum(key, names.get(key, key), s.count, s.amount_minor)
        for (row_kind, key), s in sorted(totals.items())
        if row_kind is kind
    )


def _tax_rows(totals: Totals, names: ReportNames) -> tuple[TaxRow, ...]:
    """Return one row per tax code."""
    rows = []
    for (kind, key), tax in sorted(totals.items()):
        if kind is TallyKind.TAX:
            rate = names.rates.get(key) or TaxRate(key, key, 0)
            base = totals.get((TallyKind.TAX_BASE, key), Sum())
            rows.append(TaxRow(key, rate.name, rate.rate_ppm, base.amount_minor, tax.amount_minor))
    return tuple(rows)


def _tender_rows(totals: Totals, names: ReportNames) -> tuple[TenderRow, ...]:
    """Return one row per kind of tender that moved."""
    moved = {key for kind, key in totals if kind in (TallyKind.TENDERED, TallyKind.REFUND)}
    rows = []
    for key in sorted(moved):
        kind = names.tenders.get(key) or TenderKind(key, key)
        tendered = totals.get((TallyKind.TENDERED, key), Sum())
        change = totals.get((TallyKind.CHANGE, key), Sum())
        refund = totals.get((TallyKind.REFUND, key), Sum())
        rows.append(
            TenderRow(
                kind=key,
                name=kind.name,
                is_cash=kind.is_cash,
                count=tendered.count + refund.count,
                tendered_minor=tendered.amount_minor,
                change_minor=change.amount_minor,
                refund_minor=refund.amount_minor,
                net_minor=tendered.amount_minor - change.amount_minor + refund.amount_minor,
            )
        )
    return tuple(rows)


def cash_net(tenders: Iterable[TenderRow]) -> int:
    """Return what the cash kinds left in the till."""
    return sum(row.net_minor for row in tenders if row.is_cash)


def _till_row(facts: ReportFacts, tenders: tuple[TenderRow, ...]) -> TillRow:
    """Return the till's block."""
    cash = cash_net(tenders)
    expected = expected_cash(facts.shift.float_minor, cash)
    if not facts.counts:
        return TillRow(facts.shift.float_minor, cash, expected)
    counted = facts.counts[-1].counted_minor
    return TillRow(facts.shift.float_minor, cash, expected, facts.counts, counted, counted - expected)
