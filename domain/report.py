"""X and Z: a shift's totals as data. X reads, Z closes, is numbered and never changes.

Fields: notes of France's NF525 as published for Dynamics 365 (perpetual totals, absolute and net), Germany's
Z-Bon, and Mexico's corte Z. Names and prices stand in clear; whoever prints finds the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from domain.shift import CashCount, Shift
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


class OperatorRow(msgspec.Struct, frozen=True):
    """What one operator did; `over_short_minor` stands with whoever closed the shift and answers for the till."""

    code: str
    name: str
    count: int = 0
    amount_minor: int = 0
    returns: Sum = Sum()
    line_voids: int = 0
    basket_voids: int = 0
    no_sales: int = 0
    over_short_minor: int = 0


class Correction(msgspec.Struct, frozen=True):
    """A document of an earlier shift that the ERP has refused since the Z before: that Z stays as it is."""

    document_id: str
    kind: str
    journal_seq: int
    amount_minor: int
    rejected_at: str
    reason: str


class TillRow(msgspec.Struct, frozen=True):
    """The till: what should be in it, and what was counted, left and taken out (a Z only).

    The four moves are counted positive; loans and paid in fill the till, pickups and paid out empty it.
    """

    float_minor: int
    cash_net_minor: int
    expected_minor: int
    counts: tuple[CashCount, ...] = ()
    counted_minor: int | None = None
    over_short_minor: int | None = None
    collections_minor: int = 0
    loans: Sum = Sum()
    paid_in: Sum = Sum()
    paid_out: Sum = Sum()
    pickups: Sum = Sum()
    next_float_minor: int | None = None
    removed_minor: int | None = None
    foreign: tuple[NamedSum, ...] = ()
    """What was taken in foreign money, by currency, in its own minor units."""


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
    operators: tuple[OperatorRow, ...]
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
    address: tuple[str, ...] = ()
    device: str = ""
    approved_by: str = ""
    approved_by_name: str = ""
    gross_minor: int = 0
    discounts: tuple[NamedSum, ...] = ()
    rounding_minor: int = 0
    collections: tuple[TenderRow, ...] = ()
    credit_sold: Sum = Sum()
    approvals: tuple[NamedSum, ...] = ()
    cards: tuple[NamedSum, ...] | UnsetType = UNSET
    """What the store owes on gift cards and vouchers more (put on, given back) or less (spent) than before."""
    points: tuple[NamedSum, ...] | UnsetType = UNSET
    """Loyalty points that customers got (`earned`) and gave (`redeemed`, negative): whole points, no money."""
    corrections: tuple[Correction, ...] = ()
    reset_count: int = 0
    outbox_sent: int = 0
    erp: str = ""
    journal_head: str = ""
    paper_hash: str = ""
    """A Z only: SHA-256 of its paper as it is kept, but for the hash of the record on it."""
    return_reasons: tuple[NamedSum, ...] | UnsetType = UNSET
    """Why lines came back, where any did."""


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
    next_float_minor: int | None = None
    address: tuple[str, ...] = ()
    device: str = ""
    approved_by: str = ""
    approved_by_name: str = ""
    corrections: tuple[Correction, ...] = ()
    reset_count: int = 0
    waiting_here: int = 0
    """Documents of this shift that wait for the ERP or were refused by it."""
    erp: str = ""
    journal_head: str = ""
