"""An X or a Z as paper. Screen, file and printer show the same rows in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import UNSET

from domain.form import format_money
from domain.money import format_scaled
from domain.paper import Align, Columns, Cut, Element, Feed, Paper, Rule, Text
from domain.receipt import HASH_DIGITS, StoreHead, Style, head_elements, instant_text
from domain.report import Correction, NamedSum, OperatorRow, Report, Sum, TillRow
from domain.report_period import PeriodReport, PeriodTill
from domain.text import safe_text

AnyReport: TypeAlias = Report | PeriodReport
"""What has the blocks that a shift's report and a period's have alike."""


def compose_period(period: PeriodReport, head: StoreHead, style: Style) -> Paper:
    """Return the closing of a day, a month or a year as paper."""
    return (
        *head_elements(head, style),
        Text(style.texts[f"{period.kind}_report"], Align.CENTER, bold=True, size=2),
        Text(period.period, Align.CENTER, bold=True),
        *_zs(period, style),
        *_sales(period, style),
        *_departments(period, style),
        *_taxes(period, style),
        *_tenders(period, style),
        *_collections(period, style),
        *_operators(period, style),
        *_period_till(period, style),
        *_counters(period, style),
        *_heading(style.texts["totals"]),
        _money(style.texts["perpetual_before"], period.perpetual_net_before_minor, style),
        _money(style.texts["perpetual_net"], period.perpetual_net_minor, style),
        _money(style.texts["perpetual_absolute"], period.perpetual_absolute_minor, style),
        Feed(),
        Cut(),
    )


def _zs(period: PeriodReport, style: Style) -> tuple[Element, ...]:
    """Return the Zs of a period, and whether none is missing."""
    texts = style.texts
    return (
        Columns(f"{texts['lane']} {safe_text(period.lane)}", ""),
        Columns(texts["first_receipt"], str(period.first_receipt)),
        Columns(texts["last_receipt"], str(period.last_receipt)),
        Columns(texts["sequence_check"], texts["sequence_ok" if period.is_gapless else "sequence_gap"]),
        *_heading(texts["z_reports"]),
        *(_money(f"Z {z.number}  {z.business_date}", z.total_minor, style) for z in period.zs),
    )


def _period_till(period: PeriodReport, style: Style) -> tuple[Element, ...]:
    """Return what went through the till in a period."""
    texts, till = style.texts, period.till
    return (
        *_heading(texts["till"]),
        _money(texts["cash_sales"], till.cash_net_minor, style),
        *([_money(texts["cash_collections"], till.collections_minor, style)] if till.collections_minor else ()),
        *_moves(till, style),
        _money(texts["over_short"], till.over_short_minor, style),
        _money(texts["removed"], till.removed_minor, style),
    )


def _moves(till: TillRow | PeriodTill, style: Style) -> list[Columns]:
    """Return the moves of cash without a sale, of each kind that there was."""
    moves: tuple[tuple[str, Sum, int], ...] = (
        ("loans", till.loans, 1),
        ("paid_in", till.paid_in, 1),
        ("paid_out", till.paid_out, -1),
        ("pickups", till.pickups, -1),
    )
    return [_counted(style.texts[key], m.count, sign * m.amount_minor, style) for key, m, sign in moves if m.count]


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
        *_collections(report, style),
        *_cards(report, style),
        *_operators(report, style),
        *_reasons(report, style),
        *_till(report, style),
        *_counters(report, style),
        *_totals(report, style),
        *_sync(report, style),
        *_corrections(report, style),
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
        *((Columns(texts["till"], safe_text(shift.till, 24), bold=True),) if shift.till else ()),
        Columns(texts["business_date"], shift.business_date),
        Columns(texts["opened_at"], instant_text(shift.opened_at, style)),
        Columns(texts["opened_by"], safe_text(shift.opened_by)),
        Columns(closed, instant_text(report.at, style)),
        Columns(texts["operator"], f"{safe_text(report.operator)} {safe_text(report.operator_name, 24)}"),
        *_approval(report, style),
        *((Columns(texts["device"], safe_text(report.device, 32)),) if report.device else ()),
        Columns(texts["software"], safe_text(report.software)),
        Rule(),
        Columns(texts["first_receipt"], str(report.first_receipt)),
        Columns(texts["last_receipt"], str(report.last_receipt)),
        Columns(texts["sequence_check"], texts["sequence_ok" if report.is_gapless else "sequence_gap"]),
    )


def _approval(report: Report, style: Style) -> tuple[Element, ...]:
    """Return who approved the close, where somebody had to."""
    if not report.approved_by:
        return ()
    return (
        Columns(
            style.texts["approved_by"], f"{safe_text(report.approved_by)} {safe_text(report.approved_by_name, 24)}"
        ),
    )


def _sales(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return documents, lines, net and total."""
    texts = style.texts
    return (
        *_heading(texts["sales"]),
        _counted(texts["sales"], report.sales.count, report.sales.amount_minor, style),
        _counted(texts["returns"], report.returns.count, report.returns.amount_minor, style),
        _counted(texts["sold"], report.sold.count, report.sold.amount_minor, style),
        _counted(texts["returned"], report.returned.count, report.returned.amount_minor, style),
        *_deducted(report, style),
        _money(texts["net"], report.net_minor, style),
        _money(texts["period_total"], report.total_minor, style, bold=True),
    )


