"""Selling: from a code, a SKU or a department to a line of the basket, and taking lines back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from domain.basket import (
    CHANGE_SECONDS,
    Basket,
    Change,
    Draft,
    Line,
    PriceOrigin,
    QuantityOrigin,
    add_line,
    change_quantity,
    find_line,
    void_line,
)
from domain.deduction import Terms
from domain.instant import read_stamp
from domain.item import Department, Item, UoM
from domain.item_rule import NO_RULES
from domain.journal import Kind
from domain.money import MAX_MINOR, MICRO, exact_scale, extend
from domain.outcome import BasketChanged, BasketVoided
from domain.refusal import Fact, Reason, Refused
from domain.trace import Trace
from register.aging import too_old
from register.finding import Found, find
from register.keeping import keep, line_body, tell_journal
from register.lane import Lane
from register.later import Later
from register.pricing import joining_price, reprice
from storage import baskets
from storage.catalog import find_by_sku, find_department

if TYPE_CHECKING:
    from register import item_rules
else:
    item_rules = Later("register.item_rules")

DEPARTMENT_CODE = "dept-"
"""A department rung up by a typed price has no item: its lines carry this and the department's code as SKU."""


def scan(lane: Lane, code: str, quantity_micro: int | None, trace: Trace | None = None) -> BasketChanged | Refused:
    """Sell what a code means; what the code says of lot, serial and expiry date goes before what was typed."""
    found = find(lane, code)
    if isinstance(found, Refused):
        return not_now(lane) or found
    return sell(lane, _traced(found, trace) if trace else found, quantity_micro)


def add_item(
    lane: Lane, sku: str, quantity_micro: int | None, unit_price_micro: int | None, trace: Trace | None = None
) -> BasketChanged | Refused:
    """Sell an item by its SKU, at a typed price where it asks for one."""
    item = find_by_sku(lane.db, sku)
    if item is None:
        return not_now(lane) or Refused(Reason.UNKNOWN_CODE, {"code": sku})
    if unit_price_micro is not None and item.unit_price_micro is not None:
        return Refused(Reason.PRICE_NOT_ASKED, {"name": item.name})
    price = item.unit_price_micro if unit_price_micro is None else unit_price_micro
    origin = PriceOrigin.CATALOG if unit_price_micro is None else PriceOrigin.OPEN
    return sell(lane, Found(item, sku, price_micro=price, price_origin=origin, trace=trace), quantity_micro)


def ring_department(
    lane: Lane, code: str, unit_price_micro: int, quantity_micro: int | None
) -> BasketChanged | Refused:
    """Sell something of an open-price department."""
    department = find_department(lane.db, code)
    if department is None or not department.is_open_price:
        return not_now(lane) or Refused(Reason.NO_SUCH_DEPARTMENT, {"code": code})
    if not department.min_price_micro <= unit_price_micro <= department.max_price_micro:
        limits: dict[str, Fact] = {
            "min_micro": department.min_price_micro,
            "max_micro": department.max_price_micro,
        }
        return Refused(Reason.PRICE_OUT_OF_RANGE, limits)
    item = department_item(department)
    found = Found(item, department.code, price_micro=unit_price_micro, price_origin=PriceOrigin.OPEN)
    return sell(lane, found, quantity_micro)


def department_item(department: Department) -> Item:
    """Return the item that stands for whatever an open-price department sells."""
    return Item(0, DEPARTMENT_CODE + department.code, department.name, department.code, department.tax_class, None)


def sell(lane: Lane, found: Found, quantity_micro: int | None) -> BasketChanged | Refused:
    """Add what was found to the basket and save it, or refuse."""
    refused = not_now(lane) or too_old(lane) or _not_sellable(lane, found, quantity_micro)
    if refused:
        return refused
    assert found.price_micro is not None  # _not_sellable has refused an item without a price
    quantity = _quantity(found, quantity_micro)
    basket = lane.basket or new_basket(lane)
    if basket.terms.position:
        from register.positions import placed_found  # few customers have other taxes

        found = placed_found(lane, basket, found)
    price, origin, name, regular = joining_price(basket, found.item.sku, found.price_micro or 0, found.price_origin)
    draft = Draft(
        item=found.item,
        code=found.code,
        quantity_micro=quantity,
        unit_price_micro=price,
        price_origin=origin,
        price_from=name,
        regular_price_micro=regular,
        quantity_origin=_quantity_origin(found, quantity_micro),
        operator=lane.operator_id,
        at=lane.now(),
    )
    if is_ruled := found.item.rules is not NO_RULES:
        ruled = item_rules.ruled(lane, draft, found.trace)
        if isinstance(ruled, Refused):
            return ruled
        draft = ruled
    change = add_line(lane.book, basket, draft)
    if isinstance(change, Refused):
        return change
    line = change.lines[-1]
    if is_ruled and (refused := item_rules.too_few(found.item, line)):
        return refused
    return out_of_bounds(lane, line.quantity_micro, line.unit_price_micro) or save(lane, change)


