"""A number in large digits, made of full blocks only: the glyph that every console font has."""

from __future__ import annotations

from typing import Final

from tui.widgets.line_widget import LineWidget, Row

HEIGHT: Final = 5
BLOCK: Final = "\u2588"

_PIXELS: Final = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "-": ("   ", "   ", "###", "   ", "   "),
    ".": (" ", " ", " ", " ", "#"),
    ",": (" ", " ", " ", "#", "#"),
    " ": (" ", " ", " ", " ", " "),
}
_STRETCHES: Final = ((2, 2, 2), (1, 2, 1), (1, 1, 1))
"""How many cells each column of a digit takes, the largest size first."""


class BigNumber(LineWidget):
    """A formatted number in digits five lines high, as wide as there is room."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""

    def show_number(self, text: str) -> None:
        """Show another number: digits, a sign, points and commas."""
        if text != self._text:
            self._text = text
            self.repaint(range(HEIGHT))

    def row(self, y: int) -> Row:
        """Return one line of the digits."""
        return Row(((big_line(self._text, y, self.size.width), "total"),)) if y < HEIGHT else Row()


def big_line(text: str, y: int, width: int) -> str:
    """Return one of the five lines of a number, in the largest size that fits a width."""
    line = ""
    for stretch in _STRETCHES:
        line = " ".join(_stretched(_PIXELS.get(char, _PIXELS[" "])[y], stretch) for char in text)
        if len(line) <= width:
            return line
    return text.rjust(len(line)) if y == HEIGHT - 1 else ""


def _stretched(pixels: str, stretch: tuple[int, int, int]) -> str:
    """Return one line of one glyph; points and commas are as wide as a digit's outer column."""
    sizes = stretch if len(pixels) == len(stretch) else stretch[:1]
    return "".join((BLOCK if pixel == "#" else " ") * size for pixel, size in zip(pixels, sizes, strict=True))
