"""Keeping the sync process alive beside the lane: started, started again when it dies, ended with the lane."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Final

LOG: Final = logging.getLogger("mostrador.sync_keeper")
FIRST_PAUSE_SECONDS: Final = 1.0
LAST_PAUSE_SECONDS: Final = 60.0
"""The pause before the next start; also how long a sync must have run for the next failure to be a new one."""
STOP_SECONDS: Final = 5.0
ELSEWHERE: Final = 3
"""The status (`sync.command.Exit.BUSY`) of a sync that has found another at work on this ledger: all is well."""

Spawn = Callable[[], "subprocess.Popen[bytes]"]


class SyncKeeper:
    """Runs the sync in a process and starts it again, ever later, when it ends by itself."""

    def __init__(
        self,
        spawn: Spawn,
        on_state: Callable[[str], None],
        elapsed_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a way to start the sync, and who is told of its state (`running`, `elsewhere`, `failed`)."""
        self._spawn, self._on_state, self._elapsed_seconds = spawn, on_state, elapsed_seconds
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="sync keeper", daemon=True)

    def start(self) -> None:
        """Begin to keep it."""
        self._thread.start()

    def stop(self) -> None:
        """End the process and the keeping: asked to, the sync takes the last sales along."""
        self._stop.set()
        self._end(subprocess.Popen.terminate)
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        self._end(subprocess.Popen.kill)

    def _end(self, ask: Callable[[subprocess.Popen[bytes]], None]) -> None:
        """Ask the process to end, if there is one."""
        process = self._process
        if process is not None and process.poll() is None:
            ask(process)

    def _run(self) -> None:
        """Keep the process running until told to stop."""
        pause = FIRST_PAUSE_SECONDS
        while not self._stop.is_set():
            began = self._elapsed_seconds()
            status = self._serve()
            if self._stop.is_set():
                return
            if self._elapsed_seconds() - began > LAST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self._on_state("elsewhere" if status == ELSEWHERE else "failed")
            if self._stop.wait(LAST_PAUSE_SECONDS if status == ELSEWHERE else pause):
                return
            pause = FIRST_PAUSE_SECONDS if status == ELSEWHERE else min(2 * pause, LAST_PAUSE_SECONDS)

    def _serve(self) -> int | None:
        """Run the sync until it ends; return its status, None where it could not be started."""
        try:
            self._process = process = self._spawn()
        except OSError as error:
            LOG.warning("the sync could not be started: %s", error)
            return None
        self._on_state("running")
        if self._stop.is_set():
            process.terminate()
        status = process.wait()
        if not self._stop.is_set():
            LOG.log(logging.INFO if status == ELSEWHERE else logging.WARNING, "the sync has ended with %s", status)
        return status
