"""`mostrador sync check`, `reconcile`, `export`, `retry` and `accept`, for people and as JSON."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.paths import LanePaths, lane_paths
from register.inbox import write_documents
from storage import outbox
from storage.checkpoint import read_checkpoint
from storage.connection import LedgerDatabase
from storage.reconciliations import read_reconciliations
from sync import command as sync_command
from sync import erp_command
from sync.command import Action, Exit, SyncCommand
from sync.errors import SyncError, Unreachable
from sync.odoo import OdooConnector
from tests.kit.lane import make_shop
from tests.kit.personal import sell_to
from tests.sync.odoo_shop import connect
from tests.sync.test_odoo_day import COOKIES, MILK, Day


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    (tmp_path / "data").mkdir()
    made = Day(tmp_path / "data", 19)
    monkeypatch.setattr(erp_command, "open_connector", lambda *_: connect(made.odoo, made.shop.settings))
    yield made
    made.shop.db.close()


def run(day: Day, action: Action, *names: str, is_json: bool = True, **more: Any) -> tuple[int, str]:
    """Do what was asked on the ledger of a day and return the status and what was written."""
    out = io.StringIO()
    lane = sync_command.CommandLane(day.shop.settings, _paths(day), {}, out)
    asked = SyncCommand(None, action, names, is_json=is_json, **more)
    return int(sync_command._ACTIONS[action](asked, lane)), out.getvalue()


def _paths(day: Day) -> LanePaths:
    return msgspec.structs.replace(lane_paths(day.shop.settings, {"HOME": "/"}), ledger=day.shop.path)


def work(day: Day) -> None:
    day.sync()
    day.shop.begin()
    day.sell(COOKIES)
    day.sell(MILK)


def test_reconcile_says_what_differs_and_keeps_it(day: Day) -> None:
    work(day)
    day.close()
    day.sync()
    assert [kept.result.is_even for kept in read_reconciliations(day.shop.db)] == [True]
    assert run(day, "reconcile", is_json=False) == (0, "shift 1: 4 documents compared, the ERP has the same\n")
    order = day.odoo.records("pos.order")[0]
    day.odoo.tables["pos.order"].pop(order["id"])
    status, text = run(day, "reconcile", "1")
    told = json.loads(text)
    assert status == Exit.LOOK
    assert {"missing", "sum"} == {one["kind"] for one in told["result"]["differences"]}
    assert not read_reconciliations(day.shop.db)[0].result.is_even
    assert "missing" in run(day, "reconcile", is_json=False)[1]


def test_reconcile_needs_a_shift_and_an_erp_that_can_tell(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    work(day)
    with pytest.raises(SyncError, match="no shift is closed"):
        run(day, "reconcile")
    with pytest.raises(SyncError, match="by its number"):
        run(day, "reconcile", "one")


def test_check_says_what_fits_and_what_does_not(day: Day) -> None:
    status, text = run(day, "check")
    names = [one["name"] for one in json.loads(text)["findings"]]
    assert names[0] == "connection"
    assert "taxes" in names
    day.odoo.add("res.users.apikeys", {"expiration_date": "2026-11-30 00:00:00"})
    day.odoo.denied.add("hr.employee")
    status, text = run(day, "check", is_json=False)
    assert status == Exit.LOOK
    assert "LOOK  key: a key of this user ends on 2026-11-30: have a new one made before" in text
    assert "LOOK  rights: operators is not read" in text
    assert "well  taxes: 200 of 200 lines come to the same cents" in text


def test_check_of_an_erp_that_is_away_is_a_finding(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: OdooConnector) -> None:
        raise Unreachable("nobody answers")

    monkeypatch.setattr(OdooConnector, "check", away)
    assert run(day, "check", is_json=False) == (1, "LOOK  connection: nobody answers\n")


def test_export_writes_rejected_documents_whole(day: Day, tmp_path: Path) -> None:
    work(day)
    refused = [one for one in day.shop.db.all("SELECT document_id FROM outbox WHERE kind = 'sale_posted'")]
    day.odoo.refused.update(one for (one,) in refused)
    day.sync()
    with pytest.raises(SyncError, match="say which"):
        run(day, "export")
    status, text = run(day, "export", is_all=True, folder=tmp_path)
    told = json.loads(text)
    assert (status, told["documents"]) == (0, 2)
    lines = [json.loads(line) for line in Path(told["path"]).read_bytes().splitlines()]
    assert [line["document_id"] for line in lines] == [one for (one,) in refused]
    for line in lines:
        record = json.dumps(line["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(record.encode()).hexdigest() == line["hash"]
        assert line["reason"] == "No existe tal cliente"
    with pytest.raises(Unreachable, match="--folder"):
        run(day, "export", is_all=True, folder=tmp_path / "nowhere")


def test_an_export_has_what_a_person_needs_and_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop(tmp_path)
    for name in ("Ana Ruiz", "Beto Paz", "Eva Luna"):
        sell_to(shop, name)
    with shop.db.atomic():
        ids = [one for (one,) in shop.db.all("SELECT document_id FROM outbox WHERE kind = 'sale_posted'")]
        for one in ids:
            outbox.mark_rejected(shop.db, one, "x", "2026-11-24T10:00:00.000Z")
    few = outbox.rejected
    monkeypatch.setattr(outbox, "rejected", lambda db, after=0: few(db, after, 2))
    path = erp_command.export_documents(tmp_path, "7", list(erp_command._rejected(shop.db)), "2026-11-24")
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    monkeypatch.undo()
    assert [line["document_id"] for line in lines] == ids
    assert [line["personal"]["customer_name"]["value"] for line in lines] == ["Ana Ruiz", "Beto Paz", "Eva Luna"]
    at_the_lane = write_documents(shop.register._lane, ids, tmp_path)
    assert [json.loads(line) for line in at_the_lane.read_bytes().splitlines()] == lines
    shop.db.close()


def test_retry_answers_as_json(day: Day) -> None:
    work(day)
    with day.shop.db.atomic():
        outbox.mark_rejected(day.shop.db, "7-shift-1", "x", "2026-11-24T10:00:00.000Z")
    status, text = run(day, "retry", is_all=True)
    assert (status, json.loads(text)) == (0, {"waiting_again": 1})


def test_accept_lets_one_feed_shrink(day: Day) -> None:
    assert run(day, "accept", "items") == (0, '{"accepted":"items"}\n')
    assert _mark(day.shop.db) == "1"
    with pytest.raises(SyncError, match="customers"):
        run(day, "accept", "everything")


def _mark(db: LedgerDatabase) -> str:
    return read_checkpoint(db, "feed:items:accept")
