"""The lane as a process in a terminal: how it ends, how it wakes up, and what it keeps running beside it."""

from __future__ import annotations

import json
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.store import PROGRAM, Store, open_small_store, open_store
from tests.journeys.terminal import Terminal
from tests.kit.catalog import COFFEE, WATER
from tests.kit.damage import erase_page, pages_of

ALT_SCREEN_OFF = b"\x1b[?1049l"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_small_store(tmp_path, printers=[{"kind": "none"}], sync={"every_seconds": 1})


@contextmanager
def lane(store: Store, *, with_sync: bool = False) -> Iterator[Terminal]:
    """Start the lane and sign on; its sync is left to somebody else unless it is asked for."""
    environ = store.environ | ({} if with_sync else {"MOSTRADOR_SYNC": "external"})
    with Terminal([PROGRAM], environ, store.home) as terminal:
        terminal.wait_for("Cajero")
        terminal.press("1", "enter", "1234", "enter")
        yield terminal


def begin(terminal: Terminal) -> None:
    """Open a shift and sell two items."""
    terminal.press("500", "enter", COFFEE, "enter", WATER, "enter")
    terminal.wait_for("1          1  Café Ñandú 250 g", "2          1  Agua 600 ml")


def test_a_killed_lane_wakes_up_with_its_basket(store: Store) -> None:
    with lane(store) as terminal:
        begin(terminal)
        assert terminal.signal(signal.SIGKILL) == -signal.SIGKILL
    with lane(store) as terminal:
        terminal.wait_for("1          1  Café Ñandú 250 g", "2          1  Agua 600 ml")
        terminal.press(COFFEE, "enter", "f12", "enter")
        terminal.wait_for("1-000001", "$101.00")
    assert store.verify().startswith("sound: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_lane_that_is_told_to_end_leaves_the_terminal_as_it_was(store: Store, number: signal.Signals) -> None:
    with lane(store) as terminal:
        begin(terminal)
        assert terminal.signal(number) == 0
        assert ALT_SCREEN_OFF in terminal.raw
        assert terminal.modes[3] & termios.ECHO
        assert b"Traceback" not in terminal.raw
    with lane(store) as terminal:
        terminal.wait_for("2          1  Agua 600 ml")


def test_a_lane_keeps_its_own_sync_and_takes_it_along(store: Store) -> None:
    out = store.paths.erp / "out"
    with lane(store, with_sync=True) as terminal:
        begin(terminal)
        terminal.press("f12", "enter")
        terminal.wait_for("1-000001")
        terminal.wait_for(lambda _: "sale_posted" in _kinds(out))
        assert terminal.signal(signal.SIGTERM) == 0
    ran = store.run("sync", "--once")  # would be busy if the lane's sync had stayed
    assert (ran.status, ran.err) == (0, "")
    assert _kinds(out) == ["shift_opened", "sale_posted"]


def test_a_damaged_ledger_is_told_while_the_lane_sells_on(store: Store) -> None:
    erase_page(store.paths.ledger, pages_of(store.paths.ledger, "receipt_copy")[0])
    with lane(store) as terminal:
        terminal.wait_for("!Registro dañado: mostrador verify!", "Abrir turno")
        begin(terminal)
        terminal.press("f12", "enter")
        terminal.wait_for("1-000001", "!Registro dañado: mostrador verify!")
        assert terminal.signal(signal.SIGTERM) == 0
    logged = [json.loads(line) for line in (store.paths.logs / "lane.log").read_text(encoding="utf-8").splitlines()]
    assert ("error", "mostrador.ledger_check") in [(line["level"], line["name"]) for line in logged]
    ran = store.run("verify")
    assert ran.status == 2
    assert "damaged" in ran.err or "cannot be read" in ran.err


def test_another_program_finds_the_lane_taken(store: Store) -> None:
    with lane(store) as terminal:
        terminal.wait_for("Abrir turno")
        ran = store.run("pipe", stdin='{"do":"status"}\n')
    assert (ran.status, ran.out) == (2, "")
    assert "already open" in ran.err


def test_the_demo_store_sells_what_is_searched_for(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    folder = tmp_path / "demo"
    with Terminal([PROGRAM, "demo", "--folder", folder, "--language", "es"], store.environ, store.home) as terminal:
        terminal.wait_for("Ana", "Abrir turno")
        terminal.press("500", "enter", "f3", "galletas marias")
        terminal.wait_for("Galletas Marías")
        terminal.press("enter", "f12", "enter")
        terminal.wait_for("1-000001")
        terminal.wait_for(lambda _: any((folder / "lane" / "receipts").glob("*.png")))
        assert terminal.signal(signal.SIGTERM) == 0
    (receipt,) = (folder / "lane" / "receipts").glob("*.txt")
    assert "Galletas Marías" in receipt.read_text(encoding="utf-8")
    assert store.verify("--config", str(folder / "mostrador.toml")).startswith("sound: ")


def _kinds(folder: Path) -> list[str]:
    """Return the kinds of the documents that have left, in order."""
    lines = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    return [line["kind"] for line in lines if "kind" in line]
