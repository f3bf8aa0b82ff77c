"""Between a scanner's driver and the lane: judges reads, limits their rate, says each state once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from devices.scanner.assemble import Read
from devices.scanner.judge import RateLimit, judge_code
from devices.scanner.scanned import Emit, Rejection, Report, ScannerState, ScannerStatus


def monotonic_ms() -> int:
    """Return the monotonic clock in whole milliseconds."""
    return time.monotonic_ns() // 1_000_000


class Intake:
    """Takes the reads and states of one scanner and passes on what may pass."""

    def __init__(
        self,
        device: str,
        emit: Emit,
        status: Report,
        limit: RateLimit | None = None,
        clock: Callable[[], int] = monotonic_ms,
    ) -> None:
        self._device = device
        self._emit = emit
        self._status = status
        self._limit = limit
        self._clock = clock
        self._state: ScannerState | None = None
        self._has_rejected = False

    def take(self, reads: Iterable[Read]) -> None:
        """Judge reads and emit the codes among them, in order."""
        for read in reads:
            judged = read if isinstance(read, Rejection) else judge_code(read, self._device)
            if judged is None:
                continue
            if self._limit is not None and not self._limit.allows(self._clock()):
                judged = Rejection.TOO_FAST
            if isinstance(judged, Rejection):
                self._has_rejected = True
                self._status(ScannerStatus(self._device, ScannerState.REJECTED, judged))
            else:
                self._recover()
                self._emit(judged)

    def _recover(self) -> None:
        """Say the scanner's state again when it reads well after a rejection: a screen shows the last it heard."""
        if self._has_rejected and self._state is not None:
            self._status(ScannerStatus(self._device, self._state))
        self._has_rejected = False

    def report(self, state: ScannerState) -> None:
        """Say a state, once until it changes."""
        if state is not self._state:
            self._state = state
            self._has_rejected = False
            self._status(ScannerStatus(self._device, state))


class BackOff:
    """Growing waits between attempts to connect, in seconds: half a second up to two."""

    def __init__(self, first_ms: int = 500, most_ms: int = 2000) -> None:
        self._first_ms = first_ms
        self._most_ms = most_ms
        self._next_ms = first_ms

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self._next_ms = self._first_ms

    def next_seconds(self) -> float:
        """Return the wait before the next attempt."""
        wait_ms, self._next_ms = self._next_ms, min(self._most_ms, 2 * self._next_ms)
        return wait_ms / 1000