def new_basket(lane: Lane) -> Basket:
    """Return an empty basket, at the prices that are in force now."""
    lane.prices.refresh(lane)
    return Basket(lane.new_id(), lane.now())


def save(lane: Lane, change: Change) -> BasketChanged | Refused:
    """Write the changed lines of a basket; only then is it the lane's."""
    priced = reprice(lane, change)
    if isinstance(priced, Refused):
        return priced
    return keep(lane, lambda: _put(lane, priced)) or lane.changed(priced)


def _put(lane: Lane, change: Change) -> None:
    """Write the lines of a basket that are new or different."""
    baskets.put_lines(lane.db, change.basket, change.lines, lane.operator_id)


def set_quantity(lane: Lane, line_no: int, quantity_micro: int) -> BasketChanged | Refused:
    """Give a line another quantity: in place for a minute by whoever made it, later by void and a new line."""
    basket = lane.basket
    if refused := not_now(lane):
        return refused
    if basket is None:
        return Refused(Reason.BASKET_EMPTY)
    line = find_line(basket, line_no)
    if isinstance(line, Refused):
        return line
    if refused := _bad_quantity(lane, line, quantity_micro):
        return refused
    if _may_change(lane, line):
        change = change_quantity(lane.book, basket, line_no, quantity_micro, line.quantity_origin)
    else:
        change = _void_and_add(lane, basket, line, quantity_micro)
    if isinstance(change, Refused):
        return change
    body = {"basket_id": basket.basket_id, "line": line_body(line), "quantity_micro": quantity_micro}
    return _save_event(lane, change, Kind.LINE_CHANGED, body)


def take_back(lane: Lane, line_no: int) -> BasketChanged | Refused:
    """Void a line by a counter-line, journalled with the line in clear."""
    basket = lane.basket
    if refused := not_now(lane):
        return refused
    if basket is None:
        return Refused(Reason.BASKET_EMPTY)
    change = void_line(lane.book, basket, line_no, lane.operator_id, lane.now())
    if isinstance(change, Refused):
        return change
    body = {"basket_id": basket.basket_id, "line": line_body(basket.lines[line_no - 1])}
    return _save_event(lane, change, Kind.LINE_VOIDED, body)


def give_up(lane: Lane) -> BasketVoided | Refused:
    """Void the whole basket, journalled with its lines in clear."""
    basket = lane.basket
    if refused := not_now(lane):
        return refused
    if basket is None or not (basket.lines or basket.terms != Terms()):
        return Refused(Reason.BASKET_EMPTY)
    lines = [line_body(line) for line in basket.lines]
    body = {"basket_id": basket.basket_id, "lines": lines, "total_minor": basket.total_minor}

    def write() -> None:
        tell_journal(lane, Kind.BASKET_VOIDED, body)
        baskets.drop(lane.db, basket.basket_id)

    if refused := keep(lane, write):
        return refused
    lane.basket = None
    return BasketVoided(basket.basket_id)


def _traced(found: Found, given: Trace) -> Found:
    """Return what was found with a typed lot, serial and expiry date where its code says none."""
    said = found.trace or Trace()
    trace = Trace(said.lot or given.lot, said.serial or given.serial, said.expires_on or given.expires_on, given.card)
    return msgspec.structs.replace(found, trace=trace)


def not_now(lane: Lane) -> Refused | None:
    """Return why the basket cannot change now, if so."""
    if refused := lane.not_ready():
        return refused
    return Refused(Reason.TENDER_STARTED) if lane.basket and lane.basket.tenders else None


def _not_sellable(lane: Lane, found: Found, quantity_micro: int | None) -> Refused | None:
    """Return why this cannot be sold like this, if so."""
    item = found.item
    facts: dict[str, Fact] = {"sku": item.sku, "name": item.name}
    if not item.is_for_sale:
        return Refused(Reason.NOT_FOR_SALE, facts)
    if item.tax_class not in lane.book.classes:
        return Refused(Reason.NO_TAX_CLASS, {**facts, "tax_class": item.tax_class})
    if found.price_micro is None:
        return Refused(Reason.NEEDS_PRICE, facts)
    if found.price_micro < 0:
        return Refused(Reason.PRICE_OUT_OF_RANGE, facts)
    if item.is_weighed and quantity_micro is None and found.quantity_micro is None:
        return Refused(Reason.NEEDS_QUANTITY, facts)
    if found.is_label and quantity_micro is not None and quantity_micro % MICRO:
        return Refused(Reason.LABEL_QUANTITY, {"name": item.name})
    quantity = _quantity(found, quantity_micro)
    if not item.uom.takes(quantity):
        return Refused(Reason.WRONG_UNIT, {**facts, "uom": item.uom.code, "digits": item.uom.digits})
    return out_of_bounds(lane, quantity, found.price_micro)


