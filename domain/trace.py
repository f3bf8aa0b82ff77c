"""Lots, serials and expiry dates: what is told apart of what is sold, asked for and judged.

GS1 codes answer for themselves (AI 10, 21 and 17: GS1 General Specifications, 3.4 and 3.5); others are typed.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from domain.item import Item
from domain.item_rule import Tracking
from domain.refusal import Fact, Reason, Refused
from domain.text import holds_card_number, safe_text

MAX_TRACE: Final = 20
"""Characters of a lot or a serial (GS1 AI 10 and 21)."""


class Trace(msgspec.Struct, frozen=True, omit_defaults=True):
    """The lot, the serial and the expiry date (`2027-01-31`) of what a line sells; empty where there is none."""

    lot: str = ""
    serial: str = ""
    expires_on: str = ""
    card: str = ""
    """The code of a gift card that is loaded: only on its way in, no ledger has it."""


NO_TRACE: Final = Trace()


def judge_trace(item: Item, given: Trace, today: str, *, is_coming_back: bool = False) -> Trace | Refused:
    """Return what of a trace an item keeps, or what is missing or wrong with it; `today` is the store's date.

    What comes back may have expired since.
    """
    rules, facts = item.rules, _facts(item)
    trace = Trace(_clean(given.lot), _clean(given.serial), given.expires_on.strip())
    if holds_card_number(trace.lot) or holds_card_number(trace.serial):
        return Refused(Reason.CARD_NUMBER)
    if max(len(given.lot), len(given.serial)) > MAX_TRACE:
        return Refused(Reason.REFERENCE_TOO_LONG, {"max": MAX_TRACE})
    if rules.tracking is Tracking.SERIAL and not trace.serial:
        return Refused(Reason.NEEDS_SERIAL, facts)
    if rules.tracking is Tracking.LOT and not trace.lot:
        return Refused(Reason.NEEDS_LOT, facts)
    if rules.needs_expiry and not trace.expires_on:
        return Refused(Reason.NEEDS_EXPIRY, facts)
    if trace.expires_on and not is_date(trace.expires_on):
        return Refused(Reason.BAD_DATE, {"text": safe_text(trace.expires_on, MAX_TRACE)})
    if trace.expires_on and trace.expires_on < today and not is_coming_back:
        return Refused(Reason.EXPIRED, {"date": trace.expires_on})
    return trace if rules.tracking is Tracking.SERIAL else msgspec.structs.replace(trace, serial="")


def is_date(text: str) -> bool:
    """Say whether a text is a date as the ledger writes it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def age_on(born_on: str, today: str) -> int:
    """Return the age in whole years of somebody born on a date; who was born on 29 February ages on 1 March."""
    born, now = date.fromisoformat(born_on), date.fromisoformat(today)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def born_by(age: int, today: str) -> str:
    """Return the last date on which somebody of an age can be born."""
    now = date.fromisoformat(today)
    try:
        return now.replace(year=now.year - age).isoformat()
    except ValueError:  # 29 February, and no such day that year
        return now.replace(year=now.year - age, day=28).isoformat()


def _clean(text: str) -> str:
    """Return a lot or a serial as it is kept."""
    return safe_text(text, MAX_TRACE).strip()


def _facts(item: Item) -> dict[str, Fact]:
    return {"sku": item.sku, "name": item.name}
