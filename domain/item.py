"""What a shop sells: items, their units and departments."""

from __future__ import annotations

import msgspec

from domain.item_rule import NO_RULES, ItemRules
from domain.money import MICRO, MICRO_DIGITS


class UoM(msgspec.Struct, frozen=True):
    """A unit of measure; `digits` is how many decimals a quantity of it may have (pieces 0, kg 3)."""

    code: str = "pc"
    digits: int = 0

    def takes(self, quantity_micro: int) -> bool:
        """Say whether a quantity is fine enough for this unit; an ERP would round one that is not."""
        return quantity_micro % int(10 ** (MICRO_DIGITS - self.digits)) == 0


PIECE = UoM()


class Department(msgspec.Struct, frozen=True):
    """A department; one that `is_open_price` can be rung up by a typed price between its limits."""

    code: str
    name: str
    tax_class: str
    is_open_price: bool = False
    min_price_micro: int = 0
    max_price_micro: int = 1_000_000 * MICRO
    parent: str = ""
    """The department above it, which price lists and promotions may name in place of it; empty if there is none."""


class Item(msgspec.Struct, frozen=True):
    """An item as the catalogue has it; `unit_price_micro` None asks for the price at each sale."""

    item_id: int
    sku: str
    name: str
    department: str
    tax_class: str
    unit_price_micro: int | None
    uom: UoM = PIECE
    is_weighed: bool = False
    is_for_sale: bool = True
    rules: ItemRules = NO_RULES


class CodedItem(msgspec.Struct, frozen=True):
    """An item found by a code that means `pack_micro` of it (a code on a six-pack means six)."""

    item: Item
    code: str
    pack_micro: int = MICRO
