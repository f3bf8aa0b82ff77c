"""Fiscal positions at the lane: a customer's other taxes in the lines of the basket (`domain.tax_position`).

A price of the catalogue or of a list is adapted, so that a price with tax in it becomes one with the other tax. A price
that a label or a person has said is what is paid: its taxes alone are others. So it is with what comes back without a
receipt, whichever was first, the thing or the customer; what comes back of a known sale keeps what it has of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from config.settings import PositionSettings
from domain.basket import Basket, Change, Line, PriceOrigin, kept_lines, rebuild
from domain.deduction import Terms, has_fixed, without_fixed
from domain.item import Item
from domain.refusal import Refused
from domain.tax import TaxClass, TaxGroup, TaxRate
from domain.tax_class import flatten
from domain.tax_position import FiscalPosition, adapt_price_micro, map_class
from register.finding import Found
from register.lane import Lane
from register.pricing import LISTED, list_price
from storage.catalog import find_by_sku
from storage.positions import read_positions

SIGN = "@"
"""Parts a tax class from the position that it is mapped by (`domain.tax_position.map_class`)."""


def take_positions(lane: Lane) -> None:
    """Take the positions that the ERP has told beside those of the settings, which win, and the classes they make.

    It is done between two baskets: one that is open keeps the classes it began with.
    """
    told = [PositionSettings(code, dict(one.taxes), one.name) for code, one in read_positions(lane.db).items()]
    known = {one.code for one in lane.settings.positions}
    _map_by(lane, (*lane.settings.positions, *(one for one in told if one.code not in known)))


def taxes_of(lane: Lane, code: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what a position puts in place of each tax, as a basket keeps it."""
    return next((tuple(one.taxes.items()) for one in lane.positions if one.code == code), ())


def keep_position(lane: Lane, terms: Terms) -> bool:
    """Have a stored basket's position as it was when the basket was given it; say whether it is another one by now."""
    if not terms.position_taxes or taxes_of(lane, terms.position) == terms.position_taxes:
        return False
    kept = PositionSettings(terms.position, dict(terms.position_taxes))
    _map_by(lane, (kept, *(one for one in lane.positions if one.code != terms.position)))
    return True


def _map_by(lane: Lane, positions: tuple[PositionSettings, ...]) -> None:
    """Take positions, and the classes they make."""
    lane.positions = positions
    plain = {code: one for code, one in lane.book.classes.items() if SIGN not in code}
    lane.book = msgspec.structs.replace(lane.book, classes=plain | mapped_classes(lane.positions, plain))


def mapped_classes(positions: Sequence[PositionSettings], classes: Mapping[str, TaxClass]) -> dict[str, TaxClass]:
    """Return the classes that the shop's positions make of others, with those without their fixed taxes."""
    rates = {rate.code: rate for one in classes.values() for rate in flatten(one.rates)}
    found: dict[str, TaxClass] = {}
    for wanted in positions:
        position = FiscalPosition(wanted.code, wanted.name, _taxes(wanted.taxes, rates))
        mapped = [map_class(position, one) for one in classes.values()]
        found |= {one.code: one for one in mapped if SIGN in one.code}
    bare = [without_fixed(one) for one in found.values() if has_fixed(one)]
    return found | {one.code: one for one in bare}


def _taxes(wanted: Mapping[str, tuple[str, ...]], rates: Mapping[str, TaxRate]) -> dict[str, tuple[TaxRate, ...]]:
    """Return the rates behind the codes of a position; codes that there are none of are left out."""
    return {old: tuple(rates[code] for code in news if code in rates) for old, news in wanted.items()}


def class_of(lane: Lane, tax_class: str, position: str) -> str:
    """Return the tax class that one is for a position's customers."""
    base = tax_class.partition(SIGN)[0]
    mapped = f"{base}{SIGN}{position}"
    return mapped if position and mapped in lane.book.classes else base


def adapted(lane: Lane, tax_class: str, position: str, unit_price_micro: int) -> int:
    """Return a price of a class as it is for a position's customers."""
    base = tax_class.partition(SIGN)[0]
    mapped = class_of(lane, base, position)
    if mapped == base or base not in lane.book.classes:
        return unit_price_micro
    classes = lane.book.classes
    return adapt_price_micro(classes[base].rates, classes[mapped].rates, unit_price_micro)


def placed_found(lane: Lane, basket: Basket, found: Found) -> Found:
    """Return what a code means, as it is for the customers of the basket's position."""
    position, item, price = basket.terms.position, found.item, found.price_micro
    if found.price_origin in LISTED and price is not None:
        price = adapted(lane, item.tax_class, position, price)
    placed = msgspec.structs.replace(item, tax_class=class_of(lane, item.tax_class, position))
    return msgspec.structs.replace(found, item=placed, price_micro=price)


def placed_line(lane: Lane, basket: Basket, line: Line, code: str) -> Line | Refused:
    """Return a line as it is by the basket's position and a price list, from the catalogue's price on."""
    if line.tax.group is TaxGroup.GIVEN:
        return line
    position = basket.terms.position
    placed = msgspec.structs.replace(line, tax_class=class_of(lane, line.tax_class, position))
    is_back = line.price_origin is PriceOrigin.RETURN and line.regular_price_micro is None
    item = find_by_sku(lane.db, line.sku) if is_back or line.price_origin in LISTED else None
    if item is not None and item.unit_price_micro is not None:
        if not is_back:
            priced = _priced(lane, basket, placed, item, code)
            return line if priced == line else priced
        price = adapted(lane, item.tax_class, position, item.unit_price_micro)
        placed = msgspec.structs.replace(placed, unit_price_micro=price)
    return line if placed == line else placed


def _priced(lane: Lane, basket: Basket, line: Line, item: Item, code: str) -> Line | Refused:
    """Return a line at the price of its item, by a list if there is one, with its own taxes in it."""
    base = item.unit_price_micro or 0
    found = list_price(lane, basket, line, base, code) if code else (base, "")
    if isinstance(found, Refused):
        return found
    price, name = found
    position = basket.terms.position
    return msgspec.structs.replace(
        line,
        unit_price_micro=adapted(lane, item.tax_class, position, price),
        price_origin=LISTED[1] if name else LISTED[0],
        price_from=name,
        regular_price_micro=adapted(lane, item.tax_class, position, base) if name else None,
    )


def place_basket(lane: Lane, basket: Basket, code: str) -> Change | Refused:
    """Return a change in which all lines are as the basket's position has them, its sums worked out anew."""
    placed: dict[int, Line] = {}
    for line in kept_lines(basket):
        new_line = placed_line(lane, basket, line, code)
        if isinstance(new_line, Refused):
            return new_line
        placed[line.line_no] = new_line
    lines = tuple(placed.get(line.line_no, line) for line in basket.lines)
    changed = tuple(new for new, old in zip(lines, basket.lines, strict=True) if new is not old)
    new = rebuild(lane.book, msgspec.structs.replace(basket, lines=lines))
    return Change(new, tuple(new.lines[line.line_no - 1] for line in changed))
