"""Characters to whole reads: where one ends, and when it must be thrown away.

Reads end at the scanner's suffix; a scanner without one ends them by silence. With a suffix, silence means
that the rest was lost: the part is rejected, and so is what still comes before the next suffix.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from devices.scanner.judge import MAX_LENGTH
from devices.scanner.scanned import Rejection

Suffix: TypeAlias = Literal["enter", "tab", "none"]
Read: TypeAlias = str | Rejection

GAP_MS = 150
"""Silence that ends a read without suffix; scanners type 1 to 15 ms a character."""
STALE_MS = 2000
"""Silence after which a read whose suffix never came is given up."""


class Assembler:
    """Collects the characters of one scanner; instants are monotonic milliseconds."""

    def __init__(self, suffix: Suffix = "enter", gap_ms: int | None = None) -> None:
        self._suffix = suffix
        self.gap_ms = gap_ms if gap_ms is not None else GAP_MS if suffix == "none" else STALE_MS
        self._chars: list[str] = []
        self._rejection: Rejection | None = None
        self._skips = False
        self._last_ms: int | None = None

    @property
    def is_pending(self) -> bool:
        """Whether a read has begun and not ended: silence matters now."""
        return bool(self._chars) or self._rejection is not None

    def put(self, char: str | None, at_ms: int) -> list[Read]:
        """Add a character, `None` for a key that writes none; return the read that the gap before ended."""
        ended = self._gap_before(at_ms)
        self._last_ms = at_ms
        if char is None:
            self._rejection = self._rejection or Rejection.UNREADABLE_KEY
        elif len(self._chars) >= MAX_LENGTH:
            self._rejection = self._rejection or Rejection.TOO_LONG
        else:
            self._chars.append(char)
        return ended

    def put_tab(self, at_ms: int) -> list[Read]:
        """Take a tab: the suffix, or a control character that spoils the read."""
        return self.end(at_ms) if self._suffix == "tab" else self.put("\t", at_ms)

    def end(self, at_ms: int) -> list[Read]:
        """End the read at its suffix; an empty one is nothing."""
        ended = [*self._gap_before(at_ms), *self._take()]
        self._skips = False
        self._last_ms = at_ms
        return ended

    def silence(self) -> list[Read]:
        """Say that nothing came for `gap_ms`: the end of a read without suffix, the loss of one with."""
        if self._suffix == "none":
            ended = self._take()
            self._skips = False
            return ended
        if not self.is_pending:
            return []
        self._clear()
        if self._skips:
            return []
        self._skips = True
        return [Rejection.INCOMPLETE]

    def lose(self) -> list[Read]:
        """Say that input was lost: what is here and what comes before the next end is rejected as one."""
        self._clear()
        self._rejection = Rejection.INCOMPLETE
        return []

    def _gap_before(self, at_ms: int) -> list[Read]:
        """Return the read that a gap ended before this instant, where gaps end reads."""
        if self._suffix != "none" or self._last_ms is None or at_ms - self._last_ms < self.gap_ms:
            return []
        return self.silence()

    def _take(self) -> list[Read]:
        """Return what was collected and begin anew."""
        rejection, text = self._rejection, "".join(self._chars)
        if self._skips and self.is_pending:
            rejection = Rejection.INCOMPLETE
        self._clear()
        if rejection is not None:
            return [rejection]
        return [text] if text else []

    def _clear(self) -> None:
        """Forget the characters collected."""
        self._chars.clear()
        self._rejection = None
