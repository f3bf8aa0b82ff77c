"""Keys as bytes in a real terminal: what cannot be read ends nothing, a scanner that types pays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.store import PROGRAM, Store, open_small_store
from tests.journeys.terminal import Terminal
from tests.kit.catalog import COFFEE, WATER

ROOT = Path(__file__).parents[2]
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_small_store(tmp_path, printers=[{"kind": "none"}])


@pytest.fixture
def terminal(store: Store) -> Iterator[Terminal]:
    """A lane that sells."""
    environ = {**store.environ, "MOSTRADOR_SYNC": "external"}
    with Terminal([PROGRAM], environ, store.home) as terminal:
        terminal.wait_for("Cajero")
        terminal.press("1", "enter", "1234", "enter", "500", "enter")
        terminal.wait_for("Lea o teclee un código")
        yield terminal


@pytest.mark.parametrize("noise", [b"\xf1", b"\xff\xfe", b"\xc3", b"\x80"])
def test_bytes_that_are_no_utf_8_are_keys_that_mean_nothing(terminal: Terminal, noise: bytes) -> None:
    terminal.send(noise)
    terminal.press(COFFEE, "enter")
    terminal.wait_for("1          1  Café Ñandú 250 g")
    assert b"\x07" in terminal.raw
    assert b"Traceback" not in terminal.raw
    terminal.press(WATER, "enter", "f12", "enter")
    assert REPLACEMENT not in terminal.wait_for("1-000001", "$55.50")


def test_a_code_typed_by_a_scanner_pays_nothing(terminal: Terminal) -> None:
    terminal.press(COFFEE, "enter", "f12")
    terminal.wait_for("Por pagar", "Efectivo")
    terminal.press("4011", "enter")
    terminal.wait_for("Aquí no se lee nada")
    terminal.look()
    terminal.press("enter")
    terminal.wait_for("1-000001", "Pagado $")


def test_a_lane_that_dies_says_so_to_whoever_started_it(store: Store) -> None:
    driver = {"TEXTUAL_DRIVER": "tests.journeys.dying_driver:DyingDriver", "PYTHONPATH": str(ROOT)}
    environ = {**store.environ, "MOSTRADOR_SYNC": "external", **driver}
    with Terminal([PROGRAM], environ, store.home) as terminal:
        assert terminal.wait_end() == 1
