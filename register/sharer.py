"""A thread that looks after the baskets which a lane shares: at once when one is suspended, else every second."""

from __future__ import annotations

import logging
import threading
from typing import Final

from domain.instant import stamp
from register.lane import Clock
from register.sharing import tend
from storage.connection import LedgerDatabase
from storage.errors import LedgerError, asking
from storage.share_files import ShareFolder

LOG: Final = logging.getLogger("mostrador.register")
EVERY_SECONDS: Final = 1.0
AWAY_SECONDS: Final = 10.0
"""How long a folder that is away is left alone."""


class Sharer:
    """Does with the shared folder what is due, in a thread of its own."""

    def __init__(self, db: LedgerDatabase, folder: ShareFolder, lane_id: str, clock: Clock) -> None:
        """Take the ledger (a connection is opened in the thread), the folder and the lane."""
        self._db, self._folder, self._lane_id, self._clock = db, folder, lane_id, clock
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="sharer", daemon=True)
        self._is_away = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Say that a basket was suspended."""
        self._wake.set()

    def stop(self, wait_seconds: float = 5.0) -> None:
        """End after what is at hand."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    def _run(self) -> None:
        """Look after the folder until told to stop."""
        try:
            while not self._stop.is_set():
                self._wake.clear()
                self.look()
                self._wake.wait(AWAY_SECONDS if self._is_away else EVERY_SECONDS)
        finally:
            if not self._db.is_closed():
                self._db.close()

    def look(self) -> None:
        """Do what is due now; a folder that is away is said once."""
        try:
            if self._db.is_closed():
                with asking():
                    self._db.connect()
            tend(self._db, self._folder, self._lane_id, lambda: stamp(self._clock()))
        except (OSError, LedgerError) as error:
            if not self._is_away:
                LOG.warning("shared baskets wait: %s", error)
            self._is_away = True
        except Exception:  # a thread that dies would hide baskets from their lane
            LOG.exception("shared baskets")
            self._is_away = True
        else:
            self._is_away = False
