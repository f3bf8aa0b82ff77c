"""A scanner made of a FIFO or a file of codes, one a line: the demo's and the tests' scanner.

A FIFO is made where there is nothing; a file is read from its beginning and followed as it grows. Reads pass
the same judge as a real scanner's, without its rate limit.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import stat
import threading

from config.settings import ScannerSettings
from devices.scanner.decode import LineDecoder
from devices.scanner.inputs import state_of
from devices.scanner.intake import BackOff, Intake, monotonic_ms
from devices.scanner.scanned import Emit, Report, ScannerState

IDLE_SECONDS = 0.1
_BLOCK = 65536


class VirtualScanner:
    """One scanner of kind `virtual`."""

    def __init__(self, settings: ScannerSettings, back_off: BackOff | None = None) -> None:
        self._settings = settings
        self._back_off = back_off or BackOff()

    def run(self, emit: Emit, status: Report, stop: threading.Event) -> None:
        """Read lines until `stop` is set."""
        intake = Intake(self._settings.name, emit, status)
        while not stop.is_set():
            try:
                self._serve(intake, stop)
            except OSError as error:
                intake.report(state_of(error))
            stop.wait(self._back_off.next_seconds())

    def _serve(self, intake: Intake, stop: threading.Event) -> None:
        """Open the FIFO or file and read it until `stop` is set."""
        path = os.path.expanduser(self._settings.device)
        if not path:
            intake.report(ScannerState.BAD_SETTINGS)
            return
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        is_fifo = stat.S_ISFIFO(os.stat(path).st_mode)
        # A FIFO opened for writing too never ends when its writers go, and opens without one.
        fd = os.open(path, os.O_CLOEXEC | os.O_NONBLOCK | (os.O_RDWR if is_fifo else os.O_RDONLY))
        try:
            self._back_off.reset()
            intake.report(ScannerState.CONNECTED)
            _read(fd, intake, stop, is_fifo)
        finally:
            os.close(fd)


def _read(fd: int, intake: Intake, stop: threading.Event, is_fifo: bool) -> None:
    """Take lines as they come until `stop` is set."""
    decoder = LineDecoder()
    while not stop.is_set():
        if is_fifo and not select.select([fd], [], [], IDLE_SECONDS)[0]:
            continue
        data = _take(fd)
        if data:
            intake.take(decoder.feed(data, monotonic_ms()))
        elif not is_fifo:
            stop.wait(IDLE_SECONDS)


def _take(fd: int) -> bytes:
    """Return what can be read at once."""
    try:
        return os.read(fd, _BLOCK)
    except OSError as error:
        if error.errno == errno.EAGAIN:
            return b""
        raise
