"""Prices by hand: discounts on a line or the whole basket, another price for a line, coupons."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.basket import Basket, Change, Line, PriceOrigin, find_line, put_line
from domain.customer import Customer
from domain.deduction import Grant, GrantScope, Terms, without_points
from domain.journal import Kind
from domain.line_return import UNSET
from domain.outcome import BasketChanged
from domain.refusal import Reason, Refused
from domain.tax import PPM
from domain.text import holds_card_number, safe_text
from register.keeping import keep, line_body, tell_journal
from register.lane import Lane
from register.pricing import list_code, relist_items, reprice
from register.selling import new_basket, not_now, out_of_bounds
from storage import baskets
from storage.customers import find_customer

MAX_REASON = 60
MAX_COUPONS = 20
MAX_CUSTOMER = 40


def discount_line(
    lane: Lane, line_no: int, percent_ppm: int, amount_minor: int, reason: str
) -> BasketChanged | Refused:
    """Take a part or an amount off a line, in place of what was for the same reason before; nothing takes it back."""
    found = _line_at(lane, line_no)
    if isinstance(found, Refused):
        return found
    basket, line = found
    if refused := _bad_discount(percent_ppm, amount_minor, abs(line.tax.amount_minor)) or _bad_reason(reason):
        return refused
    why = _clean(reason)
    kept = tuple(g for g in basket.terms.grants if (g.scope, g.line_no, g.reason) != (GrantScope.LINE, line_no, why))
    if amount_minor:
        given = Grant(
            GrantScope.LINE, why or lane.texts["discount_line"], line_no, 0, amount_minor, why, lane.operator_id
        )
        kept = (*kept, given)
    changed = msgspec.structs.replace(line, discount_ppm=line.discount_ppm if amount_minor else percent_ppm)
    change = put_line(lane.book, basket, changed)
    terms = msgspec.structs.replace(basket.terms, grants=kept)
    body = {"line": line_body(line), "percent_ppm": percent_ppm, "amount_minor": amount_minor, "reason": _clean(reason)}
    return _save(lane, change, terms, Kind.LINE_DISCOUNTED, body)


def discount_basket(lane: Lane, percent_ppm: int, amount_minor: int, reason: str) -> BasketChanged | Refused:
    """Take a part or an amount off the whole basket, in place of such a discount before; nothing takes it back."""
    basket = _open_basket(lane)
    if isinstance(basket, Refused):
        return basket
    if refused := _bad_discount(percent_ppm, amount_minor, abs(basket.total_minor)) or _bad_reason(reason):
        return refused
    kept = tuple(grant for grant in basket.terms.grants if grant.scope is not GrantScope.BASKET)
    if percent_ppm or amount_minor:
        name = lane.texts["discount_basket"]
        given = Grant(GrantScope.BASKET, name, 0, percent_ppm, amount_minor, _clean(reason), lane.operator_id)
        kept = (*kept, given)
    terms = msgspec.structs.replace(basket.terms, grants=kept)
    body = {
        "total_minor": basket.total_minor,
        "percent_ppm": percent_ppm,
        "amount_minor": amount_minor,
        "reason": _clean(reason),
    }
    return _save(lane, Change(basket, ()), terms, Kind.BASKET_DISCOUNTED, body)


def override_price(lane: Lane, line_no: int, unit_price_micro: int, reason: str) -> BasketChanged | Refused:
    """Give a line another unit price, journalled with the one it had."""
    found = _line_at(lane, line_no)
    if isinstance(found, Refused):
        return found
    basket, line = found
    if line.load:
        return Refused(Reason.CARD_LINE, {"name": line.name})
    if unit_price_micro < 0:
        return Refused(Reason.PRICE_OUT_OF_RANGE, {"name": line.name})
    if refused := _bad_reason(reason) or out_of_bounds(lane, line.quantity_micro, unit_price_micro):
        return refused
    regular = line.unit_price_micro if line.regular_price_micro is None else line.regular_price_micro
    changed = msgspec.structs.replace(
        line,
        unit_price_micro=unit_price_micro,
        price_origin=PriceOrigin.OVERRIDE,
        regular_price_micro=regular,
        price_from=_clean(reason),
    )
    body = {"line": line_body(line), "unit_price_micro": unit_price_micro, "reason": _clean(reason)}
    return _save(lane, put_line(lane.book, basket, changed), basket.terms, Kind.PRICE_OVERRIDDEN, body)


def set_customer(lane: Lane, customer: str, group: str) -> BasketChanged | Refused:
    """Say whose basket it is and to which group the customer belongs; prices follow. An empty text is nobody's."""
    if refused := not_now(lane):
        return refused
    basket = lane.basket or new_basket(lane)
    if holds_card_number(customer):
        return Refused(Reason.CARD_NUMBER)
    name = safe_text(customer, MAX_CUSTOMER).strip()
    known = find_customer(lane.db, name) if name else None
    if known is not None and not known.is_active:
        return Refused(Reason.NO_SUCH_CUSTOMER, {"customer": name})
    terms = _terms_of(lane, basket.terms, known or Customer(name, "", group=safe_text(group, MAX_CUSTOMER).strip()))
    change = _sold_by(lane, basket, terms)
    if isinstance(change, Refused):
        return change
    return _save(lane, change, terms, Kind.CUSTOMER_SET, {"customer": terms.customer})


