"""`mostrador operator` where the ledger is damaged or refuses: one sentence, and a status."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import apsw
import pytest

from domain.badge import is_badge
from domain.intent import SignOn
from domain.outcome import SignedOn
from domain.refusal import Reason, Refused
from mostrador.cli import run
from mostrador.people import _tell
from register.register import Register
from storage.operators import find_operator
from tests.journeys.store import Store, open_small_store
from tests.kit.lane import ANA, ANA_PIN


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


def test_a_badge_is_printed_once_and_signs_on(store: Store) -> None:
    code = store.run_well("operator", "badge", "1").strip()
    assert is_badge(code)
    with store.talk() as talk:
        assert isinstance(talk.ask(SignOn(badge=code)), SignedOn)
    store.run_well("operator", "badge", "1", "--off")
    with store.talk() as talk:
        assert talk.ask(SignOn(badge=code)) == Refused(Reason.WRONG_BADGE)
    assert store.run("operator", "badge", "77").status == 2


def test_who_waits_is_unlocked_by_the_command_line(store: Store) -> None:
    with store.talk() as talk:
        answers = [talk.ask(SignOn(ANA.operator, "0000")) for _ in range(6)]
    assert isinstance(answers[-1], Refused)
    assert answers[-1].reason is Reason.PIN_WAIT
    assert store.run_well("operator", "unlock", ANA.operator) == f"operator {ANA.operator} can try again\n"
    with store.talk() as talk:
        assert isinstance(talk.ask(SignOn(ANA.operator, ANA_PIN)), SignedOn)


def test_tuning_is_kept_and_the_next_pin_costs_it(store: Store) -> None:
    said = store.run_well("operator", "tune", "--budget-ms", "0")
    assert said.startswith("a PIN costs 19 MiB and 2 passes here: ")
    store.add_operator()
    with store.ledger() as db:
        found = find_operator(db, "7")
    assert found is not None
    assert found.pin_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_pin_that_everybody_tries_is_refused_and_a_short_one_of_an_approver_is_told(store: Store) -> None:
    ran = store.run("operator", "add", "7", "Eva", "--pin-stdin", stdin="1212\n")
    assert ran.status == 2
    assert "choose another" in ran.err
    said = store.run_well("operator", "add", "7", "Eva", "--role", "supervisor", "--pin-stdin", stdin="7204\n")
    assert "6 digits" in said
