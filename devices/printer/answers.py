"""What a printer answers: the bytes of `DLE EOT n` and `GS r 1`, told apart and read (Epson's tables).

A real-time answer has bits 1 and 4 set, bits 0 and 7 clear; a paper answer has bits 4 and 7 clear. A printer
may also send four bytes of its own accord (ASB): those are skipped.
"""

from __future__ import annotations

from devices.printer.outcome import PrinterStatus, PrintFault

ASK_PAPER = b"\x1dr\x01"
"""GS r 1: answered when everything sent before it has been processed."""


def ask_now(number: int) -> bytes:
    """Return DLE EOT n: answered at once. 1 printer, 2 why offline, 3 which error, 4 paper."""
    return b"\x10\x04" + bytes([number])


def is_live(byte: int) -> bool:
    """Say whether a byte answers DLE EOT."""
    return byte & 0x93 == 0x12


def is_paper(byte: int) -> bool:
    """Say whether a byte answers GS r 1."""
    return byte & 0x90 == 0


class AnswerReader:
    """Picks the answers out of what a printer sends, however it is cut into pieces."""

    def __init__(self) -> None:
        self._skip = 0

    def feed(self, data: bytes) -> list[int]:
        """Return the bytes that answer questions, without what the printer sent of its own accord."""
        answers: list[int] = []
        for byte in data:
            if self._skip:
                self._skip -= 1
            elif byte & 0x93 == 0x10:  # the first of four bytes of ASB
                self._skip = 3
            elif is_live(byte) or is_paper(byte):
                answers.append(byte)
        return answers


def read_live(answers: dict[int, int]) -> PrinterStatus:
    """Return the status that the answers to DLE EOT 1 to 4 mean; missing ones are taken for good."""
    printer, cause, error, paper = (answers.get(number, 0x12) for number in (1, 2, 3, 4))
    return PrinterStatus(
        _fault(printer, cause, error, paper),
        is_paper_low=bool(paper & 0x0C),
        answers=bool(answers),
        drawer_pin=bool(printer & 0x04) if 1 in answers else None,
    )


def _fault(printer: int, cause: int, error: int, paper: int) -> PrintFault | None:
    """Return the first fault of the four answers, the one to be mended first."""
    if cause & 0x04:
        return PrintFault.COVER_OPEN
    if paper & 0x60 or cause & 0x20:
        return PrintFault.NO_PAPER
    if cause & 0x40 or error & 0x68:
        return PrintFault.DEVICE_ERROR
    return PrintFault.OFFLINE if printer & 0x08 else None
