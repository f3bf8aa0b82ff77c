"""Transactions of a ledger's connection, and savepoints inside them."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Literal

import apsw

Lock = Literal["IMMEDIATE", "DEFERRED"]


class InThread(threading.local):
    """What a thread has of a ledger: its connection, and how many transactions deep it is."""

    connection: apsw.Connection | None = None
    depth = 0


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
        """Begin."""
        here = self._here
        if here.connection is None:
            raise apsw.ConnectionClosedError("the ledger is not open in this thread")
        here.connection.execute(f"SAVEPOINT s{here.depth}" if here.depth else f"BEGIN {self._lock}")
        here.depth += 1

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None) -> None:
        """Commit, or roll back; SQLite may have rolled back by itself, after an error of the medium."""
        here = self._here
        here.depth -= 1
        if kind is None:
            try:
                self._commit()
            except BaseException:
                self._roll_back()
                raise
        else:
            self._roll_back()

    def _commit(self) -> None:
        here = self._here
        assert here.connection is not None
        here.connection.execute(f"RELEASE s{here.depth}" if here.depth else "COMMIT")

    def _roll_back(self) -> None:
        here = self._here
        assert here.connection is not None
        if here.connection.get_autocommit():
            return
        if here.depth:
            here.connection.execute(f"ROLLBACK TO s{here.depth}; RELEASE s{here.depth}")
        else:
            here.connection.execute("ROLLBACK")
