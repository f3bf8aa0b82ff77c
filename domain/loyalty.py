"""Loyalty points: so many for what is paid, and each worth so much off a later basket; the ERP keeps the balance.

Points are owed to customers like money on a card, but counted in whole points. What is redeemed is a discount by its
own name on the basket, so that taxes follow it; what remains to pay earns points.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec


class LoyaltyRules(msgspec.Struct, frozen=True):
    """One point for each whole `earn_minor`; a point is worth `point_minor`. 0 is none; both are minor units."""

    earn_minor: int = 0
    point_minor: int = 0


class PointsBalance(msgspec.Struct, frozen=True):
    """What the ERP says a customer has, and when it was so, as UTC text."""

    customer: str
    points: int
    told_at: str


def earned_points(total_minor: int, rules: LoyaltyRules) -> int:
    """Return what a total earns, cut to whole points; what comes back without a receipt loses as many."""
    if not rules.earn_minor:
        return 0
    points = abs(total_minor) // rules.earn_minor
    return points if total_minor >= 0 else -points


def points_to_take(earned: int, paid_minor: int, back_minor: int) -> int:
    """Return how many of a sale's earned points go with what is back of it by now: what is out keeps its whole ones.

    Worked example: 245.40 earned 24. With 199.90 back, what is out keeps 4 of them, and 20 go; with the rest all 24.
    """
    if earned <= 0 or paid_minor <= 0:
        return 0
    return earned - earned * max(0, paid_minor - back_minor) // paid_minor


def points_to_give(redeemed: int, worth: int, back: int | Fraction) -> int:
    """Return how many redeemed points come back with what is back by now of a sale that was worth so much before them.

    Cut to whole points, so that only all of it brings all of them; never more than were redeemed.
    """
    return redeemed * min(back, worth) // worth if redeemed > 0 and worth > 0 else 0


def used_points(amount_minor: int, point_minor: int, most: int) -> int:
    """Return how many of the points that were meant to be redeemed a discount has used: a part of one is one."""
    return min(most, -(-amount_minor // point_minor)) if amount_minor > 0 and point_minor else 0
