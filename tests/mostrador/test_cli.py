"""The command line as people and programs meet it: help with an example, statuses, and errors of one sentence."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import apsw
import pytest

from domain.intent import AddTender, CloseShift, OpenShift, Scan, SignOn
from domain.refusal import Refused
from mostrador.cli import LaneLine, read_lane_line, run
from mostrador.cli_tree import build_parser
from tests.journeys.store import Store, open_small_store
from tests.kit.catalog import COFFEE
from tests.kit.lane import ANA, ANA_PIN


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_small_store(tmp_path, printers=[{"kind": "none"}])


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parser of every command and group."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from parsers(inner)


@pytest.mark.parametrize("command", [parser.prog for parser in parsers(build_parser())])
def test_every_command_helps_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run([*command.split()[1:], "--help"])
    out, err = capsys.readouterr()
    assert (left.value.code, err) == (0, "")
    (example,) = (line for line in out.splitlines() if line.startswith("Example: "))
    assert command in example
    words = shlex.split(example.rpartition("| ")[2].removeprefix("Example: "))
    assert build_parser().parse_args(words[1:])


class Wrong(NamedTuple):
    """A command that cannot be done, what makes it so, and what has to be said of it."""

    command: str
    says: str
    prepare: Callable[[Store], object] = lambda store: None
    stdin: str = ""


def _no_ledger(store: Store) -> None:
    store.paths.ledger.unlink()


def _garbage(store: Store) -> None:
    store.paths.ledger.write_bytes(b"this is no ledger\n" * 500)


def _folder(store: Store) -> None:
    store.paths.ledger.unlink()
    store.paths.ledger.mkdir()


def _newer(store: Store) -> None:
    _change(store, "PRAGMA user_version=99")


def _other_program(store: Store) -> None:
    _no_ledger(store)
    _change(store, "CREATE TABLE song (title TEXT)")


def _no_settings(store: Store) -> None:
    store.settings.unlink()


def _wrong_settings(store: Store) -> None:
    store.settings.write_text('[store]\nnmae = "Lupita"\n', encoding="utf-8")


def _clashing_keys(store: Store) -> None:
    store.settings.write_text('[screen.keys]\nlock = "f10"\n', encoding="utf-8")


def _no_toml(store: Store) -> None:
    store.settings.write_text("[store\n", encoding="utf-8")


def _file_in_the_way(store: Store) -> None:
    (store.home / "taken").write_text("", encoding="utf-8")
    store.settings.write_text(f'[lane]\ndata = "{store.home / "taken" / "lane"}"\n', encoding="utf-8")


def _change(store: Store, *statements: str) -> None:
    """Change a ledger's file behind the program's back."""
    connection = apsw.Connection(str(store.paths.ledger))
    for statement in statements:
        connection.execute(statement).fetchall()
    connection.close()


WRONG: Final = (
    Wrong("--config nowhere.toml verify", "name one that is there"),
    Wrong("verify", "there is no such file", _no_settings),
    Wrong("verify", "store.nmae", _wrong_settings),
    Wrong("pipe", "store.nmae", _wrong_settings),
    Wrong("config show", "mostrador.toml", _no_toml),
    Wrong("verify", "start the lane once", _no_ledger),
    Wrong("report x", "start the lane once", _no_ledger),
    Wrong("report z", "start the lane once", _no_ledger),
    Wrong("operator list", "start the lane once", _no_ledger),
    Wrong("sync status", "start the lane once", _no_ledger),
    Wrong("verify", "ledger", _garbage),
    Wrong("verify --anchor nowhere.jsonl", "cannot be read"),
    Wrong("verify --anchor ../mostrador.toml", "there is no anchor in"),
    Wrong("verify --public-key nowhere.pem", "cannot be read"),
    Wrong("verify --public-key ../mostrador.toml", "is no public key"),
    Wrong("verify --file nowhere.jsonl", "cannot be read"),
    Wrong("verify --file ../mostrador.toml", "is no exported journal"),
    Wrong("verify --file ../mostrador.toml --from 2", "leave --from and --to out"),
    Wrong("verify --from 3 --to 2", "--to is not before --from"),
    Wrong("export journal nowhere", "there is no folder"),
    Wrong("export journal .", "the journal is empty"),
    Wrong("export sales nowhere", "there is no folder"),
    Wrong("export sales . --from yesterday", "write it like"),
    Wrong("export journal .", "start the lane once", _no_ledger),
    Wrong("export key", "start the lane once", _no_ledger),
    Wrong("pipe", "ledger", _garbage),
    Wrong("report x", "ledger", _garbage),
    Wrong("operator list", "ledger", _garbage),
    Wrong("sync --once", "ledger", _garbage),
    Wrong("import items items.csv", "ledger", _garbage),
    Wrong("pipe", "ledger", _folder),
    Wrong("verify", "update the program", _newer),
    Wrong("pipe", "update the program", _newer),
    Wrong("pipe", "another program", _other_program),
    Wrong("pipe", "set lane.data", _file_in_the_way),
    Wrong("report x", "no shift is open"),
    Wrong("report z", "when a shift is closed"),
    Wrong("report z --number 7", "when a shift is closed"),
    Wrong("operator add seven Ana", "1 to 12 digits"),
    Wrong("operator add 7 Ana --pin-stdin", "at least 4 digits", stdin="12\n"),
    Wrong("operator add 7 Ana --pin-stdin", "at least 4 digits", stdin="abcdef\n"),
    Wrong("operator add 7 Ana --pin-stdin", "at least 4 digits"),
    Wrong("config set store.nmae Lupita", "no such key"),
    Wrong("config set screen.keys.lock f10", "F10"),
    Wrong("config set screen.keys.dance f4", "dance"),
    Wrong("keys", "F10", _clashing_keys),
    Wrong("config set lane.lock_minutes soon", "lock_minutes"),
    Wrong("import items nowhere.csv", "nowhere.csv"),
    Wrong("sync retry", "sync status"),
    Wrong("sync --once status", "leave one of them out"),
    Wrong("sync retry --all --once", "leave one of them out"),
    Wrong("sync --once --all", "sync retry"),
    Wrong("sync status 1-000001", "sync retry"),
    Wrong("demo --folder . --fresh", "no demo store"),
    Wrong("", "needs a terminal"),
    Wrong("demo --folder demo", "needs a terminal"),
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.command}: {wrong.says}")
def test_what_cannot_be_done_is_one_sentence_with_its_remedy(wrong: Wrong, store: Store) -> None:
    wrong.prepare(store)
    ran = store.run(*wrong.command.split(), stdin=wrong.stdin)
    assert (ran.status, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("mostrador"), line
    assert wrong.says in line
    assert "Traceback" not in line
    assert len(line) > len("mostrador: ") + 20


@pytest.mark.parametrize("command", ["dance", "report", "report y", "--dance", "verify --dance", "report z --number x"])
def test_a_wrong_command_line_is_status_2_with_the_usage(command: str, store: Store) -> None:
    ran = store.run(*command.split())
    assert (ran.status, ran.out) == (2, "")
    usage, *_, said = ran.err.splitlines()
    assert usage.startswith("usage: mostrador")
    assert "error: " in said


def test_hostile_words_come_back_without_their_controls(store: Store) -> None:
    ran = store.run("--config", "no\x1b[2Jwhere\x9b2J\u202e.toml", "verify")
    assert ran.status == 2
    assert "\x1b" not in ran.err
    assert "\x9b" not in ran.err
    assert "\u202e" not in ran.err


def test_settings_are_checked_and_set(store: Store) -> None:
    assert store.run_well("config", "check").startswith("good: ")
    store.run_well("config", "set", "store.name", "La Esquina")
    assert json.loads(store.run_well("config", "show", "--json"))["store"]["name"] == "La Esquina"
    _wrong_settings(store)
    ran = store.run("config", "check")
    assert (ran.status, ran.err) == (1, "")
    assert "store.nmae" in ran.out
    _clashing_keys(store)
    clash = store.run("config", "check")
    assert clash.status == 1
    assert "«lock»" in clash.out
    assert "«menu»" in clash.out
    assert store.run_well("config", "set", "screen.keys.lock", "ctrl+k")
    assert store.run_well("config", "check").startswith("good: ")
    _wrong_settings(store)
    as_json = store.run("config", "check", "--json")
    assert as_json.status == 1
    assert json.loads(as_json.out)["problems"][0]["key"] == "store.nmae"


def test_operators_are_added_and_listed_without_their_pins(store: Store) -> None:
    said = store.run_well("operator", "add", "7", "Eva", "--pin-stdin", stdin="7204\n")
    assert said == "operator 7 can sign on\n"
    listed = store.run_well("operator", "list")
    assert "Eva" in listed
    as_json = store.run_well("operator", "list", "--json")
    assert {"operator": "7", "name": "Eva", "role": "cashier"} in json.loads(as_json)
    assert "4321" not in listed + as_json
    assert "argon2" not in listed + as_json


def test_reports_are_read_while_the_lane_sells(store: Store) -> None:
    with store.talk() as talk:
        for intent in (SignOn(ANA.operator, ANA_PIN), OpenShift(50_000), Scan(COFFEE), AddTender("cash")):
            assert not isinstance(talk.ask(intent), Refused)
        text = store.run_well("report", "x", "--columns", "30")
        assert max(map(len, text.splitlines())) == 30
        report = json.loads(store.run_well("report", "x", "--json"))["report"]
        assert (report["kind"], report["total_minor"], report["till"]["expected_minor"]) == ("x", 4_550, 54_550)
        assert not isinstance(talk.ask(CloseShift(54_550)), Refused)
        drawn = json.loads(store.run_well("report", "z", "--number", "1", "--json"))
    assert drawn["report"]["total_minor"] == 4_550
    with store.ledger() as db:
        assert db.one("SELECT hash FROM z_report") == (drawn["hash"],)
        assert db.one("SELECT count(*) FROM journal WHERE kind = 'x_read'") == (0,)


def test_reports_are_written_in_four_forms_and_into_a_file(store: Store) -> None:
    with store.talk() as talk:
        for intent in (SignOn(ANA.operator, ANA_PIN), OpenShift(0), Scan(COFFEE), AddTender("cash"), CloseShift(4_550)):
            assert not isinstance(talk.ask(intent), Refused)
    for command in (("z",), ("day",), ("month",), ("year",), ("sales", "--by", "item")):
        text = store.run_well("report", *command)
        assert "45.50" in text
        data = json.loads(store.run_well("report", *command, "--format", "json"))["report"]
        assert data == json.loads(store.run_well("report", *command, "--json"))["report"]
        assert "4550" in store.run_well("report", *command, "--format", "csv")
        page = store.home / "page.html"
        assert store.run_well("report", *command, "--format", "html", "--output", str(page)) == ""
        assert "45.50" in page.read_text(encoding="utf-8")
    assert "no Z in 1999" in store.run("report", "year", "1999").err


def sell(store: Store, sales: int) -> None:
    """Make a ledger of some sales."""
    with store.talk() as talk:
        for intent in (SignOn(ANA.operator, ANA_PIN), OpenShift(0), *(Scan(COFFEE), AddTender("cash")) * sales):
            assert not isinstance(talk.ask(intent), Refused)


def test_verify_calls_a_sound_ledger_sound(store: Store) -> None:
    sell(store, 3)
    assert store.verify().startswith("sound: 6 rows, the last is 6 ")
    ran = store.run("verify", "--json")
    verdict = json.loads(ran.out)
    assert (verdict["sound"], verdict["rows"], verdict["discrepancies"]) == (True, 6, [])
    assert (ran.status, verdict["anchored"]) == (3, False)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE sale SET total_minor = total_minor - 100 WHERE receipt_number = 2",
        "UPDATE sale_line SET unit_price_micro = unit_price_micro + 1 WHERE receipt_number = 2",
        "UPDATE journal SET record = replace(record, '4550', '4450') WHERE seq = 4",
        "DELETE FROM journal WHERE seq = 4",
        "DELETE FROM sale WHERE receipt_number = 3",
        "UPDATE shift_total SET amount_minor = amount_minor - 1 WHERE kind = 'net'",
        "DELETE FROM outbox WHERE journal_seq = 4",
    ],
)
def test_verify_finds_what_was_tampered_with(tampering: str, store: Store) -> None:
    sell(store, 3)
    with store.ledger() as db:
        guards = [name for (name,) in db.all("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    _change(store, *(f"DROP TRIGGER {name}" for name in guards), tampering)
    ran = store.run("verify")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.startswith("NOT SOUND: ")
    as_json = store.run("verify", "--json")
    assert as_json.status == 1
    verdict = json.loads(as_json.out)
    assert verdict["sound"] is False
    assert verdict["discrepancies"]


@pytest.mark.parametrize(
    "words", [[], ["--training"], ["--config", "a.toml"], ["--config", "a b.toml", "--training"], ["--training"] * 2]
)
def test_a_line_that_starts_the_lane_is_read_as_the_parser_reads_it(words: list[str]) -> None:
    line = read_lane_line(words)
    assert isinstance(line, LaneLine)
    assert vars(line) == vars(build_parser().parse_args(words))


@pytest.mark.parametrize(
    "words", [["--help"], ["--config"], ["--config", "--training"], ["demo"], ["--config=a"], [""]]
)
def test_any_other_line_is_left_to_the_parser(words: list[str]) -> None:
    assert read_lane_line(words) is None
