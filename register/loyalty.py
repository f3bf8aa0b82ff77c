"""Points at the lane: redeemed as a discount on the basket, earned by what is paid; offline like everything else."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from domain.basket import Basket, Change
from domain.deduction import Grant, GrantScope, without_points
from domain.journal import Kind
from domain.loyalty import LoyaltyRules, earned_points, points_to_give, points_to_take, used_points
from domain.outcome import BasketChanged
from domain.refusal import Reason, Refused
from domain.returning import Back, add_backs, backs_in, returned_minor, returns_of
from domain.sale import Sale, SaleHeader
from domain.stored_value import Points
from register.keeping import keep, tell_journal
from register.lane import Lane
from register.pricing import reprice
from register.receipts import KnownReceipt, find_receipt
from register.selling import not_now
from storage import baskets
from storage.customers import find_customer
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
    back = returned_minor(basket) if basket.is_returning else 0
    taken, given, known_minor = _points_back(lane, basket) if basket.is_returning else (0, 0, 0)
    rules = rules_of(lane)
    earned = earned_points(basket.total_minor + back, rules) + earned_points(known_minor - back, rules)
    points = Points(earned, _redeemed(lane, basket), taken, given)
    return msgspec.structs.replace(header, points=points) if points != Points() else header


def _points_back(lane: Lane, basket: Basket) -> tuple[int, int, int]:
    """Return the points that a basket takes and gives of the receipt it takes back, and what it pays for that."""
    of = returns_of(basket)
    found = find_receipt(lane, of.folio) if of is not None and of.sale_id else None
    if not isinstance(found, KnownReceipt):
        return 0, 0, 0
    paid, lying = found.paid(lane), backs_in(basket, found.sale.folio)
    known_minor = sum(back.gross_minor for back in lying.values())
    points = found.sale.points
    if not points:
        return 0, 0, known_minor
    back = {number: add_backs(found.posted.get(number, Back()), lying.get(number, Back())) for number in paid}
    before = [document.points for document in found.returns if document.points]
    sold_minor = sum(line.gross_minor for line in paid.values())
    taken = points_to_take(_earned(lane, found.sale, sold_minor), sold_minor, sum(b.gross_minor for b in back.values()))
    worth = sum(line.line.gross_minor for line in paid.values())
    brought = sum((line.worth_of(back[number].quantity_micro) for number, line in paid.items()), Fraction(0))
    given = points_to_give(points.redeemed, worth, brought)
    return (
        max(0, taken - sum(one.taken_back for one in before)),
        max(0, given - sum(one.given_back for one in before)),
        known_minor,
    )


def _earned(lane: Lane, sale: Sale, sold_minor: int) -> int:
    """Return what a sale has earned by what it sold; of an exchange by the rules of today."""
    points = sale.points or Points()
    return earned_points(sold_minor, rules_of(lane)) if sale.of else points.earned


def not_theirs(lane: Lane, found: KnownReceipt, basket: Basket) -> Refused | None:
    """Refuse to take back for another customer what has points of one that the lane knows and can still name."""
    if not found.sale.points or basket.terms.customer == found.sale.customer:
        return None
    owner = find_customer(lane.db, found.sale.customer)
    if owner is None or not owner.is_active or owner.code == basket.terms.customer:
        return None
    return Refused(Reason.POINTS_CUSTOMER, {"name": owner.name})


def points_gone(lane: Lane, basket: Basket) -> Refused | None:
    """Refuse points that another basket has redeemed meanwhile."""
    left = max(0, points_left(lane.db, basket.terms.customer))
    return Refused(Reason.NO_POINTS, {"left": left}) if _redeemed(lane, basket) > left else None


def _redeemed(lane: Lane, basket: Basket) -> int:
    """Return how many points a basket uses of those that were meant to be redeemed."""
    off = sum(one.amount_minor for one in basket.deductions if one.name == lane.texts["points"])
    return used_points(off, rules_of(lane).point_minor, basket.terms.points)
