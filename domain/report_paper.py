"""An X or a Z as paper. Screen, file and printer show the same rows in the same order."""

from __future__ import annotations

from collections.abc import Iterable

from domain.form import format_money
from domain.paper import Align, Columns, Cut, Element, Feed, Paper, Rule, Text
from domain.receipt import HASH_DIGITS, StoreHead, Style, head_elements, instant_text
from domain.report import NamedSum, Report
from domain.text import safe_text


def compose_report(report: Report, row_hash: str, head: StoreHead, style: Style) -> Paper:
    """Return a report as paper; an X says that nothing was reset, a Z carries its number and its hash."""
    return (
        *head_elements(head, style),
        *_title(report, style),
        *_about(report, style),
        *_sales(report, style),
        *_departments(report, style),
        *_taxes(report, style),
        *_tenders(report, style),
        *_operators(report, style),
        *_till(report, style),
        *_counters(report, style),
        *_totals(report, style),
        *_sync(report, style),
        *_integrity(report, row_hash, style),
        Cut(),
    )


def _heading(text: str) -> tuple[Element, ...]:
    """Return a block's heading."""
    return (Rule(), Text(text, bold=True))


def _money(report_text: str, minor: int, style: Style, *, bold: bool = False) -> Columns:
    """Return a row with an amount."""
    return Columns(report_text, format_money(minor, style.forms), bold=bold)


def _counted(text: str, count: int, minor: int, style: Style) -> Columns:
    """Return a row with a count and an amount."""
    return Columns(f"{text} ({count})", format_money(minor, style.forms))


def _title(report: Report, style: Style) -> tuple[Element, ...]:
    """Return the title: a Z has its number, an X says that it resets nothing."""
    texts = style.texts
    if report.kind == "z":
        return (Text(f"{texts['z_report']} {report.number}", Align.CENTER, bold=True, size=2),)
    return (
        Text(texts["x_report"], Align.CENTER, bold=True, size=2),
        Text(texts["no_reset"], Align.CENTER),
    )


def _about(report: Report, style: Style) -> tuple[Element, ...]:
    """Return lane, shift, times and people."""
    texts, shift = style.texts, report.shift
    closed = texts["closed_at"] if report.kind == "z" else texts["printed_at"]
    return (
        Columns(f"{texts['lane']} {safe_text(report.lane)}", f"{texts['shift']} {shift.shift_id}"),
        Columns(texts["business_date"], shift.business_date),
        Columns(texts["opened_at"], instant_text(shift.opened_at, style)),
        Columns(texts["opened_by"], safe_text(shift.opened_by)),
        Columns(closed, instant_text(report.at, style)),
        Columns(texts["operator"], f"{safe_text(report.operator)} {safe_text(report.operator_name, 24)}"),
        Columns(texts["software"], safe_text(report.software)),
        Rule(),
        Columns(texts["first_receipt"], str(report.first_receipt)),
        Columns(texts["last_receipt"], str(report.last_receipt)),
        Columns(texts["sequence_check"], texts["sequence_ok" if report.is_gapless else "sequence_gap"]),
    )


def _sales(report: Report, style: Style) -> tuple[Element, ...]:
    """Return documents, lines, net and total."""
    texts = style.texts
    return (
        *_heading(texts["sales"]),
        _counted(texts["sales"], report.sales.count, report.sales.amount_minor, style),
        _counted(texts["returns"], report.returns.count, report.returns.amount_minor, style),
        _counted(texts["sold"], report.sold.count, report.sold.amount_minor, style),
        _counted(texts["returned"], report.returned.count, report.returned.amount_minor, style),
        _money(texts["net"], report.net_minor, style),
        _money(texts["period_total"], report.total_minor, style, bold=True),
    )


def _named(title: str, rows: Iterable[NamedSum], style: Style) -> tuple[Element, ...]:
    """Return a block of named sums, or nothing where there are none."""
    lines = [_counted(safe_text(row.name), row.count, row.amount_minor, style) for row in rows]
    return (*_heading(title), *lines) if lines else ()


