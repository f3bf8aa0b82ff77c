"""JSON and TOML for programs, written so that a terminal which shows them finds no command in them either.

Both have an escape for any character, so nothing is lost: what is read back is what was written.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from domain.text import safe_text

_SUSPECT: Final = re.compile(r"[^\n\x20-\x7e]")


def json_bytes(value: Any, *, indent: int = 0) -> bytes:
    """Return a value as JSON with a line end; `indent` lays it out over several lines."""
    encoded = msgspec.json.encode(value)
    text = (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()
    return _SUSPECT.sub(_json_escape, text).encode() + b"\n"


def toml_text(text: str) -> str:
    """Return TOML whose strings are basic ones with dangerous characters as escapes."""
    return _SUSPECT.sub(_toml_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    """Return a letter as it is, anything else as one or two escapes of UTF-16 (RFC 8259, 7)."""
    char = found[0]
    if _is_letter(char):
        return char
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _toml_escape(found: re.Match[str]) -> str:
    """Return a letter as it is, anything else as one escape of eight digits."""
    char = found[0]
    return char if _is_letter(char) else f"\\U{ord(char):08x}"


def _is_letter(char: str) -> bool:
    """Say whether the sanitiser leaves a character alone; accents on their own count, for a letter bears them."""
    return safe_text(f"e{char}") not in ("e", "e ")
