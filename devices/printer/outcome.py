"""What becomes of a paper, and how a printer is doing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol, TypeAlias

import msgspec

from domain.paper import Paper

OnPaper: TypeAlias = Callable[[Sequence[str]], None]
"""Takes the lines of a paper that a virtual printer has printed."""


class PrintFault(StrEnum):
    """Why a printer does not print."""

    NOT_FOUND = "not_found"
    """No such path, host or USB device."""
    OFFLINE = "offline"
    """Found, but off, unplugged, refusing, or with its feed button pressed."""
    TIMEOUT = "timeout"
    NO_PERMISSION = "no_permission"
    BUSY = "busy"
    """Another program holds it."""
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    DEVICE_ERROR = "device_error"
    """Its knife or itself, or a full disk behind a file."""
    NO_DRIVER = "no_driver"
    """A Python package is missing: python-escpos, pyserial or pyusb."""
    BAD_SETTINGS = "bad_settings"


class Outcome(StrEnum):
    """What became of a paper."""

    DONE = "done"
    UNKNOWN = "unknown"
    """It went out, wholly or in part, and nothing confirms it: ask a person, then print a copy."""
    FAILED = "failed"
    """Nothing went out: the same paper can be sent again."""


class PrintResult(msgspec.Struct, frozen=True):
    """What became of one paper; `fault` stands with UNKNOWN and FAILED."""

    outcome: Outcome
    fault: PrintFault | None = None
    is_paper_low: bool = False


class PrinterStatus(msgspec.Struct, frozen=True):
    """How a printer is doing: ready if there is no fault.

    `answers` says whether it answers at all: one that does not is ready until it fails. `drawer_pin` is the
    level of the drawer's sensor, `None` where unknown; which level means open depends on the drawer.
    """

    fault: PrintFault | None = None
    is_paper_low: bool = False
    answers: bool = False
    drawer_pin: bool | None = None


class Printer(Protocol):
    """A receipt printer, used by one thread at a time. Its methods block, but no longer than some seconds."""

    def print_paper(self, paper: Paper, job: int = 0) -> PrintResult:
        """Print one paper. `job` is the print job's number: the virtual printer names its files by it."""

    def status(self) -> PrinterStatus:
        """Ask the printer how it is."""

    def close(self) -> None:
        """Let go of the printer."""


def done(is_paper_low: bool = False) -> PrintResult:
    """Return the result of a paper that was printed as far as anyone can tell."""
    return PrintResult(Outcome.DONE, None, is_paper_low)


def unknown(fault: PrintFault) -> PrintResult:
    """Return the result of a paper of which at least a part has gone out."""
    return PrintResult(Outcome.UNKNOWN, fault)


def failed(fault: PrintFault) -> PrintResult:
    """Return the result of a paper of which nothing has gone out."""
    return PrintResult(Outcome.FAILED, fault)