def _departments(report: Report, style: Style) -> tuple[Element, ...]:
    """Return what each department sold."""
    return _named(style.texts["by_department"], report.departments, style)


def _operators(report: Report, style: Style) -> tuple[Element, ...]:
    """Return what each operator sold."""
    return _named(style.texts["by_operator"], report.operators, style)


def _taxes(report: Report, style: Style) -> tuple[Element, ...]:
    """Return base and tax of each rate."""
    if not report.taxes:
        return ()
    rows: list[Element] = []
    for tax in report.taxes:
        rows.append(_money(f"{safe_text(tax.name)}  {style.texts['tax_base']}", tax.base_minor, style))
        rows.append(_money(safe_text(tax.name), tax.tax_minor, style))
    return (*_heading(style.texts["by_tax"]), *rows)


def _tenders(report: Report, style: Style) -> tuple[Element, ...]:
    """Return what each kind of tender took in and gave back."""
    texts = style.texts
    rows: list[Element] = []
    for row in report.tenders:
        rows.append(_counted(safe_text(row.name), row.count, row.net_minor, style))
        if row.change_minor or row.refund_minor:
            rows.append(_money(f"  {texts['tendered']}", row.tendered_minor, style))
        if row.change_minor:
            rows.append(_money(f"  {texts['change']}", -row.change_minor, style))
        if row.refund_minor:
            rows.append(_money(f"  {texts['refunds']}", row.refund_minor, style))
    return (*_heading(texts["by_tender"]), *rows) if rows else ()


def _till(report: Report, style: Style) -> tuple[Element, ...]:
    """Return what should be in the till and, on a Z, what was counted."""
    texts, till = style.texts, report.till
    rows: list[Element] = [
        _money(texts["opening_float"], till.float_minor, style),
        _money(texts["cash_sales"], till.cash_net_minor, style),
        _money(texts["expected"], till.expected_minor, style, bold=True),
    ]
    if len(till.counts) > 1:
        rows.append(_money(texts["first_count"], till.counts[0].counted_minor, style))
    if till.counted_minor is not None and till.over_short_minor is not None:
        key = "short" if till.over_short_minor < 0 else "over" if till.over_short_minor else "over_short"
        rows.append(_money(texts["counted"], till.counted_minor, style))
        rows.append(_money(texts[key], till.over_short_minor, style, bold=True))
    return (*_heading(texts["till"]), *rows)


def _counters(report: Report, style: Style) -> tuple[Element, ...]:
    """Return how often what happened that a manager asks about."""
    texts = style.texts
    rows = [Columns(texts.get(key, key), str(count)) for key, count in report.counters.items()]
    rows.append(Columns(texts["suspended"], str(report.suspended)))
    return (*_heading(texts["counters"]), *rows)


def _totals(report: Report, style: Style) -> tuple[Element, ...]:
    """Return the totals that are never reset."""
    texts = style.texts
    return (
        *_heading(texts["totals"]),
        _money(texts["perpetual_net"], report.perpetual_net_minor, style),
        _money(texts["perpetual_absolute"], report.perpetual_absolute_minor, style),
    )


def _sync(report: Report, style: Style) -> tuple[Element, ...]:
    """Return how the outbox stood."""
    texts = style.texts
    rows = [
        Columns(texts["queued"], str(report.outbox_waiting)),
        Columns(texts["rejected"], str(report.outbox_rejected)),
    ]
    if report.oldest_waiting_at:
        rows.append(Columns(texts["oldest"], instant_text(report.oldest_waiting_at, style)))
    return (*_heading(texts["sync"]), *rows)


def _integrity(report: Report, row_hash: str, style: Style) -> tuple[Element, ...]:
    """Return the hashes that chain the Z to the one before; an X has none of its own."""
    texts = style.texts
    rows = [Columns(texts["journal_head"], str(report.journal_seq))]
    if report.previous_hash:
        rows.append(Columns(texts["previous_hash"], report.previous_hash[: 2 * HASH_DIGITS]))
    if report.kind == "z":
        rows.append(Columns(texts["content_hash"], row_hash[: 2 * HASH_DIGITS]))
    return (*_heading(texts["integrity"]), *rows, Feed())
