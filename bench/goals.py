"""The goals: what each may cost beside its yardstick, and from where on it is a fault.

Every goal is a ratio, measured in one alternating run: milliseconds of two runs, or of two machines, say nothing.
docs/benchmarks.md has the same table with what each measures; a test holds the two together.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class Statistic(Enum):
    """What of two series of samples is compared."""

    MEDIAN = "median"
    P99 = "p99"
    WORST = "worst"
    EXCESS = "excess"
    """Ours less the yardstick, medians: for shares of a core."""

    @property
    def tail(self) -> str:
        """What is told beside the median: the statistic itself, or where most samples end."""
        return self.value if self in (Statistic.P99, Statistic.WORST) else "p95"


class Goal(NamedTuple):
    """One goal. It is met up to `goal`, and missed above `gate`."""

    code: str
    what: str
    yardstick: str
    goal: float
    gate: float
    statistic: Statistic = Statistic.MEDIAN
    unit: str = "ms"


GOALS: Final = (
    Goal("G1", "scan to painted: look-up in 100k, durable line", "the same scan without a ledger", 1.5, 2.0),
    Goal("G2", "scan to painted", "one line repainted by a bare Textual app", 3.5, 5.0),
    Goal("G3a", "scan to painted at 1,000 lines", "at 20 lines", 1.2, 1.5),
    Goal("G3b", "scan to painted with 1M items", "with 10k items", 1.2, 1.5),
    Goal("G4", "scan to painted, 99th of 100", "the same without a ledger", 1.3, 2.0, Statistic.P99),
    Goal("G5", "a digit echoed", "echo of an Input in a bare Textual app", 1.0, 1.3),
    Goal("G6", "Esc (forgets what is typed) to painted", "a digit to painted", 2.0, 8.0),
    Goal("G7", "durable sale of 5 lines, all its rows", "raw apsw writing the same rows", 1.3, 1.6),
    Goal("G8", "item by bar code among 100k", "the same prepared query, raw", 2.0, 4.0, unit="µs"),
    Goal("G9", "100k items from a file until searchable", "raw executemany, the same indexes", 2.0, 3.0),
    Goal("G10", "the same file again, nothing changed", "its first import", 0.5, 0.7),
    Goal("G11", "worst sale while 100k items come in", "worst sale without", 3.0, 10.0, Statistic.WORST),
    Goal("G11a", "scan to painted while thousands of sales are told", "while nothing is told", 1.2, 1.5),
    Goal("G11b", "scan to painted while 100k items are pulled", "while nothing is pulled", 1.2, 1.5),
    Goal("G11c", "worst sale while thousands of sales are told", "worst without", 3.0, 10.0, Statistic.WORST),
    Goal("G11d", "worst sale while 100k items are pulled", "worst without", 3.0, 10.0, Statistic.WORST),
    Goal("G12", "Z of 100k sales drawn", "raw SQL adding up their rows", 0.01, 1.1),
    Goal("G13", "Z of 100k sales drawn", "Z of 1k sales", 1.2, 2.0, unit="µs"),
    Goal("G21", "details of 100k sales, by five things", "raw SQL adding up the same", 1.3, 1.6),
    Goal("G14", "lane to first paint, basket restored", "python importing textual alone", 1.4, 1.7),
    Goal("G15", "memory after 1,000 sales, 100k items", "a bare Textual app", 1.3, 1.5, unit="MB"),
    Goal("G17", "search key to list painted, 100k names", "one line repainted by a bare Textual app", 2.0, 3.0),
    Goal("G22", "customers as typed among 100k", "the same prepared queries, raw", 1.5, 2.5, unit="µs"),
    Goal("G19", "200 lines priced anew: 3 taxes, a list, 50 promotions", "their taxes alone", 8.0, 12.0),
    Goal("G20", "one line more in such a basket", "the whole of it priced anew", 0.3, 0.5),
    Goal("G18", "CPU at rest, % of a core", "a bare Textual app at rest", 0.5, 1.0, Statistic.EXCESS, "%"),
)


def find_goal(code: str) -> Goal:
    """Return a goal by its code; KeyError for one that is not there."""
    return {goal.code: goal for goal in GOALS}[code]


def pick_codes(wanted: str) -> frozenset[str]:
    """Return the codes that a list like `G7,G3` names, G3 being G3a and G3b; ValueError names what is none."""
    picked: set[str] = set()
    for word in filter(None, (part.strip().upper() for part in wanted.split(","))):
        codes = {goal.code for goal in GOALS if goal.code.rstrip("abcd").upper() == word or goal.code.upper() == word}
        if not codes:
            raise ValueError(f"there is no goal {word}; there are {', '.join(goal.code for goal in GOALS)}")
        picked |= codes
    return frozenset(picked or (goal.code for goal in GOALS))
