"""`mostrador import promotions|prices` as a person runs it: report, exit status, options; and the demo's promotions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import Settings
from mostrador import demo
from mostrador.cli import run
from mostrador.import_prices import import_document
from storage.connection import open_ledger
from storage.prices import read_price_lists, read_promotions

GOOD = '[[promotions]]\ncode = "A"\nname = "Oferta"\nreward = { kind = "percent_off", percent = 10 }\n'
BAD = f'{GOOD}\n[[promotions]]\ncode = "B"\nname = "Otra"\nreward = {{ kind = "n_for_m", take = 2, pay = 3 }}\n'


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "mostrador.toml"
    path.write_text(f'[lane]\ndata = "{tmp_path / "lane"}"\n', encoding="utf-8")
    return path


def take(settings: Path, what: str, text: str, *options: str, name: str = "document.toml") -> int:
    path = settings.with_name(name)
    path.write_text(text, encoding="utf-8")
    return run(["--config", str(settings), "import", what, str(path), *options])


def promotions(settings: Path) -> list[str]:
    db = open_ledger(settings.with_name("lane") / "ledger.db")
    try:
        return [promotion.code for promotion in read_promotions(db)]
    finally:
        db.close()


def test_a_sound_document_is_taken_whole(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert take(settings, "promotions", GOOD) == 0
    out, err = capsys.readouterr()
    assert out == "1 promotion read: 1 good, 0 refused; the good ones are now all that the lane has\n"
    assert err == ""
    assert promotions(settings) == ["A"]
    assert take(settings, "promotions", GOOD) == 0
    assert capsys.readouterr().out.endswith("; they are what the lane has already\n")


def test_a_mistake_is_said_by_its_key_and_the_others_are_taken(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(settings, "promotions", BAD) == 1
    outcome, problem = capsys.readouterr().out.splitlines()
    assert "1 good, 1 refused" in outcome
    assert problem.startswith("  promotions.2.reward.pay: must be less than 2")
    assert promotions(settings) == ["A"]


@pytest.mark.parametrize("option", ["--strict", "--dry-run"])
def test_options_that_change_nothing(settings: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert take(settings, "promotions", BAD, option) == 1
    assert "nothing was changed" in capsys.readouterr().out
    assert promotions(settings) == []


def test_the_report_as_json(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert take(settings, "promotions", BAD, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["found"], report["taken"], report["refused"], report["is_applied"]) == (2, 1, 1, True)
    [problem] = report["problems"]
    assert (problem["file"], problem["key"]) == ("document.toml", "promotions.2.reward.pay")


def test_price_lists_have_a_command_too(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = {"price_lists": [{"code": "M", "rules": [{"rule_id": 1, "way": "percentage", "percent": 12.5}]}]}
    assert take(settings, "prices", json.dumps(document), name="prices.json") == 0
    assert capsys.readouterr().out.startswith("1 price list read: 1 good, 0 refused")
    db = open_ledger(settings.with_name("lane") / "ledger.db")
    [price_list] = read_price_lists(db)
    db.close()
    assert price_list.rules[0].percent_micro == 12_500_000


@pytest.mark.parametrize("what", ["promotions", "prices"])
def test_a_document_that_cannot_be_read_is_one_sentence(
    what: str, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(settings, what, "[[promo\x1btions\n") == 2
    assert run(["--config", str(settings), "import", what, str(settings.with_name("nowhere.toml"))]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 2
    assert "\x1b" not in err


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_demo_store_has_its_promotions_in_its_language(language: str, tmp_path: Path) -> None:
    assert run(["demo", "--prepare", "--language", language, "--folder", str(tmp_path / "demo")]) == 0
    db = open_ledger(tmp_path / "demo" / "lane" / "ledger.db")
    names = {promotion.code: promotion.name for promotion in read_promotions(db)}
    db.close()
    assert len(names) == 7
    assert names["GALLETA-2A"] == {"es": "Galletas: 2a al 50 %", "en": "Biscuits: 2nd at half"}[language]


def test_the_demo_s_promotions_are_sound(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "ledger.db")
    report = import_document(db, Settings(), "promotions", demo.DATA / "promotions.toml")
    db.close()
    assert (report.refused, report.problems, report.is_changed) == (0, (), True)
