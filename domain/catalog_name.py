"""Names as catalogues bring them: mended where the answer is certain, refused where letters are lost.

The kinds of damage are those found in 442,000 names of Open Food Facts. What is right stays as it is: `LIMÃO` is
Portuguese, and `maçã»` ends a quotation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from domain.catalog_flaw import Flaw, Mend
from domain.text import MAX_LENGTH, fold, safe_text

MAX_NAME = MAX_LENGTH

Mended = tuple[str, tuple[Mend, ...]]

_BEYOND = "\u0300-\u2010\u2016\u2017\u201b\u201f-\u2025\u2027-\u20ab\u20ad-\u2121\u2123-\U0010ffff"
"""Where accents may stand apart from their letters; curly quotes, dashes, `€` and `™` are left out."""

_UNUSUAL = re.compile(f"[&ÃãÂâÄäÅå{_BEYOND}]")
_SUSPECT = re.compile(f"&[#A-Za-z]|[ÃãÂâÄäÅå](?:[^A-Za-z\u00c0-\u024f]|$)|[{_BEYOND}]")
"""What may hide damage. The other expression finds at a glance the many names that have nothing of the kind."""

_FOLDED_BY_INDEX = re.compile(r"[\x00-\x7f¡¿«»®©°·À-ÖØ-Þà-öø-ÿ]*\Z")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""All but tabs and line ends, which are blanks gone astray."""
_ENTITY = re.compile(r"&(?:#([0-9]{1,6})|#[xX]([0-9A-Fa-f]{1,5})|([A-Za-z]{2,6}[0-9]{0,2}));")
_NAMED = {
    **dict.fromkeys(("nbsp", "ensp", "thinsp"), " "),
    **dict(zip(("quot", "amp", "lt", "gt", "apos", "deg", "ordm", "ordf", "szlig"), "\"&<>'°ºªß", strict=True)),
    **dict(zip(("lsquo", "rsquo", "ldquo", "rdquo", "laquo", "raquo"), "‘’“”«»", strict=True)),
    **dict(
        zip(("iexcl", "iquest", "reg", "copy", "trade", "euro", "frac14", "frac12", "frac34"), "¡¿®©™€¼½¾", strict=True)
    ),
}
_MARKED = re.compile(r"([A-Za-z])(acute|grave|circ|tilde|uml|cedil)")
_MARKS = {"acute": "\u0301", "grave": "\u0300", "circ": "\u0302", "tilde": "\u0303", "uml": "\u0308", "cedil": "\u0327"}

_BYTES = {bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"}
_WINDOWS = {byte: char for char, byte in _BYTES.items() if char in "ŒœŠšŽžŸ‘’“”"}
"""Only these: a C1 control that stands for another sign came from another code page as often as not."""
_TAIL = "".join(["\x80-\xbf", *_BYTES])
_QUOTING = "«»“”‘’\u2039\u203a…–—™®°·"
_SEQUENCES = re.compile(
    f"(?P<three>[âÂ]\u20ac[{_TAIL}])"
    f"|(?P<two>[Ãã](?:(?![{_QUOTING}])[{_TAIL}]|[{_QUOTING}](?=[a-z])))"
    "|(?P<east>[ÄäÅå][\x80-\x9f])"
    "|(?P<symbol>[Ââ][\xa0-\xaa\xac-\xba\xbc-\xbf])"
    r"|(?P<alone>(?<!\S)Ã(?= ))"
)
_MAX_ROUNDS = 3


def mend_name(text: str) -> Mended | Flaw:
    """Return a name fit for screen and paper and what was mended in it, or why it cannot be used.

    One line of at most `MAX_NAME` characters, NFC, without control or invisible characters.
    """
    if text.isprintable() and 0 < len(text) <= MAX_NAME and text[0] != " " != text[-1]:
        is_unusual = "&" in text if text.isascii() else _UNUSUAL.search(text)
        if "  " not in text and not (is_unusual and _SUSPECT.search(text)):
            return text, ()
    return _mend_slowly(text)


def search_form(name: str) -> str | None:
    """Return the text to index a name by, None where the index's own folding of the name comes to the same.

    A search folds what is typed (`domain.text.fold`); the index folds Latin letters only in part: it keeps `ß`,
    which `fold` writes as `ss`.
    """
    return None if name.isascii() or _FOLDED_BY_INDEX.match(name) else fold(name)


def _mend_slowly(text: str) -> Mended | Flaw:
    """Take each kind of damage in turn; what one step brings to light, the next one sees."""
    mends: list[Mend] = []

    def step(mend: Mend, before: str, after: str) -> str:
        if before != after:
            mends.append(mend)
        return after

    name = step(Mend.ENTITY, text, _repeat(_read_entities, text))
    name = step(Mend.MOJIBAKE, name, _repeat(_read_mojibake, name))
    name = step(Mend.WINDOWS, name, name.translate(_WINDOWS))
    if "\ufffd" in name:
        return Flaw.DAMAGED
    if _CONTROLS.search(name):
        return Flaw.CONTROL_CHARACTER
    name = step(Mend.COMPOSED, name, unicodedata.normalize("NFC", name))
    name = step(Mend.SPACES, name, " ".join(name.split()))
    name = step(Mend.INVISIBLE, name, " ".join(safe_text(name, len(name)).split()))
    if len(name) > MAX_NAME:
        return Flaw.NAME_TOO_LONG
    return (name, tuple(mends)) if name else Flaw.NO_NAME


def _repeat(read: Callable[[str], str], text: str) -> str:
    """Read a text until it stays the same: some were damaged twice."""
    for _ in range(_MAX_ROUNDS):
        again = read(text)
        if again == text:
            break
        text = again
    return text


def _read_entities(text: str) -> str:
    return _ENTITY.sub(_read_entity, text) if "&" in text else text


def _read_entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        marked = _MARKED.fullmatch(name)
        return marked[1] + _MARKS[marked[2]] if marked else _NAMED.get(name, found[0])
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 0 < number < 0xD800 or 0xE000 <= number <= 0x10FFFF else found[0]


def _read_mojibake(text: str) -> str:
    return _SEQUENCES.sub(_read_sequence, text)


def _read_sequence(found: re.Match[str]) -> str:
    """Return the character whose UTF-8 bytes were read one by one; whoever lowered the first meant all of them."""
    text = found[0]
    if found["alone"]:
        return "à"
    lead = 0xE2 if found["three"] else ord(text[0].upper())
    try:
        char = bytes([lead, *(_BYTES.get(char, ord(char)) for char in text[1:])]).decode()
    except UnicodeDecodeError:
        return text
    return char.lower() if text[0].islower() else char
