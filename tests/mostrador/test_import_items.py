"""The import commands as a person runs them: report, exit status, options; and the demo's own catalogue."""

from __future__ import annotations

import argparse
import io
import os
import re
from pathlib import Path

import msgspec
import pytest

from config.settings import Settings
from mostrador import demo, import_items
from mostrador.cli import run
from mostrador.progress_bar import REDRAW_NS, WIDTH, ProgressBar
from storage.catalog import find_by_code, read_departments, search_items
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import NotSaved
from sync.catalog_import import ImportOptions, Phase
from sync.catalog_text import UnreadableFile
from tests.kit.catalog import COFFEE, WATER

GOOD = f"gtin,nombre,precio\n{COFFEE},Café,45.50\n"
BAD = f"{GOOD}{WATER},Agua,-10\n"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "mostrador.toml"
    path.write_text(f'[lane]\ndata = "{tmp_path / "lane"}"\n')
    return path


def put(folder: Path, text: str, name: str = "items.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def items(folder: Path) -> int:
    db = open_ledger(folder / "lane" / "ledger.db")
    found = db.one("SELECT count(*) FROM item")
    db.close()
    return int(found[0]) if found else -1


def test_a_sound_file_is_taken_whole(tmp_path: Path, settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--config", str(settings), "import", "items", str(put(tmp_path, GOOD))]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "1 rows read: 1 new, 0 changed, 0 as they were, 0 refused"
    assert err == ""
    assert items(tmp_path) == 1


def test_bad_rows_are_said_and_the_others_taken(
    tmp_path: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(settings), "import", "items", str(put(tmp_path, BAD))]) == 1
    out = capsys.readouterr().out
    assert "  line 3: the price is negative: -10\n" in out
    assert str(tmp_path / "lane" / "items.csv.refused.csv") in out
    assert items(tmp_path) == 1


@pytest.mark.parametrize("option", ["--strict", "--dry-run"])
def test_options_that_change_nothing(
    tmp_path: Path, settings: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert run(["--config", str(settings), "import", "items", str(put(tmp_path, BAD)), option]) == 1
    assert "nothing was changed" in capsys.readouterr().out
    assert items(tmp_path) == 0


def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path, 'gtin,nombre\n1,"open\n')
    assert run(["--config", str(settings), "import", "items", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"mostrador: items\.csv, line \d+: .*: look at the quotes there, or save it as CSV again\n", err
    )
    assert items(tmp_path) == 0


def test_the_report_as_json(tmp_path: Path, settings: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["--config", str(settings), "import", "items", str(put(tmp_path, BAD)), "--json"]) == 1
    facts = msgspec.json.decode(capsysbinary.readouterr().out)
    assert (facts["new"], facts["refused_by"]) == (1, {"negative_price": 1})
    assert facts["refusals"] == [{"line": 3, "flaw": "negative_price", "text": "-10"}]


def test_departments_have_a_command_too(tmp_path: Path, settings: Path) -> None:
    path = put(tmp_path, "codigo,nombre,impuesto\n01,Lácteos,0\n", "departments.csv")
    assert run(["--config", str(settings), "import", "departments", str(path)]) == 0
    db = open_ledger(tmp_path / "lane" / "ledger.db")
    assert [(d.code, d.tax_class) for d in read_departments(db)] == [("01", "zero")]
    db.close()


def arguments(settings: Path, path: Path, **said: object) -> argparse.Namespace:
    usual = {"config": settings, "file": path, "strict": False, "dry_run": False, "json": False}
    return argparse.Namespace(**(usual | said))


def test_what_a_file_does_not_show_is_told(tmp_path: Path, settings: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes("clave;nombre;precio;impuesto\nP1;piña;1.234,50;food0\n".encode("cp850"))
    told = arguments(settings, path, encoding="cp850", decimal=",", tax_map=["food0=zero"])
    assert import_items.run_items(told) == 0
    db = open_ledger(tmp_path / "lane" / "ledger.db")
    (item,) = search_items(db, "pina", 9)
    assert (item.unit_price_micro, item.tax_class) == (1_234_500_000, "zero")
    db.close()


@pytest.mark.parametrize("pair", ["food0", "=zero", "food0="])
def test_a_tax_map_without_both_sides_is_refused(pair: str) -> None:
    with pytest.raises(UnreadableFile, match="is no WORD=CLASS"):
        import_items.read_tax_map([pair])


def test_a_word_of_a_tax_map_may_hold_an_equals_sign() -> None:
    assert import_items.read_tax_map(["a=b=zero", "c=general"]) == {"a=b": "zero", "c": "general"}


@pytest.mark.parametrize(
    ("applied", "said"),
    [(0, "before anything was changed"), (3, "3 of 9 items are written; import the file again for the rest")],
)
def test_an_interruption_says_how_far_it_came(
    tmp_path: Path,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    applied: int,
    said: str,
) -> None:
    def interrupt(
        db: LedgerDatabase, settings: Settings, kind: str, path: Path, options: ImportOptions, bar: ProgressBar
    ) -> None:
        if applied:
            bar.show(Phase.APPLYING, applied, 9)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_items, "_import", interrupt)
    assert import_items.run_items(arguments(settings, put(tmp_path, GOOD))) == 130
    assert said in capsys.readouterr().err


def test_a_ledger_that_refuses_is_said_by_the_front_door(
    tmp_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise NotSaved("not saved: disk full")

    monkeypatch.setattr(import_items, "_import", refuse)
    assert run(["--config", str(settings), "import", "items", str(put(tmp_path, GOOD))]) == 2
    assert capsys.readouterr().err == "mostrador: not saved: disk full\n"


def test_the_bar_shows_what_is_done_and_goes_away() -> None:
    out = io.StringIO()
    ticks = iter([0, REDRAW_NS // 2, REDRAW_NS, 2 * REDRAW_NS, 2 * REDRAW_NS + 1, 12 * REDRAW_NS])
    bar = ProgressBar(out, lambda: next(ticks))
    for phase, done in ((Phase.JUDGING, 0), (Phase.JUDGING, 10), (Phase.JUDGING, 50), (Phase.APPLYING, 0)):
        bar.show(phase, done, 100)
    bar.show(Phase.APPLYING, 1, 100)
    bar.show(Phase.APPLYING, 100, 100)
    bar.clear()
    drawn = out.getvalue().replace("\x1b[K", "").split("\r")[1:]
    assert drawn == [
        f"judging [{'.' * WIDTH}]   0 %",
        f"judging [{'#' * (WIDTH // 2)}{'.' * (WIDTH // 2)}]  50 %",
        f"writing [{'.' * WIDTH}]   0 %",
        f"writing [{'#' * WIDTH}] 100 %  100 items/s",
        "",
    ]
    assert (bar.applied, bar.to_apply) == (100, 100)


def test_without_a_terminal_there_is_no_bar() -> None:
    bar = ProgressBar(None)
    bar.show(Phase.APPLYING, 5, 10)
    bar.clear()
    assert bar.applied == 5


def test_the_bar_is_drawn_on_a_terminal(tmp_path: Path, settings: Path) -> None:
    controller, terminal = os.openpty()
    path = put(tmp_path, GOOD)
    with os.fdopen(terminal, "w") as screen, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", screen)
        assert import_items.run_items(arguments(settings, path)) == 0
        drawn = os.read(controller, 4_096).decode()
    os.close(controller)
    assert "writing [" in drawn
    assert drawn.endswith("\r\x1b[K")


def test_the_demo_catalogue_is_sound_and_has_one_of_everything(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "ledger.db")
    for kind in ("departments", "items"):
        report = import_items.import_file(db, Settings(), kind, demo.DATA / f"{kind}.csv")
        assert (report.refused, report.repeated, report.mended) == (0, 0, {})
        assert report.is_applied
    count = db.one("SELECT count(*), sum(is_weighed), sum(unit_price_micro IS NULL) FROM item")
    assert count is not None
    assert count[0] > 2_800
    assert count[1:] == (65, 0)
    opened = [department for department in read_departments(db) if department.is_open_price]
    assert len(opened) == 3
    assert all(0 < department.min_price_micro < department.max_price_micro for department in opened)
    assert db.one("SELECT count(*) FROM item_code WHERE pack_micro = 6000000") == (24,)
    jitomate = find_by_code(db, "1001")
    assert jitomate is not None
    assert jitomate.item.is_weighed
    assert len(search_items(db, "queso oaxaca", 20)) > 2
    db.close()


def test_the_demo_catalogue_says_where_it_comes_from() -> None:
    licence = (demo.DATA / "LICENSE.md").read_text("utf-8")
    assert "Open Food Facts" in licence
    assert "opendatacommons.org/licenses/odbl/1-0" in licence
    assert "Invented:" in licence
    assert sum(path.stat().st_size for path in demo.DATA.iterdir()) < 400_000
