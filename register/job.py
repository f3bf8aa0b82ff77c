"""Work that may take long, in a thread of its own: it tells how far it is and can be stopped. No key waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from storage.errors import LedgerError

LOG: Final = logging.getLogger("mostrador.register")

T = TypeVar("T")
Progress = Callable[[int, int], bool]
"""Is told how much of how much is done; False means to stop."""


class Job(Generic[T]):
    """One piece of work. Once `is_ended`, there is a `result`, or a `problem`, or it was stopped."""

    def __init__(self, name: str, work: Callable[[Progress], T | None]) -> None:
        """Take what is to be done; `start` begins."""
        self.done = self.total = 0
        self.result: T | None = None
        self.problem = ""
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> Job[T]:
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Let it end at its next step; what it has so far is thrown away."""
        self._stop.set()

    def wait(self, seconds: int) -> bool:
        """Wait for the end; say whether it came in time."""
        self._thread.join(seconds)
        return self.is_ended

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will come."""
        return not self._thread.is_alive()

    def _tell(self, done: int, total: int) -> bool:
        """Keep how far it is."""
        self.done, self.total = done, total
        return not self._stop.is_set()

    def _run(self) -> None:
        """Work; what goes wrong is told as text."""
        try:
            self.result = self._work(self._tell)
        except (LedgerError, OSError) as error:
            self.problem = str(error)
        except Exception:  # a report never stops a lane
            LOG.exception("%s", self._thread.name)
            self.problem = self._thread.name
