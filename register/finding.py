"""From a code to an item, with what the code itself says of quantity and price."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from domain.barcode import Gs1, Gtin, Label, Plain, parse_code
from domain.basket import PriceOrigin
from domain.item import CodedItem, Item
from domain.money import ISO_NUMERIC, MICRO, MICRO_DIGITS, divide_half_up
from domain.outcome import ItemsFound, OnHand, PriceFound
from domain.refusal import Reason, Refused
from domain.trace import Trace
from register.lane import Lane
from storage.catalog import find_by_code, search_items

MAX_HITS = 100


class Found(msgspec.Struct, frozen=True):
    """An item, the code it was found by, and what that code fixes. `is_label` marks weight and price labels."""

    item: Item
    code: str
    quantity_micro: int | None = None
    price_micro: int | None = None
    price_origin: PriceOrigin = PriceOrigin.CATALOG
    is_label: bool = False
    trace: Trace | None = None


def find(lane: Lane, text: str) -> Found | Refused:
    """Return what a scanned or typed code means in this lane's catalogue, or why it means nothing."""
    code = parse_code(text, lane.labels)
    match code:
        case Refused():
            return code
        case Gtin():
            coded = find_by_code(lane.db, code.raw)
            if coded is None:
                reason = Reason.UNKNOWN_CODE if code.is_valid else Reason.BAD_CHECK_DIGIT
                return Refused(reason, {"code": code.raw})
            return _plain(coded)
        case Plain():
            coded = find_by_code(lane.db, code.code)
            return _plain(coded) if coded else Refused(Reason.UNKNOWN_CODE, {"code": code.code})
        case Label():
            return _label(lane, code)
        case Gs1():
            return _gs1(lane, code)


def _plain(coded: CodedItem) -> Found:
    """Return an item found by a code that says no more than a pack size."""
    item = coded.item
    pack = coded.pack_micro if coded.pack_micro != MICRO else None
    return Found(item, coded.code, pack, item.unit_price_micro)


def _label(lane: Lane, label: Label) -> Found | Refused:
    """Return the item of an in-store label; one that is unknown as a label may still be a plain code."""
    coded = _first(lane, label.lookups)
    if coded is None or not label.value_micro:
        # A value of nothing is the code by which the catalogue itself knows the item, never a price of nothing.
        plain = find_by_code(lane.db, label.raw)
        if plain is not None:
            return _plain(plain)
        return Refused(Reason.UNKNOWN_CODE if coded is None else Reason.BAD_QUANTITY, {"code": label.raw})
    item = coded.item
    if label.kind == "price":
        return Found(
            item, label.raw, None if not item.is_weighed else MICRO, label.value_micro, PriceOrigin.LABEL, True
        )
    if not item.uom.digits:
        return Refused(Reason.WRONG_UNIT, {"name": item.name, "uom": item.uom.code, "digits": 0})
    return Found(item, label.raw, label.value_micro, item.unit_price_micro, PriceOrigin.CATALOG, True)


def _gs1(lane: Lane, code: Gs1) -> Found | Refused:
    """Return the item of a GS1 message, unless what it names is expired or in another currency."""
    if code.expires_on is not None and code.expires_on.isoformat() < lane.today():
        return Refused(Reason.EXPIRED, {"date": code.expires_on.isoformat()})
    if code.price_currency and code.price_currency != ISO_NUMERIC.get(lane.currency):
        return Refused(Reason.WRONG_CURRENCY, {"currency": code.price_currency})
    coded = find_by_code(lane.db, code.gtin)
    if coded is None:
        return Refused(Reason.UNKNOWN_CODE, {"code": code.gtin})
    found = _plain(coded)
    if coded.item.rules.is_traced:
        expires_on = code.expires_on.isoformat() if code.expires_on else ""
        found = msgspec.structs.replace(found, trace=Trace(code.lot, code.serial, expires_on))
    if code.weight_micro is not None and coded.item.uom.digits:
        step = int(10 ** (MICRO_DIGITS - coded.item.uom.digits))
        weight = divide_half_up(code.weight_micro, step) * step  # pounds are no whole grams
        found = msgspec.structs.replace(found, quantity_micro=weight, is_label=True)
    if code.price_micro is not None:
        found = msgspec.structs.replace(
            found, price_micro=code.price_micro, price_origin=PriceOrigin.LABEL, quantity_micro=MICRO, is_label=True
        )
    if code.count != 1:
        per_code = MICRO if found.quantity_micro is None else found.quantity_micro
        found = msgspec.structs.replace(found, quantity_micro=per_code * code.count)
    return found


def _first(lane: Lane, keys: tuple[str, ...]) -> CodedItem | None:
    """Return the item found by the first of some codes that the catalogue knows."""
    for key in keys:
        coded = find_by_code(lane.db, key)
        if coded is not None:
            return coded
    return None


def check_price(lane: Lane, text: str) -> PriceFound | Refused:
    """Tell what a code costs, without selling."""
    found = find(lane, text)
    if isinstance(found, Refused):
        return found
    quantity = MICRO if found.quantity_micro is None else found.quantity_micro
    on_hand = read_on_hand(lane, found.item.sku)
    if found.price_micro is None:
        return PriceFound(found.item, quantity, None, on_hand)
    scale = int(10 ** (12 - lane.forms.exponent))
    return PriceFound(found.item, quantity, divide_half_up(quantity * found.price_micro, scale), on_hand)


def read_on_hand(lane: Lane, sku: str) -> OnHand | UnsetType:
    """Return what is on hand of an item, as far as the ERP has told; no reason to refuse anything."""
    from storage.stock import read_sold, read_stock  # asked for by hand, never by a scan

    level = read_stock(lane.db, sku)
    if level is None:
        return UNSET
    age = lane.minutes_since(level.told_at)
    return OnHand(level.on_hand_micro, level.told_at, age, read_sold(lane.db, level))


def search(lane: Lane, text: str, limit: int) -> ItemsFound:
    """Return items by words or the beginning of a code."""
    return ItemsFound(search_items(lane.db, text, max(1, min(limit, MAX_HITS))))
