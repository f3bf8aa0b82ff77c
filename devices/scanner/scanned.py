"""What a scanner says: a code that was read, and how the scanner itself is doing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, TypeAlias

import msgspec


class Scanned(msgspec.Struct, frozen=True):
    """A code as it was read: never a quantity, never a key.

    `code` holds printable ASCII and GS (0x1D, the FNC1 between GS1 fields) only. `symbology` is the AIM
    identifier without its bracket (`E0`, `C1`, `d2`, …; ISO/IEC 15424), empty where the scanner sends none.
    """

    code: str
    symbology: str = ""
    device: str = ""

    @property
    def with_aim(self) -> str:
        """The code with its AIM identifier in front again, as `domain.barcode.parse_code` takes it."""
        return f"]{self.symbology}{self.code}" if self.symbology else self.code


class Rejection(StrEnum):
    """Why a read was thrown away whole."""

    INCOMPLETE = "incomplete"
    """The end never came, or keys were lost: a half code could be another item's."""
    UNREADABLE_KEY = "unreadable_key"
    CONTROL_CHARACTER = "control_character"
    NOT_ALLOWED = "not_allowed"
    TOO_LONG = "too_long"
    TOO_FAST = "too_fast"
    CARD_TRACK = "card_track"
    """The magnetic track of a card: it must reach nobody."""


class ScannerState(StrEnum):
    """How a scanner is doing; the lane shows it, the technician acts on it."""

    CONNECTED = "connected"
    REJECTED = "rejected"
    """A read was thrown away; the scanner is connected still, and says so with its next good read."""
    ABSENT = "absent"
    NO_PERMISSION = "no_permission"
    BUSY = "busy"
    """Another program holds it."""
    KEYS_HELD = "keys_held"
    """A key is down: grabbing now would leave it stuck."""
    ONLY_KEYBOARD = "only_keyboard"
    """It is the only keyboard: grabbing it would lock everybody out."""
    NO_DRIVER = "no_driver"
    BAD_SETTINGS = "bad_settings"


class ScannerStatus(msgspec.Struct, frozen=True):
    """A change in a scanner's state; `rejection` stands with `REJECTED` only."""

    device: str
    state: ScannerState
    rejection: Rejection | None = None


Emit: TypeAlias = Callable[[Scanned], None]
Report: TypeAlias = Callable[[ScannerStatus], None]


class Scanner(Protocol):
    """A source of codes, run in a thread of its own."""

    def run(self, emit: Emit, status: Report, stop: threading.Event) -> None:
        """Read until `stop` is set, reconnecting for ever; both callbacks are called in this thread."""
