"""What `mostrador sync` does: be the lane's sync, make one round, tell how it stands, put rejected ones back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Final, Literal, TextIO

import msgspec

from config.errors import ConfigError
from config.file import load_settings
from config.paths import LanePaths, find_settings, lane_paths
from config.settings import Settings
from domain.instant import stamp
from domain.text import safe_text
from storage import outbox
from storage.checkpoint import save_checkpoint
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import LedgerError, saving
from storage.feed_marks import accept_mark
from storage.link import nudge
from sync.clock import Clock
from sync.errors import SyncBusy, SyncError
from sync.log import LINE_LENGTH, Log
from sync.process import give_way, lane_watch, run_forever, run_once, stopping_on_signals
from sync.round import SyncReport
from sync.standing import read_standing, standing_lines


class Exit(IntEnum):
    """Exit statuses of `mostrador sync`."""

    WELL = 0
    LOOK = 1
    """It ran, and something needs a person: off line, rejected documents, nothing to put back."""
    FAILED = 2
    """It could not run: settings, ledger or connector."""
    BUSY = 3
    """Another sync is at work; it was asked to try at once."""


Action = Literal["run", "once", "status", "retry", "accept", "check", "reconcile", "export"]


class SyncCommand(msgspec.Struct, frozen=True):
    """What `mostrador sync` was asked for. `retry` takes the ids of documents, or all rejected ones."""

    config: Path | None = None
    action: Action = "run"
    document_ids: tuple[str, ...] = ()
    is_all: bool = False
    is_json: bool = False
    folder: Path = Path()
    """Where an export goes."""


class RoundTold(msgspec.Struct, frozen=True):
    """What `--once --json` says: how many documents, and the names of what came in."""

    sent: int
    rejected: int
    held: int
    taken: tuple[str, ...]
    refused: tuple[str, ...]
    problem: str

    @classmethod
    def of(cls, report: SyncReport) -> RoundTold:
        """Return what there is to tell of a round."""
        push, pull, feeds = report.push, report.pull, report.feeds
        taken, refused = (*pull.taken, *feeds.taken), (*pull.refused, *feeds.refused)
        return cls(push.sent, push.rejected, push.held, taken, refused, report.problem)

    def line(self) -> str:
        """Return it as one line for a person; what came in was said when it came."""
        return f"sent {self.sent}, rejected {self.rejected}, held {self.held}"


class CommandLane(msgspec.Struct, frozen=True):
    """The lane that a command is about, and where its answer goes."""

    settings: Settings
    paths: LanePaths
    environ: Mapping[str, str]
    out: TextIO

    def say(self, text: str) -> None:
        """Write one line for a person: what came from outside moves no cursor."""
        self._write(safe_text(text, LINE_LENGTH))

    def answer(self, told: object) -> None:
        """Write one line of JSON, whole and in ASCII, so that it moves no cursor either."""
        self._write(json.dumps(msgspec.to_builtins(told), separators=(",", ":")))

    def _write(self, line: str) -> None:
        self.out.write(f"{line}\n")
        self.out.flush()


def run(command: SyncCommand, *, environ: Mapping[str, str] | None = None, out: TextIO | None = None) -> int:
    """Do what `mostrador sync` was asked for and return its exit status; every error is one sentence."""
    world = os.environ if environ is None else environ
    stream = out or sys.stdout
    try:
        settings = load_settings(find_settings(world, command.config))
        lane = CommandLane(settings, lane_paths(settings, world), world, stream)
        return _ACTIONS[command.action](command, lane)
    except (ConfigError, LedgerError, SyncError) as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"mostrador sync: {safe_text(line, LINE_LENGTH)}\n")
        return Exit.BUSY if isinstance(error, SyncBusy) else Exit.FAILED


def _run(command: SyncCommand, lane: CommandLane) -> Exit:
    """Be the lane's sync until a signal, or the lane's end."""
    give_way()
    log = Log(lane.out, lane.paths.logs, Clock())
    wanted = lane_watch(lane.environ)
    try:
        with stopping_on_signals() as stop:
            run_forever(lane.settings, stop, say=log.say, paths=lane.paths, is_wanted=wanted)
    except SyncBusy as busy:
        log.say(str(busy))
        return Exit.BUSY
    return Exit.WELL


def _once(command: SyncCommand, lane: CommandLane) -> Exit:
    """Make one round, or ask the sync that is at work to make one."""
    try:
        report = run_once(lane.settings, say=lane.say if not command.is_json else _say_nothing, paths=lane.paths)
    except SyncBusy as busy:
        _nudge(lane)
        raise SyncBusy(f"{busy}; it was asked to try at once") from busy
    told = RoundTold.of(report)
    if command.is_json:
        lane.answer(told)
    else:
        lane.say(told.line())
    return Exit.LOOK if told.problem or told.rejected or told.refused else Exit.WELL


def _say_nothing(text: str) -> None:
    """Keep the lines for people out of what a program reads."""


def _status(command: SyncCommand, lane: CommandLane) -> Exit:
    with ledger_of(lane) as db:
        standing = read_standing(db, lane.settings, lane.paths)
    if command.is_json:
        lane.answer(standing)
    else:
        for line in standing_lines(standing):
            lane.say(line)
    is_well = not standing.rejected and not standing.problem and not standing.feeds and standing.is_online is not False
    return Exit.WELL if is_well else Exit.LOOK


def _retry(command: SyncCommand, lane: CommandLane) -> Exit:
    """Let rejected documents wait again, and ask the running sync to take them at once."""
    if command.is_all == bool(command.document_ids):
        raise SyncError("say which: the id of a rejected document (`mostrador sync status` lists them), or --all")
    at = stamp(Clock().now())
    with ledger_of(lane) as db, saving(), db.atomic():
        count = outbox.put_back(db, None if command.is_all else command.document_ids, at)
        nudge(db, at)
    if command.is_json:
        lane.answer({"waiting_again": count})
    else:
        lane.say(f"{count} of the rejected documents wait again")
    return Exit.WELL if count or command.is_all else Exit.LOOK


def _accept(command: SyncCommand, lane: CommandLane) -> Exit:
    """Let the ERP take many rows of a feed away, once."""
    from sync.feed import Feed  # nobody else here needs the words of feeds

    if len(command.document_ids) != 1 or command.document_ids[0] not in set(Feed):
        raise SyncError(f"say which feed may shrink: one of {', '.join(Feed)}")
    at = stamp(Clock().now())
    with ledger_of(lane) as db, saving(), db.atomic():
        save_checkpoint(db, accept_mark(command.document_ids[0]), "1", at)
        nudge(db, at)
    if command.is_json:
        lane.answer({"accepted": command.document_ids[0]})
    else:
        lane.say(f"{command.document_ids[0]} may shrink at the next comparison")
    return Exit.WELL


def _look(command: SyncCommand, lane: CommandLane) -> Exit:
    """Do what looks more closely at the ERP or at what it refused: few commands need any of it."""
    from sync.erp_command import LOOKS

    return LOOKS[command.action](command, lane)


def _nudge(lane: CommandLane) -> None:
    with ledger_of(lane) as db, saving(), db.atomic():
        nudge(db, stamp(Clock().now()))


@contextmanager
def ledger_of(lane: CommandLane) -> Iterator[LedgerDatabase]:
    """Open a lane's ledger, which must be there, and close it."""
    db = open_ledger(lane.paths.ledger, must_exist=True)
    try:
        yield db
    finally:
        db.close()


_ACTIONS: Final = {
    "run": _run,
    "once": _once,
    "status": _status,
    "retry": _retry,
    "accept": _accept,
    "check": _look,
    "reconcile": _look,
    "export": _look,
}
