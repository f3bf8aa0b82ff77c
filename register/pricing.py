"""What a basket comes to: promotions and discounts, looked at after every act that changes its lines.

Promotions are read when the first line of a basket is sold, if they have changed since: an open basket keeps those it
began with. A store without them imports nothing of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from domain.basket import Basket, Change, Line, PriceOrigin, kept_lines, put_line
from domain.refusal import Reason, Refused
from storage import prices

if TYPE_CHECKING:
    from domain.price_list import PriceBook
    from domain.pricing import PriceRules
    from domain.promotion_basket import Hint, PromotionMemory
    from register.lane import Lane


KEPT: Final = "kept"
"""The version of positions of which one is a stored basket's: the next basket takes them anew."""


class Prices:
    """The prices in force at a lane, and what the last look at its basket leaves for the next."""

    def __init__(self) -> None:
        self.version: tuple[str | None, str | None, str | None] = (None, None, None)
        self.rules: PriceRules | None = None
        self.lists: PriceBook | None = None
        self.paths: dict[str, tuple[str, ...]] = {}
        self.memory: PromotionMemory | None = None
        self.hints: tuple[Hint, ...] = ()
        self.given: tuple[str, dict[str, int]] = ("", {})
        """A customer, and how often each promotion was given before."""

    def refresh(self, lane: Lane, stored: Basket | None = None) -> None:
        """Read the promotions anew if they are others than before; what a customer had is asked again.

        A stored basket, which is about to be the lane's, finds its customer's taxes as they were.
        """
        self.given = ("", {})
        version = prices.prices_version(lane.db)
        if lane.basket is not None and (lane.basket.lines or lane.basket.terms.position):
            version = (*version[:2], self.version[2])
        elif version[2] != self.version[2]:
            from register.positions import take_positions  # few shops have customers with other taxes

            take_positions(lane)
        if stored is not None and stored.terms.position:
            from register.positions import keep_position  # few customers have other taxes

            version = (*version[:2], KEPT) if keep_position(lane, stored.terms) else version
        if version != self.version or (self.rules is not None and self.rules.book is not lane.book):
            self.version, self.memory = version, None
            self.paths = prices.read_department_paths(lane.db) if version[0] or version[1] else {}
            self.rules = _read_rules(lane, self.paths) if version[0] else None
            self.lists = _read_lists(lane) if version[1] else None

    def given_to(self, lane: Lane, customer: str) -> dict[str, int]:
        """Return how often a customer was given each promotion before this basket; asked once for each basket."""
        if customer and self.given[0] != customer:
            self.given = customer, prices.read_given(lane.db, customer)
        return self.given[1] if customer else {}

    def has_list(self, code: str) -> bool:
        """Say whether there is a price list that can be sold by."""
        return self.lists is not None and code in self.lists.lists

    def knows_coupon(self, code: str) -> bool:
        """Say whether any promotion asks for a coupon."""
        promotions = self.rules.promotions.promotions if self.rules else ()
        return any(code in promotion.conditions.coupons for promotion in promotions)


def _read_lists(lane: Lane) -> PriceBook:
    """Return the price lists of a lane that has some."""
    from domain.price_list import build_price_book
    from domain.price_rule import CurrencyRate

    foreign = [kind.foreign for kind in lane.tender_kinds if kind.foreign is not None]
    rates = [CurrencyRate(currency.code, currency.rate_micro) for currency in foreign]
    return build_price_book(prices.read_price_lists(lane.db), rates)


def _read_rules(lane: Lane, paths: dict[str, tuple[str, ...]]) -> PriceRules:
    """Return the rules of a lane that has promotions."""
    from domain.pricing import PriceRules
    from domain.promotion_book import build_book

    promotions = prices.read_promotions(lane.db)
    return PriceRules(lane.book, build_book(promotions), paths)


def reprice(lane: Lane, change: Change) -> Change | Refused:
    """Return a change at the prices of the list in force, and with what is taken off the basket now.

    One whose prices stay and that has nothing to take off is returned as it is.
    """
    if lane.prices.lists is not None and (code := list_code(lane, change.basket)):
        listed = relist(lane, change, code)
        if isinstance(listed, Refused):
            return listed
        change = listed
    basket = reckon_basket(lane, change.basket)
    return change if basket is change.basket else Change(basket, change.lines)


def reckon_basket(lane: Lane, basket: Basket, at: datetime | None = None) -> Basket:
    """Return a basket with its deductions and what it comes to, now or at another time."""
    if not basket.deductions and not basket.terms.grants and lane.prices.rules is None:
        return basket
    from domain.pricing import PriceRules, reckon
    from domain.promotion_basket import PromotionContext
    from domain.promotion_book import build_book

    rules = lane.prices.rules or PriceRules(lane.book, build_book(()))
    terms = basket.terms
    coupons = frozenset(terms.coupons)
    used = lane.prices.given_to(lane, terms.customer)
    context = PromotionContext(at or lane.clock(), lane.zone, terms.customer_group, coupons, used)
    reckoned = reckon(rules, basket, context, lane.prices.memory)
    lane.prices.memory, lane.prices.hints = reckoned.rewards.memory, reckoned.rewards.hints
    return reckoned.basket


