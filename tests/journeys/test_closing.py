"""The day is closed in a terminal with no printer and no ERP, and its Z is printed the next day from its own bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from domain.paper import decode_paper, lay_paper
from tests.devices.escpos_reader import read_receipt
from tests.journeys.store import PROGRAM, Store, open_small_store
from tests.journeys.terminal import Terminal
from tests.kit.catalog import COFFEE

BUDGET: Final = 4
"""Keys to close the day, beside the digits of the count (notes on keyboards)."""


def test_a_z_needs_neither_printer_nor_erp_and_is_printed_when_there_is_one(tmp_path: Path) -> None:
    printer = tmp_path / "unplugged" / "printer.bin"
    store = open_small_store(
        tmp_path,
        printers=[{"kind": "file", "device": str(printer)}],
        sync={"folder": str(tmp_path / "erp-away" / "not-there")},
    )
    environ = store.environ | {"MOSTRADOR_SYNC": "external"}
    with Terminal([PROGRAM], environ, store.home) as terminal:
        terminal.wait_for("Cajero")
        terminal.press("1", "enter", "1234", "enter", "500", "enter", COFFEE, "enter", "f12", "enter")
        terminal.wait_for("1-000001")
        terminal.press("enter")
        assert close_the_day(terminal) <= BUDGET
        terminal.wait_for("CORTE Z 1")
    paper = kept_paper(store)
    assert not printer.exists()

    printer.parent.mkdir()
    store.run_well("pipe")  # the next day: the queue is printed while it waits for nothing
    printed = read_receipt(printer.read_bytes())
    lines = [line.strip() for line in lay_paper(decode_paper(paper), 42) if line.strip()]
    assert [line for line in lines if line not in [found.text.strip() for found in printed.lines]] == []
    assert kept_paper(store) == paper
    assert printed.count("kick") == 0, "a drawer is not opened a day late"
    assert store.verify().startswith("sound: ")


def close_the_day(terminal: Terminal) -> int:
    """Close the shift, and return how many keys it took beside the digits of the count."""
    keys = ["f10", "2", "enter", "enter"]
    terminal.press(*keys[:2])
    terminal.wait_for("cuente el cajón")
    terminal.press("545.50", keys[2])
    terminal.wait_for("Queda como fondo")
    terminal.press(keys[3])
    return len(keys)


def kept_paper(store: Store) -> str:
    """Return the Z's paper as the ledger has it."""
    with store.ledger() as db:
        row = db.one("SELECT z.paper, p.paper FROM z_report z JOIN print_job p ON p.document = 'z'")
    assert row is not None
    assert row[0] == row[1]
    return str(row[0])
