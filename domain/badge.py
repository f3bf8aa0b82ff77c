"""Badges: codes that stand for an operator. The lane makes them itself, too long to be guessed.

80 random bits withstand ten million guesses a second for thousands of millions of years: so a badge needs no lock-out,
and a plain hash of it is enough. No shop's code begins like one, so a badge can be scanned during a sale.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

PREFIX: Final = "MBADGE-"
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What people do not mistake when they read it: 32 signs, 5 bits each."""
LENGTH: Final = 16
"""80 bits, and short enough for Code 128 on a badge 54 mm wide."""
_BADGE: Final = re.compile(rf"{PREFIX}[{LETTERS}]{{{LENGTH}}}")


def is_badge(code: str) -> bool:
    """Say whether a code is a badge's, anybody's or nobody's."""
    return _BADGE.fullmatch(code.strip()) is not None


def begins_badge(text: str) -> bool:
    """Say whether what is typed so far is becoming a badge: it is not shown."""
    return text.startswith(PREFIX)


def make_badge(numbers: bytes) -> str:
    """Return the code of a badge from 16 random bytes."""
    return PREFIX + "".join(LETTERS[number % len(LETTERS)] for number in numbers[:LENGTH])


def badge_hash(code: str) -> str:
    """Return what is kept of a badge."""
    return hashlib.sha256(code.strip().encode()).hexdigest()
