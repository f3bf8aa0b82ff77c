"""Asks the module's endpoints, and makes documents as its README has them."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.kit.tryton_seed import KEY
from tests.kit.tryton_server import DATABASE, TrytonServer

Document = dict[str, Any]
DAY = "2026-11-24"


class TrytonClient:
    """A lane as the module sees it: it has nothing but an address and a key."""

    def __init__(self, server: TrytonServer, key: str = KEY) -> None:
        """Ask a server."""
        self._server = server
        self._key = key

    def post(self, what: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body of an answer."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        request = Request(f"{self._server.origin}/{DATABASE}/r/mostrador/v1/{what}", body, headers)
        try:
            with urlopen(request, timeout=120) as reply:
                return reply.status, reply.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def ask(self, what: str, **body: Any) -> Any:
        """Return an answer that has to be a good one."""
        status, data = self.post(what, json.dumps(body).encode())
        assert status == 200, data
        return json.loads(data)

    def deliver(self, *documents: Any) -> list[Document]:
        """Return the answers to a batch."""
        answers: list[Document] = self.ask("documents", documents=list(documents))["results"]
        return answers

    def rpc(self, method: str, *params: Any) -> Any:
        """Call Tryton's own interface without a login, for what needs none."""
        body = json.dumps({"id": 1, "method": method, "params": list(params)}).encode()
        request = Request(f"{self._server.origin}/rpc/", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())["result"]


def head(kind: str, seq: int, **more: Any) -> Document:
    """Return what each document has; its key and hash follow from its number."""
    common = {"lane": "7", "seq": seq, "shift": 1, "date": DAY}
    return {"key": f"{kind}-{seq}", "kind": kind, "hash": f"{seq:064x}", **common, **more}


def line(product: str, quantity: str, net: str, gross: str, tax_class: str = "general", **more: Any) -> Document:
    """Return a line of a sale."""
    return {
        "name": f"Item {product}",
        "product": product,
        "quantity": quantity,
        "net": net,
        "gross": gross,
        "tax_class": tax_class,
        **more,
    }


def sale(seq: int, **more: Any) -> Document:
    """Return a sale of two items at 10.50, 16 % included, paid in cash."""
    document = head(
        "sale",
        seq,
        number=f"7-{seq:06d}",
        lines=[line("P00000", "2", "18.10", "21.00")],
        taxes=[{"code": "iva16", "base": "18.10", "amount": "2.90"}],
        payments=[{"method": "cash", "amount": "21.00"}],
    )
    return document | more


def refund(seq: int, **more: Any) -> Document:
    """Return one of those items back, in cash."""
    back = sale(
        seq,
        lines=[line("P00000", "-1", "-9.05", "-10.50")],
        taxes=[{"code": "iva16", "base": "-9.05", "amount": "-1.45"}],
        payments=[{"method": "cash", "amount": "-10.50"}],
    )
    return back | more
