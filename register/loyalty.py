"""Points at the lane: redeemed as a discount on the basket, earned by what is paid; offline like everything else."""

from __future__ import annotations

import msgspec

from domain.basket import Basket, Change
from domain.deduction import Grant, GrantScope, without_points
from domain.journal import Kind
from domain.loyalty import LoyaltyRules, earned_points, used_points
from domain.outcome import BasketChanged
from domain.refusal import Reason, Refused
from domain.sale import SaleHeader
from domain.stored_value import Points
from register.keeping import keep, tell_journal
from register.lane import Lane
from register.pricing import reprice
from register.selling import not_now
from storage import baskets
from storage.loyalty import points_left


def rules_of(lane: Lane) -> LoyaltyRules:
    """Return what points are earned by and worth here."""
    settings = lane.settings.loyalty
    return LoyaltyRules(settings.earn_minor, settings.point_minor)


def redeem_points(lane: Lane, points: int) -> BasketChanged | Refused:
    """Take points off the basket, in place of those before; 0 takes none."""
    if refused := not_now(lane):
        return refused
    basket, worth = lane.basket, rules_of(lane).point_minor
    if basket is None or not basket.lines:
        return Refused(Reason.BASKET_EMPTY)
    if not basket.terms.customer:
        return Refused(Reason.NEEDS_CUSTOMER)
    if points < 0:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": points})
    left = points_left(lane.db, basket.terms.customer)
    if points > max(0, left) or (points and not worth):
        return Refused(Reason.NO_POINTS, {"left": max(0, left) if worth else 0})
    return _save(lane, basket, points, points * worth)


def _save(lane: Lane, basket: Basket, points: int, amount_minor: int) -> BasketChanged | Refused:
    """Write a basket with what its points take off it, journalled; refused where that is more than there is."""
    kept = without_points(basket.terms.grants)
    bare = msgspec.structs.replace(basket, terms=msgspec.structs.replace(basket.terms, grants=kept, points=0))
    before = reprice(lane, Change(bare, ()))
    if isinstance(before, Refused):
        return before
    if amount_minor > max(0, before.basket.total_minor):
        return Refused(Reason.BAD_DISCOUNT, {"max_minor": max(0, before.basket.total_minor)})
    name = lane.texts["points"]
    grants = (*kept, Grant(GrantScope.POINTS, name, amount_minor=amount_minor, operator=lane.operator_id))
    terms = msgspec.structs.replace(basket.terms, grants=grants if points else kept, points=points)
    priced = reprice(lane, Change(msgspec.structs.replace(basket, terms=terms), ()))
    if isinstance(priced, Refused):
        return priced
    body = {
        "basket_id": basket.basket_id,
        "customer": basket.terms.customer,
        "points": points,
        "amount_minor": amount_minor,
    }

    def write() -> None:
        tell_journal(lane, Kind.POINTS_REDEEMED, body)
        baskets.put_terms(lane.db, priced.basket)

    return keep(lane, write) or lane.changed(priced)


def with_points(lane: Lane, basket: Basket, header: SaleHeader) -> SaleHeader:
    """Return a sale's header with the points that it gives and takes."""
    points = Points(earned_points(basket.total_minor, rules_of(lane)), _redeemed(lane, basket))
    return msgspec.structs.replace(header, points=points) if points != Points() else header


def points_gone(lane: Lane, basket: Basket) -> Refused | None:
    """Refuse points that another basket has redeemed meanwhile."""
    left = max(0, points_left(lane.db, basket.terms.customer))
    return Refused(Reason.NO_POINTS, {"left": left}) if _redeemed(lane, basket) > left else None


def _redeemed(lane: Lane, basket: Basket) -> int:
    """Return how many points a basket uses of those that were meant to be redeemed."""
    off = sum(one.amount_minor for one in basket.deductions if one.name == lane.texts["points"])
    return used_points(off, rules_of(lane).point_minor, basket.terms.points)
