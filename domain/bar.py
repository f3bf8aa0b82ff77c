"""Bars of block characters: how much of the largest, to half a cell. Exact, and readable without colours."""

from __future__ import annotations

from typing import Final

FULL: Final = "█"
HALF: Final = "▌"
BELOW: Final = "▒"
"""Cells of what is below nothing."""


def draw_bar(value: int, largest: int, width: int) -> str:
    """Return a bar of at most `width` cells, `largest` filling all of them; a value that is not 0 shows at least half.

    Both signs of a largest value count alike; what is below nothing is drawn in a lighter block, whole cells only.
    """
    if not value or not largest:
        return ""
    halves = max(1, abs(value) * width * 2 // abs(largest))
    halves = min(halves, 2 * width)
    if value < 0:
        return BELOW * max(1, halves // 2)
    return FULL * (halves // 2) + HALF * (halves % 2)
