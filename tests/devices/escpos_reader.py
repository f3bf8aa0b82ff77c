"""ESC/POS bytes read as a printer reads them: lines of text with their attributes, and what else happens.

Knows what our printers are sent and nothing more; an unknown command is an error, because on a real printer it
would be ink. Text is decoded by the code page that the bytes select.

    receipt = read_receipt(data)
    receipt.text         # the lines, joined
    receipt.lines[0]     # PrintedLine(text, bold, size, align)
    receipt.count("cut")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 19: "cp858", 40: "iso8859_15"}
"""Epson's numbers of the code pages we know."""
ESC, FS, GS, DLE, LF = 0x1B, 0x1C, 0x1D, 0x10, 0x0A


@dataclass(frozen=True)
class PrintedLine:
    """A line as it stands on the paper."""

    text: str
    bold: bool = False
    size: int = 1
    align: str = "left"
    underline: bool = False


@dataclass(frozen=True)
class Event:
    """What is no text: `cut`, `kick`, `barcode`, `qr`, `image`, `status`; `at_line` lines stand before it."""

    kind: str
    data: str = ""
    at_line: int = 0


@dataclass
class Receipt:
    """A whole print job."""

    lines: list[PrintedLine] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines, without what pads them at the end."""
        return "\n".join(line.text.rstrip() for line in self.lines)

    def count(self, kind: str) -> int:
        """Say how often something happened."""
        return sum(event.kind == kind for event in self.events)


class UnknownCommandError(ValueError):
    """Bytes that no printer of ours is meant to get."""


def read_receipt(data: bytes) -> Receipt:
    """Read the bytes of a print job; `UnknownCommandError` names the first that it does not know."""
    return _Reader(data).read()


class _Reader:
    """The printer's state while it reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._receipt = Receipt()
        self._qr = ""
        self._reset()
        self._commands: dict[bytes, Callable[[], None]] = {
            b"\x1b@": self._reset,
            b"\x1bt": self._select_page,
            b"\x1bR": self._select_country,
            b"\x1b!": self._select_mode,
            b"\x1bE": self._select_bold,
            b"\x1b-": self._select_underline,
            b"\x1bM": lambda: self._skip(1),
            b"\x1ba": self._select_align,
            b"\x1bd": self._feed,
            b"\x1bp": self._kick,
            b"\x1c.": self._leave_chinese,
            b"\x1d!": self._select_size,
            b"\x1dV": self._cut,
            b"\x1dv": self._image,
            b"\x1dh": lambda: self._skip(1),
            b"\x1dw": lambda: self._skip(1),
            b"\x1dH": lambda: self._skip(1),
            b"\x1df": lambda: self._skip(1),
            b"\x1dk": self._barcode,
            b"\x1d(": self._symbol,
            b"\x1dr": lambda: self._event("status", f"paper {self._byte()}"),
            b"\x10\x04": lambda: self._event("status", f"live {self._byte()}"),
        }

    def read(self) -> Receipt:
        """Read to the end."""
        while self._at < len(self._data):
            byte = self._byte()
            if byte == LF:
                self._end_line()
            elif byte in (ESC, FS, GS, DLE):
                self._run(byte)
            elif byte < 0x20 or byte == 0x7F:
                raise UnknownCommandError(f"control byte {byte:#04x} at {self._at - 1}")
            else:
                self._text.append(bytes([byte]).decode(self._page))
        if self._text:
            self._end_line()
        return self._receipt

    def _run(self, lead: int) -> None:
        """Run one command."""
        name = bytes([lead, self._byte()])
        if name not in self._commands:
            raise UnknownCommandError(f"{name.hex(' ')} at {self._at - 2}")
        self._commands[name]()

    def _byte(self) -> int:
        """Take the next byte."""
        if self._at >= len(self._data):
            raise UnknownCommandError("the job ends within a command")
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, count: int) -> bytes:
        """Take so many bytes."""
        return bytes(self._byte() for _ in range(count))

    def _skip(self, count: int) -> None:
        """Take bytes that change nothing here."""
        self._take(count)

    def _number(self) -> int:
        """Take a number of two bytes, the lower first."""
        return int.from_bytes(self._take(2), "little")

    def _event(self, kind: str, data: str = "") -> None:
        """Note what happened."""
        self._receipt.events.append(Event(kind, data, len(self._receipt.lines)))

    def _reset(self) -> None:
        """ESC @: forget the line and every choice; a printer made for China takes byte pairs again."""
        self._text: list[str] = []
        self._page = "cp437"
        self._is_chinese = True
        self._bold = self._underline = False
        self._size = 1
        self._align = "left"

    def _end_line(self) -> None:
        """Print the line."""
        text = "".join(self._text)
        if self._is_chinese and not text.isascii():
            raise UnknownCommandError("high bytes before FS . are Chinese on many printers")
        line = PrintedLine(text, self._bold, self._size, self._align, self._underline)
        self._receipt.lines.append(line)
        self._text = []

    def _select_page(self) -> None:
        self._page = PAGES[self._byte()]

    def _select_country(self) -> None:
        if self._byte() != 0:
            raise UnknownCommandError("another country's characters in the place of ASCII")

    def _leave_chinese(self) -> None:
        self._is_chinese = False

    def _select_mode(self) -> None:
        mode = self._byte()
        self._bold = bool(mode & 0x08)
        self._underline = bool(mode & 0x80)
        self._size = 2 if mode & 0x30 == 0x30 else 1

    def _select_bold(self) -> None:
        self._bold = bool(self._byte() & 1)

    def _select_underline(self) -> None:
        self._underline = bool(self._byte() & 3)

    def _select_align(self) -> None:
        self._align = ("left", "center", "right")[self._byte() % 48]

    def _select_size(self) -> None:
        size = self._byte()
        if size >> 4 != size & 0x0F:
            raise UnknownCommandError(f"unequal size {size:#04x}")
        self._size = (size & 0x0F) + 1

    def _feed(self) -> None:
        if self._text:
            self._end_line()
        for _ in range(self._byte()):
            self._end_line()

    def _kick(self) -> None:
        pin, _, _ = self._take(3)
        self._event("kick", str(pin))

    def _cut(self) -> None:
        mode = self._byte()
        if mode in (65, 66):
            self._skip(1)
        self._event("cut", "part" if mode % 48 == 1 or mode == 66 else "full")

    def _image(self) -> None:
        """GS v 0: an image of so many bytes by so many rows."""
        kind, _ = self._take(2)
        if kind != ord("0"):
            raise UnknownCommandError(f"GS v {kind:#04x}")
        width, height = self._number(), self._number()
        self._skip(width * height)
        self._event("image", f"{width * 8}x{height}")

    def _barcode(self) -> None:
        """GS k, function B: a kind, a length, the data."""
        kind = self._byte()
        data = self._take(self._byte())
        if kind == 73 and data.startswith(b"{C") and all(pair < 100 for pair in data[2:]):
            self._event("barcode", "".join(f"{pair:02d}" for pair in data[2:]))
            return
        text = data[2:].replace(b"{{", b"\0")
        if kind != 73 or not data.startswith(b"{B") or b"{" in text:
            raise UnknownCommandError(f"barcode of kind {kind}, or with another code set")
        self._event("barcode", text.replace(b"\0", b"{").decode("ascii"))

    def _symbol(self) -> None:
        """GS ( k: the parts of a QR code."""
        if self._byte() != ord("k"):
            raise UnknownCommandError("GS ( of another kind")
        content = self._take(self._number())
        if content[0] != ord("1"):
            raise UnknownCommandError(f"symbol {content[0]}")
        if content[1] == 80:
            self._qr = content[3:].decode()
        elif content[1] == 81:
            self._event("qr", self._qr)
