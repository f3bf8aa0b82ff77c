"""Approvals in place: somebody else's word for one act with its arguments, good once and for a minute."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from domain.basket import Basket
from domain.intent import Intent
from domain.lockout import Beat
from domain.permission import Need
from domain.shift import Operator

GOOD_FOR_MS: Final = 60_000

DEFAULT_REASONS: Final = ("reason_mistake", "reason_customer", "reason_price", "reason_other")
"""Keys of the words for the reasons that a store has which names none of its own."""


class Asked(msgspec.Struct, frozen=True):
    """An act that was refused for want of a permission."""

    act: str
    intent: str
    """The act's tag."""
    need: Need
    basket_id: str = ""


class Approval(msgspec.Struct, frozen=True):
    """A word that was given: for which act, to whom, by whom, why and when."""

    asked: Asked
    operator: str
    approver: Operator
    reason: str
    given: Beat


def act_hash(intent: Intent, basket: Basket | None) -> str:
    """Return what an approval is bound to: the act, its arguments, and the basket as it stands.

    So a word for the first line of one basket is none for that of the next, nor one for ten per cent of another total.
    """
    state = (basket.basket_id, len(basket.lines), basket.total_minor, len(basket.tenders)) if basket else ()
    return hashlib.sha256(msgspec.json.encode((intent, state), order="sorted")).hexdigest()


def is_good(approval: Approval | None, act: str, operator: str, now: Beat) -> bool:
    """Say whether an approval is for this act of this operator, and still young enough."""
    if approval is None or (approval.asked.act, approval.operator) != (act, operator):
        return False
    return approval.given.boot == now.boot and 0 <= now.ms - approval.given.ms < GOOD_FOR_MS
