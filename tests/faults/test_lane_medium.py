"""The real lane on a medium that fails and recovers: "not saved" is said, and what was said to be saved is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from domain.outcome import Answer, BasketChanged, SalePosted
from domain.refusal import Reason, Refused
from tests.faults.cuts import Cuts, cut, record, total
from tests.faults.disk import ACK, READY, Op, Trace
from tests.faults.lane import TracedLane, accepted, check_lane
from tests.faults.medium import FaultPlan, Medium
from tests.faults.scorecard import Simulation
from tests.faults.tracing import TracingVFS
from tests.kit.catalog import COFFEE, SOAP, WATER

SALES = 30
CALLS = 5
POINTS = 40
MOST_TRIES = 2 * CALLS
FAULTS = (Medium.FULL, Medium.BROKEN, Medium.READ_ONLY, Medium.FAILING_SYNC)

Act = Callable[[], Answer]


class Case(NamedTuple):
    """`most_writes` until the next failure: some for one at each act, many for one in a checkpoint, too."""

    medium: Medium
    most_writes: int
    is_alone: bool
    """Without the sync's connection, so that one which is opened anew reads the WAL from its beginning."""


class Cashier:
    """Sells on a lane whose medium fails for some calls now and then, and does again what was not saved."""

    def __init__(self, vfs: TracingVFS, case: Case, seed: int) -> None:
        self._vfs, self._case, self._random = vfs, case, Random(seed)
        self._lane = TracedLane(vfs.root, vfs)
        if case.is_alone:
            self._lane.sync.close()
        self.plans: list[FaultPlan] = []
        self.not_saved = 0

    def sell_all(self) -> None:
        promise, register = self._vfs.trace.ack, self._lane.register
        self._vfs.trace.mark(READY)
        for _ in range(SALES):
            for code in (COFFEE, WATER, SOAP):
                changed = self._insist(partial(register.scan, code))
                assert isinstance(changed, BasketChanged)
                for line in changed.lines:
                    promise(f"line {register.basket.basket_id} {line.line_no}")
            posted = self._insist(lambda: register.add_tender("cash"))
            assert isinstance(posted, SalePosted)
            promise(f"sale {posted.sale_id}")
        self._vfs.plan = None
        self._lane.db.close()
        if not self._case.is_alone:
            self._lane.sync.close()

    def _insist(self, act: Act) -> Answer:
        """Do it until it is saved; an act that is refused changes nothing, so it may be done again."""
        self._break_medium()
        for _ in range(MOST_TRIES):
            answer = act()
            if not isinstance(answer, Refused) or answer.reason not in (Reason.NOT_SAVED, Reason.NOT_READ):
                return answer
            self.not_saved += 1
        raise AssertionError(f"not saved in {MOST_TRIES} tries, and the medium is well again")

    def _break_medium(self) -> None:
        if not self.plans or self.plans[-1].is_over:
            at_write = self._random.randint(1, self._case.most_writes)
            self.plans.append(FaultPlan(self._case.medium, at_write, self._random.randint(1, CALLS)))
            self._vfs.plan = self.plans[-1]


def sold(case: Case, seed: int, recorded: Path) -> tuple[Trace, Cashier]:
    cashiers: list[Cashier] = []

    def workload(_directory: Path, vfs: TracingVFS) -> None:
        cashiers.append(Cashier(vfs, case, seed))
        cashiers[0].sell_all()

    return record(workload, recorded), cashiers[0]


def judge(case: Case, simulation: Simulation, tmp_path: Path) -> None:
    """Sell; then nothing promised is missing, neither as it lies there nor after a power cut on the way."""
    trace, cashier = sold(case, simulation.seed, tmp_path / "recorded")
    tally = total(cut(trace, check_lane, Cuts(POINTS, simulation.seed), tmp_path))
    simulation.add_cuts(tally)
    simulation.faults_injected = sum(plan.injected for plan in cashier.plans)
    assert simulation.faults_injected > 10
    assert cashier.not_saved > 5
    acked = {entry.name.removeprefix(ACK) for entry in trace.records if entry.op is Op.MARK} - {READY}
    finding = check_lane(tmp_path / "recorded")
    assert not finding.faults
    assert acked <= set(finding.present)
    assert tally.is_clean, tally.examples


@pytest.mark.parametrize("most_writes", [6, 150], ids=["at each act", "now and then"])
@pytest.mark.parametrize("medium", FAULTS, ids=lambda medium: medium.value)
def test_no_promise_is_broken_by_a_failing_medium_beside_the_sync(
    medium: Medium, most_writes: int, simulation: Simulation, tmp_path: Path
) -> None:
    judge(Case(medium, most_writes, is_alone=False), simulation, tmp_path)


@pytest.mark.parametrize("most_writes", [6, 150], ids=["at each act", "now and then"])
@pytest.mark.parametrize("medium", FAULTS, ids=str)
def test_no_promise_is_broken_by_a_failing_medium_alone(
    medium: Medium, most_writes: int, simulation: Simulation, tmp_path: Path
) -> None:
    judge(Case(medium, most_writes, is_alone=True), simulation, tmp_path)


@pytest.mark.parametrize("medium", FAULTS, ids=str)
def test_a_register_on_a_dead_medium_answers_and_sells_again_when_it_is_well(
    medium: Medium, simulation: Simulation, tmp_path: Path
) -> None:
    """No method raises; the basket is kept, and nobody has to start the lane again."""
    plan = FaultPlan(medium)
    with TracingVFS(tmp_path) as vfs:
        lane = TracedLane(vfs.root, vfs)
        accepted(lane.register.scan(COFFEE))
        vfs.plan = plan
        try:
            refuse_all(lane)
        finally:
            simulation.runs = simulation.faults_injected = plan.injected
            vfs.plan = None
        accepted(lane.register.scan(WATER))
        accepted(lane.register.add_tender("cash"))
        lane.close()
    assert check_lane(tmp_path).faults == []


def refuse_all(lane: TracedLane) -> None:
    """Do what writes, which is refused, and what reads, which answers something."""
    register = lane.register
    acts: tuple[Act, ...] = (
        partial(register.scan, WATER),
        partial(register.add_tender, "cash"),
        partial(register.scan, WATER),
        partial(register.suspend, "Luz"),
        register.read_x,
    )
    for act in acts:
        answer = act()
        assert isinstance(answer, Refused)
        assert answer.reason in (Reason.NOT_SAVED, Reason.NOT_READ)
    for look in (register.status, register.poll, register.list_suspended, partial(register.search, "caf")):
        look()
    assert len(register.basket.lines) == 1
