"""Documents of prices in TOML or JSON: how one is parsed, and how its tables are read with every mistake named."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from config.disk import fail
from config.errors import Fault, Problem
from domain.money import parse_scaled
from domain.text import safe_text

MAX_EXPONENT: Final = 18
"""A number written with more zeros than this is no amount; writing it out could fill the memory."""

Text = str | dict[str, str]
"""A text, or one by language: `{ es = "Oferta", en = "Offer" }`."""

_PLACE = re.compile(r" - at `\$\.?(.*)`\Z")


def parse_document(text: str, path: Path) -> Any:
    """Return what a document says, its decimals as `Decimal`; ConfigError where it is no JSON (`.json`) or TOML."""
    return _parse_json(text, path) if path.suffix.lower() == ".json" else _parse_toml(text, path)


class TableReader:
    """Reads one table of a document, and keeps what is wrong with it by its key."""

    def __init__(self, file: str, key: str, language: str) -> None:
        """Read the table at a key of a file; texts are taken in a language."""
        self.file = file
        self.key = key
        self.language = language
        self.problems: list[Problem] = []

    def scaled(self, field: str, value: Decimal, digits: int) -> int:
        """Return a number as a whole number of its last decimals; 0, and a problem, if it has more."""
        is_plain = value.is_finite() and abs(value.adjusted()) <= MAX_EXPONENT
        scaled = parse_scaled(format(value, "f"), digits) if is_plain else None
        if scaled is None:
            self.report(field, f"must be a number with at most {digits} decimals")
        return scaled or 0

    def text(self, value: Text) -> str:
        """Return a text in the language wanted, or in the first one there is."""
        if isinstance(value, str):
            return safe_text(value)
        return safe_text(value.get(self.language) or next(iter(value.values()), ""))

    def report(self, field: str, remedy: str, fault: Fault = Fault.BAD_VALUE) -> None:
        """Keep a problem of a field; empty for the table as a whole."""
        self.problems.append(Problem(self.file, f"{self.key}.{field}" if field else self.key, fault, remedy))

    def report_form(self, error: msgspec.ValidationError, above: str = "") -> None:
        """Report what msgspec says of a table's form, below a field of it."""
        message = str(error)
        place = _PLACE.search(message)
        field = re.sub(r"\[(\d+)\]", lambda found: f".{int(found[1]) + 1}", place[1]) if place else ""
        words = safe_text(_PLACE.sub("", message))
        unknown, missing = "unknown field" in words, "missing required" in words
        fault = Fault.UNKNOWN_KEY if unknown else Fault.MISSING_KEY if missing else Fault.WRONG_TYPE
        self.report(".".join(part for part in (above, field) if part), words, fault)


def _parse_json(text: str, path: Path) -> Any:
    try:
        return msgspec.json.Decoder(float_hook=Decimal).decode(text)
    except (msgspec.DecodeError, ArithmeticError, ValueError, RecursionError) as error:
        raise fail(path, "", Fault.NOT_TOML, f"is not JSON: {error}") from error


def _parse_toml(text: str, path: Path) -> Any:
    import tomllib  # only where there are documents in files

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ArithmeticError, ValueError, RecursionError) as error:
        raise fail(path, "", Fault.NOT_TOML, f"is not TOML: {error}") from error
