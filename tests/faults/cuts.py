"""Power cuts: record a workload once, cut the power at many moments, and judge what is found.

A workload opens its ledger on the VFS it is given, marks `READY` once the ledger is there, and after
each promise calls `vfs.trace.ack(uuid)`. A check opens what is found in a directory and says what is
wrong with it and which promised things are there. Anything may be promised: a sale's UUID, or for
instance "sent <uuid>" once an outbox row is marked, as long as the check reports it in the same words.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.faults.disk import ACK, CutState, Disk, Mode, Model, Op, Trace, cut_random
from tests.faults.medium import FaultPlan
from tests.faults.tracing import TracingVFS

LOSSY = (Mode.DROP, Mode.PREFIX, Mode.SUBSET)

_RAM_DISK = Path("/dev/shm")
_EXAMPLES = 3


class Finding(NamedTuple):
    """What a check found: faults in words (empty: sound), and the promised things that are there."""

    faults: list[str]
    present: Collection[str]


Workload = Callable[[Path, TracingVFS], None]
Check = Callable[[Path], Finding]


class NothingCutError(AssertionError):
    """No state was made, or no state in some mode lost anything: the run has shown nothing."""


@dataclass(frozen=True)
class Cuts:
    """How to cut: so many moments after READY, in each of the modes, on one model of a disk."""

    points: int
    seed: int
    modes: tuple[Mode, ...] = LOSSY
    model: Model = Model.EXT4


@dataclass
class Tally:
    """Numbers of states: made, made by losing something, with something promised missing, and so on."""

    states: int = 0
    cut: int = 0
    lost: int = 0
    unsound: int = 0
    doubled: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing promised is missing or twice there, and every ledger is sound."""
        return not (self.lost or self.unsound or self.doubled)

    def add(self, other: "Tally") -> None:
        """Count the other's states as well."""
        self.states += other.states
        self.cut += other.cut
        self.lost += other.lost
        self.unsound += other.unsound
        self.doubled += other.doubled
        self.examples = (self.examples + other.examples)[:_EXAMPLES]

    def judge(self, finding: Finding, acked: Collection[str], where: str) -> None:
        """Count one state; a promise missing from an unsound ledger counts as unsound only."""
        missing = set(acked) - set(finding.present)
        twice = [promised for promised, times in Counter(finding.present).items() if times > 1]
        self.states += 1
        self.unsound += bool(finding.faults)
        self.lost += bool(missing) and not finding.faults
        self.doubled += bool(twice)
        if (finding.faults or missing or twice) and len(self.examples) < _EXAMPLES:
            what = finding.faults or [f"{len(missing)} of {len(acked)} missing, {len(twice)} doubled"]
            self.examples.append(f"{where}: {'; '.join(what)}")


def record(workload: Workload, directory: Path, plan: FaultPlan | None = None) -> Trace:
    """Run the workload in a new directory and return its trace, proven against the real files."""
    directory.mkdir(parents=True)
    with TracingVFS(directory, plan) as vfs:
        workload(vfs.root, vfs)
        vfs.prove()
    return vfs.trace


def cut(trace: Trace, check: Check, cuts: Cuts, scratch: Path) -> dict[Mode, Tally]:
    """Judge the states after cuts at random moments; NothingCutError where nothing was lost.

    States are written to a RAM disk where there is one, else below `scratch`.
    """
    tallies = {mode: Tally() for mode in cuts.modes}
    with _fast_directory(scratch) as directory:
        for at, acked, disk in _moments(trace, cuts):
            for mode, tally in tallies.items():
                state = disk.cut(mode, cut_random(cuts.seed, at, mode))
                tally.cut += bool(state.lost_writes)
                _restore(state, directory)
                tally.judge(_checked(check, directory), acked, f"K={at} {mode.value} seed={cuts.seed}")
    for mode, tally in tallies.items():
        if not tally.states or (mode in LOSSY and not tally.cut):
            raise NothingCutError(mode.value)
    return tallies


def total(tallies: dict[Mode, Tally]) -> Tally:
    """All modes as one tally."""
    summed = Tally()
    for tally in tallies.values():
        summed.add(tally)
    return summed


def _moments(trace: Trace, cuts: Cuts) -> Iterator[tuple[int, list[str], Disk]]:
    """The chosen moments in order: number of records done, promises made so far, the disk."""
    possible = range(trace.ready_at(), len(trace.records) + 1)
    chosen = set(Random(cuts.seed).sample(possible, min(cuts.points, len(possible))))
    disk, acked = Disk(cuts.model), list[str]()
    for at in range(len(trace.records) + 1):
        if at in chosen:
            yield at, acked, disk
        if at < len(trace.records):
            entry = trace.records[at]
            disk.step(entry)
            if entry.op is Op.MARK and entry.name.startswith(ACK):
                acked.append(entry.name.removeprefix(ACK))


def _restore(state: CutState, directory: Path) -> None:
    for old in directory.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name, content in state.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _checked(check: Check, directory: Path) -> Finding:
    try:
        return check(directory)
    except Exception as error:  # whatever a check stumbles over is a broken ledger; a sound one proves the check
        return Finding([repr(error)], ())


@contextmanager
def _fast_directory(scratch: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="cut-", dir=_RAM_DISK if _RAM_DISK.is_dir() else scratch) as path:
        yield Path(path)
