"""Text as one printer can print it: one character, one byte, one column, and nothing that is a command.

The register has cleaned its texts already; this edge trusts nobody. The code page is the printer's, chosen by
the settings and never by a library: one that hops between pages prints wrong letters on most printers.
"""

from __future__ import annotations

import codecs
import unicodedata
from functools import lru_cache

from devices.errors import BadSettingsError
from domain.text import safe_text

MAX_TEXT = 2000
"""Longer texts are cut: nothing on a receipt is."""

_TYPOGRAPHIC = str.maketrans(
    {
        "\u00a0": " ",
        "\u2000": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2015": "-",
        "\u2212": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2033": '"',
        "\u2022": "*",
        "\u2026": "...",
        "\u2122": "TM",
    }
)
_SPELT = {
    "€": "EUR",
    "œ": "oe",
    "Œ": "OE",
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
}
"""What a page without the character prints instead."""


class CodePage:
    """One encoding, for texts and their bytes."""

    def __init__(self, encoding: str) -> None:
        try:
            codecs.lookup(encoding)
            "a".encode(encoding)
        except (LookupError, UnicodeError) as error:
            raise BadSettingsError(f"no encoding {encoding!r}") from error
        self._encoding = encoding
        self._byte = lru_cache(maxsize=1024)(self._find_byte)

    def clean(self, text: str) -> str:
        """Return a text of which each character is one byte of this page; what has no likeness is a `?`."""
        plain = safe_text(text, MAX_TEXT).translate(_TYPOGRAPHIC)
        if plain.isascii():
            return plain
        return "".join(char if self._byte(char) else self._likeness(char) for char in plain)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text: never one below 0x20 and never 0x7F, whatever the text holds."""
        return b"".join(self._byte(char) or b"?" for char in text)

    def _likeness(self, char: str) -> str:
        """Return what stands for a character that the page lacks: itself spelt, without accent, or `?`."""
        if unicodedata.combining(char):
            return ""
        spelt = _SPELT.get(char) or unicodedata.normalize("NFKD", char)[0]
        return spelt if self.encode(spelt) != b"?" * len(spelt) else "?"

    def _find_byte(self, char: str) -> bytes:
        """Return the one harmless byte of a character, empty if it has none."""
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            return b""
        try:
            encoded = char.encode(self._encoding)
        except UnicodeError:
            return b""
        if char.isascii():  # no page of a printer has its own idea of ASCII
            return encoded if encoded == char.encode("ascii") else b""
        return encoded if len(encoded) == 1 and encoded[0] >= 0x80 else b""
