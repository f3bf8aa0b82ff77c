"""A thousand documents over HTTP through ten kinds of fault: 0 lost, doubled, altered, invented, misordered.

Money is equal to the cent. The sync dies at random points, also by SIGKILL in a process of its own. An ERP that keeps
no key is the control: it must be caught doubling, else the checker is blind.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from docs.tutorial_connector import TutorialConnector
from storage.connection import LedgerDatabase
from sync.connector import Answer, Connector
from sync.document import Batch
from sync.secret import Secret
from sync.transport import Origin, Transport
from tests.architecture.house import ROOT
from tests.faults.scorecard import Simulation
from tests.sync.checker import Finding, compare
from tests.sync.erps import MemoryConnector
from tests.sync.fault_proxy import Answered, Asked, Fault, FaultProxy
from tests.sync.http_child import BATCH
from tests.sync.shop import StillClock, open_shop, post, post_bad, push, shop, states
from tests.sync.tutorial_erp import KEY, TutorialErp

IMPATIENT_SECONDS = 0.2


class Mortal(TutorialConnector):
    """A connector whose process dies now and then, before the ERP is asked or after it has answered."""

    def __init__(self, url: str, chance: random.Random, risk: float) -> None:
        transport = Transport(Origin(url, read_seconds=IMPATIENT_SECONDS), StillClock())
        super().__init__(transport, Secret(KEY))
        self.transport = transport
        self._chance = chance
        self._risk = risk

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        if self._chance.random() < self._risk:
            raise KeyboardInterrupt
        answers = super().deliver(batch)
        if self._chance.random() < self._risk:
            raise KeyboardInterrupt
        return answers


class Trade:
    """One lane, one ERP behind a proxy, and chance."""

    def __init__(self, folder: Path, seed: int, erp: TutorialErp, documents: int) -> None:
        self.chance = random.Random(seed)
        self.erp = erp
        self.db: LedgerDatabase = open_shop(shop(folder))
        self.proxy = FaultProxy(erp.respond, random.Random(seed))
        self.origins: dict[str, str] = {}
        self.deaths = 0
        for number in range(documents):
            self._post(number)

    def _post(self, number: int) -> None:
        if number % 111 == 110:
            post_bad(self.db, f"bad-{number}")
        elif number > 10 and self.chance.random() < 0.1:
            origin = f"sale-{self.chance.randrange(10)}"
            self.origins[f"return-{number}"] = origin
            post(self.db, f"return-{number}", of=origin)
        else:
            post(self.db, f"sale-{number}")

    def live(self) -> None:
        """Push under faults and deaths until nothing is due."""
        while "waiting" in states(self.db).values():
            connector = Mortal(self.proxy.url, self.chance, 0.03)
            try:
                push(self.db, connector, size=BATCH)
            except KeyboardInterrupt:
                self.deaths += 1
            finally:
                connector.close()

    def found(self) -> Finding:
        """Compare, once all is quiet."""
        posted = dict(self.db.all("SELECT document_id, hash FROM outbox JOIN journal ON seq = journal_seq"))
        return compare(posted, self.origins, states(self.db), self.erp.received())

    def money_is_equal(self) -> bool:
        """Say whether the ERP has every cent of what was sent, and no more."""
        ours = self.db.one(
            "SELECT sum(json_extract(record, '$.body.total_minor')) FROM journal JOIN outbox ON journal_seq = seq"
            " WHERE state = 'sent'"
        )
        theirs = sum(one["record"]["body"]["total_minor"] for one in self.erp.documents)
        return ours == (theirs,)


def run(folder: Path, seed: int, documents: int, erp: TutorialErp | None = None) -> Trade:
    trade = Trade(folder, seed, erp or TutorialErp(), documents)
    with trade.proxy.open():
        trade.live()
    return trade


def test_every_kind_of_fault_costs_nothing_but_time(tmp_path: Path, fault_seed: int, simulation: Simulation) -> None:
    trade = run(tmp_path, fault_seed, 250)
    _prove(trade, simulation, least=1)


@pytest.mark.slow
def test_a_thousand_documents_through_every_fault(tmp_path: Path, simulation: Simulation) -> None:
    for seed in range(3):
        trade = run(tmp_path / str(seed), seed, 1_000)
        _prove(trade, simulation, least=5)


def test_an_erp_without_a_key_is_caught_doubling(tmp_path: Path, fault_seed: int) -> None:
    trade = run(tmp_path, fault_seed, 120, TutorialErp(is_naive=True))
    assert trade.found().doubled
    assert not trade.money_is_equal()


def _prove(trade: Trade, simulation: Simulation, *, least: int) -> None:
    found = trade.found()
    simulation.runs += 1
    simulation.faults_injected += trade.proxy.faults.total() + trade.deaths
    simulation.lost += len(found.lost)
    simulation.doubled += len(found.doubled)
    assert found == Finding()
    assert trade.money_is_equal()
    assert {fault: trade.proxy.faults[fault] for fault in Fault if trade.proxy.faults[fault] < least} == {}
    assert {one for one, state in states(trade.db).items() if state == "rejected"} == {
        one for one in states(trade.db) if one.startswith("bad-")
    }
    trade.db.close()


class Killer:
    """An upstream that kills the sync's process while it works for it, before or after the ERP has the documents."""

    def __init__(self, erp: TutorialErp, chance: random.Random, every: int) -> None:
        self._erp = erp
        self._chance = chance
        self._every = every
        self.child: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def __call__(self, asked: Asked) -> Answered:
        is_end = self._chance.randrange(self._every) == 0
        is_before = self._chance.random() < 0.5
        if is_end and is_before:
            self._kill()
        answered = self._erp.respond(asked)
        if is_end and not is_before:
            self._kill()
        return answered

    def _kill(self) -> None:
        if self.child is not None:
            os.kill(self.child.pid, signal.SIGKILL)
            self.kills += 1


