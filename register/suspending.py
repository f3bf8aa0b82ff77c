"""Putting a basket aside under a name, and taking one up again."""

from __future__ import annotations

import msgspec

from domain.basket import rebuild
from domain.journal import Kind
from domain.outcome import BasketResumed, BasketSuspended, SuspendedListed
from domain.refusal import Reason, Refused
from domain.text import safe_text
from register.lane import Lane
from storage import baskets
from storage.errors import NotSaved, saving
from storage.events import journal_event

MAX_NAME = 40


def suspend(lane: Lane, name: str) -> BasketSuspended | Refused:
    """Put the open basket aside; it needs a name by which it is asked for."""
    basket = lane.basket
    if refused := lane.not_ready():
        return refused
    if basket is None or not basket.lines:
        return Refused(Reason.BASKET_EMPTY)
    if basket.tenders:
        return Refused(Reason.TENDER_STARTED)
    clean = safe_text(name, MAX_NAME).strip()
    if not clean:
        return Refused(Reason.NEEDS_NAME)
    body: dict[str, object] = {
        "basket_id": basket.basket_id,
        "name": clean,
        "total_minor": basket.total_minor,
        "line_count": len(basket.lines),
    }
    try:
        with saving(), lane.db.atomic():
            at = lane.now()
            journal_event(
                lane.db, lane.lane_id, Kind.BASKET_SUSPENDED, at, lane.operator_id, lane.shift_id, body
            )
            baskets.suspend(lane.db, basket.basket_id, clean, at)
    except NotSaved as error:
        return Refused(Reason.NOT_SAVED, {"error": str(error)})
    lane.basket = None
    return BasketSuspended(basket.basket_id, clean)


def resume(lane: Lane, basket_id: str) -> BasketResumed | Refused:
    """Make a suspended basket the open one; it asks before cash is taken."""
    if refused := lane.not_ready():
        return refused
    if lane.basket is not None and lane.basket.lines:
        return Refused(Reason.BASKET_OPEN)
    stored = baskets.read(lane.db, basket_id)
    if stored is None:
        return Refused(Reason.NO_SUCH_BASKET, {"basket_id": basket_id})
    basket = msgspec.structs.replace(rebuild(lane.book, stored), is_resumed=True, touched=0)
    body: dict[str, object] = {"basket_id": basket_id, "name": basket.name}
    try:
        with saving(), lane.db.atomic():
            journal_event(
                lane.db, lane.lane_id, Kind.BASKET_RESUMED, lane.now(), lane.operator_id, lane.shift_id, body
            )
            baskets.resume(lane.db, basket_id)
    except NotSaved as error:
        return Refused(Reason.NOT_SAVED, {"error": str(error)})
    lane.basket = basket
    return BasketResumed(basket)


def list_suspended(lane: Lane) -> SuspendedListed:
    """Return the suspended baskets with what they come to, oldest first."""
    return SuspendedListed(
        tuple(
            msgspec.structs.replace(entry, total_minor=rebuild(lane.book, basket).total_minor)
            for entry, basket in baskets.list_suspended(lane.db)
        )
    )
