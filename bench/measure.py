"""The arithmetic: two series of samples from one alternating run, and what is said of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from time import perf_counter
from typing import Final

from bench.goals import Goal, Statistic

SLICES: Final = 5
"""A run is also judged in five parts, one after the other: how far they lie apart is its noise."""


class Verdict(Enum):
    """What a figure is beside its goal and its gate."""

    GOAL = "goal met"
    GATE = "gate met"
    MISSED = "MISSED"


@dataclass
class Pairs:
    """Samples of ours and of the yardstick, in the order in which they were taken, in turn."""

    ours: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)
    note: str = ""

    def take(self, ours: Callable[[], object], yardstick: Callable[[], object]) -> None:
        """Time both, now one and now the other first: whoever comes second finds the caches as the first left them."""
        if len(self.ours) % 2:
            theirs_seconds = took_seconds(yardstick)
            self.ours.append(took_seconds(ours))
        else:
            self.ours.append(took_seconds(ours))
            theirs_seconds = took_seconds(yardstick)
        self.yardstick.append(theirs_seconds)

    def add(self, other: Pairs) -> None:
        """Take the samples of another run in; none is ever left out."""
        self.ours += other.ours
        self.yardstick += other.yardstick
        self.note = other.note or self.note


@dataclass(frozen=True)
class Figure:
    """What was found for a goal. `low` and `high` are the smallest and largest of the parts of the run."""

    goal: Goal
    value: float
    low: float
    high: float
    ours: tuple[float, float]
    """Median and tail (`Statistic.tail`), in the goal's unit."""
    yardstick: tuple[float, float]
    count: int
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Beside goal and gate, unrounded."""
        return judge(self.goal, self.value)

    @property
    def is_settled(self) -> bool:
        """Whether every part of the run lies on the same side of the gate as the whole."""
        return (self.high <= self.goal.gate) if self.value <= self.goal.gate else (self.low > self.goal.gate)


SCALES: Final = {"ms": 1e3, "µs": 1e6, "MB": 1e-6, "%": 100.0}
"""From seconds, bytes and shares to the unit that a goal is told in."""


def judge(goal: Goal, value: float) -> Verdict:
    """Return what a value is beside its goal."""
    if value <= goal.goal:
        return Verdict.GOAL
    return Verdict.GATE if value <= goal.gate else Verdict.MISSED


def percentile(samples: Sequence[float], percent: int) -> float:
    """Return the smallest sample that at least `percent` of 100 do not exceed (nearest rank)."""
    ordered = sorted(samples)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(1, rank) - 1]


def compare(ours: Sequence[float], yardstick: Sequence[float], statistic: Statistic) -> float:
    """Return what a statistic says of ours beside the yardstick."""
    match statistic:
        case Statistic.MEDIAN:
            return statistics.median(ours) / statistics.median(yardstick)
        case Statistic.P99:
            return percentile(ours, 99) / percentile(yardstick, 99)
        case Statistic.WORST:
            return max(ours) / max(yardstick)
        case Statistic.EXCESS:
            return (statistics.median(ours) - statistics.median(yardstick)) * SCALES["%"]


def figure(goal: Goal, pairs: Pairs) -> Figure:
    """Return the figure that samples make for a goal; ValueError where there are none."""
    if not pairs.ours or not pairs.yardstick:
        raise ValueError(f"{goal.code} has no samples")
    value = compare(pairs.ours, pairs.yardstick, goal.statistic)
    count = min(SLICES, len(pairs.ours), len(pairs.yardstick))
    slices = zip(_sliced(pairs.ours, count), _sliced(pairs.yardstick, count), strict=True)
    parts = [compare(a, b, goal.statistic) for a, b in slices]
    return Figure(
        goal=goal,
        value=value,
        low=min(parts),
        high=max(parts),
        ours=_spread(pairs.ours, goal),
        yardstick=_spread(pairs.yardstick, goal),
        count=min(len(pairs.ours), len(pairs.yardstick)),
        note=pairs.note,
    )


def _spread(samples: Sequence[float], goal: Goal) -> tuple[float, float]:
    """Return median and tail of a series in a goal's unit."""
    scale = SCALES[goal.unit]
    tail = percentile(samples, {"p95": 95, "p99": 99, "worst": 100}[goal.statistic.tail])
    return statistics.median(samples) * scale, tail * scale


def _sliced(samples: Sequence[float], count: int) -> list[Sequence[float]]:
    """Return consecutive parts of a series."""
    edges = [len(samples) * i // count for i in range(count + 1)]
    return [samples[a:b] for a, b in pairwise(edges)]


def took_seconds(act: Callable[[], object]) -> float:
    """Return how long an act took."""
    began = perf_counter()
    act()
    return perf_counter() - began
