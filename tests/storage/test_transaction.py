"""Transactions and savepoints: all or nothing, also where SQLite has rolled back by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import apsw
import pytest

from storage.connection import LedgerDatabase
from storage.errors import LedgerError, NotSaved, saving
from storage.journal_models import LedgerInfo
from storage.transaction import InThread, Transaction


class Undone(Exception):
    """What a test leaves a transaction with."""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    """An unguarded file with a table, and one that points into it when a transaction ends."""
    made = LedgerDatabase(tmp_path / "t.db", is_guarded=False)
    made.connect()
    made.run("CREATE TABLE one (n INTEGER PRIMARY KEY) STRICT")
    made.run("CREATE TABLE two (n INTEGER REFERENCES one (n) DEFERRABLE INITIALLY DEFERRED) STRICT")
    yield made
    made.close()


def put(db: LedgerDatabase, n: int) -> None:
    """Write a number."""
    db.run("INSERT INTO one VALUES (?)", (n,))


def numbers(db: LedgerDatabase) -> list[int]:
    """Return what is written."""
    return [n for (n,) in db.all("SELECT n FROM one ORDER BY n")]


def put_and_leave(db: LedgerDatabase, n: int) -> None:
    """Write a number in a transaction that an error leaves."""
    with db.atomic():
        put(db, n)
        raise Undone


def test_what_an_error_leaves_is_taken_back(db: LedgerDatabase) -> None:
    with db.atomic():
        put(db, 1)
    with pytest.raises(Undone):
        put_and_leave(db, 2)
    assert numbers(db) == [1]
    assert db.connection().get_autocommit()


def test_a_transaction_inside_another_is_taken_back_alone(db: LedgerDatabase) -> None:
    with db.atomic():
        put(db, 1)
        with pytest.raises(Undone):
            put_and_leave(db, 2)
        with db.atomic(), db.atomic():
            put(db, 3)
    assert numbers(db) == [1, 3]
    with pytest.raises(Undone), db.atomic():
        put_and_leave(db, 4)
    assert numbers(db) == [1, 3]


def test_a_commit_that_fails_leaves_nothing_open(db: LedgerDatabase) -> None:
    with pytest.raises(NotSaved, match="FOREIGN KEY"), saving(), db.atomic():
        db.run("INSERT INTO two VALUES (7)")
    assert db.connection().get_autocommit()
    assert db.all("SELECT * FROM two") == []
    with db.atomic():
        put(db, 7)
    assert numbers(db) == [7]


@pytest.mark.parametrize("depth", [1, 2])
def test_what_sqlite_has_rolled_back_itself_is_left_alone(db: LedgerDatabase, depth: int) -> None:
    def write(deeper: int) -> None:
        with db.atomic():
            if deeper > 1:
                write(deeper - 1)
            put(db, 1)
            db.run("INSERT OR ROLLBACK INTO one VALUES (1)")

    with pytest.raises(apsw.ConstraintError):
        write(depth)
    assert numbers(db) == []
    with db.atomic():
        put(db, 5)
    assert numbers(db) == [5]


def write_on(db: LedgerDatabase, way: str) -> None:
    """Write in one of the ways there are."""
    match way:
        case "run":
            put(db, 3)
        case "many":
            db.many("INSERT INTO one VALUES (?)", [(3,)])
        case _:
            with db.atomic():
                put(db, 3)


WAYS = [
    (is_nested, cause, way)
    for is_nested, cause, way in product(
        [True, False], ["run", "many", "connection"], ["run", "many", "atomic", "none"]
    )
    if is_nested or cause != "connection" or way not in ("run", "many")
]
"""In a savepoint or not, what failed, and how one writes on. What is done past the ledger a savepoint alone can see."""


@pytest.mark.parametrize(("is_nested", "cause", "way"), WAYS)
def test_nothing_is_written_in_what_sqlite_has_rolled_back_itself(
    db: LedgerDatabase, is_nested: bool, cause: str, way: str
) -> None:
    statement = "INSERT OR ROLLBACK INTO one VALUES (1)"

    def fail() -> None:
        put(db, 1)
        if cause == "connection":
            db.connection().execute(statement)
        elif cause == "many":
            db.many(statement, [()])
        else:
            db.run(statement)

    def fail_inside() -> None:
        if is_nested:
            with db.atomic():
                fail()
        else:
            fail()

    with pytest.raises(NotSaved), saving(), db.atomic():  # noqa: PT012  # what is written after the error is the test
        with pytest.raises(apsw.ConstraintError):
            fail_inside()
        if way != "none":
            with pytest.raises(apsw.AbortError, match="rolled"):
                write_on(db, way)
    assert numbers(db) == []
    with db.atomic():
        put(db, 5)
    assert numbers(db) == [5]


class Interrupted(InThread):
    """A thread that is interrupted when a transaction has begun, or when one is about to end."""

    at = 0

    def __setattr__(self, name: str, value: object) -> None:
        if name == "depth" and value == self.at:
            super().__setattr__("at", -1)
            raise KeyboardInterrupt
        super().__setattr__(name, value)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_interrupt_leaves_no_transaction_half_open(db: LedgerDatabase, at: int) -> None:
    here = Interrupted()
    here.connection = db.connection()
    here.at = at

    def write() -> None:
        with Transaction(here, "IMMEDIATE"):
            put(db, 1)
            with Transaction(here, "IMMEDIATE"):
                put(db, 2)

    with pytest.raises(KeyboardInterrupt):
        write()
    assert (here.depth, db.connection().get_autocommit()) == (0, True)
    assert numbers(db) == []
    with Transaction(here, "IMMEDIATE"):
        put(db, 3)
    assert numbers(db) == [3]


def test_a_transaction_has_the_write_lock_from_its_beginning(db: LedgerDatabase) -> None:
    other = apsw.Connection(str(db.path))
    with db.atomic(), pytest.raises(apsw.BusyError):
        other.execute("BEGIN IMMEDIATE")
    with db.atomic("DEFERRED"):
        other.execute("BEGIN IMMEDIATE; COMMIT")
    other.close()


def test_each_thread_has_a_transaction_of_its_own(db: LedgerDatabase) -> None:
    found: list[object] = []

    def look() -> None:
        found.append(db.is_closed())
        try:
            with db.atomic():
                found.append("begun")
        except apsw.ConnectionClosedError as error:
            found.append(type(error))
        db.connect()
        found.append(numbers(db))
        db.close()

    with db.atomic():
        put(db, 1)
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [True, apsw.ConnectionClosedError, []]


def test_a_connection_is_opened_once_and_not_closed_amid_a_transaction(db: LedgerDatabase) -> None:
    with pytest.raises(LedgerError, match="open"):
        db.connect()
    with db.atomic(), pytest.raises(LedgerError, match="amid"):
        db.close()
    db.close()
    db.close()
    assert db.is_closed()
    assert numbers(db) == []
    assert not db.is_closed()


def test_peewee_sees_the_same_connection_and_leaves_it_open(db: LedgerDatabase) -> None:
    with db.as_peewee() as shown, shown.bind_ctx([LedgerInfo]):
        shown.create_tables([LedgerInfo])
        with pytest.raises(Undone), shown.atomic():
            raise Undone(LedgerInfo.insert(key="a", value="1").execute())
        with db.atomic():
            LedgerInfo.insert(key="b", value="2").execute()
            assert [info.key for info in LedgerInfo.select()] == ["b"]
        assert shown.connection() is db.connection()
    assert not db.is_closed()
    assert db.all("SELECT key, value FROM ledger_info") == [("b", "2")]
