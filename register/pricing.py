"""What a basket comes to: promotions and discounts, looked at after every act that changes its lines.

Promotions are read when the first line of a basket is sold, if they have changed since: an open basket keeps those it
began with. A store without them imports nothing of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.basket import Basket, Change
from storage import prices

if TYPE_CHECKING:
    from domain.pricing import PriceRules
    from domain.promotion_basket import Hint, PromotionMemory
    from register.lane import Lane


class Prices:
    """The prices in force at a lane, and what the last look at its basket leaves for the next."""

    def __init__(self) -> None:
        self.version: tuple[str | None, str | None] = (None, None)
        self.rules: PriceRules | None = None
        self.memory: PromotionMemory | None = None
        self.hints: tuple[Hint, ...] = ()

    def refresh(self, lane: Lane) -> None:
        """Read the promotions anew if they are others than before."""
        version = prices.prices_version(lane.db)
        if version != self.version or (self.rules is not None and self.rules.book is not lane.book):
            self.version, self.memory = version, None
            self.rules = _read_rules(lane) if version[0] else None

    def knows_coupon(self, code: str) -> bool:
        """Say whether any promotion asks for a coupon."""
        promotions = self.rules.promotions.promotions if self.rules else ()
        return any(code in promotion.conditions.coupons for promotion in promotions)


def _read_rules(lane: Lane) -> PriceRules:
    """Return the rules of a lane that has promotions."""
    from domain.pricing import PriceRules
    from domain.promotion_book import build_book

    promotions = prices.read_promotions(lane.db)
    return PriceRules(lane.book, build_book(promotions), prices.read_department_paths(lane.db))


def reprice(lane: Lane, change: Change) -> Change:
    """Return a change with what is taken off the basket now; one with nothing to take off is returned as it is."""
    basket = reckon_basket(lane, change.basket)
    return change if basket is change.basket else Change(basket, change.lines)


def reckon_basket(lane: Lane, basket: Basket) -> Basket:
    """Return a basket with its deductions and what it comes to."""
    if not basket.deductions and not basket.terms.grants and lane.prices.rules is None:
        return basket
    from domain.pricing import PriceRules, reckon
    from domain.promotion_basket import PromotionContext
    from domain.promotion_book import build_book

    rules = lane.prices.rules or PriceRules(lane.book, build_book(()))
    terms = basket.terms
    context = PromotionContext(lane.clock(), lane.zone, terms.customer_group, frozenset(terms.coupons))
    reckoned = reckon(rules, basket, context, lane.prices.memory)
    lane.prices.memory, lane.prices.hints = reckoned.rewards.memory, reckoned.rewards.hints
    return reckoned.basket
