"""Running totals: what one sale or event adds to its shift.

The ledger adds these rows to the shift's totals in the transaction that posts the sale, so X and Z read some
dozens of rows however many sales there were; `mostrador verify` adds them up again from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import UNSET

from domain.cash import SIGNS
from domain.sale import LineKind, Sale, SaleLine
from domain.tender import Tender


class TallyKind(StrEnum):
    """What a running total counts; the key beside it says of which."""

    DOCUMENT = "document"
    LINES = "lines"
    NET = "net"
    DEPARTMENT = "department"
    TAX_BASE = "tax_base"
    TAX = "tax"
    TENDERED = "tendered"
    CHANGE = "change"
    REFUND = "refund"
    DISCOUNT = "discount"
    DEDUCTION = "deduction"
    ROUNDING = "rounding"
    OPERATOR = "operator"
    OPERATOR_RETURN = "operator_return"
    OPERATOR_EVENT = "operator_event"
    CASH = "cash"
    COLLECTED = "collected"
    CREDIT = "credit"
    FOREIGN = "foreign"
    RETURN_REASON = "return_reason"
    CARD = "card"
    POINTS = "points"
    APPROVAL = "approval"
    EVENT = "event"

    # An enum's own hash is Python code, asked forty times a sale; members are equal as texts, so the text's will do.
    __hash__ = str.__hash__


APPROVED: Final = "approved"
TENDER_CHANGED: Final = "tender_changed"
POST_VOIDED: Final = "post_voided"
WITHOUT_RECEIPT: Final = "returned_without_receipt"
SALE = "sale"
RETURN = "return"


class Tally(msgspec.Struct, frozen=True):
    """A running total, or what is added to one: how many, and how much in minor units."""

    kind: TallyKind
    key: str
    count: int
    amount_minor: int


_ITEM: Final = LineKind.ITEM
_LINES: Final = TallyKind.LINES
_DEPARTMENT: Final = TallyKind.DEPARTMENT
# Asking an enum for a member takes as long as three additions: what is asked for each line is asked once.

Row = tuple[TallyKind, str, int, int]
"""The fields of a `Tally`, before rows of one kind and key are added up."""


def tally_sale(sale: Sale) -> tuple[Tally, ...]:
    """Return what a posted sale adds to its shift's totals."""
    rows: list[Row] = [
        (TallyKind.DOCUMENT, RETURN if sale.is_return else SALE, 1, sale.total_minor),
        (TallyKind.NET, "", 1, sale.net_minor),
        (TallyKind.OPERATOR, sale.operator, 1, sale.total_minor),
    ]
    if sale.is_return:
        rows.append((TallyKind.OPERATOR_RETURN, sale.operator, 1, sale.total_minor))
    real = real_lines(sale.lines)
    items = [line for line in real if line.kind is _ITEM]
    rows += [(_LINES, SALE if line.quantity_micro > 0 else RETURN, 1, line.gross_minor) for line in items]
    rows += [(_DEPARTMENT, line.department, 1, line.gross_minor) for line in items]
    rows += [(TallyKind.DISCOUNT, LineKind.DISCOUNT, 1, off) for line in items if (off := line.discount_minor)]
    if len(items) != len(real):
        rows += _tally_deductions(sale, real)
    if sale.account is not UNSET:
        key = SALE if sale.account.amount_minor > 0 else RETURN
        rows.append((TallyKind.CREDIT, key, 1, sale.account.amount_minor))
    if returned := [line for line in items if line.returns is not UNSET]:
        rows += _tally_returns(returned)
    if sale.is_post_void is not UNSET:
        rows.append((TallyKind.EVENT, POST_VOIDED, 1, 0))
    rows += [(TallyKind.CARD, "loaded", 1, line.load.amount_minor) for line in items if line.load]
    if sale.points:
        rows.append((TallyKind.POINTS, "earned", 1, sale.points.got))
        rows.append((TallyKind.POINTS, "redeemed", 1, -sale.points.spent))
    if sale.rounding_minor:
        rows.append((TallyKind.ROUNDING, "", 1, sale.rounding_minor))
    for tax in sale.taxes:
        rows.append((TallyKind.TAX_BASE, tax.code, 1, tax.base_minor))
        rows.append((TallyKind.TAX, tax.code, 1, tax.tax_minor))
    for tender in sale.tenders:
        rows += _tally_tender(tender)
    return _add_up(rows)


def _tally_tender(tender: Tender) -> list[Row]:
    """Return what a tender adds to its kind, its change to the kind that it went back as, its amount to a card."""
    kind = TallyKind.REFUND if tender.amount_minor < 0 else TallyKind.TENDERED
    rows: list[Row] = [(kind, tender.kind, 1, tender.amount_minor)]
    if tender.card:
        rows.append((TallyKind.CARD, "spent" if tender.amount_minor > 0 else "given", 1, -tender.amount_minor))
    if tender.foreign_minor:
        rows.append((TallyKind.FOREIGN, tender.currency, 1, tender.foreign_minor))
    if tender.change_minor:
        rows.append((TallyKind.CHANGE, tender.change_kind or tender.kind, 1, tender.change_minor))
    return rows


