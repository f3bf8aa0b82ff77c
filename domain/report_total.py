"""From a shift's running totals to its X or Z: pure, and the same for the lane that draws and for who verifies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import UNSET

from domain.cash import CashKind
from domain.report import (
    NamedSum,
    OperatorRow,
    Report,
    ReportFacts,
    ReportNames,
    Sum,
    TaxRow,
    TenderRow,
    TillRow,
)
from domain.shift import expected_cash
from domain.tally import RETURN, SALE, TENDER_CHANGED, Tally, TallyKind
from domain.tax import TaxRate
from domain.tender import TenderKind

Totals = dict[tuple[TallyKind, str], Sum]

COUNTERS: Final = (
    "line_voided",
    "line_changed",
    "basket_voided",
    "basket_suspended",
    "basket_resumed",
    "tenders_taken_back",
    "no_sale",
    "copy_printed",
    "z_copied",
    "price_overridden",
    "line_discounted",
    "basket_discounted",
    "returned_without_receipt",
    "approved",
    "approval_refused",
    "pin_refused",
    "training_entered",
    "clock_jumped",
    "offline_minutes",
)
"""Counters that every report shows, be they 0; other events are counted where they happened."""

DOCUMENT_EVENTS: Final = frozenset(
    {"collection_posted", "collection_reversed", "customer_created", "customer_changed", TENDER_CHANGED}
)
"""Events that the ERP is told too."""

_NOT_FACTS: Final = frozenset({"counts", "next_float_minor", "waiting_here"})


def build_report(facts: ReportFacts, tallies: Iterable[Tally], names: ReportNames) -> Report:
    """Return the report of a shift's running totals. A Z takes the last of its counts as what was counted."""
    totals: Totals = {(t.kind, t.key): Sum(t.count, t.amount_minor) for t in tallies}
    sales = totals.get((TallyKind.DOCUMENT, SALE), Sum())
    returns = totals.get((TallyKind.DOCUMENT, RETURN), Sum())
    tenders = _tender_rows(totals, names)
    collections = _collection_rows(totals, names)
    discounts = _named(totals, TallyKind.DISCOUNT, {})
    documents = sales.count + returns.count
    total = sales.amount_minor + returns.amount_minor
    till = _till_row(facts, totals, tenders, cash_net(collections))
    return Report(
        **{name: getattr(facts, name) for name in ReportFacts.__struct_fields__ if name not in _NOT_FACTS},
        number=facts.shift.shift_id if facts.kind == "z" else 0,
        is_gapless=documents == facts.last_receipt - facts.first_receipt + 1,
        sales=sales,
        returns=returns,
        sold=totals.get((TallyKind.LINES, SALE), Sum()),
        returned=totals.get((TallyKind.LINES, RETURN), Sum()),
        net_minor=totals.get((TallyKind.NET, ""), Sum()).amount_minor,
        total_minor=total,
        gross_minor=total - sum(row.amount_minor for row in discounts),
        discounts=discounts,
        rounding_minor=totals.get((TallyKind.ROUNDING, ""), Sum()).amount_minor,
        departments=_named(totals, TallyKind.DEPARTMENT, names.departments),
        taxes=_tax_rows(totals, names),
        tenders=tenders,
        collections=collections,
        points=_named(totals, TallyKind.POINTS, {}) or UNSET,
        cards=_named(totals, TallyKind.CARD, {}) or UNSET,
        credit_sold=totals.get((TallyKind.CREDIT, SALE), Sum()),
        operators=_operator_rows(totals, names, facts.operator, till.over_short_minor or 0),
        till=till,
        counters=_counters(totals),
        approvals=_named(totals, TallyKind.APPROVAL, {}),
        return_reasons=_named(totals, TallyKind.RETURN_REASON, {}) or UNSET,
        outbox_sent=max(0, _document_count(totals) - facts.waiting_here),
    )


def _counters(totals: Totals) -> dict[str, int]:
    """Return how often each event happened, by its name."""
    counted = dict.fromkeys(COUNTERS, 0) | {
        key: s.count for (kind, key), s in totals.items() if kind is TallyKind.EVENT
    }
    return dict(sorted(counted.items()))


def _document_count(totals: Totals) -> int:
    """Return how many documents a shift has made for the ERP: its opening, sales, moves of cash, accounts."""
    kinds = (TallyKind.DOCUMENT, TallyKind.CASH)
    events = sum(s.count for (kind, key), s in totals.items() if kind is TallyKind.EVENT and key in DOCUMENT_EVENTS)
    return 1 + events + sum(s.count for (kind, _), s in totals.items() if kind in kinds)


