"""Detailed reports of what was sold: by hour, department, item, operator, salesperson or kind of tender."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class DetailBy(StrEnum):
    """By what sales are added up."""

    HOUR = "hour"
    DEPARTMENT = "department"
    ITEM = "item"
    OPERATOR = "operator"
    SALESPERSON = "salesperson"
    TENDER = "tender"


class DetailRow(msgspec.Struct, frozen=True):
    """One hour, department, item, operator or kind of tender.

    `count` is of sales, of kept lines, or of tenders; `quantity_micro` is an item's, else 0.
    """

    code: str
    name: str
    count: int
    quantity_micro: int
    amount_minor: int


class DetailReport(msgspec.Struct, frozen=True):
    """What was sold on some business days."""

    by: DetailBy
    first_date: str
    last_date: str
    currency: str
    rows: tuple[DetailRow, ...]

    @property
    def total_minor(self) -> int:
        """What all rows come to."""
        return sum(row.amount_minor for row in self.rows)
