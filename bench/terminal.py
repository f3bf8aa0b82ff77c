"""A terminal for programs under measure: a pty of 100 by 30, keys as bytes, and the time until bytes come back.

There is no terminal emulator, keyboard or monitor in these figures; nothing answers the questions that a program
asks its terminal, so the Linux console is nearest. Each program runs alone in its pty and rests while another is
measured.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Final

ROWS: Final = 30
COLUMNS: Final = 100
GAP_SECONDS: Final = 0.03
"""Silence after which a paint is over: two frames of 1/60 s."""
LIMIT_SECONDS: Final = 20.0
ENVIRONMENT: Final = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LC_ALL": "C.UTF-8",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    "MOSTRADOR_SYNC": "external",
}
_CODES: Final = re.compile(r"\x1b(\[[0-9;?>=<]*[ -/]*[@-~]|[@-_])|[\x00-\x1f]")
ROOT: Final = Path(__file__).parents[1]


class Program:
    """One program in a terminal of its own."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Start Python with some arguments; the time to its first paint counts from here."""
        together = {**os.environ, **ENVIRONMENT, **(environment or {})}
        self.began = perf_counter()
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            with suppress(BaseException):
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
                os.chdir(ROOT)
                os.execve(sys.executable, [sys.executable, *arguments], together)
            os._exit(127)
        self.output = bytearray()

    def wait_for(self, mark: str, limit_seconds: float = LIMIT_SECONDS) -> float:
        """Return the seconds from the start until the program has painted a text."""
        wanted = mark.encode()
        while wanted not in self.output:
            if not self._read(limit_seconds):
                raise RuntimeError(f"the program has not painted {mark!r} but {self.words()[-60:]!r}")
        return perf_counter() - self.began

    def words(self) -> str:
        """Return what was painted, without the codes between."""
        plain = _CODES.sub(" ", self.output.decode("utf-8", "replace"))
        return " ".join(plain.split())

    def _read(self, wait_seconds: float) -> bytes:
        """Return what comes next, nothing if nothing comes in time."""
        if not select.select([self.terminal], [], [], wait_seconds)[0]:
            return b""
        try:
            data = os.read(self.terminal, 1 << 16)
        except OSError:
            return b""
        self.output += data
        return data

    def drain(self, gap_seconds: float = GAP_SECONDS) -> None:
        """Take what is still coming until there is silence."""
        while self._read(gap_seconds):
            pass

    def press(self, keys: bytes, gap_seconds: float = GAP_SECONDS) -> float:
        """Write keys at once and return the seconds until the last byte of what they painted."""
        self.output.clear()
        began = perf_counter()
        os.write(self.terminal, keys)
        last = 0.0
        wait = LIMIT_SECONDS
        while self._read(wait):
            last = perf_counter() - began
            wait = gap_seconds
        if not last:
            raise RuntimeError(f"{keys!r} painted nothing")
        return last

    def memory_bytes(self) -> float:
        """Return the resident set of the program, without its children."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                return float(line.split()[1]) * 1024
        raise RuntimeError("the kernel does not tell the program's memory")

    def cpu_seconds(self) -> float:
        """Return how long the program has been computing, to the nanosecond that the scheduler counts."""
        return (
            sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{self.pid}/task").iterdir())
            / 1e9
        )

    def close(self) -> None:
        """End the program, by force where it does not end by itself."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
            time.sleep(0.05)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)
