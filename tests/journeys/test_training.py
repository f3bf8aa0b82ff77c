"""Training in a real terminal: in by the menu and out again; nothing of it counts, and every paper says so."""

from __future__ import annotations

import json
from pathlib import Path

from storage.connection import open_ledger
from tests.devices.escpos_reader import read_receipt
from tests.journeys.store import PROGRAM, Store, open_small_store
from tests.journeys.terminal import Terminal
from tests.kit.catalog import COFFEE


def open_training_store(folder: Path, **lane: bool) -> tuple[Store, Path]:
    printer = folder / "printer.bin"
    return open_small_store(folder, printers=[{"kind": "file", "device": str(printer)}], lane=lane), printer


def test_a_cashier_is_taught_and_the_store_knows_nothing_of_what_was_sold(tmp_path: Path) -> None:
    store, printer = open_training_store(tmp_path)
    environ = store.environ | {"MOSTRADOR_SYNC": "external"}
    with Terminal([PROGRAM], environ, store.home) as terminal:
        terminal.wait_for("Cajero")
        terminal.press("1", "enter", "1234", "enter", "500", "enter", COFFEE, "enter")
        terminal.wait_for("45.50")
        terminal.press("f10", "09", "1")
        terminal.wait_for("entrenamiento en la caja")
        terminal.look()
        terminal.press("delete")
        terminal.wait_for("ENTRENAMIENTO", "Cajero")
        terminal.press("1", "enter", "1234", "enter", "100", "enter", COFFEE, "enter", "f12", "enter")
        terminal.wait_for("1-000001", "ENTRENAMIENTO")
        terminal.press("enter", "f10", "1")
        terminal.wait_for("CORTE X", "ENTRENAMIENTO")
        terminal.press("escape", "f10", "09", "1")
        terminal.wait_for("Cajero", lambda text: "ENTRENAMIENTO" not in text)
        terminal.press("1", "enter", "1234", "enter")
        terminal.wait_for("Café", "45.50")
    with store.ledger() as db:
        kinds = [row[0] for row in db.all("SELECT kind FROM journal ORDER BY seq")]
        who = db.all("SELECT DISTINCT operator, shift_id FROM journal WHERE kind LIKE 'training%'")
        assert db.one("SELECT (SELECT count(*) FROM sale), (SELECT count(*) FROM outbox WHERE kind = 'sale')") == (0, 0)
    assert [kind for kind in kinds if kind.startswith("training")] == ["training_entered", "training_left"]
    assert who == [("1", 1)]
    assert store.verify().startswith("sound: ")
    printed = read_receipt(printer.read_bytes())
    assert printed.count("kick") == 0
    assert sum("ENTRENAMIENTO" in line.text for line in printed.lines) >= 3
    other = open_ledger(store.paths.training)
    assert other.one("SELECT count(*), sum(total_minor) FROM sale") == (1, 4_550)
    other.close()


def test_a_program_trains_by_the_pipe_and_the_drawer_opens_where_it_is_set(tmp_path: Path) -> None:
    store, printer = open_training_store(tmp_path, training_drawer=True)
    lines = [
        {"do": "sign_on", "operator": "1", "pin": "1234"},
        {"do": "open_shift", "float_minor": 10_000},
        {"do": "scan", "code": COFFEE},
        {"do": "add_tender", "kind": "cash"},
    ]
    out = store.run_well("--training", "pipe", stdin="".join(f"{json.dumps(line)}\n" for line in lines))
    assert '"did":"sale_posted"' in out
    assert read_receipt(printer.read_bytes()).count("kick") == 1
    with store.ledger() as db:
        assert db.one("SELECT count(*) FROM sale") == (0,)


def test_other_commands_know_nothing_of_training(tmp_path: Path) -> None:
    store, _ = open_training_store(tmp_path)
    ran = store.run("--training", "report", "x")
    assert (ran.status, ran.out) == (2, "")
    assert "training" in ran.err
