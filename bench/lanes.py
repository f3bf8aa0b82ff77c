"""Lanes to be measured: folders with a settings file and a ledger, ready to be started in a terminal."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import msgspec

from bench.store import SEED, SETTINGS, MadeItem, expect, make_ledger, open_for_sale
from bench.terminal import GAP_SECONDS, Program
from config.file import write_settings
from config.settings import LaneSettings, PrinterSettings
from storage.connection import open_ledger

CHECKOUT: Final = b"\x1b[24~"
"""F12 on the sale screen leads to the pay screen."""
ENTER: Final = b"\r"
READY: Final = "Caja 1"
Printer = Literal["none", "virtual"]


@dataclass
class Lane:
    """A lane on a folder, its program once it runs, and the items it can sell."""

    folder: Path
    items: list[MadeItem]
    without_ledger: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    program: Program | None = None

    @property
    def config(self) -> Path:
        """Where its settings are."""
        return self.folder / "mostrador.toml"

    @property
    def ledger(self) -> Path:
        """Where its ledger is."""
        return self.folder / "data" / "ledger.db"

    def start(self) -> Program:
        """Start it and wait for its screen."""
        count = [str(len(self.items))] if self.without_ledger else []
        self.program = Program(["-m", "bench.programs.lane", str(self.config), *count])
        self.program.wait_for(READY)
        self.program.drain(1.0)
        return self.program

    def press(self, keys: bytes, gap_seconds: float = GAP_SECONDS) -> float:
        """Press keys and return the seconds until all of it is painted."""
        if self.program is None:
            raise RuntimeError("the lane does not run")
        return self.program.press(keys, gap_seconds)

    def scan(self) -> float:
        """Scan as a wedge scanner does, digits and Enter at once; return the seconds until it is painted."""
        return self.press(self.next_code())

    def next_code(self) -> bytes:
        """Return the keys of a random item's code."""
        return self.chance.choice(self.items).code.encode() + ENTER

    def begin_again(self, lines: int) -> None:
        """Pay for what is in the basket and put some lines into the next one; nothing of it is timed."""
        if self.program is None:
            raise RuntimeError("the lane does not run")
        self.program.press(CHECKOUT, 0.2)
        self.program.press(ENTER, 0.2)
        for _ in range(lines):
            self.program.press(self.next_code(), 0.005)
        self.program.drain(0.1)

    def close(self) -> None:
        """End its program."""
        if self.program is not None:
            self.program.close()


def make_lane(
    folder: Path, items: list[MadeItem], lines: int = 0, *, without_ledger: bool = False, printer: Printer = "none"
) -> Lane:
    """Make a lane with its shift open and some lines in its basket."""
    lane = Lane(folder, items, without_ledger)
    lane.ledger.parent.mkdir(parents=True)
    write_settings(
        lane.config,
        msgspec.structs.replace(
            SETTINGS,
            lane=LaneSettings(data=str(lane.ledger.parent), lock_minutes=0),
            printers=(PrinterSettings(kind=printer),),
        ),
    )
    if not without_ledger:
        make_ledger(lane.ledger, items).close()
        fill_basket(lane, lines)
    return lane


def fill_basket(lane: Lane, lines: int) -> None:
    """Open the shift and put lines into the basket, without a screen."""
    db = open_ledger(lane.ledger)
    register = open_for_sale(db)
    while len(register.basket.lines) < lines:
        expect(register.scan(lane.chance.choice(lane.items).code))
    db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
