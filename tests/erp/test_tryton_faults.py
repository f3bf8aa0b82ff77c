"""Documents on their way to a real Tryton through ten kinds of fault, SIGKILL of the sync and of Tryton itself.

Nothing is lost, doubled, altered, invented or misordered, and the money is equal. A naive way, which makes sales
without a key, is the control: it must be caught doubling, else the checker is blind.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from storage.connection import LedgerDatabase
from sync.errors import Unreachable
from tests.architecture.house import ROOT
from tests.erp.tryton_child import connect
from tests.faults.scorecard import Simulation
from tests.kit.tryton_client import TrytonClient
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way
from tests.sync.checker import Finding, compare
from tests.sync.fault_proxy import Answered, Asked, Fault, FaultProxy, to_port
from tests.sync.shop import LANE, open_shop, post, push, shop, states

pytestmark = pytest.mark.slow

DOCUMENTS = 1_000
IMPATIENT_SECONDS = 6


class Trade:
    """A lane's ledger full of documents, a Tryton behind a proxy, and chance."""

    def __init__(self, folder: Path, server: TrytonServer, seed: int, documents: int) -> None:
        self.chance = random.Random(seed)
        self.client = TrytonClient(server)
        self.db: LedgerDatabase = open_shop(shop(folder))
        self.proxy = FaultProxy(to_port(server.port), random.Random(seed))
        self.origins: dict[str, str] = {}
        for number in range(documents):
            if number > 10 and self.chance.random() < 0.1:
                self.origins[f"return-{number}"] = f"sale-{self.chance.randrange(10)}"
                post(self.db, f"return-{number}", of=self.origins[f"return-{number}"])
            else:
                post(self.db, f"sale-{number}")

    def received(self) -> list[tuple[str, str]]:
        """Every sale that Tryton has, as often as it has it, in its order; each has a document that names it."""
        told = self.client.ask("posted", lane=LANE, shift=1)
        assert told["unbalanced"] == []
        records = Counter(one["record"] for one in told["documents"])
        assert set(records.values()) <= {1}
        order = sorted(told["documents"], key=lambda one: int(one["record"].rpartition(",")[2]))
        return [(one["key"], one["hash"]) for one in order]

    def prove(self) -> Finding:
        """Compare what the lane has posted with what Tryton has, document by document and by the money."""
        posted = dict(self.db.all("SELECT document_id, hash FROM outbox JOIN journal ON seq = journal_seq"))
        got = self.received()
        seqs = dict(self.db.all("SELECT document_id, journal_seq FROM outbox"))
        ours = sum(Decimal(f"{10 * (seq % 7 + 1)}.44") for seq in seqs.values())
        theirs = Decimal(self.client.ask("posted", lane=LANE, shift=1)["methods"]["cash"])
        assert ours == theirs
        assert sorted(key for key, _ in got) == sorted(seqs)
        return compare(posted, self.origins, states(self.db), got)


def test_a_thousand_documents_through_every_fault(
    tmp_path: Path, tryton: TrytonServer, fault_seed: int, simulation: Simulation
) -> None:
    trade = Trade(tmp_path, tryton, fault_seed, DOCUMENTS)
    deaths = 0
    with trade.proxy.open():
        while "waiting" in states(trade.db).values():
            connector = connect(trade.proxy.url, IMPATIENT_SECONDS)
            for _ in range(trade.chance.randrange(1, 8)):
                push(trade.db, connector, size=50)
            connector.close()
            deaths += 1
    found = trade.prove()
    simulation.runs += 1
    simulation.faults_injected += trade.proxy.faults.total() + deaths
    simulation.lost += len(found.lost)
    simulation.doubled += len(found.doubled)
    assert found == Finding()
    assert {fault: trade.proxy.faults[fault] for fault in Fault if trade.proxy.faults[fault] < 5} == {}


class Killer:
    """An upstream that kills the sync's process, or Tryton, while one works for the other."""

    def __init__(self, server: TrytonServer, chance: random.Random) -> None:
        self._server = server
        self._chance = chance
        self._ask = to_port(server.port)
        self.child: subprocess.Popen[bytes] | None = None
        self.kills: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Answered:
        fate = self._chance.randrange(12)
        if fate == 0 and self.kills["tryton"] < 4:
            self.kills["tryton"] += 1
            self._server.kill()
            self._server.start()
        answered = self._ask(asked)
        if fate == 1 and self.child is not None:
            self.kills["sync"] += 1
            self.child.send_signal(signal.SIGKILL)
        return answered


def test_kill_9_of_the_sync_and_of_tryton(tmp_path: Path, tryton: TrytonServer, fault_seed: int) -> None:
    trade = Trade(tmp_path, tryton, fault_seed, 300)
    killer = Killer(tryton, random.Random(fault_seed))
    trade.proxy.upstream = killer
    with trade.proxy.open():
        for _ in range(60):
            command = [sys.executable, "-m", "tests.erp.tryton_child", str(tmp_path / "data"), trade.proxy.url]
            killer.child = subprocess.Popen([*command, str(IMPATIENT_SECONDS)], cwd=ROOT)
            if killer.child.wait() == 0:
                break
    assert killer.kills["sync"]
    assert killer.kills["tryton"]
    assert trade.prove() == Finding()


def test_a_way_without_a_key_is_caught_doubling(tmp_path: Path, tryton: TrytonServer) -> None:
    """Tryton's own interface, a sale made without looking for it: what a lost answer does then."""
    trade = Trade(tmp_path, tryton, 1, 12)
    way = Way(tryton)
    keys = [key for (key,) in trade.db.all("SELECT document_id FROM outbox ORDER BY journal_seq")]
    for number, key in enumerate(keys):
        way.lost = number % 3 == 0
        for _ in range(2):
            try:
                _make(way, key)
                break
            except Unreachable:
                continue
    found = way.rpc().read("sale.sale", [], ["reference"], limit=1_000)
    got = [(one["reference"], "") for one in found]
    finding = compare(dict.fromkeys(keys, ""), {}, dict.fromkeys(keys, "sent"), got)
    assert finding.doubled == {key for number, key in enumerate(keys) if number % 3 == 0}
    assert (finding.lost, finding.invented) == (set(), set())


def _make(way: Way, key: str) -> None:
    line: dict[str, Any] = {"type": "line", "description": key, "quantity": 1, "unit_price": Decimal(1)}
    way.rpc().call("sale.sale", "create", [{"reference": key, "party": 2, "lines": [["create", [line]]]}])
