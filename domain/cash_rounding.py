"""Totals rounded to the smallest coin there is: how far, which way, and on which money.

Source of the rules: Odoo 19 `account.cash.rounding` (methods) and `account.tax` `_get_tax_totals_summary`
(strategies). Worked examples: docs/taxes.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from domain.money import divide_half_up
from domain.tax_sum import DocumentTax, TaxAmount


class RoundingWay(StrEnum):
    """To which neighbour an amount goes; up and down mean away from zero and towards it."""

    UP = "up"
    DOWN = "down"
    HALF_UP = "half_up"


class RoundingStrategy(StrEnum):
    """Where the difference is put: on a line of its own, or into the largest tax."""

    LINE = "line"
    BIGGEST_TAX = "biggest_tax"


class CashRounding(msgspec.Struct, frozen=True):
    """How cash is rounded: to multiples of `step_minor` (5: 0.05, 10: 0.10, 100: 1), 1 or less for not at all.

    `is_cash_only` is for countries where only what is paid in cash is rounded: the till rounds the balance when the
    tender is cash, not the document.
    """

    step_minor: int
    way: RoundingWay = RoundingWay.HALF_UP
    strategy: RoundingStrategy = RoundingStrategy.LINE
    is_cash_only: bool = True


class RoundedDocument(msgspec.Struct, frozen=True):
    """A document after cash rounding; `rounding_minor` is the line of its own, already in the total."""

    document: DocumentTax
    rounding_minor: int = 0


def round_cash(rounding: CashRounding, amount_minor: int) -> int:
    """Return the amount that can be paid with coins."""
    step = rounding.step_minor
    if step <= 1:
        return amount_minor
    if rounding.way is RoundingWay.HALF_UP:
        return step * divide_half_up(amount_minor, step)
    sign, size = (1, amount_minor) if amount_minor >= 0 else (-1, -amount_minor)
    steps = size // step if rounding.way is RoundingWay.DOWN else -(-size // step)
    return sign * steps * step


def round_document(rounding: CashRounding, document: DocumentTax) -> RoundedDocument:
    """Return a document whose total can be paid with coins.

    With the strategy of the biggest tax, the first of the largest takes the difference; a document without taxes stays
    as it is.
    """
    missing = round_cash(rounding, document.total_minor) - document.total_minor
    if not missing:
        return RoundedDocument(document)
    total = document.total_minor + missing
    if rounding.strategy is RoundingStrategy.LINE:
        return RoundedDocument(DocumentTax(document.net_minor, total, document.taxes), missing)
    place = _biggest(document.taxes)
    if place is None:
        return RoundedDocument(document)
    old = document.taxes[place]
    new = msgspec.structs.replace(old, tax_minor=old.tax_minor + missing)
    taxes = (*document.taxes[:place], new, *document.taxes[place + 1 :])
    return RoundedDocument(DocumentTax(document.net_minor, total, taxes))


def _biggest(taxes: Iterable[TaxAmount]) -> int | None:
    """Return the place of the largest tax; exempt rows are none."""
    found = [(row.tax_minor, -place) for place, row in enumerate(taxes) if not row.is_exempt]
    return -max(found)[1] if found else None
