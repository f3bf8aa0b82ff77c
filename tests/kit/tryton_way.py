"""The way between a lane and a Tryton, with what can go wrong on it: by the handler that a transport takes in tests."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request as UrlRequest
from urllib.request import urlopen

import httpx

from sync.secret import Secret
from sync.transport import Origin, Transport
from sync.tryton_link import TrytonLink
from sync.tryton_rpc import TrytonRpc
from tests.kit.tryton_seed import KEY, PLAIN_LOGIN, PLAIN_WORD
from tests.kit.tryton_server import DATABASE, TrytonServer
from tests.sync.shop import StillClock

MAKING = ("documents", "model.sale.sale.create")
"""What faults happen to: all that makes something there."""


class Way:
    """Hands requests on to a real server. `fault` is what happens to the next batch, or page, of a kind."""

    def __init__(self, server: TrytonServer) -> None:
        """Lead to a server."""
        self._server = server
        self.away = 0
        self.lost = 0
        self.broken = 0
        self.asked: list[str] = []

    def link(self) -> TrytonLink:
        """Return a new connection, as after a restart."""
        transport = Transport(Origin(self._server.origin), StillClock(), handler=self._answer)
        return TrytonLink(transport, DATABASE, Secret(KEY))

    def rpc(self) -> TrytonRpc:
        """Return a new connection to Tryton's own interface."""
        transport = Transport(Origin(self._server.origin), StillClock(), handler=self._answer)
        return TrytonRpc(transport, DATABASE, PLAIN_LOGIN, Secret(PLAIN_WORD))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        what = request.url.path.rpartition("/")[2] or json.loads(request.content)["method"]
        self.asked.append(what)
        if what not in MAKING:
            return self._forward(request)
        if self.away:
            self.away -= 1
            raise httpx.ConnectError("refused")
        reply = self._forward(request)
        if self.lost:
            self.lost -= 1
            raise httpx.ReadTimeout("the answer is lost")
        if self.broken:
            self.broken -= 1
            return httpx.Response(200, content=reply.content[:-20], headers={"Content-Type": "application/json"})
        return reply

    def _forward(self, request: httpx.Request) -> httpx.Response:
        """Ask the server itself."""
        names = ("authorization", "content-type")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        asked = UrlRequest(f"{self._server.origin}{request.url.path}", request.content, headers)
        try:
            with urlopen(asked, timeout=120) as reply:
                kept = {"Content-Type": "application/json", "Date": reply.headers["Date"]}
                return httpx.Response(reply.status, content=reply.read(), headers=kept)
        except HTTPError as error:
            with error:
                kind = {"Content-Type": error.headers.get_content_type()}
                return httpx.Response(error.code, content=error.read(), headers=kind)


def let_be_missing(server: TrytonServer, lane: str = "7") -> None:
    """Let somebody say in Tryton that receipts of a lane may never come."""
    rpc = Way(server).rpc()
    (point,) = rpc.read("sale.point", [["mostrador_lane", "=", lane]], ["name"], limit=2)
    rpc.call("sale.point", "write", [point["id"]], {"mostrador_missing": True})
    rpc.close()
