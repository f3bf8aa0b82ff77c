"""Payment terms: when what is sold on account falls due, in one or in several parts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

import msgspec

from domain.buyer import Due
from domain.money import allocate

MAX_DAYS: Final = 3_650
MAX_PARTS: Final = 24
_PART: Final = r"(?P<days>[0-9]{1,4})(?::(?P<percent>[0-9]{1,3})%?)?"


class TermPart(msgspec.Struct, frozen=True):
    """A part of what was sold, by its weight among the others, and the days after the sale at which it is due."""

    days: int
    weight: int = 1


class PaymentTerms(msgspec.Struct, frozen=True):
    """Terms as the ERP gives them to a customer; without parts all is due on the day of the sale."""

    name: str = ""
    parts: tuple[TermPart, ...] = ()


def due_dates(terms: PaymentTerms, business_date: str, amount_minor: int) -> tuple[Due, ...]:
    """Return what is due when; the amounts add up to what was sold, as `domain.money.allocate` shares it out."""
    parts = terms.parts or (TermPart(0),)
    day = date.fromisoformat(business_date)
    amounts = allocate(amount_minor, [part.weight for part in parts])
    dues = [Due((day + timedelta(days=part.days)).isoformat(), a) for part, a in zip(parts, amounts, strict=True)]
    return tuple(sorted(dues, key=lambda due: due.date))


def read_terms(name: str, text: str) -> PaymentTerms | None:
    """Return the terms that a file writes as days, each perhaps with its per cent: `30`, `15 45`, `0:50% 30:50%`.

    Days without a per cent share equally. None for what is none of this.
    """
    words = text.replace(",", " ").replace(";", " ").split()
    found = [part for part in (re.fullmatch(_PART, word) for word in words) if part]
    told = [int(part["percent"]) for part in found if part["percent"] is not None]
    if len(found) != len(words) or len(words) > MAX_PARTS or len(told) not in (0, len(found)):
        return None
    if any(int(part["days"]) > MAX_DAYS for part in found) or (told and (sum(told) != 100 or min(told) < 1)):
        return None
    weights = told or [1] * len(found)
    return PaymentTerms(name, tuple(TermPart(int(part["days"]), w) for part, w in zip(found, weights, strict=True)))
