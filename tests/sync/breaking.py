"""Disks that die, are cut off from power or fail at a chosen step, and mutants of the files connector."""

from __future__ import annotations

import errno
import os
import random
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from config.durable import Disk
from sync.connector import Answer, Verdict
from sync.document import Batch
from sync.errors import Unreachable
from sync.files import FilesConnector
from tests.sync.shop import StillClock

STEPS: Final = ("write", "written", "flushed", "renamed", "folder_flushed")
"""The moments of one delivery on the disk: before the first byte, and after each step."""
FAULTS: Final = {
    "disk full": ("write", errno.ENOSPC),
    "read-only": ("write", errno.EROFS),
    "write fails": ("written", errno.EIO),
    "flush fails": ("flushed", errno.EIO),
    "rename fails": ("rename", errno.EACCES),
    "share gone": ("renamed", errno.ESTALE),
    "folder flush fails": ("folder_flushed", errno.EIO),
}
"""What a disk may say, and at which step it says so."""


class Died(BaseException):
    """The process was killed here."""


def kill_self() -> None:
    """Die as by kill -9: nothing of ours runs any more."""
    os.kill(os.getpid(), signal.SIGKILL)


def die() -> None:
    raise Died


class SteppingDisk(Disk):
    """A disk that calls back at each step; it knows what a power cut would take."""

    def __init__(self, at_step: Callable[[str], None]) -> None:
        self._at_step = at_step
        self._unflushed: dict[Path, int] = {}
        self._unnamed: list[tuple[Path, Path]] = []

    def write(self, descriptor: int, content: bytes) -> None:
        self._at_step("write")
        super().write(descriptor, content)
        self._unflushed[Path(os.readlink(f"/proc/self/fd/{descriptor}"))] = len(content)
        self._at_step("written")

    def flush(self, descriptor: int) -> None:
        super().flush(descriptor)
        self._unflushed.pop(Path(os.readlink(f"/proc/self/fd/{descriptor}")), None)
        self._at_step("flushed")

    def rename(self, old: Path, new: Path) -> None:
        self._at_step("rename")
        super().rename(old, new)
        self._unnamed.append((old, new))
        self._at_step("renamed")

    def flush_folder(self, folder: Path) -> None:
        super().flush_folder(folder)
        self._unnamed = [(old, new) for old, new in self._unnamed if new.parent != folder]
        self._at_step("folder_flushed")

    def cut_power(self, chance: random.Random) -> None:
        """Take from the disk what was not flushed: names that are not durable, and the ends of files."""
        for old, new in reversed(self._unnamed):
            if new.exists() and chance.random() < 0.7:
                new.rename(old)
        for path, size in self._unflushed.items():
            if path.exists():
                os.truncate(path, chance.randrange(size + 1))
        self._unnamed, self._unflushed = [], {}


def once_at(step: str, act: Callable[[], None]) -> Callable[[str], None]:
    """Return what acts at a step, the first time only."""
    left = [step]

    def at_step(found: str) -> None:
        if left == [found]:
            left.clear()
            act()

    return at_step


class NaiveFiles(FilesConnector):
    """A mutant: each delivery is a new file, and nobody looks for the one before."""

    tries = 0

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        type(self).tries += 1
        return super().deliver(Batch(f"{batch.batch_id}-t{self.tries}", batch.documents))


class EarlyFiles(FilesConnector):
    """A mutant: it says that it has a batch, and writes it only when it comes by again. Marks before rename."""

    def __init__(self, root: Path, disk: Disk) -> None:
        super().__init__(root, StillClock(), disk)
        self._later: list[Batch] = []

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self._later.append(batch)
        if len(self._later) > 1:
            self.write_one()
        return [Answer(document.document_id, Verdict.TAKEN) for document in batch.documents]

    def write_one(self) -> None:
        super().deliver(self._later.pop(0))

    def close(self) -> None:
        while self._later:
            try:
                self.write_one()
            except Unreachable:
                return


class UnflushedFiles(FilesConnector):
    """A mutant: it finds its file after a death and does not flush the folder before it says so."""

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        if self._batches.find(f"{batch.batch_id}.jsonl"):
            return [Answer(document.document_id, Verdict.TAKEN) for document in batch.documents]
        return super().deliver(batch)
