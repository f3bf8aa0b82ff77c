"""The lanes that are measured: each of them starts, sells and asks for its money, the one without a ledger too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.lanes import CHECKOUT, READY, make_lane
from bench.store import make_items
from bench.terminal import Program


@pytest.mark.parametrize("without_ledger", [False, True])
def test_a_lane_that_is_measured_sells(tmp_path: Path, *, without_ledger: bool) -> None:
    items = list(make_items(5))
    lane = make_lane(tmp_path / "lane", items, without_ledger=without_ledger)
    count = [str(len(items))] if without_ledger else []
    program = Program(["-m", "bench.programs.lane", str(lane.config), *count])
    try:
        program.wait_for(READY)
        os.write(program.terminal, lane.next_code())
        program.wait_for("1 partida")
        os.write(program.terminal, CHECKOUT)
        assert program.wait_for("Por pagar") > 0
    finally:
        program.close()
