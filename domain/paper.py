"""What goes onto a receipt printer, before anyone knows how wide the paper is.

A `Paper` is a tuple of elements. The register composes it, the ledger keeps it as JSON in the print job, and
each printer lays it out for its own width. Text in it has passed `domain.text.safe_text` already.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec


class Align(StrEnum):
    """Where a text stands on its line."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Text(msgspec.Struct, frozen=True, tag_field="el", tag="text"):
    """A text, wrapped at spaces; `size` 2 is double width and height."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: int = 1


class Columns(msgspec.Struct, frozen=True, tag_field="el", tag="columns"):
    """A left text that wraps and a right text (an amount) that never does."""

    left: str
    right: str
    bold: bool = False
    size: int = 1


class Rule(msgspec.Struct, frozen=True, tag_field="el", tag="rule"):
    """A line across the paper."""

    char: str = "-"


class Barcode(msgspec.Struct, frozen=True, tag_field="el", tag="barcode"):
    """A Code 128 with its text below."""

    data: str


class Qr(msgspec.Struct, frozen=True, tag_field="el", tag="qr"):
    """A QR code, centred."""

    data: str


class Feed(msgspec.Struct, frozen=True, tag_field="el", tag="feed"):
    """Empty lines."""

    lines: int = 1


class Cut(msgspec.Struct, frozen=True, tag_field="el", tag="cut"):
    """Feed past the knife and cut."""


class Kick(msgspec.Struct, frozen=True, tag_field="el", tag="kick", omit_defaults=True):
    """Open the till (the cash drawer's pulse on the printer's connector): of two drawers the first or the second."""

    drawer: int = 1


def kick_to(paper: Paper, drawer: int) -> Paper:
    """Return a paper whose kicks go to one drawer."""
    return tuple(Kick(drawer) if isinstance(element, Kick) else element for element in paper)


Element: TypeAlias = Text | Columns | Rule | Barcode | Qr | Feed | Cut | Kick
Paper: TypeAlias = tuple[Element, ...]

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Paper)


def encode_paper(paper: Paper) -> str:
    """Return the JSON text a print job keeps."""
    return _ENCODER.encode(paper).decode()


def decode_paper(text: str) -> Paper:
    """Return the paper of a print job's JSON text; `msgspec.ValidationError` if it is not one."""
    return _DECODER.decode(text)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` characters, at spaces where there are any; an indent stays."""
    lines: list[str] = []
    body = text.lstrip(" ")
    line = " " * min(len(text) - len(body), width - 1)
    for word in body.split(" "):
        candidate = f"{line} {word}" if line.strip() else line + word
        if len(candidate) <= width:
            line = candidate
            continue
        if line.strip():
            lines.append(line)
        while len(word) > width:
            lines.append(word[:width])
            word = word[width:]
        line = word
    lines.append(line)
    return lines


def lay_columns(left: str, right: str, width: int) -> list[str]:
    """Lay a left and a right text onto lines of `width`; the right one stands at the end of the last line.

    Where it leaves too little room for the left one's words, the left one takes the whole width and the right one,
    if need be, a line of its own: an amount is neither cut nor moved from its edge.
    """
    if not right:
        return wrap(left, width)
    room = width - len(right) - 1
    longest = max(len(word) for word in left.split(" "))
    lines = wrap(left, room if room >= longest else width)
    if len(lines[-1]) > room:
        return lines + [chunk.rjust(width) for chunk in wrap(right, width)]
    return [*lines[:-1], f"{lines[-1]}{right.rjust(width - len(lines[-1]))}"]


def lay_text(element: Text, width: int) -> list[str]:
    """Lay a text onto lines of `width` characters at its own size, aligned."""
    room = max(1, width // element.size)
    lines = wrap(element.text, room)
    if element.align is Align.CENTER:
        return [line.center(room).rstrip() for line in lines]
    if element.align is Align.RIGHT:
        return [line.rjust(room) for line in lines]
    return lines


def lay_element(element: Element, width: int) -> list[str]:
    """Return the lines one element takes on paper of `width` characters, in characters of its own size."""
    match element:
        case Text():
            return lay_text(element, width)
        case Columns():
            return lay_columns(element.left, element.right, max(1, width // element.size))
        case Rule():
            return [(element.char * width)[:width]]
        case Barcode() | Qr():
            return [line.center(width).rstrip() for line in wrap(f"[{element.data}]", width)]
        case Feed():
            return [""] * element.lines
        case Cut() | Kick():
            return []


def level_line(line: str, element: Element, width: int) -> str:
    """Return a line of `lay_element` as it stands among lines of plain size: large letters become plain ones.

    It was laid out for fewer, wider characters; its text keeps its side of the paper, or its middle.
    """
    if not isinstance(element, Text | Columns) or element.size == 1:
        return line
    if isinstance(element, Columns):
        left = line.removesuffix(element.right)
        return f"{left.rstrip()}{element.right.rjust(width - len(left.rstrip()))}" if left != line else line
    if element.align is Align.CENTER:
        return line.strip().center(width).rstrip()
    return line.strip().rjust(width) if element.align is Align.RIGHT else line


def lay_paper(paper: Paper, width: int) -> list[str]:
    """Return a paper as plain lines, all of one size of letters: the text of a report, the test's eyes."""
    return [level_line(line, element, width) for element in paper for line in lay_element(element, width)]
