"""Days without the ERP, and then a drain through faults: 0 lost, doubled, altered, misordered, and money equal.

Two small days in the usual tests, by the sync's loop on a simulated clock and by its process, which is killed. In the
slow ones 30 days of 500 sales, both ways.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from config.file import write_settings
from docs.tutorial_connector import TutorialConnector
from register.inbox import read_inbox
from storage import outbox
from storage.errors import saving
from storage.link import nudge, read_link
from storage.verify import verify
from sync.retry import Retry
from sync.round import Loop, Sync
from sync.secret import Secret
from sync.transport import Origin, Transport
from tests.architecture.house import ROOT
from tests.faults.scorecard import Simulation
from tests.sync.checker import Finding
from tests.sync.fault_proxy import Fault, FaultProxy
from tests.sync.feeding import ChangingErp
from tests.sync.offline import SALES, Offline, erp_money, find_faults, lane_money, refuse_some, z_money
from tests.sync.offline_child import is_any_due
from tests.sync.shop import AT, StillClock, states
from tests.sync.test_http_faults import IMPATIENT_SECONDS, Killer
from tests.sync.tutorial_erp import KEY, TutorialErp

AWAY_SECONDS = 3_600
MOST_SECONDS = 3_600
"""Simulated ones that a drain may take: with a back-off that did not begin anew it would be some hours."""
REFUSED = 5
SIZES = pytest.mark.parametrize(
    ("days", "sales"), [(2, 60), pytest.param(30, SALES, marks=pytest.mark.slow)], ids=["two days", "thirty days"]
)


class Reunion:
    """A lane that comes back to its ERP after days, through a proxy that does to requests what it can."""

    def __init__(self, folder: Path, seed: int, days: int, sales: int) -> None:
        self.erp = TutorialErp(items=ChangingErp(random.Random(seed)))
        self.lane = Offline(folder, seed)
        self.db = self.lane.shop.db
        self.lane.trade(days, sales)
        self.proxy = FaultProxy(self.erp.respond, random.Random(seed))
        self.refused, self.waiting = refuse_some(self.db, self.erp, REFUSED)
        self.days = days
        self.tries = self.kills = self.counted = 0

    def drain_by_loop(self, seed: int) -> tuple[Retry, StillClock]:
        """Let the loop run, the ERP being away for an hour more."""

        def on_pause(_: int) -> None:
            if clock.seconds == AWAY_SECONDS:
                self.tries = self.proxy.requests
                self.proxy.risk, self.proxy.kinds = 0.55, tuple(Fault)

        clock = StillClock(on_pause)
        self.proxy.risk, self.proxy.kinds = 1.0, (Fault.REFUSED,)
        transport = Transport(Origin(self.proxy.url, read_seconds=IMPATIENT_SECONDS), clock)
        connector = TutorialConnector(transport, Secret(KEY))
        sync = Sync(self.db, connector, self.lane.settings_at(self.proxy.url), clock, lambda _: None)
        retry = Retry(clock.elapsed_seconds, chance=random.Random(seed))
        Loop(sync, retry).run(lambda: is_any_due(self.db))
        connector.close()
        return retry, clock

    def drain_by_process(self, folder: Path, killer: Killer) -> int:
        """Let the process run, again and again, until it leaves by itself; return how often it was begun."""
        config = folder / "mostrador.toml"
        write_settings(config, self.lane.settings_at(self.proxy.url))
        command = [sys.executable, "-m", "tests.sync.offline_child", str(config)]
        for lives in range(1, 200):
            killer.child = subprocess.Popen(command, cwd=ROOT)
            if killer.child.wait() == 0:
                self.kills = killer.kills
                return lives
        raise AssertionError("it never got to the end")

    def prove(self, simulation: Simulation) -> None:
        """Hold everything against everything."""
        found = find_faults(self.db, self.erp)
        simulation.runs += 1
        faults = self.proxy.faults.total() + self.kills
        simulation.faults_injected, self.counted = simulation.faults_injected + faults - self.counted, faults
        simulation.lost += len(found.lost)
        simulation.doubled += len(found.doubled)
        assert found == Finding()
        assert erp_money(self.erp) == lane_money(self.db, self.refused | self.waiting)
        counts = [one["kind"] for one in self.erp.documents]
        assert (counts.count("shift_opened"), counts.count("shift_closed")) == (self.days, self.days)

    def prove_inbox(self) -> None:
        """Those that the ERP refuses stand in the inbox, with what waits for them, and nothing else does."""
        inbox = read_inbox(self.lane.shop.register.lane_at_work)
        assert {one.document_id for one in inbox.documents if not one.is_held} == self.refused
        assert {one.document_id for one in inbox.documents if one.is_held} == self.waiting
        assert {one.reason for one in inbox.documents if not one.is_held} <= {"no such customer"}
        assert {one.feed for one in inbox.feeds} <= {"items"}, "which may have met a fault at the last"

    def prove_whole(self, simulation: Simulation) -> None:
        """Hold everything against everything when nothing is left to do."""
        self.refused, self.waiting = set(), set()
        self.prove(simulation)
        self.prove_inbox()
        assert set(states(self.db).values()) == {"sent"}
        money = {key: amount for key, amount in erp_money(self.erp).items() if key[2]}
        assert money == z_money(self.erp), "each shift's documents come to what its Z says"
        assert verify(self.db).is_sound
        self.db.close()

    def mend(self) -> None:
        """Put right at the ERP what it had refused, and let everything go once more."""
        for one in self.refused:
            self.erp.accept(one)
        with saving(), self.db.atomic():
            assert outbox.put_back(self.db, None, AT) == REFUSED
            nudge(self.db, AT)


@SIZES
def test_days_offline_and_a_drain_by_the_loop(
    days: int, sales: int, tmp_path: Path, fault_seed: int, simulation: Simulation
) -> None:
    reunion = Reunion(tmp_path, fault_seed, days, sales)
    with reunion.proxy.open():
        retry, clock = reunion.drain_by_loop(fault_seed)
        assert retry.failures == 0, "it went well in the end, and the back-off has begun anew"
        assert 10 < reunion.tries < 60, "while nobody answered it asked ever more rarely"
        assert clock.seconds - AWAY_SECONDS < MOST_SECONDS
        reunion.prove(simulation)
        reunion.prove_inbox()
        link = read_link(reunion.db)
        assert link is not None
        assert link.is_online
        reunion.mend()
        reunion.drain_by_loop(fault_seed)
    reunion.prove_whole(simulation)


@SIZES
def test_days_offline_and_a_drain_by_a_process_that_is_killed(
    days: int, sales: int, tmp_path: Path, fault_seed: int, simulation: Simulation
) -> None:
    reunion = Reunion(tmp_path, fault_seed, days, sales)
    killer = Killer(reunion.erp, random.Random(fault_seed), every=6)
    reunion.proxy.upstream = killer
    reunion.proxy.risk = 0.4
    with reunion.proxy.open():
        lives = reunion.drain_by_process(tmp_path, killer)
        assert 1 < lives <= killer.kills + 1
        reunion.prove(simulation)
        reunion.prove_inbox()
        reunion.mend()
        reunion.drain_by_process(tmp_path, killer)
    reunion.prove_whole(simulation)
