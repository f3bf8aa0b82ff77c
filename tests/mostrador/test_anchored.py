"""What `mostrador verify` says of a journal whose only anchor is the ledger's memory of what the ERP has taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mostrador.cli import run
from storage.connection import open_ledger
from tests.journeys.store import Store, open_small_store
from tests.kit.catalog import COFFEE
from tests.kit.lane import open_shop


def store_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **tables: Any) -> Store:
    """Return a store that has sold something and told its ERP, whose files nobody has any more."""
    store = open_small_store(tmp_path, printers=[{"kind": "none"}], **tables)
    for name, value in store.environ.items():
        monkeypatch.setenv(name, value)
    shop = open_shop(store.paths.ledger)
    shop.begin()
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    shop.db.close()
    assert run(["sync", "--once"]) == 0
    for path in store.paths.erp.rglob("batch-*.jsonl"):
        path.unlink()
    return store


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store whose ERP has a folder away from the ledger."""
    folder = tmp_path / "share"
    folder.mkdir()
    return store_at(tmp_path, monkeypatch, sync={"folder": str(folder)})


def test_what_an_erp_elsewhere_has_acknowledged_anchors_the_journal(
    elsewhere: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["verify"]) == 0
    assert "as this ledger remembers the ERP's word" in capsys.readouterr().out
    assert run(["verify", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["anchored"], facts["anchor_remembered"]) == (True, True)
    assert facts["anchored_seq"] > 0
    assert run(["sync", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["acknowledged_seq"] == facts["anchored_seq"]


def test_an_erp_beside_the_ledger_is_no_anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_at(tmp_path, monkeypatch)
    assert run(["verify"]) == 3


def test_a_memory_of_another_journal_is_tampering(elsewhere: Store) -> None:
    db = open_ledger(elsewhere.paths.ledger)
    with db.atomic():
        db.run("UPDATE checkpoint SET value = json_set(value, '$.hash', '0') WHERE name = 'sync.acknowledged'")
    db.close()
    assert run(["verify"]) == 1
