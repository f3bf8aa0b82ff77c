"""Type-ahead made harmless: what keys struck behind a surprise may still do.

A *burst* is a run of keys less than `GAP_SECONDS` apart, or struck before the act before them was answered: the
operator has not looked at the screen in between. Everything in a burst counts, in order, until the lane
*surprises* (it refuses, or asks something): from then on a grave key of the same burst (tender, void, close) is
refused, and what is left of the burst is dropped with it, because those keys were meant for a screen that did
not come. After a pause all keys work again; nobody who reads the notice first ever meets this rule.

The same goes for grave keys struck while the lane was stalled for `STALL_SECONDS` or more: an impatient second
Enter or Del shall not act on what it could not see. (notes: keyboard rules a, c, f.)

Pure: times are arguments, in seconds of one monotonic clock.
"""

from __future__ import annotations

from typing import Final

import msgspec

GAP_SECONDS: Final = 0.5
STALL_SECONDS: Final = 0.5


class Burst(msgspec.Struct, frozen=True):
    """The run of keys being typed. `last_at` is its last key or the end of the last act, whichever is later."""

    struck_at: float = float("-inf")
    last_at: float = float("-inf")
    stalled_until: float = float("-inf")
    is_surprised: bool = False
    is_dropping: bool = False

    @property
    def is_blind(self) -> bool:
        """Whether the last key was struck without a look at what the lane had said before it."""
        return self.is_surprised or self.struck_at < self.stalled_until


def strike(burst: Burst, at: float) -> Burst:
    """Return the burst after a key struck at a time; where it `is_dropping`, the key is to be dropped."""
    if at - burst.last_at >= GAP_SECONDS:
        return Burst(at, at)
    return msgspec.structs.replace(burst, struck_at=at, last_at=max(at, burst.last_at))


def answered(burst: Burst, began_at: float, ended_at: float) -> Burst:
    """Return the burst after an act of the register that took from `began_at` to `ended_at`."""
    stalled = ended_at if ended_at - began_at >= STALL_SECONDS else burst.stalled_until
    return msgspec.structs.replace(burst, last_at=max(ended_at, burst.last_at), stalled_until=stalled)


def surprise(burst: Burst, at: float) -> Burst:
    """Return the burst after an answer, given at a time, that a blind typist could not count on."""
    return msgspec.structs.replace(burst, last_at=max(at, burst.last_at), is_surprised=True)


def drop_rest(burst: Burst) -> Burst:
    """Return the burst after a grave act was refused: what follows was meant for what did not happen."""
    return msgspec.structs.replace(burst, is_surprised=True, is_dropping=True)
