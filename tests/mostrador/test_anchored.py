"""`mostrador verify` where the ERP has taken rows of the journal: the ledger's memory of that, and the ERP's word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.witness import Anchor
from mostrador.cli import run
from storage.connection import open_ledger
from sync.connector import Answer, Incoming, Settled
from sync.document import Batch
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


def test_what_the_ledger_remembers_of_the_erp_is_said_and_is_no_anchor(
    elsewhere: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["verify"]) == 3
    assert "by its own word the ERP has it up to row" in capsys.readouterr().out
    assert run(["verify", "--json"]) == 3
    facts = json.loads(capsys.readouterr().out)
    assert facts["anchored"] is False
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


class Erp:
    """An ERP that says which row it has."""

    def __init__(self, anchor: Anchor | None) -> None:
        self._anchor = anchor

    def anchor(self) -> Anchor | None:
        return self._anchor

    def deliver(self, batch: Batch) -> list[Answer]:
        raise AssertionError(batch)

    def incoming(self) -> Iterator[Incoming]:
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        raise AssertionError(incoming, settled)

    def close(self) -> None:
        return None


def answering(monkeypatch: pytest.MonkeyPatch, anchor: Anchor | None) -> None:
    monkeypatch.setattr("sync.anchoring.open_connector", lambda *_: Erp(anchor))


def row_of(store: Store, seq: int) -> Anchor:
    db = open_ledger(store.paths.ledger)
    row = db.one("SELECT hash FROM journal WHERE seq = ?", (seq,))
    db.close()
    assert row
    return Anchor("1", seq, str(row[0]))


def test_the_erps_own_word_anchors_the_journal(elsewhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, row_of(elsewhere, 3))
    assert run(["verify", "--erp"]) == 0


def test_an_erp_that_has_another_row_finds_a_journal_that_was_made_anew(
    elsewhere: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, Anchor("1", 3, "0" * 64))
    capsys.readouterr()
    assert run(["verify", "--erp", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["first_bad_seq"] == 3


def test_an_erp_that_has_nothing_yet_says_so(
    elsewhere: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, None)
    assert run(["verify", "--erp"]) == 2
    assert "mostrador sync --once" in capsys.readouterr().err


def test_an_erp_without_hashes_names_the_other_way(elsewhere: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--erp"]) == 2
    assert "--anchor" in capsys.readouterr().err
