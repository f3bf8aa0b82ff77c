"""What a line that comes back has beside its item: where it was sold, why it comes back, and where it goes."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from domain.tax_sum import TaxAmount


class Origin(msgspec.Struct, frozen=True):
    """The line of a sale that comes back. Of another lane's sale only the folio is known: no id, and line 0."""

    folio: str
    sale_id: str = ""
    line_no: int = 0


class LineReturn(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a line comes back. Without a receipt it has no origin.

    A damaged one is not put back on the shelf: it moves no stock. `is_unconfirmed` marks what only the ERP can say was
    sold. `taxes` are its rows of the tax table as on the day of the sale, in a posted line of a known sale.
    """

    reason: str
    of: Origin | None = None
    is_damaged: bool = False
    is_unconfirmed: bool = False
    taxes: tuple[TaxAmount, ...] = ()
    discount_minor: int = 0
    """Its share of what a part off the price took off, positive: it is given no more."""


Returning: TypeAlias = LineReturn | UnsetType
"""A line's return, unset where it is sold: then neither basket nor journal has a word of it."""

__all__ = ["UNSET", "LineReturn", "Origin", "Returning", "UnsetType"]
