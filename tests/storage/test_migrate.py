"""Migrations: a copy first, every step in one transaction, and a failing step leaves the file as it was."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import apsw
import pytest

from storage import connection, migrate
from storage.connection import SCHEMA_VERSION, open_ledger
from storage.errors import LedgerError
from storage.migrate import MIGRATIONS, back_up
from storage.verify import verify
from tests.kit.catalog import COFFEE
from tests.kit.lane import make_shop

STEP: Final = '''"""A step of a test."""


def up(migrator, db):
    db.execute_sql("CREATE TABLE coupon (code TEXT PRIMARY KEY) STRICT")
    {more}
'''
NEXT: Final = SCHEMA_VERSION + 1
"""The schema of a step that only a test makes."""


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    """A ledger of this schema with a sale in it."""
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    shop.db.close()
    return shop.path


def add_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    """Pretend that the program knows one more schema, which a step more makes."""
    steps = tmp_path / "steps"
    shutil.copytree(MIGRATIONS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    (steps / f"{NEXT:04d}_coupon.py").write_text(STEP.format(more=more or "pass"))
    monkeypatch.setattr(migrate, "MIGRATIONS", steps)
    for module in (connection, migrate):
        monkeypatch.setattr(module, "SCHEMA_VERSION", NEXT)


def schema(path: Path) -> list[object]:
    raw = apsw.Connection(str(path))
    rows: list[object] = [*raw.execute("SELECT name, sql FROM sqlite_schema ORDER BY name")]
    rows += raw.execute("PRAGMA user_version").fetchall() + raw.execute("PRAGMA application_id").fetchall()
    rows += raw.execute("SELECT seq, hash FROM journal").fetchall()
    raw.close()
    return rows


def test_a_step_is_made_and_the_sales_are_still_there(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_step(tmp_path, monkeypatch)
    db = open_ledger(sold)
    assert db.one("PRAGMA user_version") == (NEXT,)
    assert db.all("SELECT * FROM coupon") == []
    assert verify(db).is_sound
    assert db.one("SELECT count(*) FROM sale") == (1,)
    db.close()


def test_a_copy_of_the_ledger_as_it_was_is_made_first(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema(sold)
    add_step(tmp_path, monkeypatch)
    open_ledger(sold).close()
    copy = sold.with_name(f"ledger-before-{NEXT}.db")
    assert schema(copy) == before
    assert not list(tmp_path.glob("*.part"))


FAULTS: Final = {
    "table there": 'db.execute_sql("CREATE TABLE sale (x)")',
    "python": 'raise RuntimeError("no")',
    "no table": 'db.execute_sql("INSERT INTO nothing VALUES (1)")',
    "lost rows": 'db.execute_sql("DROP TABLE shift")',
    "broken key": 'db.execute_sql("CREATE TABLE b (x INTEGER REFERENCES sale (receipt_number))")'
    '; db.execute_sql("INSERT INTO b VALUES (99)")',
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_step_that_fails_leaves_the_ledger_as_it_was(
    fault: str, sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema(sold)
    with monkeypatch.context() as patch:
        add_step(tmp_path, patch, fault)
        with pytest.raises(LedgerError, match=f"schema {NEXT}"):
            open_ledger(sold)
    assert schema(sold) == before
    db = open_ledger(sold)
    assert verify(db).is_sound
    db.close()


def test_a_failed_step_can_be_tried_again(sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        add_step(tmp_path, patch, 'raise RuntimeError("no")')
        with pytest.raises(LedgerError):
            open_ledger(sold)
    shutil.rmtree(tmp_path / "steps")
    add_step(tmp_path, monkeypatch)
    db = open_ledger(sold)
    assert db.one("PRAGMA user_version") == (NEXT,)
    db.close()


def test_the_first_of_two_steps_does_not_stay_where_the_second_fails(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema(sold)
    add_step(tmp_path, monkeypatch)
    (tmp_path / "steps" / f"{NEXT + 1:04d}_fails.py").write_text(STEP.format(more="pass"))
    for module in (connection, migrate):
        monkeypatch.setattr(module, "SCHEMA_VERSION", NEXT + 1)
    with pytest.raises(LedgerError):
        open_ledger(sold)
    assert schema(sold) == before


def test_no_copy_is_made_of_a_ledger_that_is_not_there(tmp_path: Path) -> None:
    open_ledger(tmp_path / "l.db").close()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["l.db"]


def test_a_ledger_of_this_schema_is_opened_without_a_migration(sold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "migrate", lambda *_, **__: pytest.fail("migrated"))
    open_ledger(sold).close()


def test_a_copy_is_whole_while_the_ledger_is_open_and_busy(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    for _ in range(3):
        shop.register.scan(COFFEE)
        shop.register.add_tender("cash")
    copy = back_up(shop.path, tmp_path / "copy.db")
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    db = open_ledger(copy)
    assert verify(db).is_sound
    assert db.one("SELECT count(*) FROM sale") == (3,)
    db.close()
    shop.db.close()
