"""A paper laid out for one printer's width and code page: lines, codes and acts, neither bytes nor dots yet.

Every way to print begins here, so paper, picture and the roll on the screen show the same lines.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from devices.printer.printable import CodePage
from domain.paper import Barcode, Columns, Cut, Element, Feed, Kick, Paper, Qr, Rule, Text, lay_element, level_line

MIN_COLUMNS = 16
MAX_SIZE = 8
MAX_FEED = 20
MAX_QR = 500
MAX_BARCODE = 48
_BARCODE_MODULES = 11
"""Modules of one character of Code 128; start and check take one each, stop takes 13 (ISO/IEC 15417)."""
CELL_WIDTH = 12
"""Dots of one column: font A of nearly every printer is 12 dots wide and 24 high."""


class Line(msgspec.Struct, frozen=True):
    """One line of text, padded to its alignment; `size` multiplies both its width and height.

    `level` is the line for a view with one size of letters, where that is another.
    """

    text: str
    bold: bool = False
    size: int = 1
    level: str = ""


class Symbol(msgspec.Struct, frozen=True):
    """A code to be scanned; `module` is the dots of its narrowest bar or of one square."""

    kind: Literal["barcode", "qr"]
    data: str
    module: int


class Act(msgspec.Struct, frozen=True):
    """Something the printer does."""

    what: Literal["cut", "kick"]
    drawer: int = 1


Strip: TypeAlias = Line | Symbol | Act


def lay_strips(paper: Paper, columns: int, page: CodePage) -> list[Strip]:
    """Lay a paper out: what it says is cleaned first, so that what wraps is what prints."""
    return [strip for element in paper for strip in _lay(clean_element(element, page), columns)]


def lines_of(strips: list[Strip], columns: int) -> list[str]:
    """Return strips as plain lines, for a text file and the roll on the screen."""
    lines: list[str] = []
    for strip in strips:
        if isinstance(strip, Line):
            lines.append((strip.level or strip.text).rstrip())
        elif isinstance(strip, Symbol):
            lines.append(f"[{strip.data}]".center(columns).rstrip())
    return lines


def clean_element(element: Element, page: CodePage) -> Element:
    """Return an element with nothing in it that the page cannot print, and with sizes a printer has."""
    match element:
        case Text():
            size = _between(1, element.size, MAX_SIZE)
            return Text(page.clean(element.text), element.align, element.bold, size)
        case Columns():
            left, right = page.clean(element.left), page.clean(element.right)
            return Columns(left, right, element.bold, _between(1, element.size, MAX_SIZE))
        case Rule():
            return Rule((page.clean(element.char) or "-")[0])
        case Barcode():
            return Barcode("".join(char for char in element.data if " " <= char <= "~"))
        case Qr():
            return Qr(page.clean(element.data))
        case _:
            return Feed(_between(0, element.lines, MAX_FEED)) if isinstance(element, Feed) else element


def _between(least: int, number: int, most: int) -> int:
    """Return a number moved between two bounds."""
    return min(max(least, number), most)


def _lay(element: Element, columns: int) -> list[Strip]:
    """Lay one clean element out."""
    match element:
        case Text() | Columns():
            return [_lay_line(text, element, columns) for text in lay_element(element, columns)]
        case Barcode():
            return _lay_barcode(element.data, columns)
        case Qr():
            return _lay_qr(element.data, columns)
        case Rule() | Feed():
            return [Line(text) for text in lay_element(element, columns)]
        case Cut():
            return [Act("cut")]
        case Kick():
            return [Act("kick", element.drawer)]


def _lay_line(text: str, element: Text | Columns, columns: int) -> Line:
    """Return a line, and its other self where its letters are large."""
    level = level_line(text, element, columns) if element.size > 1 else ""
    return Line(text, element.bold, element.size, level)


def _lay_barcode(data: str, columns: int) -> list[Strip]:
    """Lay a barcode out with the widest bars that fit; one that cannot fit is printed as text."""
    modules = _BARCODE_MODULES * (len(data) // (2 if is_paired(data) else 1) + 2) + 13
    fitting = [module for module in (3, 2) if modules * module <= columns * CELL_WIDTH]
    if not data or len(data) > MAX_BARCODE or not fitting:
        return [Line(text) for text in lay_element(Text(data), columns)] if data else []
    return [Symbol("barcode", data, fitting[0])]


def is_paired(data: str) -> bool:
    """Say whether a Code 128 packs its data two digits to a character (code set C): digits only, an even number."""
    return len(data) > 2 and len(data) % 2 == 0 and data.isascii() and data.isdigit()


def _lay_qr(data: str, columns: int) -> list[Strip]:
    """Lay a QR code out; one too long for a receipt is printed as text."""
    if not data:
        return []
    if len(data) > MAX_QR:
        return [Line(text) for text in lay_element(Text(data), columns)]
    return [Symbol("qr", data, 4 if len(data) > 100 or columns < 40 else 6)]
