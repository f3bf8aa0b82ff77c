"""What may pass from a scanner to the lane: the last word before a read becomes a code.

A symbol can hold any ASCII, control characters included, and a keyboard scanner types them as chords (the
"BadBarcode" attacks). A read with one character that is not allowed is thrown away whole: a code that lacks a
character is another code.
"""

from __future__ import annotations

import re

from devices.scanner.scanned import Rejection, Scanned

MAX_LENGTH = 256
GS = "\x1d"
"""FNC1 between the fields of a GS1 element string, as scanners send it (GS1 General Specifications 7.8)."""

_CODE = re.compile(r"[0-9A-Za-z \-./+$%_:#*&?=()!\"',;<>@~\x1d]+\Z")
"""The GS1 character set 82, what a Digital Link may hold beside it, and the space of Code 39."""
_AIM = re.compile(r"\](?P<symbology>[A-Za-z][0-9A-Za-z])(?P<code>.*)\Z", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
_TRACK = re.compile(r"(%[A-Z][0-9]{8,19}\^)|(;[0-9]{8,19}=)")
"""Begin of track 1 and track 2 of a magnetic card (ISO/IEC 7813)."""


def judge_code(read: str, device: str = "") -> Scanned | Rejection | None:
    """Return the code a read is, why it is none, or `None` for an empty read (a lone Enter)."""
    text = read.strip(" ")
    if not text:
        return None
    if len(text) > MAX_LENGTH:
        return Rejection.TOO_LONG
    if _TRACK.search(text):
        return Rejection.CARD_TRACK
    if _CONTROL.search(text):
        return Rejection.CONTROL_CHARACTER
    symbology = ""
    if aim := _AIM.match(text):
        symbology, text = aim["symbology"], aim["code"]
    if not _CODE.match(text):
        return Rejection.NOT_ALLOWED
    return Scanned(text, symbology, device)


class RateLimit:
    """A bucket of reads: `burst` at once, then `per_second`; more is a scanner gone mad or an attack."""

    def __init__(self, burst: int = 20, per_second: int = 10) -> None:
        self._capacity = burst * 1000
        self._per_second = per_second
        self._level = self._capacity
        self._at_ms: int | None = None

    def allows(self, at_ms: int) -> bool:
        """Take one read from the bucket at a monotonic instant; `False` if there is none left."""
        elapsed = max(0, at_ms - self._at_ms) if self._at_ms is not None else 0
        self._at_ms = at_ms
        self._level = min(self._capacity, self._level + elapsed * self._per_second)
        if self._level < 1000:
            return False
        self._level -= 1000
        return True
