"""The ERP of the tutorial, in memory: with a permanent key per document, or naive, as a control."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from docs.tutorial_connector import TutorialConnector
from sync.connector import Connector
from sync.secret import Secret
from sync.transport import Origin, Transport
from tests.sync.fault_proxy import Answered, Asked
from tests.sync.feeding import ChangingErp
from tests.sync.shop import StillClock

KEY = "tutorial-key"


class TutorialErp:
    """Keeps documents once by their key, unless it is naive."""

    def __init__(self, *, is_naive: bool = False, items: ChangingErp | None = None) -> None:
        self.is_naive = is_naive
        self.items = items
        self.documents: list[dict[str, Any]] = []
        self._by_id: dict[str, str] = {}
        self._refused: set[str] = set()
        self._fault = ""

    def connect(self) -> Connector:
        """Return a connector that reaches this ERP without a network."""
        transport = Transport(Origin("http://127.0.0.1"), StillClock(), handler=self._handle)
        return TutorialConnector(transport, Secret(KEY))

    def received(self) -> Sequence[tuple[str, str]]:
        return [(one["document_id"], one["hash"]) for one in self.documents]

    def refuse(self, document_id: str) -> None:
        self._refused.add(document_id)

    def accept(self, document_id: str) -> None:
        self._refused.discard(document_id)

    def be_away(self) -> None:
        self._fault = "away"

    def lose_answer(self) -> None:
        self._fault = "lost"

    def respond(self, asked: Asked) -> Answered:
        """Answer a request."""
        if asked.headers.get("Authorization", asked.headers.get("authorization")) != f"Bearer {KEY}":
            return Answered(401, b"{}")
        address = urlsplit(asked.path)
        if asked.method == "PUT":
            return _json([self._take(one) for one in json.loads(asked.body)])
        assert self.items is not None
        live = [one for one in self.items.items.values() if one.is_active]
        if address.path == "/items/ids":
            return _json({str(one.erp_id): one.written for one in live})
        return _json(self._page({name: int(values[0]) for name, values in parse_qs(address.query).items()}))

    def _take(self, one: dict[str, Any]) -> dict[str, str]:
        document_id = one["document_id"]
        if document_id in self._refused:
            said = {"verdict": "rejected", "reason": "no such customer", "hash": one["hash"]}
            return {"document_id": document_id, **said}
        if self.is_naive or document_id not in self._by_id:
            self._by_id[document_id] = one["hash"]
            self.documents.append(one)
        return {"document_id": document_id, "verdict": "taken", "hash": self._by_id[document_id]}

    def _page(self, asked: dict[str, int]) -> dict[str, Any]:
        assert self.items is not None
        items = sorted(self.items.items.items())
        found = [one for key, one in items if one.written >= asked["since"] and key > asked["after"]]
        told = [
            {
                "id": one.erp_id,
                "code": one.sku,
                "name": one.name,
                "price_minor": int(one.price) * 100,
                "barcodes": one.codes,
                "is_active": one.is_active,
                "written": one.written,
            }
            for one in found[: asked["limit"]]
        ]
        return {"items": told, "until": self.items.now, "is_last": len(found) <= asked["limit"]}

    def _handle(self, request: httpx.Request) -> httpx.Response:
        fault, self._fault = self._fault, ""
        if fault == "away":
            raise httpx.ConnectError("nobody answers")
        target = request.url.raw_path.decode()
        answered = self.respond(Asked(request.method, target, dict(request.headers), request.content))
        if fault == "lost":
            raise httpx.ReadTimeout("lost")
        return httpx.Response(answered.status, content=answered.body, headers=dict(answered.headers))


def _json(value: Any) -> Answered:
    return Answered(200, json.dumps(value).encode())
