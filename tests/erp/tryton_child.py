"""A sync process that pushes to a Tryton until nothing waits; a test kills it meanwhile.

python -m tests.erp.tryton_child DATA URL READ_SECONDS
"""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import LaneSettings, Settings
from storage.connection import open_ledger
from sync.document import Document
from sync.secret import Secret
from sync.transport import Origin, Transport
from sync.tryton import TrytonConnector
from sync.tryton_document import Store, Words
from sync.tryton_link import TrytonLink
from tests.kit.tryton_client import sale
from tests.kit.tryton_seed import KEY
from tests.kit.tryton_server import DATABASE
from tests.sync.shop import LANE, StillClock, push, states

STORE = Store(2, ZoneInfo("America/Mexico_City"))
ROUNDS = 400
LANE_SETTINGS = Settings(lane=LaneSettings(id=LANE))


def tell(document: Document, store: Store) -> Words:
    """Say a document that has no lines as a sale of the test shop: as many items as its number says."""
    count = document.seq % 7 + 1
    told = sale(document.seq, key=document.document_id, hash=document.hash)
    told["lines"][0] |= {"quantity": str(count), "net": f"{9 * count}.00", "gross": f"{10 * count}.44"}
    told["taxes"] = [{"code": "iva16", "base": f"{9 * count}.00", "amount": f"{count}.44"}]
    told["payments"] = [{"method": "cash", "amount": f"{10 * count}.44"}]
    return told


def connect(url: str, read_seconds: int) -> TrytonConnector:
    """Return a connector that does not wait for long."""
    transport = Transport(Origin(url, read_seconds=read_seconds), StillClock())
    return TrytonConnector(TrytonLink(transport, DATABASE, Secret(KEY)), LANE_SETTINGS, STORE, StillClock(), tell=tell)


def main(data: str, url: str, read_seconds: str) -> int:
    """Push until nothing waits."""
    db = open_ledger(Path(data) / "ledger.db", must_exist=True)
    connector = connect(url, int(read_seconds))
    for _ in range(ROUNDS):
        push(db, connector, size=50)
        if "waiting" not in states(db).values():
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
