"""Codes as catalogues bring them, kept under the key by which a lane will look for them.

A code of 8, 12, 13 or 14 digits is a GTIN and its check digit has to be right; any other is the shop's own. What
a lane would read as something else (a GS1 message, a label of the scale) is not kept as if it were plain.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.barcode import (
    GTIN_LENGTHS,
    Gs1,
    Gtin,
    Label,
    LabelPattern,
    Plain,
    catalog_key,
    has_valid_check_digit,
    match_label,
    parse_code,
    to_gtin14,
)
from domain.catalog_flaw import Flaw, Mend, RowFlaw, shown
from domain.money import MICRO, MICRO_DIGITS, parse_scaled
from domain.refusal import Reason, Refused

MAX_OWN_CODE = 48
"""Longest code of a shop's own: more does not fit on a label, and no scanner sends it by mistake."""

IN_STORE = frozenset(("02", *(f"2{digit}" for digit in range(10))))
"""Prefixes of the codes that shops give out themselves (GS1 General Specifications: restricted circulation)."""

MAX_CODES = 50
MAX_PACK_MICRO = 100_000 * MICRO

_NOTHING = "0" * 14

Packs = tuple[tuple[str, int], ...]
"""Keys of codes, each with what it stands for in millionths of the item's unit."""

Coded = tuple[Packs, str, tuple[Mend, ...]]
"""The codes of an item, the first of them as it was written, and what was mended."""


def read_codes(codes: str, packs: str, labels: Iterable[LabelPattern]) -> Coded | RowFlaw:
    """Read the codes of one item, parted by blanks or `|`, and how many of the item each of them means.

    `packs` has one number for each code, in their order; empty means one of the item for every code.
    """
    if not packs and len(codes) in GTIN_LENGTHS and codes.isdigit() and codes.isascii():
        only = _read_gtin(codes, labels)
        return RowFlaw(only, codes) if type(only) is Flaw else (((only, MICRO),), codes, ())
    words = codes.replace("|", " ").split()
    sizes = packs.replace("|", " ").split()
    if (sizes and len(sizes) != len(words)) or len(words) > MAX_CODES:
        return RowFlaw(Flaw.BAD_PACK if sizes else Flaw.BAD_CODE, shown(packs if sizes else codes))
    found: dict[str, int] = {}
    mends: set[Mend] = set()
    for word, size in zip(words, sizes or ["1"] * len(words), strict=True):
        key = read_code(word, labels)
        if isinstance(key, Flaw):
            return RowFlaw(key, shown(word))
        if key != catalog_key(word.upper()):
            mends.add(Mend.GS1_MESSAGE)
        pack_micro = parse_scaled(size.replace(",", "."), MICRO_DIGITS) or 0
        if not 0 < pack_micro <= MAX_PACK_MICRO or found.setdefault(key, pack_micro) != pack_micro:
            return RowFlaw(Flaw.BAD_PACK, shown(packs))
    keys = tuple(found.items())
    is_as_written = bool(words) and catalog_key(words[0].upper()) == keys[0][0]
    return keys, words[0] if is_as_written else next(iter(found), ""), tuple(mends)


def read_code(code: str, labels: Iterable[LabelPattern]) -> str | Flaw:
    """Return the key under which the catalogue keeps a code, or what is wrong with it."""
    if _is_gtin(code):
        return _read_gtin(code, labels)
    read = parse_code(code.upper(), labels)
    if isinstance(read, Gtin | Label):
        return _read_gtin(read.raw, labels)
    if isinstance(read, Gs1):
        return read.gtin
    if isinstance(read, Plain) and len(read.code) <= MAX_OWN_CODE:
        return read.code
    is_misread = isinstance(read, Refused) and read.reason is Reason.BAD_CHECK_DIGIT
    return Flaw.BAD_CHECK_DIGIT if is_misread else Flaw.BAD_CODE


def _is_gtin(code: str) -> bool:
    """Say whether a code is a GTIN by its form."""
    return len(code) in GTIN_LENGTHS and code.isdigit() and code.isascii()


def _read_gtin(code: str, labels: Iterable[LabelPattern]) -> str | Flaw:
    """Return a GTIN as 14 digits, unless it cannot be one or is a label that tells a weight or a price."""
    if not has_valid_check_digit(code):
        return Flaw.BAD_CHECK_DIGIT
    gtin = to_gtin14(code)
    if gtin[1:3] in IN_STORE:
        label = match_label(code, labels)
        if label is not None and label.value_micro:
            return Flaw.LABEL_WITH_VALUE
    return gtin if gtin != _NOTHING else Flaw.BAD_CODE
