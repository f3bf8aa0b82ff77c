"""G14: from the start of `mostrador` to the sale screen painted, beside a Python that only imports Textual.

Both start in a terminal of their own, in turn. Ours opens the ledger with 100,000 items and paints a basket of five
lines that lay open; the time ends when the name of its last item is painted. The front door, the command line and
the settings are the real ones; only that somebody is signed on already is not (programs/lane.py). The yardstick
imports `textual.app` and two widgets, prints a word and ends. Bytecode is there on both sides, as after any set-up.
"""

from __future__ import annotations

from typing import Final

from bench.lanes import Lane, make_lane
from bench.measure import Pairs
from bench.run import Run
from bench.store import make_items
from bench.terminal import Program
from storage.baskets import read_open
from storage.connection import open_ledger

LINES: Final = 5
IMPORT_TEXTUAL: Final = "import textual.app; from textual.widgets import Input, Static; print('READY')"


def measure(run: Run) -> dict[str, Pairs]:
    """Start both in turn."""
    lane = make_lane(run.place("begin") / "lane", list(make_items(run.size(100_000, 5_000))), LINES)
    mark = last_name(lane)
    pairs = Pairs()
    for n in range(run.size(31, 5)):
        run.settle(2.0)
        order = (True, False) if n % 2 else (False, True)
        for is_ours in order:
            seconds = _start(lane, mark) if is_ours else _import()
            if n:
                (pairs.ours if is_ours else pairs.yardstick).append(seconds)
    return {"G14": pairs}


def last_name(lane: Lane) -> str:
    """Return the name of the last item in a lane's open basket."""
    db = open_ledger(lane.ledger)
    basket = read_open(db)
    db.close()
    if basket is None:
        raise RuntimeError("the lane has no open basket")
    return basket.lines[-1].name


def _start(lane: Lane, mark: str) -> float:
    """Return the seconds until a lane has painted a text."""
    program = Program(["-m", "bench.programs.lane", str(lane.config)])
    try:
        return program.wait_for(mark)
    finally:
        program.close()


def _import() -> float:
    """Return the seconds until Textual is imported."""
    program = Program(["-c", IMPORT_TEXTUAL])
    try:
        return program.wait_for("READY")
    finally:
        program.close()
