"""Keeping the sync process alive beside the lane: started, started again when it dies, ended with the lane."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable
from typing import Final

LOG: Final = logging.getLogger("mostrador.sync_keeper")
FIRST_PAUSE_SECONDS: Final = 1.0
LAST_PAUSE_SECONDS: Final = 60.0
STOP_SECONDS: Final = 5.0

Spawn = Callable[[], "subprocess.Popen[bytes]"]


class SyncKeeper:
    """Runs the sync in a process and starts it again, ever later, when it ends by itself."""

    def __init__(self, spawn: Spawn, on_state: Callable[[str], None]) -> None:
        """Take a way to start the sync, and who is told of its state (`running`, `failed`)."""
        self._spawn, self._on_state = spawn, on_state
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="sync keeper", daemon=True)

    def start(self) -> None:
        """Begin to keep it."""
        self._thread.start()

    def stop(self) -> None:
        """End the process and the keeping."""
        self._stop.set()
        process = self._process
        if process is not None:
            process.terminate()
        self._thread.join(STOP_SECONDS)
        if process is not None and process.poll() is None:
            process.kill()

    def _run(self) -> None:
        """Keep the process running until told to stop."""
        pause = FIRST_PAUSE_SECONDS
        while not self._stop.is_set():
            try:
                self._process = self._spawn()
            except OSError as error:
                LOG.warning("the sync could not be started: %s", error)
                self._on_state("failed")
            else:
                self._on_state("running")
                if self._stop.is_set():
                    self._process.terminate()
                status = self._process.wait()
                if status == 0 and not self._stop.is_set():
                    pause = LAST_PAUSE_SECONDS  # another sync is at work on this ledger: all is well
                else:
                    LOG.warning("the sync has ended with %s", status)
                    self._on_state("failed")
            if self._stop.wait(pause):
                return
            pause = min(2 * pause, LAST_PAUSE_SECONDS)
