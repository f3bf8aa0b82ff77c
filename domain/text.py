"""The one sanitiser for text from outside: catalogue, ERP, scanner, operator.

The ledger keeps what came in; whatever goes to a terminal, a printer, a log or a CSV file passes `safe_text`
first, and a CSV cell `safe_cell` too (OWASP ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 200
MAX_MARKS = 2
"""Combining marks kept on one letter: enough for Vietnamese, too few to paint over other lines."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me", "Mc"})
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?%?\Z")
_PLAIN = re.compile(r"[\x20-\x7e]*\Z")


def safe_text(text: str, length: int = MAX_LENGTH) -> str:
    """Return a text that no terminal, printer or log can take for a command, of at most `length` characters.

    NFC; control, format, surrogate, private and unassigned characters are dropped, tabs and line ends become
    spaces, and no letter keeps more than `MAX_MARKS` combining marks.
    """
    if _PLAIN.match(text):
        return text[:length]
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text[: 4 * length]):
        if char in "\t\n\r\x0b\x0c\x85\u2028\u2029":
            kept.append(" ")
            continue
        category = unicodedata.category(char)
        if category in _DROPPED:
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)[:length]


def safe_cell(text: str) -> str:
    """Return a text for a CSV cell that no spreadsheet runs as a formula; numbers stay as they are."""
    raw_start = text[:1]
    safe = safe_text(text)
    dangerous = raw_start in ("=", "+", "-", "@", "\t", "\r", "\0") or safe[:1] in ("=", "+", "-", "@")
    return f"'{safe}" if dangerous and not _NUMBER.match(safe) else safe


def fold(text: str) -> str:
    """Return a text in lower case without accents, for comparing what people type."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) not in _MARKS)


_DIGIT_RUN = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")


def holds_card_number(text: str) -> bool:
    """Say whether 13 to 19 digits in a text pass the Luhn check and begin as cards do (ISO/IEC 7812)."""
    for found in _DIGIT_RUN.finditer(text):
        digits = [int(char) for char in found.group() if char.isdigit()]
        doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
        if digits[0] in (2, 3, 4, 5, 6) and sum(doubled) % 10 == 0:
            return True
    return False
