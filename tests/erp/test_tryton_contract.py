"""The connector keeps the contract of all connectors, with a real Tryton at the other end."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from config.settings import ErpSettings, LaneSettings, Settings
from sync.document import Document
from sync.tryton import TrytonConnector
from sync.tryton_document import Store, Words
from sync.tryton_plain import PlainTryton
from tests.kit.tryton_client import TrytonClient, sale
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way
from tests.sync.contract import ConnectorContract
from tests.sync.shop import LANE, StillClock

pytestmark = pytest.mark.slow

STORE = Store(2, ZoneInfo("America/Mexico_City"))


class TrytonErp:
    """A real Tryton. What it refuses, it refuses because the item is unknown there."""

    def __init__(self, server: TrytonServer) -> None:
        self._client = TrytonClient(server)
        self._way = Way(server)
        self._refused: set[str] = set()

    def connect(self) -> TrytonConnector | PlainTryton:
        return TrytonConnector(
            self._way.link(), Settings(lane=LaneSettings(id=LANE)), STORE, StillClock(), tell=self._tell
        )

    def received(self) -> Sequence[tuple[str, str]]:
        told = self._client.ask("posted", lane=LANE, shift=1)
        assert told["unbalanced"] == []
        assert len({one["record"] for one in told["documents"]}) == len(told["documents"])
        order = sorted(told["documents"], key=lambda one: int(one["record"].rpartition(",")[2]))
        return [(one["key"], one["hash"]) for one in order]

    def refuse(self, document_id: str) -> None:
        self._refused.add(document_id)

    def accept(self, document_id: str) -> None:
        self._refused.discard(document_id)

    def be_away(self) -> None:
        self._way.away = 1

    def lose_answer(self) -> None:
        self._way.lost = 1

    def _tell(self, document: Document, store: Store) -> Words:
        """Say a document of the contract, which has no lines, as a sale of the test shop."""
        told = sale(document.seq, key=document.document_id, hash=document.hash)
        if document.document_id in self._refused:
            told["lines"][0]["product"] = "UNKNOWN"
        return told


class PlainErp(TrytonErp):
    """The same Tryton without our module in use: drafts of sales, by its own interface."""

    def connect(self) -> PlainTryton:
        settings = Settings(erp=ErpSettings(store="C00001"))
        return PlainTryton(self._way.rpc(), settings, STORE, tell=self._tell)

    def received(self) -> Sequence[tuple[str, str]]:
        found = self._way.rpc().read("sale.sale", [], ["reference", "description"], limit=1_000)
        return [(one["reference"], one["description"].rpartition(" ")[2]) for one in found]


class TestPlainTryton(ConnectorContract):
    @pytest.fixture
    def erp(self, tryton: TrytonServer) -> PlainErp:
        return PlainErp(tryton)


class TestTryton(ConnectorContract):
    @pytest.fixture
    def erp(self, tryton: TrytonServer) -> TrytonErp:
        return TrytonErp(tryton)
