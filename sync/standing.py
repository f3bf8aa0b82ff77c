"""How the sync stands, for people and programs: on line or not, what waits, what was rejected and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.inbox import Remedy, remedy_of
from domain.text import safe_text
from storage import outbox
from storage.acknowledged import read_acknowledged
from storage.connection import LedgerDatabase
from storage.feed_marks import read_feed_problems
from storage.link import read_link
from storage.outbox import OutboxRow
from sync.daily_purge import LastPurge, read_last_purge
from sync.lock import is_running

SHOWN = 20
"""Documents that the text for people lists; `--json` has up to 1,000 of each kind."""

_REMEDIES: Final[Mapping[Remedy, str]] = {
    Remedy.MEND_AND_RETRY: "what to do: put it right in the ERP, then `mostrador sync retry NAME`, or --all",
    Remedy.VERIFY: "what to do: send nothing, and run `mostrador verify`",
    Remedy.ORIGIN_FIRST: "what to do: see to the document that others wait for; they follow by themselves",
    Remedy.WAIT: "what to do: nothing, they are offered again by themselves",
}


class Stuck(msgspec.Struct, frozen=True):
    """A document that is rejected or held, and why."""

    document_id: str
    kind: str
    seq: int
    changed_at: str
    reason: str
    remedy: Remedy
    """What a person can do about it."""


class SyncStanding(msgspec.Struct, frozen=True):
    """The whole standing. `is_online` is how the last try went, None before the first."""

    connector: str
    is_running: bool
    is_online: bool | None
    since_at: str
    problem: str
    waiting: int
    oldest_at: str
    rejected: int
    rejected_documents: tuple[Stuck, ...]
    held_documents: tuple[Stuck, ...]
    acknowledged_seq: int = 0
    """The journal's row up to which the ERP has every document, 0 before the first."""
    feeds: dict[str, str] = {}
    """What stands in the way of each feed that does not come."""
    purged: LastPurge | None = None
    """What the sync deleted last because it was too old, None before the first time."""


def read_standing(db: LedgerDatabase, settings: Settings, paths: LanePaths) -> SyncStanding:
    """Return how the sync of a lane stands."""
    link, figures, told = read_link(db), outbox.standing(db), read_acknowledged(db)
    return SyncStanding(
        connector=settings.sync.connector,
        is_running=is_running(paths.data),
        is_online=link.is_online if link else None,
        since_at=link.since_at if link else "",
        problem=link.problem if link else "",
        waiting=figures.waiting,
        oldest_at=figures.oldest_at,
        rejected=figures.rejected,
        rejected_documents=_stuck(outbox.rejected(db)),
        held_documents=_stuck(outbox.held(db), is_held=True),
        acknowledged_seq=told.seq if told else 0,
        feeds=read_feed_problems(db),
        purged=read_last_purge(db),
    )


def standing_lines(standing: SyncStanding) -> Iterator[str]:
    """Yield the standing as lines for a person."""
    words = {None: "not tried yet", True: "yes, since", False: "no, since"}
    yield f"connector  {standing.connector}"
    yield f"running    {'yes' if standing.is_running else 'no: start the lane, or `mostrador sync`'}"
    yield f"online     {words[standing.is_online]} {standing.since_at}".rstrip()
    if standing.problem:
        yield f"problem    {standing.problem}"
    for feed, problem in standing.feeds.items():
        yield f"feed       {feed}: {problem}"
    yield f"queued     {standing.waiting}{f', the oldest of {standing.oldest_at}' if standing.oldest_at else ''}"
    yield f"arrived    up to row {standing.acknowledged_seq} of the journal"
    if (purged := standing.purged) is not None:
        yield f"purged     {purged.at}: {purged.texts} texts, {purged.copies} copies; {purged.waiting} stay for the ERP"
    yield f"rejected   {standing.rejected}"
    yield from _documents(standing.rejected_documents)
    if standing.held_documents:
        yield f"held       {len(standing.held_documents)}"
        yield from _documents(standing.held_documents)


def _documents(found: Sequence[Stuck]) -> Iterator[str]:
    for one in found[:SHOWN]:
        yield f"  {safe_text(one.document_id)}  {one.kind}  journal {one.seq}: {safe_text(one.reason)}"
    for remedy in sorted({one.remedy for one in found}):
        yield f"  {_REMEDIES[remedy]}"
    if len(found) > SHOWN:
        yield f"  and {len(found) - SHOWN} more: --json lists them"


def _stuck(rows: Sequence[OutboxRow], *, is_held: bool = False) -> tuple[Stuck, ...]:
    return tuple(
        Stuck(r.document_id, r.kind, r.journal_seq, r.changed_at, r.reason, remedy_of(r.reason, is_held)) for r in rows
    )