def _deducted(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return what was taken off, and what totals were rounded by."""
    texts = style.texts
    rows: list[Element] = []
    if report.discounts:
        rows.append(_money(texts["gross"], report.gross_minor, style))
        names = {"promotion": texts["promotions"], "discount": texts["manual_discounts"]}
        rows += [_counted(names.get(d.code, d.code), d.count, d.amount_minor, style) for d in report.discounts]
    if report.rounding_minor:
        rows.append(_money(texts["rounding"], report.rounding_minor, style))
    return tuple(rows)


def _named(title: str, rows: Iterable[NamedSum], style: Style) -> tuple[Element, ...]:
    """Return a block of named sums, or nothing where there are none."""
    lines = [_counted(safe_text(row.name), row.count, row.amount_minor, style) for row in rows]
    return (*_heading(title), *lines) if lines else ()


def _departments(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return what each department sold."""
    return _named(style.texts["by_department"], report.departments, style)


def _reasons(report: Report, style: Style) -> tuple[Element, ...]:
    """Return why lines came back."""
    reasons = () if report.return_reasons is UNSET else report.return_reasons
    return _named(style.texts["return_reasons"], reasons, style)


def _operators(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return what each operator sold, took back and voided."""
    lines = [element for row in report.operators for element in _operator(row, style)]
    return (*_heading(style.texts["by_operator"]), *lines) if lines else ()


def _operator(row: OperatorRow, style: Style) -> tuple[Element, ...]:
    """Return one operator's rows; what he did not do is left out."""
    texts = style.texts
    lines: list[Element] = [_counted(safe_text(row.name), row.count, row.amount_minor, style)]
    if row.returns.count:
        lines.append(_counted(f"  {texts['returns']}", row.returns.count, row.returns.amount_minor, style))
    counts = {"line_voided": row.line_voids, "basket_voided": row.basket_voids, "no_sales": row.no_sales}
    lines += [Columns(f"  {texts[key]}", str(count)) for key, count in counts.items() if count]
    if row.over_short_minor:
        key = "short" if row.over_short_minor < 0 else "over"
        lines.append(_money(f"  {texts[key]}", row.over_short_minor, style))
    return tuple(lines)


def _collections(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return what customers paid on their accounts and bought on them: no part of the sales' total."""
    texts = style.texts
    rows = [_counted(safe_text(row.name), row.count, row.net_minor, style) for row in report.collections]
    if report.credit_sold.count:
        rows.append(_counted(texts["credit_sold"], report.credit_sold.count, report.credit_sold.amount_minor, style))
    return (*_heading(texts["collections"]), *rows) if rows else ()


def _cards(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return what the store owes on cards more or less than before: no part of the sales' total."""
    texts = style.texts
    rows = [_counted(texts[f"cards_{row.code}"], row.count, row.amount_minor, style) for row in report.cards or ()]
    points = [Columns(texts[f"points_{row.code}"], str(row.amount_minor)) for row in report.points or ()]
    block = (*_heading(texts["cards"]), *rows) if rows else ()
    return (*block, *_heading(texts["points"]), *points) if points else block


def _taxes(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return base and tax of each rate."""
    if not report.taxes:
        return ()
    rows: list[Element] = []
    for tax in report.taxes:
        rows.append(_money(f"{safe_text(tax.name)}  {style.texts['tax_base']}", tax.base_minor, style))
        rows.append(_money(safe_text(tax.name), tax.tax_minor, style))
    return (*_heading(style.texts["by_tax"]), *rows)


def _tenders(report: AnyReport, style: Style) -> tuple[Element, ...]:
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
    """Return what should be in the till and, on a Z, what was counted, left there and taken out."""
    texts, till = style.texts, report.till
    rows: list[Element] = [
        _money(texts["opening_float"], till.float_minor, style),
        _money(texts["cash_sales"], till.cash_net_minor, style),
        *([_money(texts["cash_collections"], till.collections_minor, style)] if till.collections_minor else ()),
        *_moves(till, style),
        _money(texts["expected"], till.expected_minor, style, bold=True),
        *_foreign(till, style),
    ]
    return (*_heading(texts["till"]), *rows, *_counts(report, style))


def _foreign(till: TillRow, style: Style) -> list[Columns]:
    """Return what should be in the till of foreign money, in its own: it is counted beside the store's."""
    kinds = {kind.foreign.code: kind for kind in style.tender_kinds.values() if kind.foreign}
    rows = []
    for row in till.foreign:
        kind = kinds.get(row.code)
        exponent = kind.foreign.exponent if kind and kind.foreign else 2
        name = kind.name if kind else row.code
        rows.append(Columns(safe_text(name), f"{format_scaled(row.amount_minor, exponent)} {safe_text(row.code, 8)}"))
    return rows


def _counts(report: Report, style: Style) -> tuple[Element, ...]:
    """Return what was counted, by how much it is off, and where the cash went."""
    texts, till = style.texts, report.till
    if till.counted_minor is None or till.over_short_minor is None:
        return ()
    rows: list[Element] = [_money(texts["first_count"], c.counted_minor, style) for c in till.counts[:-1]]
    key = "short" if till.over_short_minor < 0 else "over" if till.over_short_minor else "over_short"
    rows.append(_money(texts["counted"], till.counted_minor, style))
    for value, pieces in _by_value(till.counts[-1].pieces):
        rows.append(
            Columns(f"  {pieces} x {format_money(value, style.forms)}", format_money(value * pieces, style.forms))
        )
    rows.append(_money(texts[key], till.over_short_minor, style, bold=True))
    if till.next_float_minor is not None and till.removed_minor is not None:
        rows.append(_money(texts["next_float"], till.next_float_minor, style))
        rows.append(_money(texts["removed"], till.removed_minor, style))
    return tuple(rows)


def _by_value(pieces: Mapping[str, int]) -> list[tuple[int, int]]:
    """Return counted denominations and how many there were of each, largest first."""
    return sorted(((int(value), count) for value, count in pieces.items() if count), reverse=True)


ALWAYS: Final = ("line_voided", "basket_voided", "no_sale", "copy_printed", "price_overridden", "pin_refused")
"""Counters that stand on the paper even at 0; the others where something happened. The data has all of them."""
PLURALS: Final = {"no_sale": "no_sales"}
"""Words of counters that have another word on a slip of their own."""


def _counters(report: AnyReport, style: Style) -> tuple[Element, ...]:
    """Return how often what happened that a manager asks about."""
    texts = style.texts
    shown = {key: count for key, count in report.counters.items() if count or key in ALWAYS}
    rows = [Columns(texts.get(PLURALS.get(key, key), key), str(count)) for key, count in shown.items()]
    if isinstance(report, Report):
        rows.append(Columns(texts["carried_over" if report.kind == "z" else "suspended"], str(report.suspended)))
    if report.approvals:
        rows.append(Columns(texts["approvals"], ""))
        rows += [Columns(f"  {safe_text(row.code)}", str(row.count)) for row in report.approvals]
    return (*_heading(texts["counters"]), *rows)


def _totals(report: Report, style: Style) -> tuple[Element, ...]:
    """Return the totals that are never reset."""
    texts = style.texts
    return (
        *_heading(texts["totals"]),
        _money(texts["perpetual_net"], report.perpetual_net_minor, style),
        _money(texts["perpetual_absolute"], report.perpetual_absolute_minor, style),
        Columns(texts["reset_count"], str(report.reset_count)),
    )


def _sync(report: Report, style: Style) -> tuple[Element, ...]:
    """Return how the outbox stood."""
    texts = style.texts
    rows = [
        *((Columns(texts["connector"], safe_text(report.erp, 24)),) if report.erp else ()),
        Columns(texts["sent"], str(report.outbox_sent)),
        Columns(texts["queued"], str(report.outbox_waiting)),
        Columns(texts["rejected"], str(report.outbox_rejected)),
    ]
    if report.oldest_waiting_at:
        rows.append(Columns(texts["oldest"], instant_text(report.oldest_waiting_at, style)))
    return (*_heading(texts["sync"]), *rows)


def _corrections(report: Report, style: Style) -> tuple[Element, ...]:
    """Return the documents of earlier shifts that the ERP has refused since the Z before."""
    if not report.corrections:
        return ()
    rows = [element for correction in report.corrections for element in _correction(correction, style)]
    return (*_heading(style.texts["corrections"]), *rows)


def _correction(correction: Correction, style: Style) -> tuple[Element, ...]:
    """Return one late refusal: which document, of how much, and why."""
    return (
        Columns(safe_text(correction.document_id, 40), format_money(correction.amount_minor, style.forms)),
        Text(f"  {safe_text(correction.reason, 80)}"),
    )


def _integrity(report: Report, row_hash: str, style: Style) -> tuple[Element, ...]:
    """Return the hashes that chain the Z to the one before; an X has none of its own."""
    texts = style.texts
    rows = [Columns(texts["journal_head"], str(report.journal_seq))]
    if report.previous_hash:
        rows.append(Columns(texts["previous_hash"], report.previous_hash[: 2 * HASH_DIGITS]))
    if report.kind == "z":
        rows.append(Columns(texts["content_hash"], row_hash[: 2 * HASH_DIGITS]))
    return (*_heading(texts["integrity"]), *rows, Feed())
