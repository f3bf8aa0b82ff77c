"""A scanner on a serial line (RS-232 or USB-COM): the way for GS1 codes, since no key stands between.

pyserial is imported when the line is opened. Errors of the line come as `SerialException` (an `OSError`), and
as `termios.error` where the line refuses its parameters.
"""

from __future__ import annotations

import contextlib
import termios
import threading
from typing import TYPE_CHECKING

from config.settings import ScannerSettings
from devices.errors import ScannerUnavailableError
from devices.scanner.decode import LineDecoder
from devices.scanner.inputs import state_of
from devices.scanner.intake import BackOff, Intake, monotonic_ms
from devices.scanner.judge import RateLimit
from devices.scanner.scanned import Emit, Report, ScannerState

if TYPE_CHECKING:
    import serial

IDLE_SECONDS = 0.25


class SerialScanner:
    """One scanner of kind `serial`, 8N1; `gap_ms` is for tests."""

    def __init__(self, settings: ScannerSettings, back_off: BackOff | None = None, gap_ms: int | None = None) -> None:
        self._settings = settings
        self._back_off = back_off or BackOff()
        self._gap_ms = gap_ms

    def run(self, emit: Emit, status: Report, stop: threading.Event) -> None:
        """Read until `stop` is set, reconnecting for ever."""
        intake = Intake(self._settings.name, emit, status, RateLimit())
        while not stop.is_set():
            try:
                self._serve(intake, stop)
            except ScannerUnavailableError as why:
                intake.report(why.state)
            except OSError as error:
                intake.report(state_of(error))
            except (termios.error, ValueError, OverflowError):  # parameters the line does not take
                intake.report(ScannerState.BAD_SETTINGS)
            stop.wait(self._back_off.next_seconds())

    def _serve(self, intake: Intake, stop: threading.Event) -> None:
        """Open the line and read it until it goes away or `stop` is set."""
        try:
            import serial
        except ImportError as error:
            raise ScannerUnavailableError(ScannerState.NO_DRIVER) from error
        if not self._settings.device:
            raise ScannerUnavailableError(ScannerState.BAD_SETTINGS)
        port = serial.Serial(self._settings.device, self._settings.baud, exclusive=True)
        with contextlib.closing(port):
            self._back_off.reset()
            intake.report(ScannerState.CONNECTED)
            self._read(port, intake, stop)

    def _read(self, port: serial.Serial, intake: Intake, stop: threading.Event) -> None:
        """Decode bytes until `stop` is set; `OSError` when the line goes away."""
        decoder = LineDecoder(self._settings.suffix, self._gap_ms)
        assembler = decoder.assembler
        while not stop.is_set():
            port.timeout = assembler.gap_ms / 1000 if assembler.is_pending else IDLE_SECONDS
            data = port.read(1)
            if data:
                data += port.read(port.in_waiting)
                intake.take(decoder.feed(data, monotonic_ms()))
            else:
                intake.take(decoder.silence())
