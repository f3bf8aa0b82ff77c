"""After a failure of the medium: close, open again, check, and only then believe anything."""

from __future__ import annotations

from storage.connection import LedgerDatabase
from storage.errors import BrokenLedger, LedgerError, NotSaved, medium_errors
from storage.soundness import check_soundness


def reopen(db: LedgerDatabase) -> None:
    """Give the calling thread a new connection to the ledger and check the file.

    Only for a connection that can no longer read: one that reads knows what it has committed, while a new one
    believes pages of the WAL that are in the kernel's cache but may never reach the medium. SQLite has said
    CORRUPT of files that were whole, so here the answer comes from a new reader.
    Raises `NotSaved` while the medium stays away.
    """
    errors: tuple[type[Exception], ...] = (LedgerError, *medium_errors())
    try:
        if not db.is_closed():
            db.close()
        db.connect()
        check_soundness(db, quick=True)
    except BrokenLedger as error:
        raise NotSaved(str(error)) from error
    except errors as error:
        raise NotSaved(f"the ledger cannot be read: {error}") from error
