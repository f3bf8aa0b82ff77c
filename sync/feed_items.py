"""Taking a page of items: judged, compared and applied by what takes a file's rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from domain.catalog_code import read_code
from domain.catalog_flaw import Flaw, RowFlaw
from domain.catalog_row import COLUMNS, CatalogRow, RowJudge, RowRules
from domain.instant import stamp
from storage.catalog import read_departments
from storage.catalog_apply import CatalogApply, Source, plan_catalog
from storage.catalog_stage import open_stage
from storage.connection import LedgerDatabase
from storage.erp_items import free_codes, rename_items, retire_items
from storage.erp_rows import read_keys, read_owners
from storage.errors import saving
from storage.pace import Pace
from sync.catalog_import import USUAL_PACE, import_lock, with_departments
from sync.catalog_words import FLAW_WORDS
from sync.feed import Feed, ItemRow

_FIELDS: Final = frozenset(
    (
        "sku",
        "code",
        "pack",
        "name",
        "price",
        "cost",
        "template",
        "department",
        "unit",
        "tax_class",
        "weighed",
        "for_sale",
    )
)
"""The columns that an `ItemRow` always speaks of."""
_RETIRED_AT_ONCE: Final = 200


class Taken(NamedTuple):
    """What became of a page: our key of each row that was taken, and why each other one was not, by the ERP's id."""

    keys: Mapping[str, str]
    refused: Mapping[str, str] = {}
    notes: Sequence[str] = ()


class Judged(msgspec.Struct, frozen=True):
    """What is sound of all rows of a feed, and why the others are not; `weight` is how much the sound ones say."""

    sound: tuple[Any, ...]
    refused: Mapping[str, str]
    weight: int


class ItemTaker:
    """Takes pages of items by a shop's rules."""

    def __init__(self, rules: RowRules, now: Callable[[], datetime], pace: Pace = USUAL_PACE) -> None:
        """Judge by `rules`; departments of the ledger are added to them at each page."""
        self._rules = rules
        self._now = now
        self._pace = pace

    def take(self, db: LedgerDatabase, rows: Sequence[ItemRow]) -> Taken:
        """Apply a page in short transactions. Raises `SyncBusy` while an import is at work, and `NotSaved`."""
        with import_lock(db):
            before = read_keys(db, Feed.ITEMS, [row.erp_id for row in rows])
            claimed = _claimed(rows, read_owners(db, Feed.ITEMS, [row.sku.strip() for row in rows]))
            free = [row for row in rows if row.erp_id not in claimed]
            self._rename(db, free, before)
            taken = self._apply(db, free)
        return taken._replace(refused={**taken.refused, **claimed})

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Sell no more what is gone at the ERP, some hundred items in a transaction."""
        skus = list(read_keys(db, Feed.ITEMS, erp_ids).values())
        for start in range(0, len(skus), _RETIRED_AT_ONCE):
            began_ns = self._pace.elapsed_ns()
            with saving(), db.atomic():
                retire_items(db, skus[start : start + _RETIRED_AT_ONCE])
            self._pace.rest(began_ns)

    def _rename(self, db: LedgerDatabase, rows: Sequence[ItemRow], before: Mapping[str, str]) -> None:
        """Let an item keep its codes and its place under a new SKU."""
        renamed = {
            before[r.erp_id]: r.sku.strip() for r in rows if before.get(r.erp_id, r.sku.strip()) != r.sku.strip()
        }
        if renamed:
            with saving(), db.atomic():
                rename_items(db, {old: new for old, new in renamed.items() if new})

    def _apply(self, db: LedgerDatabase, rows: Sequence[ItemRow]) -> Taken:
        """Judge rows alone and together, and write what is new or different."""
        judge = RowJudge(with_departments(self._rules, read_departments(db)))
        sound, flawed, notes = self._judge(judge, rows)
        codes = [key for row in sound for key in (row.code, *(pack[0] for pack in row.more_codes)) if key]
        if codes:
            with saving(), db.atomic():
                free_codes(db, codes)
        with open_stage(db) as stage:
            stage.add(sound, flawed)
            stage.complete(_missing(rows))
            plan = plan_catalog(stage, keeps_codes=False)
            refused = {rows[line - 1].erp_id: _say(flaw, text) for line, flaw, text in stage.flaws()}
            if plan.total:
                work = CatalogApply(stage, plan, self._pace, keeps_codes=False)
                at = stamp(self._now())
                departments = tuple(judge.new_departments.values())
                batch = work.run(Source("erp:items", _digest(rows), at), departments, lambda _done: None)
                work.finish(batch, stamp(self._now()))
        return Taken({r.erp_id: r.sku.strip() for r in rows if r.erp_id not in refused}, refused, notes)

    def _judge(
        self, judge: RowJudge, rows: Sequence[ItemRow]
    ) -> tuple[list[CatalogRow], list[tuple[int, Flaw, str]], list[str]]:
        """Judge every row by itself; a code that is none is left out and told, the item is sold without it."""
        sound: list[CatalogRow] = []
        flawed: list[tuple[int, Flaw, str]] = []
        notes: list[str] = []
        for line, row in enumerate(rows, 1):
            codes = []
            for code in row.codes:
                flaw = read_code(code.code, self._rules.labels) if " " not in code.code else Flaw.BAD_CODE
                if isinstance(flaw, Flaw):
                    notes.append(f"{row.sku}: code {code.code} is left out: {FLAW_WORDS[flaw]}")
                else:
                    codes.append(code)
            cells = _cells(msgspec.structs.replace(row, codes=tuple(codes)))
            judged = judge.judge(line, cells) if row.sku.strip() else RowFlaw(Flaw.BAD_SKU)
            if isinstance(judged, RowFlaw):
                flawed.append((line, judged.flaw, judged.text))
            else:
                sound.append(judged)
        return sound, flawed, notes


def _claimed(rows: Sequence[ItemRow], owners: Mapping[str, str]) -> dict[str, str]:
    """Return the rows whose SKU another row of the ERP has and keeps: one would be sold as the other."""
    told = {row.erp_id: row.sku.strip() for row in rows}
    refused: dict[str, str] = {}
    for erp_id, sku in told.items():
        owner = owners.get(sku, erp_id)
        if owner != erp_id and told.get(owner, sku) == sku:
            refused[erp_id] = f"the ERP's {owner} has the SKU {sku} already"
    return refused


def _cells(row: ItemRow) -> tuple[str, ...]:
    """Return a row as the judge of files reads it."""
    flags = {True: "1", False: "0"}
    values = {
        "sku": row.sku,
        "code": " ".join(code.code for code in row.codes),
        "pack": " ".join(code.pack for code in row.codes),
        "name": row.name,
        "price": row.price,
        "cost": row.cost,
        "template": row.template,
        "department": row.department,
        "unit": row.unit,
        "tax_class": row.tax_class,
        "weighed": flags[row.is_weighed],
        "for_sale": flags[row.is_for_sale],
    }
    told = {**row.traits, **values}
    return tuple(told.get(name, "") for name in COLUMNS)


def _missing(rows: Sequence[ItemRow]) -> tuple[str, ...]:
    """Return the columns that no row speaks of: what they would say stays as the catalogue has it."""
    told = _FIELDS | {name for row in rows for name in row.traits}
    return tuple(name for name in COLUMNS if name not in told)


def _say(flaw: Flaw, text: str) -> str:
    return f"{FLAW_WORDS[flaw]}{f': {text}' if text else ''}"


def _digest(rows: Sequence[ItemRow]) -> str:
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()
