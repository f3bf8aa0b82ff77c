"""G15, G18: what a lane takes that has worked, and that rests, beside a bare Textual app.

G15: memory of the lane's process (its resident set, without the sync process, which is a program of its own) after
a thousand sales of one line each, for cash, from 100,000 items. No printer is named, so no driver is loaded: the note
tells what the lane takes fresh from its start, and what with the virtual printer, which brings a library for
pictures. The yardstick is an app that shows one word.

G18: the kernel's count of the time both have been computing, in the same stretches of time, at rest on their first
screens. Not a ratio but what ours takes more, in hundredths of a core.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Final

from bench.lanes import CHECKOUT, ENTER, Lane, make_lane
from bench.measure import Pairs
from bench.run import Run
from bench.store import make_items
from bench.terminal import Program
from storage.connection import open_ledger

STARTS: Final = 3
AT_ONCE: Final = 5
"""Sales typed ahead at once."""
STRETCH_SECONDS: Final = 5.0


def measure(run: Run) -> dict[str, Pairs]:
    """Sell, look at the memory, rest, and look at the time."""
    items = list(make_items(run.size(100_000, 5_000)))
    memory, cpu = Pairs(), Pairs()
    for n in range(run.size(STARTS, 1)):
        lane = make_lane(run.place("rest") / "lane", items)
        with ExitStack() as stack:
            fresh, program = _work(lane, run, stack)
            bare = Program(["-m", "bench.programs.bare", "rest"])
            stack.callback(bare.close)
            bare.wait_for("READY")
            bare.drain(0.5)
            memory.ours.append(program.memory_bytes())
            memory.yardstick.append(bare.memory_bytes())
            if not n:
                _rest(program, bare, run.size(10, 2), cpu)
    with ExitStack() as stack:
        _, printing = _work(make_lane(run.place("rest") / "lane", items, printer="virtual"), run, stack)
        with_printer = printing.memory_bytes()
    memory.note = f"fresh {fresh / 1e6:.1f} MB; with the virtual printer {with_printer / 1e6:.1f} MB"
    return {"G15": memory, "G18": cpu}


def _work(lane: Lane, run: Run, stack: ExitStack) -> tuple[float, Program]:
    """Start a lane, sell on it, and return what memory it took before, and its program."""
    stack.callback(lane.close)
    program = lane.start()
    fresh = program.memory_bytes()
    _sell(lane, run.size(1_000, 50))
    return fresh, program


def _sell(lane: Lane, count: int) -> None:
    """Sell with keys typed ahead until that many sales are in the ledger.

    A lane that was held up for half a second drops the keys that were struck meanwhile; what is missing is sold
    after the others.
    """
    while (missing := count - _count_sales(lane)) > 0:
        for _ in range(-(-missing // AT_ONCE)):
            lane.press(b"".join(lane.next_code() + CHECKOUT + ENTER for _ in range(min(missing, AT_ONCE))), 0.1)


def _count_sales(lane: Lane) -> int:
    """Return how many sales are in a lane's ledger."""
    db = open_ledger(lane.ledger)
    row = db.one("SELECT count(*) FROM sale")
    db.close()
    return int(row[0]) if row else 0


def _rest(ours: Program, bare: Program, stretches: int, cpu: Pairs) -> None:
    """Look how long both computed in stretches of time in which nothing happens."""
    time.sleep(STRETCH_SECONDS)
    for _ in range(stretches):
        before = ours.cpu_seconds(), bare.cpu_seconds()
        began = time.perf_counter()
        time.sleep(STRETCH_SECONDS)
        passed = time.perf_counter() - began
        cpu.ours.append((ours.cpu_seconds() - before[0]) / passed)
        cpu.yardstick.append((bare.cpu_seconds() - before[1]) / passed)
