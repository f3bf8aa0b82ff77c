"""A thousand documents through a folder that fails in twenty ways: 0 lost, doubled, altered, invented, misordered.

Every delivery draws one fault or none. The sync dies, also with the power; the ERP reads, moves away and
rejects in between. A kind of fault that never happened makes the run a failure, and two mutants of the
connector must be found.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from config.durable import Disk
from storage.connection import LedgerDatabase
from sync.connector import Connector, Settled
from sync.files import FilesConnector
from sync.pull import Pull
from tests.faults.scorecard import Simulation
from tests.sync.breaking import FAULTS, STEPS, Died, EarlyFiles, NaiveFiles, SteppingDisk
from tests.sync.checker import Finding, compare
from tests.sync.shop import (
    StillClock,
    batch_files,
    lines_of,
    open_shop,
    post,
    post_bad,
    push,
    shop,
    states,
)

DOCUMENTS = 1_000
BATCH = 5
LEAST = 12
"""How often each kind of fault must have happened."""
KINDS = (*FAULTS, "no folder", *(f"killed {step}" for step in STEPS), *(f"power cut {step}" for step in STEPS))

Make = Callable[[Path, Disk], Connector]


class Trade:
    """One lane, one folder, one ERP, and chance."""

    def __init__(self, folder: Path, seed: int, documents: int, make: Make) -> None:
        self.chance = random.Random(seed)
        self.db: LedgerDatabase = open_shop(shop(folder))
        self.root = folder / "erp"
        self.root.mkdir()
        self.faults: Counter[str] = Counter()
        self.origins: dict[str, str] = {}
        self.read: list[tuple[str, str]] = []
        self._make = make
        self._acks = 0
        self._deck: list[str] = []
        self._plan = ""
        for number in range(documents):
            self._post(number)

    def _post(self, number: int) -> None:
        if self.chance.random() < 0.01:
            post_bad(self.db, f"bad-{number}")
        elif number > 10 and self.chance.random() < 0.1:
            origin = self.chance.choice(["sale-of-another-lane", *states(self.db)])
            self.origins[f"return-{number}"] = origin
            post(self.db, f"return-{number}", of=origin)
        else:
            post(self.db, f"sale-{number}")

    def run(self) -> Finding:
        """Push under faults until all faults have had their turn, then without, and compare."""
        for _ in range(10_000):
            if self.is_done():
                break
            self.round(0.9)
        for _ in range(4):
            self.round(0)
        posted = dict(self.db.all("SELECT document_id, hash FROM outbox JOIN journal ON seq = journal_seq"))
        found = compare(posted, self.origins, states(self.db), self.read)
        self.db.close()
        return found

    def is_done(self) -> bool:
        return "waiting" not in {s for one, s in states(self.db).items() if one not in self.origins}

    def round(self, risk: float) -> None:
        """Push once as a new process does, and let the ERP work."""
        disk = SteppingDisk(lambda step: self._at(step, risk))
        connector = self._make(self.root, disk)
        gone = risk and self.chance.random() < 0.05
        if gone:
            self.faults["no folder"] += 1
            self.root.rename(self.root.with_name("unmounted"))
        try:
            push(self.db, connector, size=BATCH)
            if not gone:
                Pull(self.db, connector, _no_catalogue, StillClock(), lambda _: None).run()
        except Died:
            if self._plan.startswith("power"):
                disk.cut_power(self.chance)
        if gone:
            self.root.with_name("unmounted").rename(self.root)
        self._plan = ""
        if not risk:
            connector.close()
        if not risk or self.chance.random() < 0.3:
            self._erp_reads()

    def _at(self, step: str, risk: float) -> None:
        """Draw a fault when a batch is begun, and let it happen at its step."""
        if step == "write":
            self._plan = self._draw() if self.chance.random() < risk else ""
        kind, plan = self._plan, FAULTS.get(self._plan)
        if plan and plan[0] == step:
            self.faults[kind] += 1
            self._plan = ""
            raise OSError(plan[1], kind)
        if kind.startswith(("killed", "power")) and kind.split()[-1] == step:
            self.faults[kind] += 1
            raise Died

    def _draw(self) -> str:
        """Return the next fault of a shuffled deck, so that each kind has its turn."""
        if not self._deck:
            self._deck = [kind for kind in KINDS if kind != "no folder"]
            self.chance.shuffle(self._deck)
        return self._deck.pop()

    def _erp_reads(self) -> None:
        """Take what is there, move it away, and reject one document in a hundred."""
        rejected = []
        for path in (one for one in batch_files(self.root) if one.parent.name == "out"):
            for line in list(lines_of(path))[1:]:
                self.read.append((line["document_id"], line["hash"]))
                if self.chance.random() < 0.01:
                    rejected.append(json.dumps({"document_id": line["document_id"], "rejected": "unknown item"}))
            path.rename(path.parent / "done" / path.name)
        if rejected:
            self._acks += 1
            (self.root / "in").mkdir(exist_ok=True)
            (self.root / "in" / f"ack-{self._acks}.jsonl").write_text("\n".join(rejected))


def _no_catalogue(*_: object) -> Settled:
    raise AssertionError("no catalogue was left")


def files(root: Path, disk: Disk) -> FilesConnector:
    return FilesConnector(root, StillClock(), disk)


def naive(root: Path, disk: Disk) -> NaiveFiles:
    return NaiveFiles(root, StillClock(), disk)


@pytest.mark.parametrize("turn", range(3))
def test_nothing_is_lost_or_doubled(turn: int, simulation: Simulation, tmp_path: Path) -> None:
    simulation.seed += turn
    trade = Trade(tmp_path, simulation.seed, DOCUMENTS, files)
    finding = trade.run()
    simulation.runs, simulation.faults_injected = DOCUMENTS, trade.faults.total()
    simulation.lost, simulation.doubled = len(finding.lost), len(finding.doubled)
    assert finding.is_clean(), finding
    assert {kind: trade.faults[kind] for kind in KINDS if trade.faults[kind] < LEAST} == {}


def test_the_checker_finds_a_connector_that_does_not_look(fault_seed: int, tmp_path: Path) -> None:
    finding = Trade(tmp_path, fault_seed, 200, naive).run()
    assert finding.doubled
    assert not finding.lost


def test_the_checker_finds_marks_before_the_rename(fault_seed: int, tmp_path: Path) -> None:
    assert Trade(tmp_path, fault_seed, 200, EarlyFiles).run().lost
