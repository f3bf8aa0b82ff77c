"""The Odoo connector keeps the contract on a fake that answers as a real 19.0 was seen to, in both dialects."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from storage.connection import LedgerDatabase
from sync.odoo import OdooConnector
from sync.odoo_body import order_uuid
from sync.odoo_rpc import OdooRpc
from sync.secret import Secret
from sync.transport import Origin, Transport
from tests.sync.contract import ConnectorContract
from tests.sync.fault_proxy import Asked
from tests.sync.odoo_fake import KEY
from tests.sync.odoo_shop import make_odoo, open_session, settings_for, with_ids
from tests.sync.shop import StillClock

WRITES = ("sync_from_ui", "create_from_ui")


class OdooErp:
    """The fake as the contract sees it. A delivery is the call that writes orders; all around it goes well."""

    def __init__(self, db: LedgerDatabase, version: int) -> None:
        self.odoo = make_odoo(version)
        open_session(self.odoo)
        self._db = db
        self._fault = ""

    def connect(self) -> OdooConnector:
        settings = settings_for()
        transport = Transport(Origin("http://127.0.0.1"), StillClock(), handler=self._handle)
        rpc = OdooRpc(transport, Secret(KEY), settings.erp.database, settings.erp.login)
        return with_ids(OdooConnector(rpc, transport, settings, StillClock()))

    def received(self) -> Sequence[tuple[str, str]]:
        """Return the documents whose orders are there, with their hash where the order is theirs to the cent."""
        rows = self._db.all("SELECT document_id, hash FROM outbox JOIN journal ON seq = journal_seq")
        known = {order_uuid(document_id): (document_id, found) for document_id, found in rows}
        return [
            known.get(order["uuid"], (order["uuid"], "unknown"))
            if order["amount_total"] == 116
            else (order["uuid"], "altered")
            for order in self.odoo.records("pos.order")
        ]

    def refuse(self, document_id: str) -> None:
        self.odoo.refused.add(order_uuid(document_id))

    def accept(self, document_id: str) -> None:
        self.odoo.refused.discard(order_uuid(document_id))

    def be_away(self) -> None:
        self._fault = "away"

    def lose_answer(self) -> None:
        self._fault = "lost"

    def _handle(self, request: httpx.Request) -> httpx.Response:
        is_write = any(name in request.url.path or name.encode() in request.content for name in WRITES)
        fault = self._fault if is_write else ""
        if fault:
            self._fault = ""
        if fault == "away":
            raise httpx.ConnectError("nobody answers")
        target = request.url.raw_path.decode()
        answered = self.odoo.respond(Asked(request.method, target, dict(request.headers), request.content))
        if fault == "lost":
            raise httpx.ReadTimeout("lost")
        return httpx.Response(answered.status, content=answered.body, headers=dict(answered.headers))


class TestOdoo19(ConnectorContract):
    @pytest.fixture
    def erp(self, db: LedgerDatabase) -> OdooErp:
        return OdooErp(db, 19)


class TestOdoo18(ConnectorContract):
    @pytest.fixture
    def erp(self, db: LedgerDatabase) -> OdooErp:
        return OdooErp(db, 18)
