"""Transactions of a ledger's connection, and savepoints inside them."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Literal, NoReturn, cast

import apsw

Lock = Literal["IMMEDIATE", "DEFERRED"]


class InThread(threading.local):
    """What a thread has of a ledger: its connection, and how many transactions deep it is."""

    connection: apsw.Connection | None = None
    depth = 0


class RolledBack:
    """What a thread has in place of its connection where SQLite has rolled back by itself, until all of it is left.

    Else what came after would be written at once, statement by statement, and stay where the act is taken back.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        """Take the connection that is to be used again."""
        self.connection = connection

    def execute(self, *_: object) -> NoReturn:
        """Refuse a statement."""
        raise apsw.AbortError("SQLite has rolled this transaction back: nothing more can be done in it")

    executemany = execute

    def get_autocommit(self) -> bool:
        """Say that no transaction is open."""
        return True


def note_rollback(here: InThread) -> None:
    """Let nothing more be done in a transaction that SQLite has rolled back by itself, if it has."""
    connection = here.connection
    if connection is not None and here.depth and connection.get_autocommit():
        here.connection = cast(apsw.Connection, _dead(connection))


def _dead(connection: apsw.Connection | RolledBack) -> RolledBack:
    return connection if isinstance(connection, RolledBack) else RolledBack(connection)


def _alive(connection: apsw.Connection | RolledBack) -> apsw.Connection:
    return connection.connection if isinstance(connection, RolledBack) else connection


class Transaction:
    """A context that commits what was written in it, or takes all of it back where an error leaves it.

    The errors of a commit that fails leave it too: `saving` maps them.
    """

    __slots__ = ("_here", "_lock")

    def __init__(self, here: InThread, lock: Lock) -> None:
        """Take the calling thread's part of the ledger, and with which lock an outermost transaction begins."""
        self._here = here
        self._lock = lock

    def __enter__(self) -> None:
        """Begin; what an interrupt leaves half begun is taken back."""
        here = self._here
        if here.connection is None:
            raise apsw.ConnectionClosedError("the ledger is not open in this thread")
        depth = here.depth
        if depth:
            note_rollback(here)
        try:
            here.connection.execute(f"SAVEPOINT s{depth}" if depth else f"BEGIN {self._lock}")
            here.depth = depth + 1
        except apsw.Error:
            raise
        except BaseException:
            here.depth = depth
            self._roll_back()
            raise

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None) -> None:
        """Commit, or roll back; SQLite may have rolled back by itself, after an error of the medium."""
        here = self._here
        depth = here.depth - 1
        try:
            here.depth = depth
            if kind is None:
                self._commit()
            else:
                self._roll_back()
        except BaseException:
            here.depth = depth
            self._roll_back()
            raise

    def _commit(self) -> None:
        here = self._here
        assert here.connection is not None
        here.connection.execute(f"RELEASE s{here.depth}" if here.depth else "COMMIT")

    def _roll_back(self) -> None:
        here = self._here
        assert here.connection is not None
        if here.connection.get_autocommit():
            note_rollback(here)
            here.connection = here.connection if here.depth else _alive(here.connection)
        elif here.depth:
            here.connection.execute(f"ROLLBACK TO s{here.depth}; RELEASE s{here.depth}")
        else:
            here.connection.execute("ROLLBACK")
