"""What can go wrong with the ledger, as one small tree; drivers' exceptions are mapped here and nowhere else."""

from __future__ import annotations

import sys
from types import TracebackType

import apsw


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


def medium_errors() -> tuple[type[Exception], ...]:
    """Return what the drivers raise; nobody outside this room names them. peewee's only where it was ever needed."""
    peewee = sys.modules.get("peewee")
    return (apsw.Error, peewee.PeeweeException) if peewee else (apsw.Error,)


class _Mapping:
    """A context that turns the drivers' errors into one of ours. A class, because a generator costs each sale more."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Map a driver's error; let every other one pass."""
        if error is not None and isinstance(error, medium_errors()):
            raise self.mapped(error) from error

    def mapped(self, error: BaseException) -> LedgerError:
        """Return our error for a driver's."""
        raise NotImplementedError


class saving(_Mapping):  # noqa: N801  # used as a verb: `with saving():`
    """Map every failure of a transaction to `NotSaved`; the caller keeps what it had."""

    __slots__ = ()

    def mapped(self, error: BaseException) -> LedgerError:
        """Return that nothing was saved."""
        return NotSaved(f"not saved: {error}")


class reading(_Mapping):  # noqa: N801
    """Map every failure to read a ledger to `BrokenLedger`."""

    __slots__ = ()

    def mapped(self, error: BaseException) -> LedgerError:
        """Return that the file is damaged."""
        return BrokenLedger(f"the ledger cannot be read ({error}): restore the last backup")


class asking(_Mapping):  # noqa: N801
    """Map every failure of a question to `NotRead`: the medium may be well again at the next one."""

    __slots__ = ()

    def mapped(self, error: BaseException) -> LedgerError:
        """Return that there is no answer."""
        return NotRead(f"the ledger does not answer: {error}")
