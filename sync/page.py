"""Which of the due documents may go out together: one lane, in order, none before what it depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from storage.outbox import OutboxRow, OutboxState
from sync.document import BadDocument, Draft, draft

States = Callable[[Sequence[str]], Mapping[str, OutboxState]]
"""Gives the states of those documents that are in this lane's outbox."""


class Page(msgspec.Struct, frozen=True):
    """A page of due rows, sorted up to `last_seq`: what to offer now, and what must not go, with the reasons."""

    offered: tuple[Draft, ...]
    bad: tuple[tuple[OutboxRow, str], ...]
    held: tuple[tuple[OutboxRow, str], ...]
    last_seq: int


def sort_page(rows: Sequence[OutboxRow], states: States) -> Page:
    """Sort rows from the start of the queue until one has to begin a batch of its own.

    A batch that is claimed already goes out again as it was. A document whose origin is in the batch waits for
    the next one, so that its origin is marked before; one whose origin is not sent is held, and only it.
    """
    offered: list[Draft] = []
    bad: list[tuple[OutboxRow, str]] = []
    held: list[tuple[OutboxRow, str]] = []
    last_seq = 0
    for row in rows:
        if row.batch != rows[0].batch:
            break
        try:
            item = draft(row)
        except BadDocument as error:
            bad.append((row, str(error)))
            last_seq = row.journal_seq
            continue
        if _begins_another(item, offered):
            break
        last_seq = row.journal_seq
        if origin := None if row.batch else _first_unsent(item, states):
            held.append((row, f"waits for {origin}"))
        else:
            offered.append(item)
    return Page(tuple(offered), tuple(bad), tuple(held), last_seq)


def _begins_another(item: Draft, offered: Sequence[Draft]) -> bool:
    """Say whether a document cannot be in one batch with the ones before it."""
    if not offered:
        return False
    if item.document.lane != offered[0].document.lane:
        return True
    return bool(item.origins) and any(other.document.document_id in item.origins for other in offered)


def _first_unsent(item: Draft, states: States) -> str | None:
    """Return an origin of ours that the ERP has not taken. One of another lane is the ERP's to look for."""
    known = states(item.origins) if item.origins else {}
    return next((origin for origin, state in known.items() if state is not OutboxState.SENT), None)
