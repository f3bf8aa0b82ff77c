"""What an ERP tells of returns at other places: how much of a line of a receipt came back there, all of it together."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.money import MICRO_DIGITS, parse_scaled
from domain.text import holds_card_number

MAX_FOLIO: Final = 40
MAX_LINE: Final = 100_000


class ReturnedElsewhere(msgspec.Struct, frozen=True):
    """How much of a line came back anywhere but at this lane, in millionths: 0 is nothing, or nothing any more."""

    folio: str
    line_no: int
    quantity_micro: int

    @property
    def key(self) -> str:
        """The line's own name."""
        return f"{self.folio}/{self.line_no}"


def judge_returned(folio: str, line: str, quantity: str) -> ReturnedElsewhere | RowFlaw:
    """Return what a row says, or why it is refused."""
    folio, line = folio.strip(), line.strip()
    if not folio or len(folio) > MAX_FOLIO or not folio.isprintable() or holds_card_number(folio):
        return RowFlaw(Flaw.BAD_FOLIO, "" if holds_card_number(folio) else shown(folio))
    if not (line.isascii() and line.isdigit() and len(line) < 8 and 0 < int(line) <= MAX_LINE):
        return RowFlaw(Flaw.BAD_LINE, shown(line))
    micro = parse_scaled(quantity.strip(), MICRO_DIGITS)
    if micro is None or micro < 0:
        return RowFlaw(Flaw.BAD_QUANTITY, shown(quantity))
    return ReturnedElsewhere(folio, int(line), micro)


def line_of_key(key: str) -> tuple[str, int]:
    """Return folio and line of a line's name, as `ReturnedElsewhere.key` has made it."""
    folio, _, line = key.rpartition("/")
    return folio, int(line)
