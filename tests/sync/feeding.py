"""An ERP that changes while it is asked: transactions that commit late, whole seconds, deletes, archives, page cuts.

It is a model of what notes on real ERPs say: a row's write time is when its transaction began, the API tells whole
seconds only, what is not committed is not seen, and what is deleted leaves nothing behind.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.feed import CodeRow, Feed, ItemRow, Page

OVERLAP_SECONDS = 60
PAGE = 7


@dataclass(frozen=True)
class Stored:
    """An item as the ERP has it; `written` is the second in which its transaction began."""

    erp_id: int
    sku: str
    name: str
    price: str
    codes: tuple[str, ...] = ()
    is_active: bool = True
    written: int = 0

    def row(self) -> ItemRow:
        codes = tuple(CodeRow(code) for code in self.codes)
        stamp = f"{self.written}"
        return ItemRow(
            erp_id=str(self.erp_id), stamp=stamp, sku=self.sku, name=self.name, price=self.price, codes=codes
        )


@dataclass
class ChangingErp:
    """The items of an ERP, and transactions that have begun and are not committed."""

    chance: random.Random
    now: int = 1_000
    items: dict[int, Stored] = field(default_factory=dict)
    pending: list[tuple[int, dict[int, Stored | None]]] = field(default_factory=list)
    made: int = 0
    acts: tuple[str, ...] = ("new", "new", "price", "name", "archive", "delete", "restore", "swap", "resku")

    def begin(self, lasts: int, changes: dict[int, Stored | None]) -> None:
        """Begin a transaction that commits after so many seconds."""
        dated = {key: replace(one, written=self.now) if one else None for key, one in changes.items()}
        self.pending.append((self.now + lasts, dated))

    def pass_time(self, seconds: int) -> None:
        """Let time pass and commit what is due, in its order."""
        self.now += seconds
        for due, changes in sorted(self.pending, key=lambda one: one[0]):
            if due <= self.now:
                for key, one in changes.items():
                    if one is None:
                        self.items.pop(key, None)
                    else:
                        self.items[key] = one
        self.pending = [one for one in self.pending if one[0] > self.now]

    def change(self) -> None:
        """Change something, as people do: a few items in one transaction."""
        busy = {key for _, changes in self.pending for key in changes}
        free = [one for key, one in sorted(self.items.items()) if key not in busy]
        act = self.chance.choice(self.acts)
        lasts = self.chance.choice((0, 0, 0, 1, 20))
        if act == "new" or len(free) < 2:
            self.made += 1
            self.begin(lasts, {self.made: _new(self.made)})
            return
        one, other = self.chance.sample(free, 2)
        self.begin(lasts, self._changes(act, one, other))

    def _changes(self, act: str, one: Stored, other: Stored) -> dict[int, Stored | None]:
        match act:
            case "price":
                return {one.erp_id: replace(one, price=str(self.chance.randrange(1, 900)))}
            case "name":
                return {one.erp_id: replace(one, name=f"Item {self.chance.randrange(9_999)}")}
            case "archive":
                return {one.erp_id: replace(one, is_active=False)}
            case "restore":
                return {one.erp_id: replace(one, is_active=True)}
            case "delete":
                return {one.erp_id: None}
            case "resku":
                self.made += 1
                return {one.erp_id: replace(one, sku=f"R{self.made}")}
        return {one.erp_id: replace(one, codes=other.codes), other.erp_id: replace(other, codes=one.codes)}

    def live(self) -> dict[str, Stored]:
        """Return what can be sold, by SKU."""
        return {one.sku: one for one in self.items.values() if one.is_active}


def _new(number: int) -> Stored:
    return Stored(number, f"S{number}", f"Item {number}", str(10 + number % 90), (f"C{number}",))


class FeedingErp:
    """The connector to a `ChangingErp`; `on_page` is told of each page before it is answered."""

    def __init__(self, erp: ChangingErp, *, overlap: int = OVERLAP_SECONDS, page: int = PAGE) -> None:
        self.erp = erp
        self.overlap = overlap
        self.page = page
        self.is_silent_on_ids = False
        self.asked: list[str] = []

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        return [Answer(document.document_id, Verdict.TAKEN) for document in batch.documents]

    def incoming(self) -> Iterator[Incoming]:
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        raise AssertionError("nothing came")

    def close(self) -> None:
        """Nothing is open."""

    def feeds(self) -> Sequence[Feed]:
        return (Feed.ITEMS,)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Answer a page: by id within a window of write times, as notes on ERPs advise."""
        self.asked.append(checkpoint)
        since, until, after = json.loads(checkpoint) if checkpoint else (0, 0, 0)
        until = until or self.erp.now
        found = [one for key, one in sorted(self.erp.items.items()) if one.written >= since and key > after]
        page, is_last = found[: self.page], len(found) <= self.page
        mark = [max(until - self.overlap, 1), 0, 0] if is_last else [since, until, page[-1].erp_id]
        rows = [one.row() for one in page if one.is_active]
        gone = [str(one.erp_id) for one in page if not one.is_active]
        return Page(rows, gone, json.dumps(mark), is_last)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        if self.is_silent_on_ids:
            return None
        return {str(one.erp_id): f"{one.written}" for one in self.erp.items.values() if one.is_active}