def out_of_bounds(lane: Lane, quantity_micro: int, unit_price_micro: int) -> Refused | None:
    """Return why so much at such a price is refused whatever the item, if so."""
    if quantity_micro == 0:
        return Refused(Reason.BAD_QUANTITY)
    if abs(quantity_micro) > lane.settings.selling.max_quantity * MICRO:
        return Refused(Reason.TOO_MANY, {"max": lane.settings.selling.max_quantity})
    if quantity_micro < 0 and not lane.settings.selling.negative_lines:
        return Refused(Reason.NEGATIVE_QUANTITY)
    if abs(extend(quantity_micro, unit_price_micro)) > MAX_MINOR * exact_scale(lane.book.exponent):
        return Refused(Reason.PRICE_OUT_OF_RANGE, {"max_minor": MAX_MINOR})
    return None


def _bad_quantity(lane: Lane, line: Line, quantity_micro: int) -> Refused | None:
    """Return why a line cannot have another quantity, if so: a label's is the label's own, a return's the receipt's."""
    if line.returns is not UNSET:
        return Refused(Reason.RETURN_LINE, {"name": line.name})
    if line.quantity_origin is QuantityOrigin.LABEL or line.price_origin is PriceOrigin.LABEL:
        return Refused(Reason.LABEL_QUANTITY, {"name": line.name})
    if quantity_micro % 10 ** (6 - line.uom_digits):
        return Refused(Reason.WRONG_UNIT, {"name": line.name, "uom": line.uom, "digits": line.uom_digits})
    return out_of_bounds(lane, quantity_micro, line.unit_price_micro) or item_rules.bad_change(
        lane, line, quantity_micro
    )


def _quantity(found: Found, quantity_micro: int | None) -> int:
    """Return how much is sold: what the code says, times what was typed."""
    per_code = MICRO if found.quantity_micro is None else found.quantity_micro
    return per_code * (MICRO if quantity_micro is None else quantity_micro) // MICRO


def _quantity_origin(found: Found, quantity_micro: int | None) -> QuantityOrigin:
    """Return where a quantity comes from: a weight typed by hand is marked so."""
    if found.is_label:
        return QuantityOrigin.LABEL
    is_typed = quantity_micro is not None and found.item.is_weighed
    return QuantityOrigin.TYPED if is_typed else QuantityOrigin.COUNTED


def _may_change(lane: Lane, line: Line) -> bool:
    """Say whether a line is young enough, and its maker's, to be changed in place."""
    age = lane.clock() - read_stamp(line.at)
    return line.operator == lane.operator_id and timedelta() <= age <= timedelta(seconds=CHANGE_SECONDS)


def _void_and_add(lane: Lane, basket: Basket, line: Line, quantity_micro: int) -> Change | Refused:
    """Return a basket with a line taken back and sold anew in another quantity, as the line itself has it.

    What the catalogue says by now does not matter: an open basket keeps its names, prices and taxes.
    """
    voided = void_line(lane.book, basket, line.line_no, lane.operator_id, lane.now())
    if isinstance(voided, Refused):
        return voided
    draft = Draft(
        item=_item_of(line),
        code=line.code,
        quantity_micro=quantity_micro,
        unit_price_micro=line.unit_price_micro,
        price_origin=line.price_origin,
        quantity_origin=line.quantity_origin,
        operator=lane.operator_id,
        at=lane.now(),
        discount_ppm=line.discount_ppm,
        regular_price_micro=line.regular_price_micro,
        price_from=line.price_from,
        trace=line.trace,
        salesperson=line.salesperson,
    )
    added = add_line(lane.book, voided.basket, draft)
    if isinstance(added, Refused):
        return added
    return Change(_move_grants(added.basket, line.line_no, added.lines[-1].line_no), (*voided.lines, *added.lines))


def _move_grants(basket: Basket, old_no: int, new_no: int) -> Basket:
    """Return a basket in which what was taken off a line by hand is taken off the line in its place."""
    grants = tuple(
        msgspec.structs.replace(grant, line_no=new_no) if grant.line_no == old_no else grant
        for grant in basket.terms.grants
    )
    if grants == basket.terms.grants:
        return basket
    return msgspec.structs.replace(basket, terms=msgspec.structs.replace(basket.terms, grants=grants))


def _item_of(line: Line) -> Item:
    """Return the item of a line as it was when it was sold."""
    return Item(
        0,
        line.sku,
        line.name,
        line.department,
        line.tax_class,
        line.unit_price_micro,
        UoM(line.uom, line.uom_digits),
    )


def _save_event(lane: Lane, change: Change, kind: Kind, body: Mapping[str, object]) -> BasketChanged | Refused:
    """Write the changed lines and the journal's event of it in one transaction."""
    priced = reprice(lane, change)
    if isinstance(priced, Refused):
        return priced

    def write() -> None:
        tell_journal(lane, kind, body)
        _put(lane, priced)
        if lane.basket is None or priced.basket.terms != lane.basket.terms:
            baskets.put_terms(lane.db, priced.basket)

    return keep(lane, write) or lane.changed(priced)
