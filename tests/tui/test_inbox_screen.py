"""The sync inbox as a person uses it: read, send one or all again, export; hostile words stay words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.inbox import Remedy, remedy_of
from domain.reconciliation import Difference, DifferenceKind, KeptReconciliation, Reconciliation
from register import desk
from storage import outbox
from storage.checkpoint import save_checkpoint
from storage.feed_marks import keep_feed_problem, shrink_mark
from storage.link import save_link
from storage.reconciliations import save_reconciliation
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, real_register
from tui.screens.inbox import InboxExportScreen

AT = "2026-11-24T18:00:00.000Z"
PATIENCE = 60


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    """Return a lane with two sales, of which the ERP refuses the first, and a comparison that is off."""
    register = real_register(tmp_path)
    for code in ("111", "222"):
        register.scan(code)
        register.add_tender("cash", 100_000)
    db = register._lane.db
    with db.atomic():
        refused = "No existe\x1b[2J el [b]cliente[/b]: déle de alta y reenvíe"
        outbox.mark_rejected(db, sale_ids(register)[0], refused, AT)
        outbox.hold(db, sale_ids(register)[1], "waits for 1-000001", AT)
        difference = Difference(DifferenceKind.TOTAL, sale_ids(register)[0], 4550, 4500)
        kept = KeptReconciliation(1, AT, "odoo", Reconciliation(4, (difference,)))
        save_reconciliation(db, kept)
    return register


def sale_ids(register: RecordedRegister) -> list[str]:
    rows = register._lane.db.all("SELECT document_id FROM outbox WHERE kind = 'sale_posted' ORDER BY journal_seq")
    return [one for (one,) in rows]


def state_of(register: RecordedRegister, place: int) -> str:
    found = register._lane.db.one("SELECT state FROM outbox WHERE document_id = ?", (sale_ids(register)[place],))
    return str(found and found[0])


async def test_what_is_refused_stands_with_the_erps_words_and_what_to_do(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "09", "4")
        assert lane.screen == "InboxScreen"
        assert "1 rechazados, 1 en espera" in lane.text
        assert "[b]cliente" in lane.text
        assert "1 diferencias" in lane.text
        await lane.press("enter")
        assert "déle de alta y reenvíe" in lane.text
        assert "Corríjalo en el ERP" in lane.text
        assert "\x1b" not in lane.text
        await lane.press("escape", "down", "enter")
        assert "atienda primero ese" in lane.text
        await lane.press("escape", "down", "enter")
        assert "$45.50 aquí, $45.00 en el ERP" in lane.text
        await lane.press("escape", "escape")
        assert lane.screen == "SaleScreen"


async def test_one_or_all_are_sent_again_with_one_key(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f10", "09", "4", "f12")
        assert state_of(register, 0) == "waiting"
        assert "Se reenvían 1" in lane.text
        await lane.press("f12")
        db = register._lane.db
        with db.atomic():
            for one in sale_ids(register):
                outbox.mark_rejected(db, one, "otra vez", AT)
        await lane.press("tab")
        assert {state_of(register, place) for place in (0, 1)} == {"waiting"}


async def test_refused_documents_are_written_out_whole(
    register: RecordedRegister, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOUNTS", tmp_path / "none")
    stick = tmp_path / "s"
    stick.mkdir()
    async with running(register) as lane:
        await lane.press("f10", "09", "4", "ctrl+p")
        screen = lane.app.screen
        assert isinstance(screen, InboxExportScreen)
        screen.typed = str(stick)
        await lane.press("enter")
        if screen.job is not None:  # else it has looked by itself already
            assert screen.job.wait(PATIENCE)
            screen.look()
    (path,) = stick.iterdir()
    (line,) = path.read_bytes().splitlines()
    assert json.loads(line)["document_id"] == sale_ids(register)[0]


def test_what_can_be_done_follows_from_the_reason() -> None:
    assert remedy_of("its text does not match its hash: run `mostrador verify`", False) is Remedy.VERIFY
    assert remedy_of("No existe", False) is Remedy.MEND_AND_RETRY
    assert remedy_of("waits for 1", True) is Remedy.ORIGIN_FIRST
    assert remedy_of("its shift has no session yet", True) is Remedy.WAIT


async def test_what_does_not_come_from_the_erp_stands_below_with_what_to_do(register: RecordedRegister) -> None:
    db = register._lane.db
    with db.atomic():
        keep_feed_problem(db, "items", "the ERP is not able\x1b[2J to answer now (500)", AT)
        keep_feed_problem(db, "prices", "the ERP has 40 of 52 prices no more, and the lane keeps them", AT)
        save_checkpoint(db, shrink_mark("prices"), "40 of 52", AT)
        save_link(db, True, "the ERP is not able to answer now (500)", AT)
    async with running(register) as lane:
        assert "ERP incompleto" in lane.text
        await lane.press("f10", "09", "4")
        assert "No llega del ERP: items." in lane.text
        assert "mucho menos que antes: prices" in lane.text
        await lane.press("down", "down", "enter")
        assert "not able[2J to answer" in lane.text
        assert "se le vuelve a preguntar solo" in lane.text
        await lane.press("escape", "down", "enter")
        assert "40 of 52 prices" in lane.text
        assert "mostrador sync accept prices" in lane.text
        await lane.press("escape", "f12")
        assert lane.screen == "InboxScreen", "nothing of it can be sent again"
