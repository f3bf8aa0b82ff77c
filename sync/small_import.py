"""Importing short files whose rows have a key and some cells: salespeople and what like them an ERP keeps beside items.

Such a file is judged whole, then what is new or different is written in short transactions. Rows for things that the
ERP brings page by page are judged by the same rules (`sync.feed_take`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec

from config.settings import Settings
from domain.catalog_flaw import Flaw, RowFlaw
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.pace import Pace
from sync.catalog_columns import Aliases
from sync.catalog_import import (
    USUAL_PACE,
    ImportOptions,
    ImportReport,
    begin_report,
    import_lock,
    need_columns,
    need_rows,
)
from sync.catalog_table import CatalogTable, open_table
from sync.catalog_text import UnreadableFile

MAX_ROWS: Final = 200_000
BATCH: Final = 200
"""Rows of one transaction."""
SMALL_KINDS: Final = {
    "salespeople": "sync.salespeople:SalespeopleKind",
    "cards": "sync.cards:make_cards_kind",
    "customers": "sync.customers:CustomerKind",
    "points": "sync.points:make_points_kind",
    "stock": "sync.stock:StockKind",
    "returned": "sync.returned:ReturnedKind",
}
"""What comes in such files, and who knows how; imported with the first of them."""

Flawed = tuple[int, Flaw, str]
T = TypeVar("T")


class SmallKind(Protocol[T]):
    """A kind of short file: its columns, how a row is judged, and where it goes."""

    @property
    def name(self) -> str:
        """What it is a kind of: where a JSON file has its entries."""
        ...

    @property
    def columns(self) -> Aliases:
        """The headings of each cell, in the order in which `judge` takes them."""
        ...

    @property
    def needed(self) -> Sequence[str]:
        """The cells without which it is no such file."""
        ...

    def judge(self, cells: Sequence[str]) -> tuple[str, T] | RowFlaw:
        """Return the key of a row and what it says, or why it is refused."""
        ...

    def known(self, db: LedgerDatabase) -> Mapping[str, T]:
        """Return what the ledger has, by key."""
        ...

    def put(self, db: LedgerDatabase, rows: Sequence[T]) -> None:
        """Write rows that are new or different, inside the caller's transaction."""
        ...


def small_kind(name: str, settings: Settings) -> SmallKind[Any]:
    """Return how a shop's files of a kind are read; `KeyError` for one that is none of these."""
    module, _, made = SMALL_KINDS[name].partition(":")
    kind: SmallKind[Any] = getattr(import_module(module), made)(settings)
    return kind


def import_small(
    db: LedgerDatabase, path: Path, options: ImportOptions, kind: SmallKind[Any], pace: Pace = USUAL_PACE
) -> ImportReport:
    """Take a short file of CSV or JSON. Raises as `sync.catalog_import.import_catalog` does."""
    with import_lock(db), open_table(path, kind.columns, kind.name, options.encoding) as file:
        need_columns(file, *((name,) for name in kind.needed))
        rows, sound, flawed = _judge(file, kind)
        need_rows(path.name, rows, options.rows)
        known = kind.known(db)
        changed = {key: row for key, row in sound.items() if known.get(key) != row}
        report = begin_report(db, file, options, flawed)
        new = sum(key not in known for key in changed)
        if report.is_applied:
            _put(db, kind, list(changed.values()), pace)
        return msgspec.structs.replace(
            report,
            rows=rows,
            new=new,
            changed=len(changed) - new,
            unchanged=len(sound) - len(changed),
            repeated=rows - len(sound) - len(flawed),
        )


def _put(db: LedgerDatabase, kind: SmallKind[Any], rows: Sequence[Any], pace: Pace) -> None:
    """Write rows some hundred in a transaction, with rests, so that a lane sells on."""
    for first in range(0, len(rows), BATCH):
        began_ns = pace.elapsed_ns()
        with saving(), db.atomic():
            kind.put(db, rows[first : first + BATCH])
        pace.rest(began_ns)


def _judge(file: CatalogTable, kind: SmallKind[Any]) -> tuple[int, dict[str, Any], list[Flawed]]:
    """Judge every row; of rows that say different things under one key none is taken."""
    said: dict[str, list[tuple[int, Any]]] = {}
    flawed: list[Flawed] = []
    rows = 0
    for line, cells in file.rows(tuple(kind.columns)):
        rows += 1
        if rows > MAX_ROWS:
            raise UnreadableFile(f"{file.path.name} has more than {MAX_ROWS} rows: split it")
        judged = kind.judge(cells) if cells is not None else RowFlaw(file.unfit)
        if isinstance(judged, RowFlaw):
            flawed.append((line, judged.flaw, judged.text))
        else:
            said.setdefault(judged[0], []).append((line, judged[1]))
    sound = {key: found[0][1] for key, found in said.items() if all(other == found[0][1] for _, other in found)}
    flawed += [(line, Flaw.ITEM_TWICE, key) for key, found in said.items() if key not in sound for line, _ in found]
    return rows, sound, sorted(flawed)
