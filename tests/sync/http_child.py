"""A sync process that tells the tutorial's ERP what waits until it is killed: `http_child.py DATA URL SECONDS`."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.tutorial_connector import TutorialConnector
from storage.connection import open_ledger
from sync.clock import Clock
from sync.push import Push
from sync.secret import Secret
from sync.transport import Origin, Transport
from tests.sync.tutorial_erp import KEY

BATCH = 10


def main(data: str, url: str, read_seconds: str) -> None:
    """Push until nothing is due, whatever happens on the way."""
    transport = Transport(Origin(url, read_seconds=float(read_seconds)), Clock())
    connector = TutorialConnector(transport, Secret(KEY))
    db = open_ledger(Path(data) / "ledger.db")
    while Push(db, connector, BATCH, Clock(), lambda _: None).run().problem:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
