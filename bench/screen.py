"""G1 to G6, G17: from keys to the last byte painted, in terminals of 100 by 30, all programs in one round in turn.

A scan is 13 digits and Enter, written at once as a wedge scanner does. Same work where two lanes are compared: the
same program, the same keys and the same lines in sight; what differs is said in the goal. Each scan is another item
and makes a new line; after some of them the basket is paid and begun again with as many lines as before, untimed.
The lane without a ledger has its items in a dictionary and saves nothing (programs/no_ledger.py). The bare
applications are programs/bare.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.lanes import Lane, make_lane
from bench.measure import Pairs
from bench.run import Run
from bench.store import SEED, make_items
from bench.terminal import Program
from storage.connection import open_ledger

FEW: Final = 20
MANY: Final = 1_000
SCANS: Final = 20
"""Scans before a basket is begun again."""
WARM: Final = 5
SEARCH: Final = b"\x1bOR"
ESCAPE: Final = b"\x1b"
BACKSPACE: Final = b"\x7f"
ESCAPE_GAP_SECONDS: Final = 0.15
WORDS: Final = ("cafe", "queso", "jabon", "atun", "miel", "pan")


class Stage:
    """All the programs of one run, started once."""

    def __init__(self, folder: Path, run: Run) -> None:
        items = list(make_items(run.size(1_000_000, 20_000)))
        usual = items[: run.size(100_000, 5_000)]
        self.usual = make_lane(folder / "usual", usual, FEW)
        self.bare_of_ledger = make_lane(folder / "without", usual, without_ledger=True)
        self.long = make_lane(folder / "long", usual, run.size(MANY, 200))
        self.large = make_lane(folder / "large", items, FEW)
        self.small = make_lane(folder / "small", items[:10_000], FEW)
        self.lanes: tuple[Lane, ...] = (self.usual, self.bare_of_ledger, self.long, self.large, self.small)
        self.line: Program | None = None
        self.input: Program | None = None

    def start(self, stack: ExitStack) -> None:
        """Start everything; the stack ends it."""
        for lane in self.lanes:
            stack.callback(lane.close)
            lane.start()
        self.bare_of_ledger.begin_again(FEW)
        self.line, self.input = _bare("line", stack), _bare("input", stack)

    def round(self) -> Iterator[tuple[str, Callable[[], float]]]:
        """Yield what is timed in one round, by name."""
        assert self.line is not None
        assert self.input is not None
        line, field = self.line, self.input
        yield from ((name, lane.scan) for name, lane in self.named())
        yield "line", lambda: line.press(b"a")
        yield "input", lambda: field.press(b"7")
        yield "digit", lambda: self.usual.press(b"7")

    def named(self) -> tuple[tuple[str, Lane], ...]:
        """Return the lanes by what they are."""
        names = ("usual", "without", "long", "large", "small")
        return tuple(zip(names, self.lanes, strict=True))


def _bare(kind: str, stack: ExitStack) -> Program:
    """Start a bare application."""
    program = Program(["-m", "bench.programs.bare", kind])
    stack.callback(program.close)
    program.wait_for("READY")
    program.drain(0.5)
    return program


def measure(run: Run) -> dict[str, Pairs]:
    """Play rounds, each program once in each, in another order every time."""
    folder = run.place("screen")
    took: dict[str, list[float]] = {}
    with ExitStack() as stack:
        stage = Stage(folder, run)
        stage.start(stack)
        chance = random.Random(SEED)
        for n in range(run.size(600, 20) + WARM):
            if not n % SCANS:
                _begin_again(stage, run)
            acts = list(stage.round())
            chance.shuffle(acts)
            for name, act in acts:
                seconds = act()
                if name == "digit":
                    stage.usual.press(BACKSPACE)
                if n >= WARM:
                    took.setdefault(name, []).append(seconds)
        _search(stage, run.size(60, 3), took)
        _escape(stage, run.size(20, 3), took)
    _check_lines(stage.usual)
    return _pairs(took)


def _begin_again(stage: Stage, run: Run) -> None:
    """Bring every basket back to its length, and wait for a quiet machine."""
    for lane in stage.lanes:
        if lane is not stage.long:
            lane.begin_again(FEW)
    run.settle(2.0)


def _search(stage: Stage, rounds: int, took: dict[str, list[float]]) -> None:
    """Type words into the search, one letter at a time, and time every letter that makes a list."""
    assert stage.line is not None
    for n in range(rounds):
        stage.usual.press(SEARCH, 0.1)
        word = WORDS[n % len(WORDS)]
        stage.usual.press(word[:1].encode(), 0.05)
        for letter in word[1:]:
            took.setdefault("search", []).append(stage.usual.press(letter.encode()))
            took.setdefault("search line", []).append(stage.line.press(b"a"))
        for _ in range(2):
            stage.usual.press(ESCAPE, ESCAPE_GAP_SECONDS)


def _escape(stage: Stage, rounds: int, took: dict[str, list[float]]) -> None:
    """Time Esc, which forgets what is typed, beside a digit."""
    for _ in range(rounds):
        took.setdefault("escape digit", []).append(stage.usual.press(b"7"))
        took.setdefault("escape", []).append(stage.usual.press(ESCAPE, ESCAPE_GAP_SECONDS))


def _check_lines(lane: Lane) -> None:
    """Refuse to report anything if the lane has not saved what was scanned."""
    db = open_ledger(lane.ledger)
    found = db.one("SELECT count(*) FROM sale"), db.one("SELECT count(*) FROM basket_line")
    db.close()
    if not found[0] or not found[0][0] or not found[1] or not found[1][0]:
        raise RuntimeError("the lane has not saved what was scanned")


def _pairs(took: dict[str, list[float]]) -> dict[str, Pairs]:
    """Return the samples of each goal."""

    def pair(ours: str, yardstick: str) -> Pairs:
        return Pairs(took[ours], took[yardstick])

    return {
        "G1": pair("usual", "without"),
        "G2": pair("usual", "line"),
        "G3a": pair("long", "usual"),
        "G3b": pair("large", "small"),
        "G4": pair("usual", "without"),
        "G5": pair("digit", "input"),
        "G6": pair("escape", "escape digit"),
        "G17": pair("search", "search line"),
    }
