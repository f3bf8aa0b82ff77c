"""`mostrador operator` where the ledger is damaged or refuses: one sentence, and a status."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import apsw
import pytest

from domain.refusal import Reason, Refused
from mostrador.cli import run
from mostrador.people import _tell
from register.register import Register
from tests.journeys.store import Store, open_small_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_small_store(tmp_path, printers=[{"kind": "none"}])


def damage(store: Store) -> None:
    """Overwrite the page on which the operators stand."""
    connection = apsw.Connection(str(store.paths.ledger))
    page, size = (
        int(str(connection.execute(question).get))
        for question in (
            "SELECT rootpage FROM sqlite_schema WHERE name = 'operator'",
            "PRAGMA page_size",
        )
    )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    with store.paths.ledger.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize(
    ("command", "stdin"), [(("list",), ""), (("list", "--json"), ""), (("add", "7", "Ana", "--pin-stdin"), "7204\n")]
)
def test_a_damaged_ledger_is_one_sentence(store: Store, command: tuple[str, ...], stdin: str) -> None:
    damage(store)
    ran = store.run("operator", *command, stdin=stdin)
    assert (ran.status, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert "ledger" in line
    assert "malformed" in line


def test_a_ledger_that_cannot_be_written_is_told_with_the_remedy(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = Refused(Reason.NOT_SAVED, {"error": "not saved: disk full"})
    monkeypatch.setattr(Register, "add_operator", lambda *_: refused)
    monkeypatch.setattr("sys.stdin", StringIO("7204\n"))
    monkeypatch.setenv("HOME", str(store.home))
    assert run(["--config", str(store.settings), "operator", "add", "7", "Ana", "--pin-stdin"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "not saved: disk full; nothing was changed" in line


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_has_its_sentence(reason: Reason) -> None:
    sentence = _tell(Refused(reason))
    assert ": " in sentence
    assert len(sentence.splitlines()) == 1
