"""Payment terms: when what is sold on account falls due, in one or in several parts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from domain.buyer import Due
from domain.money import allocate

MAX_DAYS: Final = 3_650
MAX_PARTS: Final = 24
_LAST_DAY: Final = 31
_PART: Final = (
    r"(?P<days>[0-9]{1,4})(?P<rule>[enm]?)(?P<day>(?<=m)[0-9]{1,2})?(?::(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,4})?)%?)?"
)
_FINE: Final = 10_000
"""Parts of a per cent, where a file writes such."""


class DueRule(StrEnum):
    """From when the days of a part are counted. Source: Odoo `account.payment.term.line` `delay_type`."""

    SALE = ""
    """From the sale."""
    MONTH_END = "e"
    """From the end of the sale's month."""
    NEXT_MONTH_END = "n"
    """From the end of the month after the sale's."""
    THEN_MONTH = "m"
    """From the sale, and then to the end of that month, or to a day of the month after it."""


class TermPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of what was sold, by its weight among the others, and the days after the sale at which it is due.

    `rule` says from when they are counted; `day` is that of the month for `DueRule.THEN_MONTH`, 0 its last one.
    """

    days: int
    weight: int = 1
    rule: DueRule = DueRule.SALE
    day: int = 0


class PaymentTerms(msgspec.Struct, frozen=True):
    """Terms as the ERP gives them to a customer; without parts all is due on the day of the sale."""

    name: str = ""
    parts: tuple[TermPart, ...] = ()


def due_dates(terms: PaymentTerms, business_date: str, amount_minor: int) -> tuple[Due, ...]:
    """Return what is due when; the amounts add up to what was sold, as `domain.money.allocate` shares it out."""
    parts = terms.parts or (TermPart(0),)
    day = date.fromisoformat(business_date)
    amounts = allocate(amount_minor, [part.weight for part in parts])
    dues = [Due(_due(part, day).isoformat(), amount) for part, amount in zip(parts, amounts, strict=True)]
    return tuple(sorted(dues, key=lambda due: due.date))


def _due(part: TermPart, sold: date) -> date:
    """Return when a part of what was sold is due."""
    days = timedelta(days=part.days)
    if part.rule is DueRule.MONTH_END:
        return _month_end(sold) + days
    if part.rule is DueRule.NEXT_MONTH_END:
        return _month_end(_month_end(sold) + timedelta(days=1)) + days
    if part.rule is DueRule.THEN_MONTH:
        end = _month_end(sold + days)
        return min(end + timedelta(days=part.day), _month_end(end + timedelta(days=1))) if part.day else end
    return sold + days


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def read_terms(name: str, text: str) -> PaymentTerms | None:
    """Return the terms that a file writes as days, each perhaps with its per cent: `30`, `15 45`, `0:50% 30:50%`.

    Days are counted from the sale; with an `e` behind them from the end of its month, with an `n` from the end of the
    next one, and with an `m` the due day moves on to the end of the month it falls into, or with a number behind that
    to this day of the month after. Days without a per cent share equally. None for what is none of this.
    """
    words = text.replace(",", " ").replace(";", " ").split()
    found = [part for part in (re.fullmatch(_PART, word) for word in words) if part]
    told = [Decimal(part["percent"]) for part in found if part["percent"] is not None]
    if len(found) != len(words) or len(words) > MAX_PARTS or len(told) not in (0, len(found)):
        return None
    if any(int(part["days"]) > MAX_DAYS or int(part["day"] or 0) > _LAST_DAY for part in found):
        return None
    if told and (sum(told) != 100 or not all(told)):
        return None
    scale = 1 if all(percent == int(percent) for percent in told) else _FINE
    weights = [int(percent * scale) for percent in told] or [1] * len(found)
    return PaymentTerms(name, tuple(_part(part, weight) for part, weight in zip(found, weights, strict=True)))


def _part(found: re.Match[str], weight: int) -> TermPart:
    return TermPart(int(found["days"]), weight, DueRule(found["rule"]), int(found["day"] or 0))
