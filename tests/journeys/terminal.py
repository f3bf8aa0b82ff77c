"""A terminal of 80×25 with a program in it: keys go in as the bytes a real one sends, and the screen is read back.

    with Terminal([PROGRAM], store.environ, store.home) as terminal:
        terminal.wait_for("CAJERO")
        terminal.press("7", "enter", "1234", "enter")

Nothing sleeps: `wait_for` reads what the program paints until the screen shows what is waited for.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

import pyte

from tui.burst import GAP_SECONDS

ROWS: Final = 25
COLUMNS: Final = 80
BOUND_SECONDS: Final = 60
"""Only a program that never paints what is waited for reaches it."""
LOOK_SECONDS: Final = 1.5 * GAP_SECONDS

_COMMON: Final = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "insert": b"\x1b[2~",
    "delete": b"\x1b[3~",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "ctrl+l": b"\x0c",
    "ctrl+p": b"\x10",
    "ctrl+q": b"\x11",
    "ctrl+n": b"\x0e",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f11": b"\x1b[23~",
    "f12": b"\x1b[24~",
}
KEYS: Final[Mapping[str, Mapping[str, bytes]]] = {
    "xterm-256color": _COMMON | {"f1": b"\x1bOP", "f2": b"\x1bOQ", "f3": b"\x1bOR", "f4": b"\x1bOS", "f5": b"\x1b[15~"},
    "linux": _COMMON | {"f1": b"\x1b[[A", "f2": b"\x1b[[B", "f3": b"\x1b[[C", "f4": b"\x1b[[D", "f5": b"\x1b[[E"},
}
"""What the terminals send for named keys: the Linux console's first five function keys are its own."""


class Terminal:
    """One program in one terminal."""

    def __init__(
        self, argv: Sequence[str | Path], environ: Mapping[str, str], cwd: Path, kind: str = "xterm-256color"
    ) -> None:
        """Start the program; `kind` is what TERM says."""
        self._keys = KEYS[kind]
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        """Everything the program has written."""
        self.status: int | None = None
        self._pid, self._fd = pty.fork()
        if not self._pid:
            _become(argv, {**environ, "TERM": kind}, cwd)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self.status is None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._fd)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def modes(self) -> list[int]:
        """The terminal's modes as the program has set them, or left them (see termios)."""
        flags = termios.tcgetattr(self._fd)[:4]
        return [flag for flag in flags if isinstance(flag, int)]

    def press(self, *keys: str) -> None:
        """Strike keys one behind the other: names of keys, or texts to be typed."""
        self.send(b"".join(self._keys.get(key, key.encode()) for key in keys))

    def send(self, keys: bytes) -> None:
        """Send bytes just as they are."""
        os.write(self._fd, keys)

    def wait_for(self, *wanted: str | Callable[[str], bool]) -> str:
        """Wait until the screen has every text and meets every condition; return it."""
        end = time.monotonic() + BOUND_SECONDS
        while not all(want in self.text if isinstance(want, str) else want(self.text) for want in wanted):
            assert self._read(end), f"{wanted} never came, the screen is\n{self.text}"
        return self.text

    def look(self) -> None:
        """Take a look at the screen, as long as the lane wants after a surprise before it believes in grave keys."""
        end = time.monotonic() + LOOK_SECONDS
        while self._read(end):
            pass

    def signal(self, number: signal.Signals) -> int:
        """Send the program a signal, wait until it has ended and return its exit status, negative for a signal."""
        os.kill(self._pid, number)
        return self.wait_end()

    def wait_end(self) -> int:
        """Wait until the program has ended and return its exit status."""
        end = time.monotonic() + BOUND_SECONDS
        while self._read(end):
            pass
        _, status = os.waitpid(self._pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def _read(self, end: float) -> bool:
        """Take what the program has painted; False where it has ended or the bound is reached."""
        ready, _, _ = select.select([self._fd], [], [], max(0, end - time.monotonic()))
        if not ready:
            return False
        try:
            painted = os.read(self._fd, 65536)
        except OSError:  # on Linux a terminal whose program has ended is an I/O error
            return False
        self.raw += painted
        self._stream.feed(painted)
        return bool(painted)


def _become(argv: Sequence[str | Path], environ: Mapping[str, str], cwd: Path) -> None:
    """Become the program; the child of the fork never returns."""
    try:
        os.chdir(cwd)
        os.execvpe(argv[0], [os.fspath(argument) for argument in argv], environ)
    finally:
        os._exit(127)
