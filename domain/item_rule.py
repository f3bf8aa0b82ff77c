"""What selling an item asks for beside its price: a lot, a serial, an age, so many at least.

The catalogue keeps the rules of an item as one short text, empty for nearly all of them, so that finding an item costs
what it did before there were any: `lot expiry card age=18 min=6 by=6`, each word at most once, in this order.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from domain.money import MICRO, MICRO_DIGITS, format_scaled, parse_scaled

MAX_AGE: Final = 120
MAX_LEAST_MICRO: Final = 1_000_000 * MICRO


class Tracking(StrEnum):
    """What of an item is told apart when it is sold."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


class ItemRules(msgspec.Struct, frozen=True):
    """What an item asks for. Quantities are millionths of its unit; 0 asks for nothing.

    `min_age` is in years. Each line must have `min_quantity_micro` at least, and a multiple of `multiple_micro`.
    """

    tracking: Tracking = Tracking.NONE
    needs_expiry: bool = False
    min_age: int = 0
    min_quantity_micro: int = 0
    multiple_micro: int = 0
    is_card: bool = False
    """Its price is put on a gift card and is no revenue."""

    @property
    def is_traced(self) -> bool:
        """Say whether something of what is sold has to be noted."""
        return self.needs_expiry or self.tracking is not Tracking.NONE


NO_RULES: Final = ItemRules()


def write_rules(rules: ItemRules) -> str:
    """Return rules as the catalogue keeps them: the same rules are the same text."""
    words = [rules.tracking.value] if rules.tracking is not Tracking.NONE else []
    words += ["expiry"] if rules.needs_expiry else []
    words += ["card"] if rules.is_card else []
    words += [f"age={rules.min_age}"] if rules.min_age else []
    words += [f"min={_written(rules.min_quantity_micro)}"] if rules.min_quantity_micro else []
    words += [f"by={_written(rules.multiple_micro)}"] if rules.multiple_micro else []
    return " ".join(words)


@lru_cache(maxsize=256)
def read_rules(text: str) -> ItemRules:
    """Return the rules of a text; a word that a newer program wrote is passed over."""
    if not text:
        return NO_RULES
    flags, values = set[str](), dict[str, str]()
    for word in text.split():
        name, sign, value = word.partition("=")
        if sign:
            values[name] = value
        else:
            flags.add(name)
    tracking = next((kind for kind in (Tracking.SERIAL, Tracking.LOT) if kind.value in flags), Tracking.NONE)
    return ItemRules(
        tracking,
        "expiry" in flags,
        (_read(values.get("age", "")) or 0) // MICRO,
        _read(values.get("min", "")) or 0,
        _read(values.get("by", "")) or 0,
        "card" in flags,
    )


def _written(micro: int) -> str:
    """Return a quantity as a plain decimal without zeros at its end."""
    text = format_scaled(micro, MICRO_DIGITS)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(text: str) -> int | None:
    """Return a plain decimal in millionths."""
    return parse_scaled(text, MICRO_DIGITS)
