"""What an item asks for, as people write it in a spreadsheet, in Spanish or English."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_value import parse_flag
from domain.item import UoM
from domain.item_rule import MAX_AGE, MAX_LEAST_MICRO, ItemRules, Tracking, write_rules
from domain.money import MICRO_DIGITS, parse_scaled
from domain.text import fold

_TRACKING = {
    Tracking.NONE: "none no ninguno ninguna n 0 false",
    Tracking.LOT: "lot lots lote lotes batch by_lot",
    Tracking.SERIAL: "serial serials serie series numero_de_serie no_de_serie by_serial",
}
TRACKING = {word: kind for kind, words in _TRACKING.items() for word in words.split()}


def read_rule_cells(cells: Sequence[str], uom: UoM) -> str | RowFlaw:
    """Return the rules of an item, written: its cells are those of `catalog_row.RULES`, in their order."""
    if not any(cells):
        return ""
    tracking, expiry, age, least, multiple, card = (cell.strip() for cell in cells)
    kind = TRACKING.get(fold(tracking).replace(" ", "_").replace(".", "")) if tracking else Tracking.NONE
    needs_expiry, is_card = parse_flag(expiry, False), parse_flag(card, False)
    years = int(age) if age.isascii() and age.isdigit() and len(age) <= 3 else None if age else 0
    sizes = [_read_size(text, uom) for text in (least, multiple)]
    read = (kind, needs_expiry, years, *sizes, is_card)
    for value, text in zip(read, (tracking, expiry, age, least, multiple, card), strict=True):
        if value is None or isinstance(value, Flaw):
            return RowFlaw(Flaw.BAD_RULE, shown(text))
    if kind is None or years is None or years > MAX_AGE or (kind is Tracking.SERIAL and uom.digits):
        return RowFlaw(Flaw.BAD_RULE, shown(age if kind is not Tracking.SERIAL else tracking))
    return write_rules(ItemRules(kind, needs_expiry is True, years, sizes[0] or 0, sizes[1] or 0, is_card is True))


def _read_size(text: str, uom: UoM) -> int | None:
    """Return a quantity of a unit in millionths, 0 where there is none; None if it is no such quantity."""
    micro = parse_scaled(text.replace(",", "."), MICRO_DIGITS) if text else 0
    return micro if micro is not None and 0 <= micro <= MAX_LEAST_MICRO and uom.takes(micro) else None
