"""Putting a basket aside under a name, and taking one up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain.basket import Basket, has_known_taxes, rebuild
from domain.journal import Kind
from domain.money import MICRO
from domain.outcome import BasketResumed, BasketSuspended, SuspendedListed
from domain.refusal import Reason, Refused
from domain.text import holds_card_number, safe_text
from register.keeping import keep, tell_journal
from register.lane import Lane
from register.later import Later
from register.pricing import reckon_basket
from storage import baskets

if TYPE_CHECKING:
    from register import sharing
    from storage.shares import Share
else:
    sharing = Later("register.sharing")

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
    if refused := _bad_name(name):
        return refused
    body: dict[str, object] = {
        "basket_id": basket.basket_id,
        "name": clean,
        "total_minor": basket.total_minor,
        "line_count": len(basket.lines),
    }
    is_shared = bool(lane.settings.lane.shared_folder)

    def write() -> None:
        tell_journal(lane, Kind.BASKET_SUSPENDED, body)
        baskets.suspend(lane.db, basket.basket_id, clean, lane.now())
        if is_shared:
            sharing.want(lane, basket, clean)

    if refused := keep(lane, write):
        return refused
    lane.basket = None
    lane.wake_sharer()
    return BasketSuspended(basket.basket_id, clean)


def _bad_name(name: str) -> Refused | None:
    """Return why a basket cannot have a name, if so."""
    if not safe_text(name, MAX_NAME).strip():
        return Refused(Reason.NEEDS_NAME)
    return Refused(Reason.CARD_NUMBER) if holds_card_number(name) else None


def resume(lane: Lane, basket_id: str) -> BasketResumed | Refused:
    """Make a suspended basket the open one; it asks before cash is taken."""
    if refused := lane.not_ready():
        return refused
    if lane.basket is not None and lane.basket.lines:
        return Refused(Reason.BASKET_OPEN)
    stored = baskets.read(lane.db, basket_id)
    if stored is None:
        return Refused(Reason.NO_SUCH_BASKET, {"basket_id": basket_id})
    if not has_known_taxes(lane.book, stored):
        return Refused(Reason.NO_TAX_CLASS, {"name": stored.name})
    if lane.settings.lane.shared_folder and (refused := sharing.keep_back(lane, basket_id)):
        return refused
    lane.prices.refresh(lane)
    lines = msgspec.structs.replace(rebuild(lane.book, stored), is_resumed=True, touched=0)
    basket = reckon_basket(lane, _at_taxes_now(lane, lines))
    body: dict[str, object] = {"basket_id": basket_id, "name": basket.name}

    def write() -> None:
        tell_journal(lane, Kind.BASKET_RESUMED, body)
        if lane.basket is not None:
            baskets.drop(lane.db, lane.basket.basket_id)  # it has a customer or a list at most, and nothing is sold
        baskets.resume(lane.db, basket_id)
        if basket.terms != stored.terms:
            baskets.put_terms(lane.db, basket)

    if refused := keep(lane, write):
        return refused
    lane.basket = basket
    return BasketResumed(basket)


def _at_taxes_now(lane: Lane, basket: Basket) -> Basket:
    """Return a basket that goes by its customer's taxes as they are now, and keeps them from here on."""
    if not basket.terms.position:
        return basket
    from register.positions import taxes_of  # few customers have other taxes

    taxes = taxes_of(lane, basket.terms.position)
    return msgspec.structs.replace(basket, terms=msgspec.structs.replace(basket.terms, position_taxes=taxes))


def list_suspended(lane: Lane) -> SuspendedListed:
    """Return the suspended baskets with what they come to, oldest first."""
    kept = lane.prices.memory, lane.prices.hints
    shared = {share.basket_id: share.share_id for share in _shares(lane)}
    found = tuple(
        msgspec.structs.replace(
            entry,
            total_minor=_total(lane, basket),
            item_count=basket.items_micro // MICRO,
            age_minutes=lane.minutes_since(entry.suspended_at),
            share_id=shared.get(entry.basket_id, ""),
        )
        for entry, basket in baskets.list_suspended(lane.db)
    )
    lane.prices.memory, lane.prices.hints = kept  # those of the open basket
    return SuspendedListed(found)


def _shares(lane: Lane) -> list[Share]:
    """Return what other lanes may take."""
    if not lane.settings.lane.shared_folder:
        return []
    from storage.shares import read_shares  # few stores share baskets

    return read_shares(lane.db)


def _total(lane: Lane, basket: Basket) -> int:
    """Return what a stored basket comes to, 0 where its taxes are not known here."""
    return reckon_basket(lane, rebuild(lane.book, basket)).due_minor if has_known_taxes(lane.book, basket) else 0
