"""What can be wrong with a row of a catalogue, and what is put right without asking.

A row with a flaw is refused whole and changes nothing: half an item, or an item under a code nobody can scan, is
worse than yesterday's. Only what has one certain answer is mended, and the report counts it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import final

import msgspec

MAX_SHOWN = 80


@final
class Flaw(StrEnum):
    """Why a row is refused."""

    WRONG_COLUMNS = "wrong_columns"
    """It has more or fewer cells than the header: an unquoted delimiter, most often."""
    BAD_ENTRY = "bad_entry"
    """An entry of a JSON file that is no object, or has a value that no cell can hold."""
    NO_NAME = "no_name"
    NAME_TOO_LONG = "name_too_long"
    DAMAGED = "damaged"
    """A replacement character (U+FFFD) stands where a letter was lost on the way."""
    CONTROL_CHARACTER = "control_character"
    NO_CODE = "no_code"
    """Neither a code nor an SKU."""
    BAD_SKU = "bad_sku"
    BAD_CODE = "bad_code"
    BAD_CHECK_DIGIT = "bad_check_digit"
    LABEL_WITH_VALUE = "label_with_value"
    """A label of the shop's scale with a weight or a price in it: one package, not an item."""
    BAD_PACK = "bad_pack"
    BAD_PRICE = "bad_price"
    NEGATIVE_PRICE = "negative_price"
    AMBIGUOUS_PRICE = "ambiguous_price"
    """`1,234` is 1.234 in one country and 1234 in another."""
    PRICE_AND_OPEN = "price_and_open"
    BAD_COST = "bad_cost"
    BAD_TEMPLATE = "bad_template"
    BAD_RULE = "bad_rule"
    """What the item asks for: an unknown kind of tracking, an age that is none, a quantity finer than its unit."""
    BAD_UNIT = "bad_unit"
    UNIT_NOT_WEIGHED = "unit_not_weighed"
    """Weighed, but in a unit that has no decimals."""
    UNKNOWN_TAX = "unknown_tax"
    BAD_FLAG = "bad_flag"
    BAD_DEPARTMENT = "bad_department"
    TOO_MANY_DEPARTMENTS = "too_many_departments"
    BAD_LIMITS = "bad_limits"
    """A department's lowest price is above its highest."""
    UNKNOWN_PARENT = "unknown_parent"
    PARENT_CIRCLE = "parent_circle"
    """A department is above itself, by whatever way round."""
    ITEM_TWICE = "item_twice"
    """Two rows of the file say different things of one item: nothing tells which is right."""
    CODE_TWICE = "code_twice"
    """Two rows of the file claim one code for different items."""
    BAD_TERMS = "bad_terms"
    BAD_AMOUNT = "bad_amount"
    BAD_INSTANT = "bad_instant"
    BAD_DATE = "bad_date"
    BAD_COVERS = "bad_covers"
    NO_BALANCE = "no_balance"
    """Documents of an account without its balance, or beside a bad row: half of it would be wrong."""
    BAD_FOLIO = "bad_folio"
    BAD_LINE = "bad_line"
    BAD_QUANTITY = "bad_quantity"
    BAD_ON_HAND = "bad_on_hand"
    CARD_NUMBER = "card_number"
    CODE_TAKEN = "code_taken"
    """The code belongs to another item of the catalogue, which the file does not take it from."""


class Mend(StrEnum):
    """What was put right in a row that was taken."""

    SPACES = "spaces"
    """Blanks at the ends, doubled blanks, tabs and line ends."""
    ENTITY = "entity"
    """`&quot;` and its like, left over from a web page."""
    MOJIBAKE = "mojibake"
    """UTF-8 that was once read as Latin-1: `Ã©` for `é`."""
    WINDOWS = "windows"
    """A C1 control where Windows-1252 has a letter: U+009C for `œ`."""
    COMPOSED = "composed"
    """Letter and accent apart, now one character (NFC)."""
    INVISIBLE = "invisible"
    """Characters that no one sees and a terminal may obey: direction marks, soft hyphens, private use."""
    GS1_MESSAGE = "gs1_message"
    """A whole GS1 message in place of a code: the GTIN in it is taken."""


@final
class RowFlaw(msgspec.Struct, frozen=True, gc=False):
    """Why one row is refused, and the text at fault."""

    flaw: Flaw
    text: str = ""


def shown(text: str) -> str:
    """Return the beginning of a text at fault, for a report."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