@pytest.mark.parametrize(
    ("documents", "every"), [(60, 4), pytest.param(1_000, 12, marks=pytest.mark.slow)], ids=["some", "thousand"]
)
def test_kill_9_of_the_sync_process(documents: int, every: int, tmp_path: Path, fault_seed: int) -> None:
    trade = Trade(tmp_path, fault_seed, TutorialErp(), documents)
    killer = Killer(trade.erp, random.Random(fault_seed), every)
    trade.proxy.upstream = killer
    with trade.proxy.open():
        for _ in range(60):
            command = [sys.executable, "-m", "tests.sync.http_child", str(tmp_path / "data"), trade.proxy.url]
            killer.child = subprocess.Popen([*command, str(IMPATIENT_SECONDS)], cwd=ROOT)
            if killer.child.wait() == 0:
                break
    assert killer.kills
    assert trade.found() == Finding()
    assert trade.money_is_equal()
    trade.db.close()


class DiesAfter(MemoryConnector):
    """Dies when the ERP has answered."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self._inner.deliver(batch)
        raise KeyboardInterrupt


def test_the_bytes_of_a_batch_are_the_same_each_time(tmp_path: Path) -> None:
    erp = TutorialErp()
    bodies: list[bytes] = []
    trade = Trade(tmp_path, 1, erp, 5)

    def remember(asked: Asked) -> Answered:
        bodies.append(asked.body)
        return erp.respond(asked)

    trade.proxy = FaultProxy(remember, random.Random(1), risk=0)
    with trade.proxy.open():
        for risk in (True, False):
            connector = Mortal(trade.proxy.url, random.Random(3), 0)
            try:
                push(trade.db, DiesAfter(connector) if risk else connector)
            except KeyboardInterrupt:
                pass
            finally:
                connector.close()
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert len(json.loads(bodies[0])) == 5
    trade.db.close()
