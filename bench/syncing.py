"""G11a to G11d: what a lane feels of its sync, while that tells an ERP thousands of sales or takes a whole catalogue.

The sync runs in its own process on the lane's ledger (programs/sync.py) and is let go and held in turn: some scans or
sales while it works, as many while it waits. Scans go from keys to paint as in G1; sales are posted without a screen.
The ERP answers at once, so that the sync works without a rest but its own pauses, which is the worst that can be.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from bench.imports import sell
from bench.lanes import Lane, make_lane
from bench.measure import Pairs
from bench.programs.sync import DONE, GO, STOP, page_file
from bench.run import Run
from bench.store import DEPARTMENTS, MadeItem, expect, make_items, open_for_sale
from config.file import load_settings, write_settings
from config.settings import SyncSettings
from storage.connection import open_ledger

FEW: Final = 20
TURN: Final = 20
"""Scans or sales while the sync works, and then while it waits."""
PAGE: Final = 500
SELLABLE: Final = 1_000
"""Items that are there before the catalogue comes."""


class Beside:
    """A sync that works or waits as it is told."""

    def __init__(self, lane: Lane, pages: Path | None) -> None:
        program = [sys.executable, "-m", "bench.programs.sync", str(lane.config), *([str(pages)] if pages else [])]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._hear()

    def work(self) -> None:
        """Let it go on."""
        self._say(GO)

    def wait(self) -> bool:
        """Stop it between two transactions; say whether it has anything left to do."""
        self._say(STOP)
        return self._hear() != DONE

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.ljust(len(STOP)))
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode().strip()
        if not line:
            raise RuntimeError("the sync beside the lane has failed")
        return line


def measure(run: Run) -> dict[str, Pairs]:
    """Scan, then post, beside a sync that tells, then beside one that asks."""
    folder = run.place("syncing")
    items = list(make_items(run.size(100_000, 3_000)))
    pages = write_pages(folder / "pages", items)
    known = items[:SELLABLE]
    tells, asks = run.size(15, 2), run.size(20, 3)
    return {
        "G11a": _scans(run, _lane(folder / "a", known, run.size(5_000, 200)), None, tells),
        "G11b": _scans(run, _lane(folder / "b", known, 0), pages, asks),
        "G11c": _sales(_lane(folder / "c", known, run.size(5_000, 200)), None, tells),
        "G11d": _sales(_lane(folder / "d", known, 0), pages, asks),
    }


def write_pages(folder: Path, items: list[MadeItem]) -> Path:
    """Write a catalogue as pages that an ERP answers with."""
    folder.mkdir()
    for number, first in enumerate(range(0, len(items), PAGE)):
        page = [_cells(item) for item in items[first : first + PAGE]]
        page_file(folder, number).write_text(json.dumps(page), encoding="utf-8")
    return folder


def _cells(item: MadeItem) -> tuple[str, ...]:
    cents = item.unit_price_micro // 10_000
    price = f"{cents // 100}.{cents % 100:02d}"
    department = DEPARTMENTS[int(item.department) - 1]
    return str(item.item_id), item.sku, item.code, item.name, price, department, item.tax_class


def _lane(folder: Path, items: list[MadeItem], waiting: int) -> Lane:
    """Make a lane of which so many sales wait for the ERP."""
    lane = make_lane(folder, items, FEW)
    settings = load_settings(lane.config)
    sync = SyncSettings(connector="quick", every_seconds=5)
    write_settings(lane.config, msgspec.structs.replace(settings, sync=sync))
    db = open_ledger(lane.ledger)
    register = open_for_sale(db)
    while waiting:
        if not register.basket.lines:
            expect(register.scan(lane.chance.choice(items).code))
        expect(register.add_tender("cash"))
        waiting -= 1
    db.close()
    return lane


@contextmanager
def _beside(lane: Lane, pages: Path | None) -> Iterator[Beside]:
    sync = Beside(lane, pages)
    try:
        yield sync
    finally:
        sync.close()


def _turns(sync: Beside, act: Callable[[], list[float]], most: int, between: Callable[[], None]) -> Pairs:
    """Act while the sync works and as often while it waits, in turn, for as long as it has something to do."""
    pairs = Pairs()
    for _ in range(most):
        between()
        sync.work()
        pairs.ours += act()
        goes_on = sync.wait()
        pairs.yardstick += act()
        if not goes_on:
            break
    pairs.note = f"worst {max(pairs.ours) * 1e3:.1f} ms, without {max(pairs.yardstick) * 1e3:.1f} ms"
    return pairs


def _scans(run: Run, lane: Lane, pages: Path | None, most: int) -> Pairs:
    """Scan in a terminal."""

    def again() -> None:
        lane.begin_again(FEW)
        run.settle(2.0)

    lane.start()
    try:
        with _beside(lane, pages) as sync:
            return _turns(sync, lambda: [lane.scan() for _ in range(TURN)], most, again)
    finally:
        lane.close()


def _sales(lane: Lane, pages: Path | None, most: int) -> Pairs:
    """Post sales without a screen."""
    db = open_ledger(lane.ledger)
    register = open_for_sale(db)
    if register.basket.lines:
        expect(register.void_basket())
    with _beside(lane, pages) as sync:
        act = partial(sell, register, lane.items, TURN.__gt__)
        pairs = _turns(sync, act, most, lambda: None)
    db.close()
    return pairs
