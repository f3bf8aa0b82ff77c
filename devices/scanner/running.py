"""Starting scanners: each runs in a thread of its own until it is told to stop."""

from __future__ import annotations

import threading

from config.settings import ScannerSettings
from devices.scanner.scanned import Emit, Report, Scanner


class RunningScanner:
    """A scanner at work. It ends with its process too: a daemon thread, and a grab that the kernel drops."""

    def __init__(self, name: str, scanner: Scanner, emit: Emit, status: Report) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=scanner.run, args=(emit, status, self._stop), name=f"scanner {name}", daemon=True
        )
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> bool:
        """Tell the scanner to stop and wait for it at most so long; say whether it has stopped."""
        self._stop.set()
        self._thread.join(seconds)
        return not self._thread.is_alive()


def open_scanner(settings: ScannerSettings) -> Scanner:
    """Return the scanner that a table of the settings names; nothing is opened or imported before it runs."""
    match settings.kind:
        case "evdev":
            from devices.scanner.evdev import EvdevScanner

            return EvdevScanner(settings)
        case "serial":
            from devices.scanner.serial import SerialScanner

            return SerialScanner(settings)
        case "virtual":
            from devices.scanner.virtual import VirtualScanner

            return VirtualScanner(settings)


def start_scanner(settings: ScannerSettings, emit: Emit, status: Report) -> RunningScanner:
    """Start a scanner; `emit` and `status` are called in its thread."""
    return RunningScanner(settings.name, open_scanner(settings), emit, status)
