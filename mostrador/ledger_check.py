"""A look at every page of the ledger's file while the lane sells: in a thread of its own, told when it is done."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Final, Protocol

from storage.soundness import Pages

LOG: Final = logging.getLogger("mostrador.ledger_check")
STOP_SECONDS: Final = 5.0
LOW_PRIORITY: Final = 10
"""How nice the thread is (setpriority(2), which on Linux goes by thread): a key is always served first."""


class Check(Protocol):
    """What is run in the thread (`storage.soundness.PageCheck`)."""

    def run(self) -> tuple[Pages, str]:
        """Look at the file; return what was found, and why where that is not good."""

    def stop(self) -> None:
        """Break the look off."""


class LedgerCheck:
    """Runs one check, and tells of a file that is sound or damaged; the log has SQLite's own words."""

    def __init__(self, check: Check, on_state: Callable[[str], None]) -> None:
        """Take the check and who is told of its outcome (`ok`, `damaged`); one without an outcome is not told."""
        self._check, self._on_state = check, on_state
        self._thread = threading.Thread(target=self._run, name="ledger check", daemon=True)

    def start(self) -> None:
        """Begin; nothing waits for the end."""
        self._thread.start()

    def stop(self) -> None:
        """Break the check off and wait for its thread."""
        self._check.stop()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)
        found, why = self._check.run()
        match found:
            case Pages.OK:
                LOG.info("every page of the ledger is sound")
            case Pages.DAMAGED:
                LOG.error("the ledger is damaged (%s): copy its folder, then run `mostrador verify`", why)
            case Pages.UNKNOWN:
                LOG.warning("the look at the ledger's pages came to no end: %s", why)
                return
        self._on_state(found.value)
