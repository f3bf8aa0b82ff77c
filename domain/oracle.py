"""Cases of what an ERP answers, worked out here and compared: what all kinds of them have in common.

A case is one object of a file; its numbers are read as `Decimal` or `int`, never as floats. What a case does not
expect is not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

Case = Mapping[str, Any]
"""An object of the file."""


class Difference(msgspec.Struct, frozen=True):
    """A figure that is not what was expected, by its place in the case."""

    where: str
    expected: str
    computed: str


class Checked(msgspec.Struct, frozen=True):
    """A case worked out: its kind and name, what came out, and each figure that differs."""

    kind: str
    case: str
    computed: dict[str, Any]
    differences: tuple[Difference, ...]


def number_of(number: object) -> Decimal | int:
    """Return a number of a case; TypeError for what is none. A text is none: `"1e999999999"` would fill the memory."""
    if isinstance(number, Decimal | int):
        return number
    raise TypeError(f"{number!r} is no number")


def check_case(kind: str, case: Case, expect: Callable[[], Any], compute: Callable[[], dict[str, Any]]) -> Checked:
    """Work out a case and compare it; one that cannot be read is one difference, never an exception."""
    name = str(case.get("id", ""))
    try:
        computed = compute()
        return Checked(kind, name, computed, tuple(differences(expect(), computed)))
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        unread = Difference("case", "a case of the form", f"{type(error).__name__}: {error}")
        return Checked(kind, name, {}, (unread,))


def differences(expected: Any, computed: Any, where: str = "") -> Iterator[Difference]:
    """Yield each figure of what is expected that was not computed so; tables and lists are gone through."""
    parts = _parts(expected, computed, where)
    if parts is not None:
        for part in parts:
            yield from differences(*part)
    elif expected != computed:
        yield Difference(where.lstrip("."), str(expected), str(computed))


def _parts(expected: Any, computed: Any, where: str) -> list[tuple[Any, Any, str]] | None:
    """Return the parts of two tables or lists of one length, each with its place; None if they are no such thing."""
    if isinstance(expected, Mapping) and isinstance(computed, Mapping):
        return [(value, computed.get(key), f"{where}.{key}") for key, value in expected.items()]
    if isinstance(expected, list) and isinstance(computed, list) and len(expected) == len(computed):
        return [(one, other, f"{where}[{at}]") for at, (one, other) in enumerate(zip(expected, computed, strict=True))]
    return None
