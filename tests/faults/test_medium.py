"""A medium that fails at each sale in turn: nothing promised is lost, and who promises too much is found."""

from contextlib import suppress
from enum import Enum
from pathlib import Path
from random import Random
from typing import NamedTuple

import apsw
import pytest

from tests.faults.cuts import Cuts, cut, record, total
from tests.faults.disk import ACK, READY, Op, Trace
from tests.faults.medium import FaultPlan, Medium
from tests.faults.scorecard import Simulation
from tests.faults.small_ledger import LEDGER, check_small, open_small, post, uuid_of
from tests.faults.tracing import TracingVFS

CALLS = 5
POINTS = 100
FAULTS = (Medium.FULL, Medium.BROKEN, Medium.READ_ONLY, Medium.FAILING_SYNC)

_COUNT = "SELECT count(*) FROM sale WHERE uuid = ?"


class Recovery(Enum):
    """What a seller does when a sale was not saved; the last two are faults that must be found."""

    CAREFUL = "a failed sync: try again at once; else reopen and look"
    REOPENS = "reopen and look, also after a failed sync"
    CARELESS = "say that it is saved"


class Pace(NamedTuple):
    """How many sales, and at most how many writes (a sale makes 14) until the medium fails again."""

    name: str
    sales: int
    most_writes: int


class Case(NamedTuple):
    medium: Medium
    pace: Pace
    recovery: Recovery = Recovery.CAREFUL


class Sold(NamedTuple):
    trace: Trace
    not_saved: int
    injected: int


EACH_SALE = Pace("at each sale", 60, 6)
NOW_AND_THEN = Pace("now and then", 200, 150)  # also in a checkpoint, which needs ten good sales before


class Seller:
    """A small lane, which keeps its connection.

    After a failed sync the pages are in the cache but will never be on the medium. A new connection
    would find them in the WAL, believe them, and put good sales behind them; the old one, which knows
    that the commit failed, writes them again.
    """

    def __init__(self, vfs: TracingVFS, recovery: Recovery) -> None:
        self._vfs = vfs
        self._recovery = recovery
        self._ledger = self._opened()
        self.not_saved = 0

    def _opened(self) -> apsw.Connection:
        return open_small(self._vfs.root / LEDGER, vfs=self._vfs.name)

    def sell(self, number: int) -> None:
        """Try until it is saved, as a cashier does who is told "not saved"; the careless one is not told."""
        error = self._post(number)
        while error is not None and self._recovery is not Recovery.CARELESS:
            self.not_saved += 1
            is_there = self._needs_reopening(error) and self._has_after_reopening(number)
            error = None if is_there else self._post(number)
        self._vfs.trace.ack(uuid_of(number))

    def _post(self, number: int) -> apsw.Error | None:
        try:
            with self._ledger:
                post(self._ledger, number)
        except apsw.Error as error:
            return error
        return None

    def _needs_reopening(self, error: apsw.Error) -> bool:
        is_sync = getattr(error, "extendedresult", None) == apsw.SQLITE_IOERR_FSYNC
        return self._recovery is Recovery.REOPENS or not is_sync

    def _has_after_reopening(self, number: int) -> bool:
        with suppress(apsw.Error):
            self._ledger.close()
        try:
            self._ledger = self._opened()
            return bool(self._ledger.execute(_COUNT, (uuid_of(number),)).get)
        except apsw.Error:
            return False

    def close(self) -> None:
        self._ledger.close()


def sold(case: Case, tmp_path: Path, seed: int) -> Sold:
    """Sell while the medium fails for some calls, recovers, fails again."""
    random, plans, sellers = Random(seed), list[FaultPlan](), list[Seller]()

    def workload(directory: Path, vfs: TracingVFS) -> None:
        seller = Seller(vfs, case.recovery)
        sellers.append(seller)
        vfs.trace.mark(READY)
        for number in range(1, case.pace.sales + 1):
            if not plans or plans[-1].is_over:
                at_write, calls = random.randint(1, case.pace.most_writes), random.randint(1, CALLS)
                vfs.plan = FaultPlan(case.medium, at_write, calls)
                plans.append(vfs.plan)
            seller.sell(number)
        vfs.plan = None
        seller.close()

    trace = record(workload, tmp_path / "recorded")
    return Sold(trace, sellers[0].not_saved, sum(plan.injected for plan in plans))


def lost_sales(trace: Trace, directory: Path) -> tuple[set[str], list[str]]:
    """Promised sales that are missing, and faults of the ledger."""
    finding = check_small(directory)
    marks = [entry.name for entry in trace.records if entry.op is Op.MARK]
    acked = {mark.removeprefix(ACK) for mark in marks if mark.startswith(ACK)}
    return acked - set(finding.present), finding.faults


def judged(case: Case, simulation: Simulation, tmp_path: Path) -> tuple[Sold, set[str]]:
    """Sell, then cut the power at some moments; the promises that are missing without a cut."""
    sale = sold(case, tmp_path, simulation.seed)
    missing, faults = lost_sales(sale.trace, tmp_path / "recorded")
    assert not faults
    tally = total(cut(sale.trace, check_small, Cuts(POINTS, simulation.seed), tmp_path))
    simulation.add_cuts(tally)
    simulation.faults_injected = sale.injected
    return sale, missing


@pytest.mark.parametrize("pace", [EACH_SALE, NOW_AND_THEN], ids=lambda pace: pace.name)
@pytest.mark.parametrize("medium", FAULTS, ids=lambda medium: medium.value)
def test_no_promise_is_broken_by_a_failing_medium(
    medium: Medium, pace: Pace, simulation: Simulation, tmp_path: Path
) -> None:
    """Not while it fails, and not at a power cut later."""
    sale, missing = judged(Case(medium, pace), simulation, tmp_path)
    assert sale.injected > 10
    assert sale.not_saved > 5
    assert not missing
    assert (simulation.lost, simulation.doubled, simulation.unsound) == (0, 0, 0)


@pytest.mark.parametrize("medium", FAULTS, ids=lambda medium: medium.value)
def test_a_careless_seller_is_found(medium: Medium, simulation: Simulation, tmp_path: Path) -> None:
    _, missing = judged(Case(medium, EACH_SALE, Recovery.CARELESS), simulation, tmp_path)
    assert missing


def test_a_seller_who_believes_the_cache_is_found(simulation: Simulation, tmp_path: Path) -> None:
    """Everything is there when he looks, and gone after a power cut."""
    case = Case(Medium.FAILING_SYNC, EACH_SALE, Recovery.REOPENS)
    _, missing = judged(case, simulation, tmp_path)
    assert not missing
    assert simulation.lost > 0
