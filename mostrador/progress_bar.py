"""A bar on one line of a terminal: what is being done, how much of it, and how fast."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from sync.catalog_import import Phase

WIDTH = 30
REDRAW_NS = 100_000_000

_WORDS = {Phase.JUDGING: "judging", Phase.APPLYING: "writing"}


class ProgressBar:
    """Draws an import's progress; without a terminal it only keeps how far the import has come."""

    def __init__(self, out: TextIO | None, elapsed_ns: Callable[[], int] = time.monotonic_ns) -> None:
        """Draw on `out`, at most ten times a second."""
        self.applied = 0
        self.to_apply = 0
        self._out = out
        self._elapsed_ns = elapsed_ns
        self._phase: Phase | None = None
        self._began_ns = 0
        self._drawn_ns: int | None = None

    def show(self, phase: Phase, done: int, total: int) -> None:
        """Show that `done` of `total` is done: bytes of a file while judging, items while writing."""
        if phase is Phase.APPLYING:
            self.applied, self.to_apply = done, total
        if self._out is None:
            return
        now_ns = self._elapsed_ns()
        if phase is not self._phase:
            self._phase, self._began_ns, self._drawn_ns = phase, now_ns, None
        if self._drawn_ns is not None and done < total and now_ns - self._drawn_ns < REDRAW_NS:
            return
        self._drawn_ns = now_ns
        self._out.write(f"\r{_draw(phase, done, total, now_ns - self._began_ns)}\x1b[K")
        self._out.flush()

    def clear(self) -> None:
        """Take the bar away, so that something else can be written."""
        if self._out is not None and self._drawn_ns is not None:
            self._out.write("\r\x1b[K")
            self._out.flush()
            self._drawn_ns = None


def _draw(phase: Phase, done: int, total: int, elapsed_ns: int) -> str:
    """Return the bar as text."""
    filled = WIDTH * done // max(total, 1)
    bar = "#" * filled + "." * (WIDTH - filled)
    text = f"{_WORDS[phase]} [{bar}] {100 * done // max(total, 1):3d} %"
    if phase is Phase.APPLYING and elapsed_ns:
        text += f"  {done * 1_000_000_000 // elapsed_ns} items/s"
    return text
