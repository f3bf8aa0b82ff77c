"""SIGKILL at random moments of the real `mostrador pipe`: nothing acknowledged is lost, doubled or half."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import pytest

from tests.faults.cuts import Finding
from tests.faults.kills import Kills, Launch, Start, judge_kills, kill_often
from tests.faults.scorecard import Simulation
from tests.faults.stream import SUSPENDED, Ear, life, present
from tests.journeys.store import PROGRAM, Store, open_small_store

SALES_OF_A_LIFE: Final = 80


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=pytest.mark.slow)])
def test_kills_lose_double_and_halve_nothing(kills: int, simulation: Simulation, tmp_path: Path) -> None:
    store = _open_lane(tmp_path)
    ear = Ear()
    toll = kill_often(_lives(store, simulation.seed), ear.hear, Kills(kills, simulation.seed))
    tally = judge_kills(toll, lambda _: _check(store), tmp_path)
    simulation.add_cuts(tally)
    assert (tally.lost, tally.doubled, tally.unsound, tally.examples) == (0, 0, 0, [])
    assert ear.wrong == []
    assert sum(lines > 0 for lines in ear.woken_with) > kills // 4
    with store.ledger() as db:
        unheard = len(list(present(db))) - len(set(toll.acked))
    assert 0 <= unheard <= toll.killed, "more than the one act at hand was done behind a kill"
    assert toll.killed_early > 0
    assert len(toll.acked) > 10 * kills


def _open_lane(folder: Path) -> Store:
    """Return a store whose papers go to a file; the harness starts its children in an environment of its own."""
    papers = {"kind": "file", "device": str(folder / "papers.bin")}
    return open_small_store(folder, lane={"data": str(folder / "lane")}, printers=[papers])


def _lives(store: Store, seed: int) -> Start:
    """Return how each life is started: with a stream of its own, and a basket to resume where one was suspended."""

    def start(starts: int, acked: Sequence[str]) -> Launch:
        suspended = [promise.removeprefix(SUSPENDED) for promise in acked if promise.startswith(SUSPENDED)]
        asked = store.home / "life.jsonl"
        stream = life(starts, seed, SALES_OF_A_LIFE, suspended[-1] if suspended else None)
        asked.write_bytes(b"".join(msgspec.json.encode(intent) + b"\n" for intent in stream))
        return Launch((str(PROGRAM), "--config", str(store.settings), "pipe"), asked)

    return start


def _check(store: Store) -> Finding:
    """Let the program verify itself, and look for a gap in the receipts."""
    ran = store.run("verify")
    faults = [] if ran.status in (0, 3) and ran.out.startswith("sound: ") else [ran.out + ran.err]
    with store.ledger() as db:
        numbers = [number for (number,) in db.all("SELECT receipt_number FROM sale ORDER BY receipt_number")]
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append("the receipts have a gap")
        return Finding(faults, list(present(db)))
