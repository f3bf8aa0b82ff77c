"""Items that ask for something: an age, a lot, a serial, an expiry date, so many at least.

Imported with the first such item that a lane sells. Nothing is asked twice: what a code says itself is taken, and an
age that was looked at is good for the whole basket.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from domain.basket import Basket, Draft, Line, PriceOrigin, kept_lines
from domain.item import Item
from domain.item_rule import MAX_AGE, Tracking
from domain.journal import Kind
from domain.money import MICRO, MICRO_DIGITS, format_scaled
from domain.outcome import AgeChecked
from domain.refusal import Reason, Refused
from domain.trace import NO_TRACE, Trace, age_on, born_by, is_date, judge_trace
from register import cards
from register.keeping import keep, tell_journal
from register.lane import Lane
from register.selling import new_basket, not_now
from storage import baskets
from storage.catalog import find_by_sku
from storage.traces import find_serial

BY_DATE: Final = "birth_date"
BY_SIGHT: Final = "sight"


def ruled(lane: Lane, draft: Draft, given: Trace | None) -> Draft | Refused:
    """Return a line of an item that asks for something with what is noted of it, or what is to be asked first."""
    trace = _traced(lane, draft.item, draft.quantity_micro, given)
    if isinstance(trace, Refused):
        return trace
    if not draft.item.rules.is_card:
        return msgspec.structs.replace(draft, trace=trace)
    card = given.card if given else ""
    load = cards.make_load(lane, draft.item, draft.quantity_micro, draft.unit_price_micro, card)
    if isinstance(load, Refused):
        return load
    return msgspec.structs.replace(
        draft, trace=trace, load=load, unit_price_micro=0, price_origin=PriceOrigin.OPEN, regular_price_micro=None
    )


def _traced(lane: Lane, item: Item, quantity_micro: int, given: Trace | None) -> Trace | UnsetType | Refused:
    """Return what is told apart of what is sold, or what is to be asked first."""
    age, today = item.rules.min_age, lane.today()
    if quantity_micro > 0 and age > _age_seen(lane):
        return Refused(Reason.NEEDS_AGE, {"sku": item.sku, "name": item.name, "age": age, "date": born_by(age, today)})
    if not item.rules.is_traced:
        return UNSET
    trace = judge_trace(item, given or NO_TRACE, today, is_coming_back=quantity_micro < 0)
    if isinstance(trace, Refused) or item.rules.tracking is not Tracking.SERIAL:
        return trace
    return _serial_flaw(lane, item, quantity_micro, trace.serial) or trace


def _age_seen(lane: Lane) -> int:
    """Return the age that the customer was found to have."""
    return lane.basket.terms.age if lane.basket else 0


def _serial_flaw(lane: Lane, item: Item, quantity_micro: int, serial: str) -> Refused | None:
    """Return why a piece with a serial cannot be sold or come back: there is one of it, and it is in one place."""
    if abs(quantity_micro) != MICRO:
        return Refused(Reason.SERIAL_QUANTITY, {"name": item.name})
    facts: dict[str, str | int] = {"name": item.name, "text": serial}
    for line in kept_lines(lane.basket or Basket("")):
        if line.sku == item.sku and line.trace and line.trace.serial == serial:
            return Refused(Reason.SERIAL_TAKEN, facts)
    if quantity_micro > 0 and find_serial(lane.db, item.sku, serial) < 0:
        return Refused(Reason.SERIAL_TAKEN, facts)
    return None


def goods_gone(lane: Lane, basket: Basket) -> Refused | None:
    """Refuse a piece that another basket has sold meanwhile, and what has expired since."""
    today = lane.today()
    for line in kept_lines(basket):
        if not line.trace or line.quantity_micro < 0:
            continue
        if line.trace.expires_on and line.trace.expires_on < today:
            return Refused(Reason.LINE_EXPIRED, {"date": line.trace.expires_on, "name": line.name})
        if line.trace.serial and find_serial(lane.db, line.sku, line.trace.serial) < 0:
            return Refused(Reason.SERIAL_TAKEN, {"name": line.name, "text": line.trace.serial})
    return None


def too_few(item: Item, line: Line) -> Refused | None:
    """Return why an item is not sold in such a quantity, if so; of what comes back there may be any."""
    rules, quantity = item.rules, line.quantity_micro
    if 0 < quantity < rules.min_quantity_micro:
        return Refused(Reason.TOO_FEW, {"name": item.name, "min": _number(rules.min_quantity_micro)})
    if quantity > 0 and rules.multiple_micro and quantity % rules.multiple_micro:
        return Refused(Reason.WRONG_MULTIPLE, {"name": item.name, "count": _number(rules.multiple_micro)})
    return None


def bad_change(lane: Lane, line: Line, quantity_micro: int) -> Refused | None:
    """Return why a line cannot have another quantity by the rules that its item has now, if so."""
    if line.load:
        return Refused(Reason.CARD_LINE, {"name": line.name})
    if line.trace and line.trace.serial:
        return Refused(Reason.SERIAL_QUANTITY, {"name": line.name})
    item = find_by_sku(lane.db, line.sku)
    return too_few(item, msgspec.structs.replace(line, quantity_micro=quantity_micro)) if item else None


def check_age(lane: Lane, sku: str, born_on: str, is_older: bool) -> AgeChecked | Refused:
    """Note what was seen of an age, journalled without the birth date; the basket keeps the age that is sure."""
    if refused := not_now(lane):
        return refused
    item, today = find_by_sku(lane.db, sku), lane.today()
    if item is None:
        return Refused(Reason.UNKNOWN_CODE, {"code": sku})
    if born_on and (not is_date(born_on) or not 0 <= age_on(born_on, today) <= MAX_AGE):
        return Refused(Reason.BAD_DATE, {"text": born_on})
    seen = age_on(born_on, today) if born_on else item.rules.min_age if is_older else 0
    is_enough = seen >= item.rules.min_age
    basket = lane.basket or (new_basket(lane) if is_enough else None)
    body = {
        "basket_id": basket.basket_id if basket else "",
        "sku": item.sku,
        "name": item.name,
        "min_age": item.rules.min_age,
        "by": BY_DATE if born_on else BY_SIGHT,
    }

    def write() -> None:
        tell_journal(lane, Kind.AGE_CONFIRMED if is_enough else Kind.AGE_REFUSED, body)
        if basket is not None and is_enough:
            baskets.put_lines(lane.db, aged, (), lane.operator_id)
            baskets.put_terms(lane.db, aged)

    aged = _aged(basket, seen) if basket else Basket("")
    if refused := keep(lane, write):
        return refused
    if basket is not None and is_enough:
        lane.basket = aged
    return AgeChecked(item.sku, item.rules.min_age, is_enough)


def _aged(basket: Basket, age: int) -> Basket:
    """Return a basket whose customer is known to have an age."""
    return msgspec.structs.replace(basket, terms=msgspec.structs.replace(basket.terms, age=max(age, basket.terms.age)))


def _number(micro: int) -> str:
    """Return a quantity as it is typed."""
    text = format_scaled(micro, MICRO_DIGITS)
    return text.rstrip("0").rstrip(".")
