"""How much price lists and promotions say, to tell what would be lost: what is over by its own dates counts no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain.price_rule import PriceList
from domain.promotion import Promotion


def weigh_lists(now: datetime, lists: Sequence[PriceList]) -> int:
    """Return how many lists there are, and rules in them that are not over."""
    return len(lists) + sum(not _is_over(now, rule.end_at, rule.end_on) for one in lists for rule in one.rules)


def weigh_promotions(now: datetime, promotions: Sequence[Promotion]) -> int:
    """Return how many promotions are active and not over."""
    return sum(not _is_over(now, None, one.conditions.until_on) for one in promotions if one.is_active)


def _is_over(now: datetime, end_at: datetime | None, end_on: date | None) -> bool:
    """Say whether something has ended by its own dates, wherever on earth the store is."""
    return (end_at is not None and end_at < now) or (end_on is not None and end_on < now.date() - timedelta(days=1))
