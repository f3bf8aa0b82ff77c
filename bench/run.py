"""What every measure gets: where to work, how much to do, and a machine that is as quiet as it can be had."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

QUIET_SHARE: Final = 0.75
"""Share of all cores that should be idle before a measure begins."""
WAIT_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.2


@dataclass
class Run:
    """One run of the benches. `idle` keeps what the machine had left at each look, from 0 to 1."""

    folder: Path
    is_quick: bool = False
    say: Callable[[str], None] = lambda _text: None
    idle: list[float] = field(default_factory=list)

    def size(self, full: int, quick: int) -> int:
        """Return how many: fewer in a quick run, whose figures are a smoke test and no more."""
        return quick if self.is_quick else full

    def place(self, name: str) -> Path:
        """Return an empty folder; an experiment that is run again gets another one."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))

    def settle(self, wait_seconds: float = WAIT_SECONDS) -> float:
        """Wait, but not for ever, until other programs leave the machine mostly idle; return what was had."""
        until = time.monotonic() + wait_seconds
        while True:
            share = idle_share(LOOK_SECONDS)
            if share >= QUIET_SHARE or time.monotonic() > until:
                self.idle.append(share)
                return share

    @property
    def idle_median(self) -> float:
        """The middle of what the looks found."""
        return statistics.median(self.idle) if self.idle else 0.0


def idle_share(look_seconds: float) -> float:
    """Return which share of all cores is idle over some time, by the kernel's own count; 1 where it keeps none."""
    before = _cpu_ticks()
    time.sleep(look_seconds)
    after = _cpu_ticks()
    return (after[0] - before[0]) / max(1, after[1] - before[1]) if after[1] else 1.0


def _cpu_ticks() -> tuple[int, int]:
    """Return idle and all ticks of all cores since the start of the machine."""
    try:
        fields = [int(text) for text in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    except OSError:
        return 0, 0
    return fields[3] + fields[4], sum(fields)


@contextmanager
def start(folder: Path | None, is_quick: bool, say: Callable[[str], None]) -> Iterator[Run]:
    """Make a place on a real disk for a run, and take it away again."""
    made = Path(tempfile.mkdtemp(prefix="bench-", dir=folder or "/var/tmp"))
    try:
        yield Run(made, is_quick, say)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def describe_machine(folder: Path) -> dict[str, str]:
    """Return where the figures come from: they mean nothing without it."""
    import apsw
    import textual

    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} x {_cpu_name()}, {platform.machine()}",
        "system": f"{platform.system()} {platform.release()}",
        "disk": _file_system(folder),
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "textual": textual.__version__,
    }


def _cpu_name() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return names[0] if names else "unknown"


def _file_system(folder: Path) -> str:
    """Return kind of the file system a folder lies on: on tmpfs a flush costs nothing, and no ratio is true."""
    try:
        mounts = [line.split()[:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    held = [mount for mount in mounts if folder.is_relative_to(mount[1])]
    return max(held, key=lambda mount: len(mount[1]))[2] if held else "unknown"
