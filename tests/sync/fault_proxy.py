"""A proxy in the test's own process that does to requests what networks and servers do, one fault each, seeded.

The ten kinds are those that a client cannot tell apart by looking: the request may have been handled or not. `upstream`
is the ERP: a function, or `to_port` for one that listens. Every fault is counted, so that a run proves that each kind
has happened.
"""

from __future__ import annotations

import http.client
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = "application/json"
HANG_SECONDS = 20
"""A client's time-out is far below; whoever waits longer is let go."""
KEPT = 20


class Fault(StrEnum):
    """What can happen to a request."""

    REFUSED = "refused"
    """Cut off before the request is read."""
    RESET_BEFORE = "reset before"
    """Cut off after the request came, before it was handled."""
    RESET_AFTER = "reset after"
    """Handled, and cut off before the answer."""
    ERROR_BEFORE = "500 before"
    ERROR_AFTER = "500 after"
    BUSY = "503"
    """Not handled, with Retry-After."""
    HANGS = "hangs"
    """Handled, and the answer does not come before the client gives up."""
    TRUNCATED = "truncated"
    """Handled, and half of the answer comes."""
    PORTAL = "portal"
    """Another page in the ERP's place, with status 200."""
    LATE = "late"
    """Handled and answered; then an earlier request is delivered once more."""


@dataclass(frozen=True)
class Asked:
    """A request as the ERP gets it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answered:
    """What the ERP says to it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})


Upstream = Callable[[Asked], Answered]


class FaultProxy:
    """Listens on the loopback while it is open; `risk` of the requests meet a fault, evenly of all kinds."""

    def __init__(
        self, upstream: Upstream, chance: random.Random, *, risk: float = 0.55, kinds: Sequence[Fault] = tuple(Fault)
    ) -> None:
        self.upstream = upstream
        self.kinds = kinds
        self.risk = risk
        self.faults: Counter[Fault] = Counter()
        self.requests = 0
        self._chance = chance
        self._deck: list[Fault] = []
        self._earlier: list[Asked] = []
        self._lock = threading.Lock()
        self.url = ""
        """The address to ask, while it is open."""

    @contextmanager
    def open(self) -> Iterator[FaultProxy]:
        """Listen, and stop when every request has ended."""
        server = _Server(self)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def draw(self) -> Fault | None:
        """Return the fate of a request: every kind comes once before any comes again."""
        with self._lock:
            self.requests += 1
            if self._chance.random() >= self.risk:
                return None
            if not self._deck:
                self._deck = list(self.kinds)
                self._chance.shuffle(self._deck)
            fault = self._deck.pop()
            self.faults[fault] += 1
            return fault

    def handle(self, asked: Asked) -> Answered:
        """Let the ERP work, one request at a time."""
        with self._lock:
            self._earlier = [*self._earlier[-KEPT:], asked]
            return self.upstream(asked)

    def repeat(self) -> None:
        """Deliver an earlier request once more."""
        with self._lock:
            late = self._chance.choice(self._earlier)
            with suppress(OSError, http.client.HTTPException):
                self.upstream(late)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""

    def _serve(self) -> None:
        fault = self.server.proxy.draw()
        if fault is Fault.REFUSED:
            self._reset()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fault is Fault.RESET_BEFORE:
            self._reset()
        elif fault in _UNHANDLED:
            self._send(_UNHANDLED[fault])
        else:
            self._serve_handled(fault, Asked(self.command, self.path, dict(self.headers.items()), body))

    def _serve_handled(self, fault: Fault | None, asked: Asked) -> None:
        """Answer a request that the ERP does get."""
        answered = self.server.proxy.handle(asked)
        if fault is Fault.RESET_AFTER:
            self._reset()
        elif fault is Fault.HANGS:
            self._await_end()
        else:
            self._send(_BROKEN if fault is Fault.ERROR_AFTER else answered, half=fault is Fault.TRUNCATED)
        if fault is Fault.LATE:
            self.server.proxy.repeat()

    def _send(self, answered: Answered, *, half: bool = False) -> None:
        self.send_response(answered.status)
        for name, value in answered.headers.items():
            if name.lower() not in _OWN_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answered.body)))
        self.end_headers()
        self.wfile.write(answered.body[: len(answered.body) // 2] if half else answered.body)
        self.wfile.flush()
        if half:
            self.close_connection = True

    def _reset(self) -> None:
        """Cut the connection so that the client sees a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _await_end(self) -> None:
        """Say nothing until the client hangs up."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.recv(1)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, proxy: FaultProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is what the test wants."""


_OWN_HEADERS = ("content-length", "transfer-encoding", "connection", "date", "server")
_BROKEN = Answered(500, b"oh", {"Content-Type": "text/plain"})
_UNHANDLED: Mapping[Fault | None, Answered] = {
    Fault.ERROR_BEFORE: _BROKEN,
    Fault.BUSY: Answered(503, b"{}", {"Content-Type": JSON, "Retry-After": "0"}),
    Fault.PORTAL: Answered(200, b"<html>Sign on</html>", {"Content-Type": "text/html"}),
}


def to_port(port: int) -> Upstream:
    """Return an upstream that asks a server on the loopback."""

    def ask(asked: Asked) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANG_SECONDS)
        try:
            headers = {name: value for name, value in asked.headers.items() if name.lower() != "host"}
            connection.request(asked.method, asked.path, asked.body, headers)
            response = connection.getresponse()
            return Answered(response.status, response.read(), dict(response.getheaders()))
        finally:
            connection.close()

    return ask
