"""What can be wrong with a file of ours: problems as data, and the one error that carries them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Fault(StrEnum):
    """Kinds of problem, for programs; people read the remedy."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNWRITABLE = "unwritable"
    NOT_TOML = "not_toml"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong: where, what kind, and in plain words what to do.

    `key` is a dotted path as `mostrador config set` takes it, entries of a list counted from 1
    (`printers.2.device`); empty where it is the file as a whole.
    """

    file: str
    key: str
    fault: Fault
    remedy: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return ": ".join(part for part in (self.file, self.key, self.remedy) if part)


class ConfigError(Exception):
    """A file cannot be used as it is; `problems` lists everything found in it, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the error's text has a line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
