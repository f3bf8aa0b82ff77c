"""What `mostrador sync check`, `reconcile` and `export` do: look at the ERP, and at what it has refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from config.durable import Disk
from domain.instant import stamp
from domain.personal import Opening
from storage import outbox
from storage.connection import LedgerDatabase
from storage.outbox import OutboxRow
from storage.reconciliations import find_newest_shift
from sync.check import finding_lines, run_checks
from sync.clock import Clock
from sync.command import Action, CommandLane, Exit, SyncCommand, ledger_of
from sync.connector import Connector, open_connector
from sync.errors import SyncError, Unreachable
from sync.reconcile import PostingConnector, Reconciler, difference_lines, told_line

Look = Callable[[SyncCommand, CommandLane], Exit]


class ExportedDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of an export: a document that is rejected, with the reason, its journal record and what opens it."""

    document_id: str
    kind: str
    seq: int
    changed_at: str
    reason: str
    hash: str
    record: msgspec.Raw
    personal: dict[str, Opening] = {}
    """The personal texts of which the record has commitments only: without them nobody could book it elsewhere."""


def check(command: SyncCommand, lane: CommandLane) -> Exit:
    """Say whether lane and ERP fit."""
    with _connected(lane) as connector:
        findings = run_checks(connector)
    if command.is_json:
        lane.answer({"findings": findings})
    else:
        for line in finding_lines(findings):
            lane.say(line)
    return Exit.WELL if all(one.is_well for one in findings) else Exit.LOOK


def reconcile_shift(command: SyncCommand, lane: CommandLane) -> Exit:
    """Compare a shift with the ERP now; the newest closed one where none is named."""
    with ledger_of(lane) as db, _connected(lane) as connector:
        shift_id = _shift_of(command) or find_newest_shift(db)
        if not shift_id:
            raise SyncError("no shift is closed yet: there is nothing to compare")
        if not isinstance(connector, PostingConnector):
            raise SyncError(f"{lane.settings.sync.connector} cannot tell what the ERP has: compare the Z there by hand")
        kept = Reconciler(db, connector, lane.settings, Clock()).compare(shift_id)
    if command.is_json:
        lane.answer(kept)
    else:
        lane.say(told_line(kept))
        for line in difference_lines(kept):
            lane.say(line)
    return Exit.WELL if kept.result.is_even else Exit.LOOK


def export(command: SyncCommand, lane: CommandLane) -> Exit:
    """Write rejected documents into a folder, whole, so that a person can book them elsewhere."""
    if command.is_all == bool(command.document_ids):
        raise SyncError("say which: ids of rejected documents (`mostrador sync status` lists them), or --all")
    with ledger_of(lane) as db:
        rows = [row for row in _rejected(db) if command.is_all or row.document_id in command.document_ids]
    if not rows:
        raise SyncError("none of these documents is rejected: there is nothing to export")
    path = export_documents(command.folder, lane.settings.lane.id, rows, stamp(Clock().now()))
    if command.is_json:
        lane.answer({"documents": len(rows), "path": str(path)})
    else:
        lane.say(f"{len(rows)} documents are in {path}")
    return Exit.WELL


def _rejected(db: LedgerDatabase) -> Iterator[OutboxRow]:
    """Yield every rejected document, however many there are."""
    after = 0
    while rows := outbox.rejected(db, after):
        yield from rows
        after = rows[-1].journal_seq


def export_documents(folder: Path, lane_id: str, rows: list[OutboxRow], at: str) -> Path:
    """Write documents as JSON lines into a folder that is there, durably, and return where. Raises `Unreachable`."""
    name = f"lane-{lane_id}-rejected-{at.replace(':', '')}.jsonl"
    lines = [msgspec.json.encode(_exported(row)) for row in rows]
    try:
        Disk().put(folder / name, b"\n".join((*lines, b"")))
    except OSError as error:
        raise Unreachable(f"cannot write into {folder} ({error.strerror}): name another with --folder") from error
    return folder / name


def _exported(row: OutboxRow) -> ExportedDocument:
    record, personal = msgspec.Raw(row.record.encode()), msgspec.json.decode(row.personal, type=dict[str, Opening])
    facts = (row.document_id, row.kind, row.journal_seq, row.changed_at, row.reason, row.hash)
    return ExportedDocument(*facts, record, personal)


def _shift_of(command: SyncCommand) -> int:
    """Return the shift that is named, 0 for none."""
    if not command.document_ids:
        return 0
    if len(command.document_ids) > 1 or not command.document_ids[0].isdecimal():
        raise SyncError("name one shift by its number: `mostrador sync reconcile 12`")
    return int(command.document_ids[0])


@contextmanager
def _connected(lane: CommandLane) -> Iterator[Connector]:
    connector = open_connector(lane.settings, lane.paths, Clock())
    try:
        yield connector
    finally:
        connector.close()


LOOKS: Final[Mapping[Action, Look]] = {"check": check, "reconcile": reconcile_shift, "export": export}
