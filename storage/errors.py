"""What can go wrong with the ledger, as one small tree; drivers' exceptions are mapped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apsw
import peewee


class LedgerError(Exception):
    """The ledger cannot do what was asked; the text says what to do about it."""


class UnsafeSqlite(LedgerError):
    """The SQLite library has the WAL-reset bug (3.7.0 to 3.51.2 but for the backports)."""


class NewerLedger(LedgerError):
    """The ledger was written by a newer program."""


class NoLedger(LedgerError):
    """There is no ledger at this place, or it cannot be opened."""


class BrokenLedger(LedgerError):
    """The file is damaged: nothing may be written to it."""


class NotRead(LedgerError):
    """The medium did not answer; nothing was changed."""


class NotSaved(LedgerError):
    """A transaction failed; nothing of it is in the ledger, as far as the medium can be believed."""


@contextmanager
def saving() -> Iterator[None]:
    """Map every failure of a transaction to `NotSaved`; the caller keeps what it had."""
    try:
        yield
    except (peewee.PeeweeException, apsw.Error) as error:
        raise NotSaved(f"not saved: {error}") from error


@contextmanager
def reading() -> Iterator[None]:
    """Map every failure to read a ledger to `BrokenLedger`."""
    try:
        yield
    except (peewee.PeeweeException, apsw.Error) as error:
        raise BrokenLedger(f"the ledger cannot be read ({error}): restore the last backup") from error


@contextmanager
def asking() -> Iterator[None]:
    """Map every failure of a question to `NotRead`: the medium may be well again at the next one."""
    try:
        yield
    except (peewee.PeeweeException, apsw.Error) as error:
        raise NotRead(f"the ledger does not answer: {error}") from error