def _operator_rows(
    totals: Totals, names: ReportNames, closed_by: str, over_short_minor: int
) -> tuple[OperatorRow, ...]:
    """Return one row per operator who sold, voided or opened the drawer."""
    events = {key: s.count for (kind, key), s in totals.items() if kind is TallyKind.OPERATOR_EVENT}
    codes = {key for kind, key in totals if kind is TallyKind.OPERATOR} | {key.partition(":")[2] for key in events}
    if over_short_minor:
        codes.add(closed_by)
    rows = []
    for code in sorted(codes):
        sold = totals.get((TallyKind.OPERATOR, code), Sum())
        rows.append(
            OperatorRow(
                code=code,
                name=names.operators.get(code, code),
                count=sold.count,
                amount_minor=sold.amount_minor,
                returns=totals.get((TallyKind.OPERATOR_RETURN, code), Sum()),
                line_voids=events.get(f"line_voided:{code}", 0),
                basket_voids=events.get(f"basket_voided:{code}", 0),
                no_sales=events.get(f"no_sale:{code}", 0),
                over_short_minor=over_short_minor if code == closed_by else 0,
            )
        )
    return tuple(rows)


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
    moved = {key for kind, key in totals if kind in (TallyKind.TENDERED, TallyKind.REFUND, TallyKind.CHANGE)}
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


def _collection_rows(totals: Totals, names: ReportNames) -> tuple[TenderRow, ...]:
    """Return what customers paid on their accounts, by kind of tender."""
    rows = []
    for key, paid in ((key, s) for (kind, key), s in sorted(totals.items()) if kind is TallyKind.COLLECTED):
        kind = names.tenders.get(key) or TenderKind(key, key)
        amount = paid.amount_minor
        rows.append(TenderRow(key, kind.name, kind.is_cash, paid.count, amount, 0, 0, amount))
    return tuple(rows)


def cash_net(tenders: Iterable[TenderRow]) -> int:
    """Return what the cash kinds left in the till."""
    return sum(row.net_minor for row in tenders if row.is_cash)


def _till_row(facts: ReportFacts, totals: Totals, tenders: tuple[TenderRow, ...], collections_minor: int) -> TillRow:
    """Return the till's block."""
    moves = {kind: totals.get((TallyKind.CASH, kind.value), Sum()) for kind in CashKind}
    moved = sum(move.amount_minor for move in moves.values())
    cash = cash_net(tenders)
    expected = expected_cash(facts.shift.float_minor, cash, collections_minor, moved)
    counted = facts.counts[-1].counted_minor if facts.counts else None
    left = None if counted is None else facts.next_float_minor
    return TillRow(
        float_minor=facts.shift.float_minor,
        cash_net_minor=cash,
        expected_minor=expected,
        counts=facts.counts,
        counted_minor=counted,
        over_short_minor=None if counted is None else counted - expected,
        collections_minor=collections_minor,
        loans=moves[CashKind.LOAN],
        paid_in=moves[CashKind.PAID_IN],
        paid_out=_turned(moves[CashKind.PAID_OUT]),
        pickups=_turned(moves[CashKind.PICKUP]),
        next_float_minor=left,
        foreign=_named(totals, TallyKind.FOREIGN, {}),
        removed_minor=None if counted is None or left is None else counted - left,
    )


def _turned(total: Sum) -> Sum:
    """Return a sum with the other sign: what left the till, as a positive amount."""
    return Sum(total.count, -total.amount_minor)


def check_report(report: Report, tallies: Iterable[Tally]) -> tuple[str, ...]:
    """Return the fields of a report that its shift's running totals do not give: the proof of a Z.

    What totals cannot tell (times, people, the ERP's state, the perpetual totals) is taken as the report has it.
    """
    facts = ReportFacts(
        **{name: getattr(report, name) for name in ReportFacts.__struct_fields__ if name not in _NOT_FACTS},
        counts=report.till.counts,
        next_float_minor=report.till.next_float_minor,
    )
    drawn = build_report(facts, tallies, _names_in(report))
    proven = _PROVEN if report.reset_count else _PROVEN - _GREW
    return tuple(name for name in sorted(proven) if getattr(drawn, name) != getattr(report, name))


_PROVEN: Final = frozenset(
    [
        "number",
        "is_gapless",
        "sales",
        "returns",
        "sold",
        "returned",
        "net_minor",
        "total_minor",
        "gross_minor",
        "discounts",
        "rounding_minor",
        "departments",
        "taxes",
        "tenders",
        "collections",
        "credit_sold",
        "cards",
        "points",
        "operators",
        "till",
        "counters",
        "approvals",
        "return_reasons",
    ]
)
_GREW: Final = frozenset({"operators", "counters"})
"""Rows that say more than they did on the Zs of schema 2, which had no count of the Zs before them either."""


def _names_in(report: Report) -> ReportNames:
    """Return the names that a report itself has for its rows."""
    kinds = [TenderKind(row.kind, row.name, is_cash=row.is_cash) for row in (*report.tenders, *report.collections)]
    return ReportNames(
        departments={row.code: row.name for row in report.departments},
        operators={row.code: row.name for row in report.operators},
        rates={row.code: TaxRate(row.code, row.name, row.rate_ppm) for row in report.taxes},
        tenders={kind.code: kind for kind in kinds},
    )
