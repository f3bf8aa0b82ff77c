"""A scanner that types: how its code is told from fingers where its Enter would pay (the pay screen).

A *wedge* scanner is a keyboard to the machine. It strikes its digits and its Enter some milliseconds apart; fingers,
even those of a person who types ahead, need more than `PERSON_SECONDS` for each key. And a code often begins with
a zero, which no amount does but below 1. Neither sign alone is proof, so an amount that asks for much change is
asked about too (`tui.screens.pay`).

Pure: times are arguments, in seconds of one monotonic clock.
"""

from __future__ import annotations

from typing import Final

import msgspec

PERSON_SECONDS: Final = 0.03
SHORTEST_SCAN: Final = 4
"""Characters. Three and an Enter a person may strike at once, with three fingers on a number pad."""


class Rush(msgspec.Struct, frozen=True):
    """How many keys in a row, up to the last, each came quicker behind the one before than a person strikes."""

    keys: int = 0
    last_at: float = float("-inf")


def rush(before: Rush, at: float) -> Rush:
    """Return the rush after a key struck at a time."""
    return Rush(before.keys + 1 if at - before.last_at < PERSON_SECONDS else 0, at)


def is_scan(last: Rush, typed: str) -> bool:
    """Say whether what stands typed came from a scanner, when the last key of a rush is the Enter behind it.

    What a person had begun to type before the scan does not hide it.
    """
    return len(typed) >= SHORTEST_SCAN and last.keys >= SHORTEST_SCAN


def begins_like_a_code(typed: str) -> bool:
    """Say whether a typed amount begins with a zero before another digit."""
    return typed[:1] == "0" and typed[1:2].isdigit()