def _tally_returns(items: Iterable[SaleLine]) -> list[Row]:
    """Return what came back: counted by reason, and what had no receipt."""
    rows: list[Row] = []
    for line in items:
        if line.returns is not UNSET and line.quantity_micro < 0:
            rows.append((TallyKind.RETURN_REASON, line.returns.reason, 1, line.gross_minor))
            if line.returns.of is None:
                rows.append((TallyKind.EVENT, WITHOUT_RECEIPT, 1, 0))
    return rows


def _tally_deductions(sale: Sale, lines: Iterable[SaleLine]) -> list[Row]:
    """Return what was taken off: counted by deduction and in its departments' money."""
    off = [line for line in lines if line.kind is not LineKind.ITEM]
    rows: list[Row] = [(TallyKind.DISCOUNT, deduction.kind, 1, 0) for deduction in sale.deductions]
    rows += [(TallyKind.DEDUCTION, deduction.name, 1, 0) for deduction in sale.deductions]
    for line in off:
        rows.append((TallyKind.DISCOUNT, line.kind, 0, line.gross_minor))
        rows.append((TallyKind.DEDUCTION, line.name, 0, line.gross_minor))
    return rows + [(TallyKind.DEPARTMENT, line.department, 0, line.gross_minor) for line in off]


PERSONAL: Final = frozenset({"line_voided", "basket_voided", "no_sale"})
"""Events that a report counts for each operator too."""


def tally_event(event: str, operator: str = "", body: Mapping[str, Any] | None = None) -> tuple[Tally, ...]:
    """Return what an event (a void, a copy, a refused PIN) adds to its counters; cash that moves, to the till.

    `body` is the event's record: the amount of a move, permission and approver of an approval.
    """
    if event in SIGNS:
        return (Tally(TallyKind.CASH, event, 1, SIGNS[event] * int((body or {})["amount_minor"])),)
    rows = [Tally(TallyKind.EVENT, event, 1, 0)]
    if event == TENDER_CHANGED and body:
        rows += _tally_tender_change(body)
    if operator and event in PERSONAL:
        rows.append(Tally(TallyKind.OPERATOR_EVENT, f"{event}:{operator}", 1, 0))
    if event == APPROVED and body and isinstance(permission := body.get("permission"), str):
        rows.append(Tally(TallyKind.APPROVAL, f"{permission}:{body.get('approver', '')}", 1, 0))
    return tuple(rows)


def _tally_tender_change(body: Mapping[str, Any]) -> list[Tally]:
    """Return what moves when a sale turns out to be paid in another kind: out of one kind's figures into the other's.

    What went back as change belongs to neither any more: only what stayed was paid in the other kind.
    """
    amount, change = int(body["amount_minor"]), int(body["change_minor"])
    kind = TallyKind.REFUND if amount < 0 else TallyKind.TENDERED
    rows = [Tally(kind, str(body["from_kind"]), -1, -amount), Tally(kind, str(body["to_kind"]), 1, amount - change)]
    return [*rows, Tally(TallyKind.CHANGE, str(body["from_kind"]), -1, -change)] if change else rows


def real_lines(lines: Iterable[SaleLine]) -> list[SaleLine]:
    """Return the lines that were neither taken back nor take one back."""
    kept = list(lines)
    voided = {line.voids for line in kept if line.voids}
    if not voided:
        return kept
    return [line for line in kept if not line.voids and line.line_no not in voided]


def absolute_minor(sale: Sale) -> int:
    """Return what a sale adds to the absolute perpetual total: what was sold plus what came back, unsigned.

    What was taken off was neither.
    """
    return sum(
        [abs(line.gross_minor) if line.kind is _ITEM else -abs(line.gross_minor) for line in real_lines(sale.lines)]
    )


def add_up(rows: Iterable[Tally]) -> tuple[Tally, ...]:
    """Return rows with one per kind and key, in the order in which they first appear."""
    return _add_up((row.kind, row.key, row.count, row.amount_minor) for row in rows)


def _add_up(rows: Iterable[Row]) -> tuple[Tally, ...]:
    """Do what `add_up` does; a sale has some twenty rows, and no object for each."""
    sums: dict[tuple[TallyKind, str], tuple[int, int]] = {}
    for kind, key, count, amount in rows:
        place = kind, key
        if place in sums:
            old_count, old_amount = sums[place]
            count, amount = old_count + count, old_amount + amount
        sums[place] = count, amount
    return tuple([Tally(kind, key, count, amount) for (kind, key), (count, amount) in sums.items()])
