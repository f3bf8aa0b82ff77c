"""The one way to open a ledger: version gate, pragmas set and read back, authorizer last.

A selling lane asks apsw by hand and never imports peewee, which costs it three megabytes and a tenth of its start;
`LedgerDatabase.as_peewee` shows the same connection to models and migrations.

WAL and synchronous=FULL lose no acknowledged sale in a power cut; each connection sets them anew, because all
but the journal mode are forgotten (notes on SQLite). Write transactions are IMMEDIATE: a deferred one that reads
first fails at once when another process has written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import apsw

from storage.errors import LedgerError, NewerLedger, NoLedger, UnsafeSqlite
from storage.guard import authorize, authorize_purge
from storage.transaction import InThread, Lock, Transaction, note_rollback

if TYPE_CHECKING:
    from storage.peewee_ledger import PeeweeLedger

SCHEMA_VERSION: Final = 16
APPLICATION_ID: Final = 0x4D4F5354  # "MOST"
BUSY_SECONDS: Final = 3
FIXED_IN: Final = (3, 51, 3)
BACKPORTS: Final = {(3, 50): 7, (3, 44): 6}

PRAGMAS: Final[tuple[tuple[str, str, object], ...]] = (
    ("journal_mode", "wal", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("trusted_schema", "OFF", 0),
)
"""Name, value to set, value to read back."""


SECURE_DELETE: Final = ("OFF", "ON", "FAST")
"""What SQLite says of it by number."""


def is_safe_sqlite(version: Sequence[int]) -> bool:
    """Say whether a SQLite version is free of the WAL-reset bug that two processes on one file can meet."""
    if tuple(version) >= FIXED_IN:
        return True
    fixed = BACKPORTS.get((version[0], version[1]))
    return fixed is not None and version[2] >= fixed


class LedgerDatabase:
    """A ledger whose every connection is prepared the same way, one in each thread that opens one."""

    def __init__(self, path: Path, *, vfs: str | None = None, is_guarded: bool = True, cache_kib: int = 0) -> None:
        """Describe a ledger at a path; `vfs` names an apsw VFS, `is_guarded` False leaves the authorizer off.

        `cache_kib` is how much of the file a connection keeps; 0 is SQLite's own measure, 2,000.
        """
        self._cache_kib = cache_kib
        self.path = path
        self.clock_doubt = ""
        """A `ClockDoubt` that each record bears from now on, empty for none."""
        self.approver = ""
        """Whoever approves what is being done: each record of the act bears the number, empty for nobody."""
        self.random_bytes: Callable[[int], bytes] = os.urandom
        """Where salts come from: so many bytes that nobody can foresee."""
        self._vfs = vfs
        self._is_guarded = is_guarded
        self._here = InThread()

    def connect(self) -> None:
        """Open the calling thread's connection."""
        if self._here.connection is not None:
            raise LedgerError("the ledger is open in this thread already")
        self._here.connection = self._open()

    def _open(self) -> apsw.Connection:
        connection = apsw.Connection(str(self.path), vfs=self._vfs)
        try:
            connection.set_busy_timeout(BUSY_SECONDS * 1000)
            prepare(connection)
            if self._cache_kib:
                connection.execute(f"PRAGMA cache_size=-{self._cache_kib}")
            if self._is_guarded:
                connection.authorizer = authorize
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the calling thread's connection, if it has one; never amid a transaction."""
        connection = self._here.connection
        if connection is None:
            return
        if self._here.depth:
            raise LedgerError("the ledger cannot be closed amid a transaction")
        self._here.connection = None
        connection.close()

    def is_closed(self) -> bool:
        """Say whether the calling thread has no connection."""
        return self._here.connection is None

    def connection(self) -> apsw.Connection:
        """Return the calling thread's connection, opened where it has none."""
        if self._here.connection is None:
            self._here.connection = self._open()
        return self._here.connection

    @contextmanager
    def as_peewee(self) -> Iterator[PeeweeLedger]:
        """Show the calling thread's connection to peewee: to bind models to, and to migrate with.

        A transaction of peewee's cannot stand inside one of `atomic`, nor the other way round: SQLite refuses it.
        """
        from storage.peewee_ledger import PeeweeLedger  # a lane that sells needs none of it

        shown = PeeweeLedger(self)
        shown.connect()
        try:
            yield shown
        finally:
            shown.close()

    def atomic(self, lock: Lock = "IMMEDIATE") -> Transaction:
        """Return a transaction with a lock of SQLite's; inside another one, a savepoint of it."""
        return Transaction(self._here, lock)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows, inside the caller's transaction."""
        try:
            (self._here.connection or self.connection()).executemany(sql, rows)
        except apsw.Error:
            note_rollback(self._here)
            raise

    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        return (self._here.connection or self.connection()).execute(sql, params).fetchone()

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return (self._here.connection or self.connection()).execute(sql, params).fetchall()

    def run(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Run one statement, inside the caller's transaction."""
        try:
            (self._here.connection or self.connection()).execute(sql, params)
        except apsw.Error:
            note_rollback(self._here)
            raise

    @contextmanager
    def purging(self) -> Iterator[None]:
        """Let personal values be deleted, of which a purge in the journal says so (`storage.purge`); no others.

        What is deleted meanwhile is overwritten. The connection is as it was afterwards.
        """
        connection: apsw.Connection = self.connection()
        guard, was_secure = connection.authorizer, _figure(connection, "PRAGMA secure_delete")
        connection.authorizer = guard and authorize_purge
        try:
            connection.execute("PRAGMA secure_delete=ON").fetchall()
            yield
        finally:
            connection.execute(f"PRAGMA secure_delete={SECURE_DELETE[was_secure]}").fetchall()
            connection.authorizer = guard

    def snapshot(self) -> Transaction:
        """Return a context that asks several questions of one state of the ledger; whoever writes goes on meanwhile."""
        return Transaction(self._here, "DEFERRED")

    @property
    def data_version(self) -> int:
        """Return SQLite's counter that moves when another connection has committed."""
        row = self.one("PRAGMA data_version")
        return int(row[0]) if row else 0


def prepare(connection: apsw.Connection) -> None:
    """Set the pragmas on a connection and assert each one.

    Plans never depend on a bound value: else SQLite, built with STAT4, prepares a look-up anew at each binding,
    which takes four times as long as the look-up itself.
    """
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for name, value, wanted in PRAGMAS:
        connection.execute(f"PRAGMA {name}={value}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != wanted:
            said = found[0] if found else "nothing"
            raise NoLedger(f"the ledger's medium does not allow {name}={value} (it says {said}): use a local disk")


def open_ledger(path: Path, *, vfs: str | None = None, must_exist: bool = False) -> LedgerDatabase:
    """Open a ledger for the calling thread, made or migrated where needed.

    Raises `UnsafeSqlite`, `NewerLedger`, `NoLedger`.
    """
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if not is_safe_sqlite(version):
        raise UnsafeSqlite(f"SQLite {apsw.sqlite_lib_version()} can lose commits: install apsw 3.51.3 or newer")
    if must_exist and not path.exists():
        raise NoLedger(f"no ledger at {path}: start the lane once, or name another settings file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = _schema_version(path, vfs)
    except (OSError, apsw.Error) as error:
        raise NoLedger(f"cannot open the ledger {path}: {error}") from error
    if found > SCHEMA_VERSION:
        raise NewerLedger(
            f"{path} was written by a newer Mostrador (its schema is {found}, this one knows {SCHEMA_VERSION}):"
            " update the program"
        )
    if found < SCHEMA_VERSION:
        from storage.migrate import migrate  # playhouse.migrations takes 0.1 s to import

        migrate(path, found, vfs=vfs)
    db = LedgerDatabase(path, vfs=vfs)
    db.connect()
    return db


def _schema_version(path: Path, vfs: str | None) -> int:
    """Return the schema version of a file, 0 for a new one; `NoLedger` for the database of another program."""
    connection = apsw.Connection(str(path), vfs=vfs)
    try:
        connection.setbusytimeout(BUSY_SECONDS * 1000)
        owner, version = _figure(connection, "PRAGMA application_id"), _figure(connection, "PRAGMA user_version")
        objects = _figure(connection, "SELECT count(*) FROM sqlite_schema")
    finally:
        connection.close()
    if objects and owner != APPLICATION_ID:
        raise NoLedger(f"{path} is the database of another program: name another place for the ledger")
    return version


def _figure(connection: apsw.Connection, sql: str) -> int:
    """Return the one whole number a question gives."""
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
