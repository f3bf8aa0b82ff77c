"""Loyalty points: so many for what is paid, and each worth so much off a later basket; the ERP keeps the balance.

Points are owed to customers like money on a card, but counted in whole points. What is redeemed is a discount by its
own name on the basket, so that taxes follow it; what remains to pay earns points.
"""

from __future__ import annotations

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
    """Return what a total earns, cut to whole points; what comes back loses as many."""
    if not rules.earn_minor:
        return 0
    points = abs(total_minor) // rules.earn_minor
    return points if total_minor >= 0 else -points


def used_points(amount_minor: int, point_minor: int, most: int) -> int:
    """Return how many of the points that were meant to be redeemed a discount has used: a part of one is one."""
    return min(most, -(-amount_minor // point_minor)) if amount_minor > 0 and point_minor else 0
