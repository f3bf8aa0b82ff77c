"""The entry machine: what keys mean while a buffer fills, without a screen.

The buffer takes its meaning from the next key (quicktill's grammar): `3` `*` is a quantity for the next code,
digits and Enter are a code on the sale screen and an amount on the tender screen. A scan never touches the
buffer, and a number without `*` is never a quantity.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

import msgspec

from domain.money import MICRO_DIGITS, parse_scaled
from domain.refusal import Reason, Refused

MAX_BUFFER = 48
SHORTEST_CODE = 8
"""Digits of a GTIN-8: as many are never a quantity."""


class EntryKey(Enum):
    """The keys the machine knows beside characters."""

    ENTER = "enter"
    TIMES = "times"
    BACKSPACE = "backspace"
    CLEAR = "clear"


class Entry(msgspec.Struct, frozen=True):
    """What has been typed so far, and the quantity that the next code takes."""

    buffer: str = ""
    quantity_micro: int | None = None


class CodeTyped(msgspec.Struct, frozen=True):
    """A code is complete: sell it, as often as the quantity says."""

    code: str
    quantity_micro: int | None


class QuantityAlone(msgspec.Struct, frozen=True):
    """Enter behind a quantity and no code: it is meant for the selected line."""

    quantity_micro: int


class EmptyEnter(msgspec.Struct, frozen=True):
    """Enter with nothing typed."""


Effect: TypeAlias = CodeTyped | QuantityAlone | EmptyEnter | Refused | None


def press(entry: Entry, key: EntryKey | str, max_quantity: int = 10_000) -> tuple[Entry, Effect]:
    """Return the entry after a key (one character, or an `EntryKey`) and what is to be done about it."""
    match key:
        case EntryKey.ENTER:
            return _enter(entry)
        case EntryKey.TIMES:
            return _times(entry, max_quantity)
        case EntryKey.BACKSPACE:
            if not entry.buffer:
                return Entry(), None
            return Entry(entry.buffer[:-1], entry.quantity_micro), None
        case EntryKey.CLEAR:
            return Entry(), None
        case str():
            if len(entry.buffer) >= MAX_BUFFER:
                return entry, Refused(Reason.BAD_CODE)
            return Entry(entry.buffer + key, entry.quantity_micro), None


def take_quantity(entry: Entry) -> tuple[Entry, int | None]:
    """Return the entry without its quantity, and the quantity: what a scan uses up."""
    return Entry(entry.buffer), entry.quantity_micro


def _enter(entry: Entry) -> tuple[Entry, Effect]:
    """Finish a code, a lone quantity or nothing."""
    if entry.buffer:
        return Entry(), CodeTyped(entry.buffer, entry.quantity_micro)
    if entry.quantity_micro is not None:
        return Entry(), QuantityAlone(entry.quantity_micro)
    return Entry(), EmptyEnter()


def _times(entry: Entry, max_quantity: int) -> tuple[Entry, Effect]:
    """Turn the buffer into a quantity; as many digits as the shortest GTIN has are a code and stay one."""
    if len(entry.buffer) >= SHORTEST_CODE and entry.buffer.isdigit():
        return entry, Refused(Reason.TOO_MANY, {"text": entry.buffer})
    quantity = parse_scaled(entry.buffer.replace(",", "."), MICRO_DIGITS)
    if quantity is None or quantity == 0:
        return entry, Refused(Reason.BAD_QUANTITY, {"text": entry.buffer})
    if abs(quantity) > max_quantity * 10**MICRO_DIGITS:
        return entry, Refused(Reason.TOO_MANY, {"text": entry.buffer})
    return Entry("", quantity), None
