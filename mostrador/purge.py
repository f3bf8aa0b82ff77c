"""`mostrador purge`: delete personal texts that are older than their days, or those of one customer; and read those.

Statuses: 0 done, or nothing was due; 1 something is left (`--dry-run`: something is due); 2 it could not be done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.instant import stamp
from domain.personal import PersonalKind
from domain.text import safe_text
from mostrador.escapes import json_bytes
from mostrador.wiring import hold, read_settings
from storage.connection import LedgerDatabase, open_ledger
from storage.customers import find_customer, forget_customer, has_customer
from storage.errors import reading, saving
from storage.events import Mark
from storage.purge import REQUEST, RETENTION, Due, empty_log, find_of, purge, read_kept, rewrite
from storage.retention import find_old_copies, find_too_old
from sync.lock import only_one
from sync.personal import forget_own

LEFT: Final = 1
KNOWN: Final = "known"
"""What the lane knows of a customer beside the journal: told as one text."""
NOTHING: Final = "nothing is due: no personal text here is older than its days"


class Purged(msgspec.Struct, frozen=True):
    """What was deleted, or would be: `waiting` texts stay until the ERP has taken their documents."""

    texts: dict[str, int]
    waiting: int
    copies: tuple[str, ...]
    is_dry_run: bool
    is_log_empty: bool = True

    @property
    def count(self) -> int:
        """How many texts and files."""
        return sum(self.texts.values()) + len(self.copies)


class _Job(msgspec.Struct, frozen=True):
    """A purge: of what lane, for which customer (empty: whatever is too old), and when it is now."""

    db: LedgerDatabase
    settings: Settings
    paths: LanePaths
    customer: str
    now: datetime

    def find(self) -> list[Due]:
        """Return what is due of each kind: the customer's, or what is older than its days (0 keeps for ever)."""
        if self.customer:
            return [find_of(self.db, kind, self.customer) for kind in PersonalKind]
        return find_too_old(self.db, self.settings.retention, self.now)

    def find_copies(self) -> list[Path]:
        """Return the copies of the ledger from before a change of its form that are too old, by the file's own date."""
        return [] if self.customer else find_old_copies(self.paths.ledger, self.settings.retention, self.now)

    def delete(self, dues: list[Due], copies: list[Path]) -> bool:
        """Delete it, in the ledger first, and say whether the log is empty; it is emptied where nothing is due too."""
        if any(due.count for due in dues):
            mark = Mark(self.settings.lane.id, stamp(self.now), "", 0)
            purge(self.db, mark, REQUEST if self.customer else RETENTION, dues)
        if self.customer:
            with saving(), self.db.purging(), self.db.atomic():
                forget_customer(self.db, self.customer)
        forget_own(self.paths, self.settings.lane.id, self.db)
        for path in copies:
            path.unlink(missing_ok=True)
        return empty_log(self.db)


def run_command(arguments: argparse.Namespace) -> int:
    """Delete what is due, and say what was deleted."""
    settings, paths = read_settings(arguments.config)
    with ExitStack() as alone:
        if arguments.vacuum:
            alone.enter_context(_alone(paths))
        done = _work(arguments, settings, paths)
        if arguments.vacuum and not arguments.dry_run:
            rewrite(paths.ledger)
    if arguments.json:
        sys.stdout.buffer.write(json_bytes(done))
    else:
        _say(done, is_rewritten=arguments.vacuum)
    is_left = done.count if arguments.dry_run else done.waiting or not done.is_log_empty
    return LEFT if is_left else 0


@contextmanager
def _alone(paths: LanePaths) -> Iterator[None]:
    """Keep lane and sync away while the ledger is written anew. Raises `LedgerError`, `SyncError`."""
    with hold(paths.data / "lane.lock"), only_one(paths.data):
        yield


def _work(arguments: argparse.Namespace, settings: Settings, paths: LanePaths) -> Purged:
    """Find what is due, and delete it unless that is only to be told."""
    db = open_ledger(paths.ledger, must_exist=True)
    try:
        job = _Job(db, settings, paths, arguments.customer, datetime.now(UTC))
        with reading():
            dues, copies = job.find(), job.find_copies()
            is_known = bool(arguments.customer) and has_customer(db, arguments.customer)
            is_empty = arguments.dry_run or job.delete(dues, copies)
    finally:
        db.close()
    return Purged(
        texts={due.kind.value: due.count for due in dues if due.count} | ({KNOWN: 1} if is_known else {}),
        waiting=sum(due.waiting for due in dues),
        copies=tuple(path.name for path in copies),
        is_dry_run=arguments.dry_run,
        is_log_empty=is_empty,
    )


def _say(done: Purged, *, is_rewritten: bool) -> None:
    """Say it to a person."""
    verb = "would delete" if done.is_dry_run else "deleted"
    lines = [f"{verb}: {count} of {kind}" for kind, count in done.texts.items()]
    lines += [f"{verb}: {safe_text(name)}" for name in done.copies]
    if done.waiting:
        lines.append(f"{done.waiting} stay until the ERP has taken their documents: see `mostrador sync status`")
    if not done.is_log_empty:
        lines.append("a program that reads the ledger holds its log: run `mostrador purge` again")
    elif done.texts and not done.is_dry_run and not is_rewritten:
        lines.append("unused parts of the file may hold traces: close the lane and run `mostrador purge --vacuum`")
    for line in lines or [NOTHING]:
        sys.stdout.write(f"{line}\n")


def run_person(arguments: argparse.Namespace) -> int:
    """Print what the ledger keeps of a customer: whoever asks has a right to it."""
    _, paths = read_settings(arguments.config)
    db = open_ledger(paths.ledger, must_exist=True)
    try:
        with reading():
            kept = read_kept(db, arguments.customer)
            known = find_customer(db, arguments.customer)
    finally:
        db.close()
    for text in ((known,) if known else ()) + tuple(kept):
        sys.stdout.buffer.write(json_bytes(text))
    return 0
