"""Cash that moves without a sale: loans and pickups between till and safe, and what is paid in and out.

The words are the field's: a loan brings change from the safe, a pickup takes notes there; paid in and paid out are
money that comes from or goes to somebody for a reason of the store's list. A drawer that is opened for neither is a
no-sale. Nothing of this is turnover: it stands in the till's block of X and Z and in no total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from domain.money import MAX_MINOR
from domain.refusal import Reason, Refused
from domain.tender import DEFAULT_LIMIT_MINOR

MAX_NOTE: Final = 60
"""Characters of a note on a slip."""


class CashKind(StrEnum):
    """Why cash moves without a sale; the journal's kinds have the same names."""

    LOAN = "loan"
    PICKUP = "pickup"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"


SIGNS: Final[Mapping[str, int]] = {
    CashKind.LOAN.value: 1,
    CashKind.PICKUP.value: -1,
    CashKind.PAID_IN.value: 1,
    CashKind.PAID_OUT.value: -1,
}
"""Whether a move fills the till or empties it."""

NEEDS_REASON: Final = frozenset({CashKind.PAID_IN, CashKind.PAID_OUT})
NO_SALE: Final = "no_sale"

DEFAULT_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    CashKind.PAID_IN.value: ("reason_owner", "reason_refund", "reason_other"),
    CashKind.PAID_OUT.value: ("reason_supplier", "reason_expenses", "reason_owner", "reason_other"),
    NO_SALE: ("reason_change", "reason_check", "reason_other"),
}
"""Keys of the words for the reasons that a store has which names none of its own."""


class CashMove(msgspec.Struct, frozen=True):
    """A move of cash, in clear. `number` counts a lane's slips from 1; `amount_minor` is never negative."""

    kind: CashKind
    number: int
    amount_minor: int
    reason: str = ""
    note: str = ""


def judge_move(kind: CashKind, amount_minor: int, reason: str, known: Sequence[str], note: str) -> Refused | None:
    """Return why cash cannot move like this, if so; an amount above a tender's limit is a code that was typed."""
    if not 0 < amount_minor <= MAX_MINOR:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": amount_minor})
    if amount_minor > DEFAULT_LIMIT_MINOR:
        return Refused(Reason.OVER_LIMIT, {"kind": kind.value, "limit_minor": DEFAULT_LIMIT_MINOR})
    if len(note) > MAX_NOTE:
        return Refused(Reason.REFERENCE_TOO_LONG, {"max": MAX_NOTE})
    return judge_reason(reason, known) if kind in NEEDS_REASON else None


def judge_reason(reason: str, known: Sequence[str]) -> Refused | None:
    """Return the refusal of a reason that is not on the store's list."""
    if reason in known:
        return None
    return Refused(Reason.NO_SUCH_REASON, {"reason": reason, "known": ", ".join(known)})