def _terms_of(lane: Lane, terms: Terms, customer: Customer) -> Terms:
    """Return the terms of a customer's basket; a price list that was chosen by hand stays where the customer has none.

    An invoice that somebody else wanted is not this customer's.
    """
    price_list = customer.price_list if lane.prices.has_list(customer.price_list) else ""
    position = customer.position if has_position(lane, customer.position) else ""
    return msgspec.structs.replace(
        terms,
        customer=customer.code,
        customer_group=customer.group,
        price_list=price_list or ("" if terms.customer else terms.price_list),
        position=position,
        position_taxes=_position_taxes(lane, position),
        invoice=None,
        grants=without_points(terms.grants),
        points=0,
    )


def _position_taxes(lane: Lane, position: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what a position puts in place of each tax now."""
    if not position:
        return ()
    from register.positions import taxes_of  # few customers have other taxes

    return taxes_of(lane, position)


def _sold_by(lane: Lane, basket: Basket, terms: Terms) -> Change | Refused:
    """Return a change in which the lines that are there have the prices and taxes of other terms."""
    new = msgspec.structs.replace(basket, terms=terms)
    if (terms.position, terms.price_list) == (basket.terms.position, basket.terms.price_list):
        return Change(new, ())
    code = list_code(lane, new)
    if terms.position or basket.terms.position:
        from register.positions import place_basket  # few customers have other taxes

        return place_basket(lane, new, code)
    return relist_items(lane, Change(new, ()), code, {line.sku for line in basket.lines})


def has_position(lane: Lane, code: str) -> bool:
    """Say whether the shop's settings or its ERP know a fiscal position."""
    return any(position.code == code for position in lane.positions)


def choose_price_list(lane: Lane, code: str) -> BasketChanged | Refused:
    """Sell by another price list: the lines that are there follow. An empty text is the store's usual one."""
    if refused := not_now(lane):
        return refused
    basket = lane.basket or new_basket(lane)
    if code and not lane.prices.has_list(code):
        return Refused(Reason.NO_SUCH_PRICE_LIST, {"list": safe_text(code, MAX_CUSTOMER)})
    terms = msgspec.structs.replace(basket.terms, price_list=code)
    change = Change(msgspec.structs.replace(basket, terms=terms), ())
    listed = relist_items(lane, change, list_code(lane, change.basket), {line.sku for line in basket.lines})
    if isinstance(listed, Refused):
        return listed
    return _save(lane, listed, terms, Kind.PRICE_LIST_CHOSEN, {"price_list": code})


def add_coupon(lane: Lane, code: str) -> BasketChanged | Refused:
    """Take a coupon: its promotions may then give what they give."""
    basket = _open_basket(lane)
    if isinstance(basket, Refused):
        return basket
    lane.prices.refresh(lane)
    if not lane.prices.knows_coupon(code):
        return Refused(Reason.UNKNOWN_COUPON, {"code": safe_text(code, 40)})
    if code in basket.terms.coupons or len(basket.terms.coupons) >= MAX_COUPONS:
        return Refused(Reason.COUPON_TAKEN, {"code": code})
    terms = msgspec.structs.replace(basket.terms, coupons=(*basket.terms.coupons, code))
    return _save(lane, Change(basket, ()), terms, Kind.COUPON_ADDED, {"coupon": code})


def _open_basket(lane: Lane) -> Basket | Refused:
    """Return the basket whose prices may be changed now."""
    if refused := not_now(lane):
        return refused
    if lane.basket is None or not lane.basket.lines:
        return Refused(Reason.BASKET_EMPTY)
    return lane.basket


def _line_at(lane: Lane, line_no: int) -> tuple[Basket, Line] | Refused:
    """Return the basket and its line whose price may be changed now."""
    basket = _open_basket(lane)
    if isinstance(basket, Refused):
        return basket
    line = find_line(basket, line_no)
    if isinstance(line, Refused):
        return line
    return (basket, line) if line.returns is UNSET else Refused(Reason.RETURN_LINE, {"name": line.name})


def _bad_discount(percent_ppm: int, amount_minor: int, most_minor: int) -> Refused | None:
    """Return why nobody can have such a discount, if so: it is one or the other, and never more than there is."""
    is_one = not (percent_ppm and amount_minor)
    if is_one and 0 <= percent_ppm <= PPM and 0 <= amount_minor <= most_minor:
        return None
    return Refused(Reason.BAD_DISCOUNT, {"max_minor": most_minor})


def _bad_reason(reason: str) -> Refused | None:
    """Return why a reason cannot be kept, if so."""
    return Refused(Reason.CARD_NUMBER) if holds_card_number(reason) else None


def _clean(reason: str) -> str:
    """Return a reason as it is kept."""
    return safe_text(reason, MAX_REASON).strip()


def _save(lane: Lane, change: Change, terms: Terms, kind: Kind, body: Mapping[str, object]) -> BasketChanged | Refused:
    """Write a basket's new lines and terms and the journal's event of it in one transaction."""
    basket = msgspec.structs.replace(change.basket, terms=terms)
    priced = reprice(lane, Change(basket, change.lines))
    if isinstance(priced, Refused):
        return priced

    def write() -> None:
        tell_journal(lane, kind, {"basket_id": basket.basket_id, **body})
        baskets.put_lines(lane.db, priced.basket, priced.lines, lane.operator_id)
        baskets.put_terms(lane.db, priced.basket)

    return keep(lane, write) or lane.changed(priced)
