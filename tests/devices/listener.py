"""A listener for scanners under test: collects codes and states, and waits for them without sleeping."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager

from devices.scanner.running import RunningScanner
from devices.scanner.scanned import Scanned, Scanner, ScannerState, ScannerStatus

PATIENCE = 20.0
"""Seconds until a test gives up; no test waits for this to pass."""


class Listener:
    """What a lane would hear of one scanner."""

    def __init__(self) -> None:
        self.codes: queue.Queue[Scanned] = queue.Queue()
        self.states: queue.Queue[ScannerStatus] = queue.Queue()

    def code(self) -> str:
        """Return the next code."""
        return self.codes.get(timeout=PATIENCE).code

    def state(self) -> ScannerState:
        """Return the next state."""
        return self.states.get(timeout=PATIENCE).state

    def await_state(self, wanted: ScannerState) -> None:
        """Wait for a state, whatever comes before it."""
        while self.state() is not wanted:
            pass

    @contextmanager
    def running(self, scanner: Scanner) -> Iterator[RunningScanner]:
        """Run a scanner in its thread and see it stop."""
        running = RunningScanner("test", scanner, self.codes.put, self.states.put)
        try:
            yield running
        finally:
            assert running.stop(PATIENCE)
