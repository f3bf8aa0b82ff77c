"""Printers for tests: one that thinks, behind a TCP port and behind a serial line.

The printer answers as Epson's do (DLE EOT, GS r 1), keeps what it was sent, and can be without paper, open,
offline, silent, deaf to GS r, or cut the connection after some bytes.
"""

from __future__ import annotations

import contextlib
import os
import pty
import selectors
import socket
import threading
import tty
from dataclasses import dataclass, field

LIVE = {
    "ok": {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12},
    "paper_low": {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x1E},
    "no_paper": {1: 0x1E, 2: 0x32, 3: 0x12, 4: 0x7E},
    "cover_open": {1: 0x1E, 2: 0x16, 3: 0x12, 4: 0x12},
    "offline": {1: 0x1E, 2: 0x12, 3: 0x12, 4: 0x12},
    "knife": {1: 0x1E, 2: 0x52, 3: 0x1A, 4: 0x12},
    "broken": {1: 0x1E, 2: 0x52, 3: 0x32, 4: 0x12},
}
"""The answers to DLE EOT 1 to 4 in each state (notes of a TM-T20III)."""
WAIT = 20.0


@dataclass
class Brain:
    """What a printer thinks; `data` is all it was sent for printing."""

    state: str = "ok"
    is_silent: bool = False
    knows_gs_r: bool = True
    paper_answer: int = 0
    state_after: tuple[int, str] | None = None
    """After so many bytes of data the printer comes into another state."""
    silent_after: int | None = None
    """After so many bytes of data it says no more."""
    says_first: bytes = b""
    """What it sends of its own accord when somebody connects."""
    data: bytearray = field(default_factory=bytearray)
    jobs: list[bytes] = field(default_factory=list)
    questions: list[bytes] = field(default_factory=list)
    _rest: bytes = b""

    def hear(self, received: bytes) -> bytes:
        """Take bytes; return what the printer answers."""
        pending, answer = self._rest + received, bytearray()
        self._rest = b""
        while pending:
            if (pending[:2] in (b"\x10\x04", b"\x1dr") and len(pending) < 3) or pending in (b"\x10", b"\x1d"):
                self._rest = pending
                break
            if pending[:2] in (b"\x10\x04", b"\x1dr"):
                self.questions.append(pending[:3])
            if pending[:2] == b"\x10\x04":
                answer += self._answer_live(pending[2])
                pending = pending[3:]
            elif pending[:2] == b"\x1dr":
                answer += self._answer_paper()
                pending = pending[3:]
            else:
                self._print(pending[:1])
                pending = pending[1:]
        return bytes(answer)

    def _print(self, data: bytes) -> None:
        self.data += data
        if self.state_after is not None and len(self.data) >= self.state_after[0]:
            self.state = self.state_after[1]
        if self.silent_after is not None and len(self.data) >= self.silent_after:
            self.is_silent = True

    def _answer_live(self, number: int) -> bytes:
        return b"" if self.is_silent else bytes([LIVE[self.state][number]])

    def _answer_paper(self) -> bytes:
        """A printer that is offline does not come to this command."""
        is_mute = self.is_silent or not self.knows_gs_r or self.state in ("no_paper", "cover_open", "offline")
        return b"" if is_mute else bytes([self.paper_answer])


class BrainLink:
    """A link straight into a printer's head: its answers are there at once, or never."""

    can_answer = True

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self._start = len(brain.data)
        self._answers = brain.says_first

    def send(self, data: bytes) -> None:
        """Let the printer hear."""
        self._answers += self._brain.hear(data)

    def receive(self, wait_ms: int) -> bytes:
        """Return what the printer has answered."""
        answers, self._answers = self._answers, b""
        return answers

    def close(self) -> None:
        """End the job."""
        self._brain.jobs.append(bytes(self._brain.data[self._start :]))


class TcpPrinter:
    """A printer on a port of this machine, one connection at a time."""

    def __init__(self, brain: Brain, cut_after: int | None = None) -> None:
        self._brain = brain
        self._cut_after = cut_after
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.connections = 0
        self._ended = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def await_jobs(self, count: int) -> None:
        """Wait until so many connections have ended and all their bytes were heard."""
        with self._ended:
            assert self._ended.wait_for(lambda: len(self._brain.jobs) >= count, WAIT)

    def stop(self) -> None:
        """Close the port."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(WAIT)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            start = len(self._brain.data)
            with connection:
                self._talk(connection)
            with self._ended:
                self._brain.jobs.append(bytes(self._brain.data[start:]))
                self._ended.notify_all()

    def _talk(self, connection: socket.socket) -> None:
        if self._brain.says_first:
            connection.sendall(self._brain.says_first)
        while True:
            try:
                received = connection.recv(4096)
                if not received:
                    return
                answer = self._brain.hear(received)
                if self._cut_after is not None and len(self._brain.data) >= self._cut_after:
                    return
                if answer:
                    connection.sendall(answer)
            except OSError:
                return


class SerialPrinter:
    """A printer on a serial line (8N1, as all a pty can)."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self._end, self._far_end = pty.openpty()
        tty.setraw(self._far_end)
        os.set_blocking(self._end, False)
        self.path = os.ttyname(self._far_end)
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hear what is left, then pull the cable."""
        os.write(self._stop_writer, b"x")
        self._thread.join(WAIT)
        for fd in (self._end, self._far_end, self._stop_reader, self._stop_writer):
            os.close(fd)

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._end, selectors.EVENT_READ)
            selector.register(self._stop_reader, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if self._end in ready:
                    self._hear()
                elif self._stop_reader in ready:
                    return

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            answer = self._brain.hear(os.read(self._end, 4096))
            if answer:
                os.write(self._end, answer)


def unused_address() -> str:
    """Return an address on this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"
