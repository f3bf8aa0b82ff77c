"""The one way to open a ledger: versions, pragmas on every connection, and files that are not ours."""

from __future__ import annotations

import threading
from pathlib import Path

import apsw
import pytest

from storage import connection
from storage.connection import (
    APPLICATION_ID,
    PRAGMAS,
    SCHEMA_VERSION,
    LedgerDatabase,
    is_safe_sqlite,
    open_ledger,
    prepare,
)
from storage.errors import LedgerError, NewerLedger, NoLedger, UnsafeSqlite


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 9), True),
        ((3, 45, 0), False),
        ((3, 46, 1), False),
        ((3, 50, 4), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((3, 54, 1), True),
        ((4, 0, 0), True),
    ],
)
def test_versions_with_the_wal_reset_bug_are_told_apart(version: tuple[int, ...], is_safe: bool) -> None:
    assert is_safe_sqlite(version) is is_safe


def test_a_ledger_is_not_opened_by_an_affected_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(UnsafeSqlite, match=r"3\.40\.1"):
        open_ledger(tmp_path / "l.db")
    assert not (tmp_path / "l.db").exists()


def pragmas_of(db: LedgerDatabase) -> dict[str, object]:
    return {name: (db.one(f"PRAGMA {name}") or (None,))[0] for name, _, _ in PRAGMAS}


WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "cell_size_check": 1,
    "mmap_size": 0,
    "trusted_schema": 0,
}


def test_every_connection_has_its_pragmas_also_in_another_thread(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "l.db")
    found: list[dict[str, object]] = []

    def look() -> None:
        db.connect()
        found.append(pragmas_of(db))
        db.close()

    other = threading.Thread(target=look)
    other.start()
    other.join()
    db.close()
    db.connect()
    assert [pragmas_of(db), *found] == [WANTED, WANTED]
    db.close()


def test_a_connection_in_another_thread_is_guarded_too(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "l.db")
    errors: list[Exception] = []

    def attack() -> None:
        db.connect()
        try:
            db.run("DELETE FROM journal")
        except apsw.Error as error:
            errors.append(error)
        db.close()

    other = threading.Thread(target=attack)
    other.start()
    other.join()
    db.close()
    assert [type(error) for error in errors] == [apsw.AuthError]


@pytest.mark.parametrize("said", [[("delete",)], []], ids=["another value", "nothing"])
def test_a_pragma_that_does_not_take_stops_the_lane(said: list[tuple[str]]) -> None:
    class Deaf:
        """A connection whose medium does not take a pragma."""

        def config(self, *_: object) -> None:
            """Take any option."""

        def execute(self, sql: str) -> Deaf:
            self.sql = sql
            return self

        def fetchall(self) -> list[tuple[str]]:
            return said

        def fetchone(self) -> tuple[str] | None:
            return said[0] if said else None

    with pytest.raises(NoLedger, match="journal_mode=wal"):
        prepare(Deaf())  # type: ignore[arg-type]  # stands in for a connection


def test_a_new_ledger_says_what_it_is(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "folder" / "l.db")
    assert db.one("PRAGMA application_id") == (APPLICATION_ID,)
    assert db.one("PRAGMA user_version") == (SCHEMA_VERSION,)
    assert db.one("PRAGMA integrity_check") == ("ok",)
    db.close()


def test_a_ledger_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    open_ledger(path).close()
    raw = apsw.Connection(str(path))
    raw.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NewerLedger, match="newer"):
        open_ledger(path)
    assert path.read_bytes() == before


def test_a_ledger_that_must_be_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NoLedger, match="no ledger"):
        open_ledger(tmp_path / "l.db", must_exist=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.write_bytes(b"name,price\n" * 500)
    with pytest.raises(NoLedger):
        open_ledger(path)
    assert path.read_bytes() == b"name,price\n" * 500


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    raw = apsw.Connection(str(path))
    raw.execute("CREATE TABLE cookie (name TEXT); PRAGMA user_version=1")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NoLedger, match="another program"):
        open_ledger(path)
    assert path.read_bytes() == before


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoLedger):
        open_ledger(tmp_path)


def test_write_transactions_are_immediate(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "l.db")
    traced: list[str] = []
    db.connection().trace_v2(apsw.SQLITE_TRACE_STMT, lambda event: traced.append(event["sql"]))
    with db.atomic():
        db.run("INSERT INTO checkpoint VALUES ('a', 'b', '')")
    assert traced[0].upper().startswith("BEGIN IMMEDIATE")
    db.close()


def test_news_of_another_connection_move_the_data_version(tmp_path: Path) -> None:
    db, other = open_ledger(tmp_path / "l.db"), open_ledger(tmp_path / "l.db")
    seen = db.data_version
    with db.atomic():
        db.run("INSERT INTO checkpoint VALUES ('mine', '', '')")
    assert db.data_version == seen
    with other.atomic():
        other.run("INSERT INTO checkpoint VALUES ('theirs', '', '')")
    assert db.data_version != seen
    db.close()
    other.close()


def test_a_snapshot_does_not_see_what_is_written_meanwhile(tmp_path: Path) -> None:
    db, other = open_ledger(tmp_path / "l.db"), open_ledger(tmp_path / "l.db")
    with db.snapshot():
        assert db.all("SELECT name FROM checkpoint") == []
        with other.atomic():
            other.run("INSERT INTO checkpoint VALUES ('late', '', '')")
        assert db.all("SELECT name FROM checkpoint") == []
    assert db.all("SELECT name FROM checkpoint") == [("late",)]
    db.close()
    other.close()


def test_a_connection_is_not_closed_amid_a_snapshot_and_asks_in_one_of_the_same_state(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "l.db")
    with db.snapshot():
        with pytest.raises(LedgerError, match="amid"):
            db.close()
        with db.snapshot():
            assert not db.connection().get_autocommit()
    assert db.connection().get_autocommit()
    db.close()
    assert db.is_closed()


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_connection_is_as_it_was_after_a_purge(is_guarded: bool, tmp_path: Path) -> None:
    open_ledger(tmp_path / "l.db").close()
    db = LedgerDatabase(tmp_path / "l.db", is_guarded=is_guarded)
    before = db.connection().authorizer, db.one("PRAGMA secure_delete")
    with db.purging():
        assert db.one("PRAGMA secure_delete") == (1,)
        assert (db.connection().authorizer is None) == (not is_guarded)
    assert (db.connection().authorizer, db.one("PRAGMA secure_delete")) == before
    db.close()


def test_the_schema_version_is_that_of_the_newest_migration() -> None:
    names = sorted(path.name for path in (Path(connection.__file__).parent / "migrations").glob("[0-9]*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, SCHEMA_VERSION + 1))
