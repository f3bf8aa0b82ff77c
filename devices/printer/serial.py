"""A printer on a serial line, through pyserial, 8N1, the line held exclusively.

pyserial is imported when the line is opened.
"""

from __future__ import annotations

import contextlib
import termios
from typing import TYPE_CHECKING

from config.settings import PrinterSettings
from devices.errors import LinkError
from devices.printer.link import STALL_SECONDS, fault_of
from devices.printer.outcome import PrintFault

if TYPE_CHECKING:
    import serial

BLOCK = 256
"""Bytes in one write: a quarter of a second at 9600 baud, so a stall is seen within the time for one."""


class SerialLink:
    """An open serial line to a printer."""

    can_answer = True

    def __init__(self, settings: PrinterSettings, stall_seconds: float = STALL_SECONDS) -> None:
        if not settings.device:
            raise LinkError(PrintFault.BAD_SETTINGS)
        self._port = _open(settings, stall_seconds)

    def send(self, data: bytes) -> None:
        """Send all bytes, block by block."""
        import serial

        sent = 0
        while sent < len(data):
            try:
                sent += self._port.write(data[sent : sent + BLOCK]) or 0
            except serial.SerialTimeoutException as error:
                # pyserial does not say how much of the block went out: count it as sent, for then nobody knows
                raise LinkError(PrintFault.TIMEOUT, sent + 1) from error
            except (OSError, termios.error) as error:
                raise LinkError(PrintFault.OFFLINE, sent) from error

    def receive(self, wait_ms: int) -> bytes:
        """Return what comes within the time."""
        try:
            self._port.timeout = wait_ms / 1000
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (OSError, termios.error) as error:
            raise LinkError(PrintFault.OFFLINE) from error

    def close(self) -> None:
        """Let the last bytes leave, then close the line."""
        with contextlib.suppress(OSError, termios.error):
            self._port.flush()
        self._port.close()


def _open(settings: PrinterSettings, stall_seconds: float) -> serial.Serial:
    """Open the line, mapping its errors."""
    try:
        import serial
    except ImportError as error:
        raise LinkError(PrintFault.NO_DRIVER) from error
    try:
        return serial.Serial(settings.device, settings.baud, write_timeout=stall_seconds, exclusive=True)
    except OSError as error:
        raise LinkError(fault_of(error)) from error
    except (termios.error, ValueError, OverflowError) as error:
        raise LinkError(PrintFault.BAD_SETTINGS) from error