LISTED = (PriceOrigin.CATALOG, PriceOrigin.LIST)
"""Where a price comes from that a price list may change: never from a label, a hand or an open department."""


def list_code(lane: Lane, basket: Basket) -> str:
    """Return the price list of a basket: the customer's, or the store's usual one."""
    return basket.terms.price_list or lane.settings.selling.price_list


def joining_price(
    basket: Basket, sku: str, price_micro: int, origin: PriceOrigin
) -> tuple[int, PriceOrigin, str, int | None]:
    """Return price, origin, list and regular price for one more of an item: those of the line that it would join.

    A line sold by a list has another price than the catalogue's; the list is asked again for both together.
    """
    last = basket.lines[-1] if basket.lines else None
    if last is None or last.sku != sku or origin is not PriceOrigin.CATALOG:
        return price_micro, origin, "", None
    if last.price_origin is PriceOrigin.LIST and last.regular_price_micro == price_micro:
        return last.unit_price_micro, last.price_origin, last.price_from, last.regular_price_micro
    return price_micro, origin, "", None


def relist(lane: Lane, change: Change, code: str) -> Change | Refused:
    """Return a change in which the items it touches have the prices of a list, for the quantity that they have now."""
    touched = {line.sku for line in change.lines if line.price_origin in LISTED}
    return relist_items(lane, change, code, touched) if touched else change


def relist_items(lane: Lane, change: Change, code: str, skus: set[str]) -> Change | Refused:
    """Return a change in which some items have the prices of a list; without a code, those of the catalogue."""
    basket = change.basket
    lines = {line.line_no: line for line in change.lines}
    for line in kept_lines(basket):
        if line.sku not in skus or line.price_origin not in LISTED:
            continue
        priced = listed_line(lane, basket, line, code)
        if isinstance(priced, Refused):
            if line.price_origin is PriceOrigin.LIST:
                continue  # the list has lost its price since: what is sold keeps the one it has
            return priced
        if priced is not line:
            moved = put_line(lane.book, basket, priced)
            basket = moved.basket
            lines |= {new.line_no: new for new in moved.lines}
    return Change(msgspec.structs.replace(basket, touched=change.basket.touched), tuple(lines.values()))


def listed_line(lane: Lane, basket: Basket, line: Line, code: str) -> Line | Refused:
    """Return a line at the price of a list, the line itself where that is the price it has."""
    if basket.terms.position:
        from register.positions import placed_line  # few customers have other taxes

        return placed_line(lane, basket, line, code)
    regular = line.unit_price_micro if line.regular_price_micro is None else line.regular_price_micro
    found = list_price(lane, basket, line, regular, code) if code else (regular, "")
    if isinstance(found, Refused):
        return found
    price, name = found
    origin = PriceOrigin.LIST if name else PriceOrigin.CATALOG
    if (price, origin, name) == (line.unit_price_micro, line.price_origin, line.price_from):
        return line
    return msgspec.structs.replace(
        line,
        unit_price_micro=price,
        price_origin=origin,
        price_from=name,
        regular_price_micro=regular if name else None,
    )


def list_price(lane: Lane, basket: Basket, line: Line, regular_micro: int, code: str) -> tuple[int, str] | Refused:
    """Return a price by a list and the list's name; the item's own price and no name where no rule of it fits.

    Refused where the list has no price for it: selling at another one would be wrong and nobody would see it.
    """
    from domain.price_list import Price, find_price
    from domain.price_rule import PricedItem

    book = lane.prices.lists
    index = book.lists.get(code) if book else None
    if book is None or index is None:
        return Refused(Reason.NO_LIST_PRICE, {"name": line.name, "list": code})
    cost, template = prices.read_cost(lane.db, line.sku)
    departments = (line.department, *lane.prices.paths.get(line.department, ()))
    item = PricedItem(line.sku, regular_micro, cost, template, departments, uom_digits=line.uom_digits)
    quantity = line.quantity_micro
    if index.price_list.counts_basket:
        quantity = sum(other.quantity_micro for other in kept_lines(basket) if other.sku == line.sku)
    price = find_price(book, code, item, quantity, lane.clock(), lane.zone)
    if not isinstance(price, Price):
        return Refused(Reason.NO_LIST_PRICE, {"name": line.name, "list": code})
    if price.rule is None:
        return regular_micro, ""
    return price.unit_price_micro, index.price_list.name or code
