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

MAX_CARD = 19
"""Digits of the longest card number."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me", "Mc"})
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?%?\Z")
_PLAIN = re.compile(r"[\x20-\x7e\xa0-\xac\xae-\u017f\u2500-\u259f]*\Z")
"""Latin letters and signs as most names have them, and the lines and blocks that screens are drawn with: none is
dropped, none composes with another in NFC."""


def safe_text(text: str, length: int = MAX_LENGTH) -> str:
    """Return a text that no terminal, printer or log can take for a command, of at most `length` characters.

    NFC; control, format, surrogate, private and unassigned characters are dropped, tabs and line ends become
    spaces, and no letter keeps more than `MAX_MARKS` combining marks.
    """
    if _PLAIN.match(text):
        return text[:length]
    visible = "".join(_visible(char) for char in text[: 4 * length])
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", visible):
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)[:length]


def _visible(char: str) -> str:
    """Return a character, a space for what ends a line or a column, or nothing for what is not to be seen."""
    if char in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    return "" if unicodedata.category(char) in _DROPPED else char


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


_RUN = re.compile(r"[0-9]+(?:[^0-9A-Za-z]{1,2}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_CARD = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|5[0678][0-9]{11,17}|6[0-9]{12,18}|3(?:[47][0-9]{13}|[068][0-9]{12}"
    r"|5[0-9]{14})|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
)
"""Lengths and beginnings of the numbers of payment cards (ISO/IEC 7812 and the schemes' published ranges)."""


def holds_card_number(text: str) -> bool:
    """Say whether a text holds a payment card's number: written in one piece or in groups, alone or among others.

    Whole groups of digits are looked at, joined to 13 to 19 digits that begin as cards do and pass the Luhn check.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for run in _RUN.finditer(plain):
        groups = _GROUP.findall(run.group())
        for first in range(len(groups)):
            joined = ""
            for group in groups[first:]:
                joined += group
                if len(joined) > MAX_CARD:
                    break
                if _CARD.fullmatch(joined) and _passes_luhn(joined):
                    return True
    return False


def _passes_luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
