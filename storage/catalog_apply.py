"""Applying a judged catalogue to the ledger in short transactions, so that a lane sells on meanwhile.

Only what is new or different is written: an item with its codes and its words in one transaction, wholly. After a
break every item is as it was or as it should be, and the next run finds what is left by comparing again. One import
at a time works on a ledger (`sync.catalog_import` holds a lock); sales in between do not matter to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from domain.item import Department
from storage.catalog_stage import CatalogStage
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.pace import Pace
from storage.word_index import prepare_index, settle_index

SETTLE_EVERY: Final = 16
"""How many transactions may leave a piece of word index each before the pieces are brought together."""

_FIND_ADDED_CODES: Final = """
    INSERT OR IGNORE INTO temp.import_recoded
    SELECT c.line FROM temp.import_code c JOIN temp.import_row r ON r.line = c.line
    LEFT JOIN item_code k ON k.code = c.code
    WHERE r.item_id IS NOT NULL AND (k.item_id, k.pack_micro) IS NOT (r.item_id, c.pack_micro)"""
_FIND_DROPPED_CODES: Final = """
    INSERT OR IGNORE INTO temp.import_recoded
    SELECT r.line FROM item_code k JOIN temp.import_row r ON r.item_id = k.item_id
    WHERE NOT EXISTS (SELECT 1 FROM temp.import_code c WHERE c.code = k.code AND c.line = r.line)"""
_PLAN_NEW: Final = """
    INSERT INTO temp.import_plan (line, item_id, is_new, is_renamed)
    SELECT r.line, r.line + (SELECT coalesce(max(item_id), 0) FROM item), 1, 1 FROM temp.import_row r
    WHERE r.item_id IS NULL AND (r.line IN (SELECT line FROM temp.import_mover)) = ?1 ORDER BY r.line"""
_COUNT_PLAN: Final = """
    SELECT count(*), coalesce(sum(is_new), 0), (SELECT count(*) FROM temp.import_mover) FROM temp.import_plan"""

_ADD_DEPARTMENT: Final = """
    INSERT OR IGNORE INTO department (code, name, tax_class, is_open_price, min_price_micro, max_price_micro)
    SELECT ?1, ?2, ?3, 0, ?4, ?5 WHERE EXISTS (SELECT 1 FROM temp.import_row WHERE department = ?1)"""
_BEGIN_BATCH: Final = "INSERT INTO import_batch (source, digest, rows, started_at) VALUES (?, ?, ?, ?)"
_COUNT_BATCH: Final = "UPDATE import_batch SET applied = ? WHERE batch_id = ?"
_END_BATCH: Final = "UPDATE import_batch SET finished_at = ? WHERE batch_id = ?"

_PLANNED: Final = "temp.import_plan p JOIN temp.import_row r ON r.line = p.line WHERE p.position BETWEEN ?1 AND ?2"
_DROP_CODES: Final = """
    DELETE FROM item_code AS k WHERE (k.item_id, k.code) IN (
        SELECT o.item_id, o.code FROM temp.import_plan p JOIN item_code o ON o.item_id = p.item_id
        WHERE p.position BETWEEN ?1 AND ?2 AND NOT p.is_new
        AND NOT EXISTS (SELECT 1 FROM temp.import_code c WHERE c.code = o.code AND c.line = p.line))"""
_PUT_CODES: Final = """
    INSERT INTO item_code (code, item_id, pack_micro) SELECT c.code, p.item_id, c.pack_micro
    FROM temp.import_plan p JOIN temp.import_code c ON c.line = p.line WHERE p.position BETWEEN ?1 AND ?2
    ON CONFLICT (code) DO UPDATE SET item_id = excluded.item_id, pack_micro = excluded.pack_micro
    WHERE (item_id, pack_micro) IS NOT (excluded.item_id, excluded.pack_micro)"""
_PUT_WORDS: Final = """
    INSERT OR REPLACE INTO item_fts (rowid, name, department)
    SELECT p.item_id, coalesce(r.search, r.name), coalesce(d.name, '')
    FROM temp.import_plan p JOIN temp.import_row r ON r.line = p.line LEFT JOIN department d ON d.code = r.department
    WHERE p.position BETWEEN ?1 AND ?2 AND p.is_renamed"""


def _of(table: str, fields: Sequence[str]) -> str:
    return ", ".join(f"{table}.{field}" for field in fields)


def _plan_changed(fields: Sequence[str]) -> str:
    """Return what lists the rows that differ from their items in some fields or in codes."""
    return f"""
        INSERT INTO temp.import_plan (line, item_id, is_new, is_renamed)
        SELECT r.line, r.item_id, 0, (r.name, r.department) IS NOT (i.name, i.department)
        FROM temp.import_row r JOIN item i ON i.item_id = r.item_id
        WHERE (({_of("r", fields)}) IS NOT ({_of("i", fields)})
            OR r.line IN (SELECT line FROM temp.import_recoded))
        AND (r.line IN (SELECT line FROM temp.import_mover)) = ?1 ORDER BY r.line"""  # noqa: S608


def _add_items(fields: Sequence[str]) -> str:
    """Return what writes planned items that are new."""
    return f"""
        INSERT INTO item (item_id, sku, {", ".join(fields)}) SELECT p.item_id, r.sku, {_of("r", fields)}
        FROM {_PLANNED} AND p.is_new"""  # noqa: S608


def _change_items(fields: Sequence[str]) -> str:
    """Return what writes planned items that are not new."""
    changes = ", ".join(f"{field} = r.{field}" for field in fields)
    return f"""
        UPDATE item AS i SET {changes} FROM {_PLANNED} AND NOT p.is_new AND i.item_id = p.item_id
        AND ({_of("i", fields)}) IS NOT ({_of("r", fields)})"""  # noqa: S608


class Plan(msgspec.Struct, frozen=True):
    """What there is to write. `movers` items hand codes to each other and stand first."""

    new: int = 0
    changed: int = 0
    movers: int = 0

    @property
    def total(self) -> int:
        """How many items are to be written."""
        return self.new + self.changed


class Source(msgspec.Struct, frozen=True):
    """Where a catalogue came from, for the ledger's list of imports; `at` is when it began."""

    name: str
    digest: str
    at: str


def plan_catalog(stage: CatalogStage, *, keeps_codes: bool) -> Plan:
    """Compare the staged rows with the catalogue and list what is new or different."""
    db = stage.db
    with saving(), db.atomic("DEFERRED"):
        if not keeps_codes:
            db.run(_FIND_ADDED_CODES)
            db.run(_FIND_DROPPED_CODES)
        for is_mover in (1, 0):
            db.run(_plan_changed(stage.fields), (is_mover,))
            db.run(_PLAN_NEW, (is_mover,))
        row = db.one(_COUNT_PLAN)
    total, new, movers = row or (0, 0, 0)
    return Plan(new, total - new, movers)


class CatalogApply:
    """One application of a plan."""

    def __init__(self, stage: CatalogStage, plan: Plan, pace: Pace, *, keeps_codes: bool) -> None:
        """Prepare to write what is planned."""
        self._db: LedgerDatabase = stage.db
        self._plan = plan
        self._pace = pace
        self._keeps_codes = keeps_codes
        self._add_items, self._change_items = _add_items(stage.fields), _change_items(stage.fields)

    def run(self, source: Source, departments: Sequence[Department], on_progress: Callable[[int], None]) -> int:
        """Write everything, telling how many items are written so far; return the batch's id.

        Raises `NotSaved`; what was written before stays, and is right.
        """
        batch_id = self._begin(source, departments)
        done = 0
        size = self._pace.least
        transactions = 0
        while done < self._plan.total:
            size = max(size, self._plan.movers) if not done else size
            last = min(done + size, self._plan.total)
            began_ns = self._pace.elapsed_ns()
            busy_ns = self._write(done + 1, last, batch_id)
            size = self._pace.next_size(last - done, busy_ns)
            done = last
            transactions += 1
            self._pace.rest(began_ns)
            if not transactions % SETTLE_EVERY:
                settle_index(self._db, self._pace)
            on_progress(done)
        settle_index(self._db, self._pace)
        return batch_id

    def finish(self, batch_id: int, at: str) -> None:
        """Note that everything of a batch is written."""
        with saving(), self._db.atomic():
            self._db.run(_END_BATCH, (at, batch_id))

    def _begin(self, source: Source, departments: Sequence[Department]) -> int:
        """Note the import, and make the departments that its rows name."""
        with saving(), self._db.atomic():
            prepare_index(self._db)
            self._db.run(_BEGIN_BATCH, (source.name, source.digest, self._plan.total, source.at))
            row = self._db.one("SELECT last_insert_rowid()")
            self._db.many(
                _ADD_DEPARTMENT,
                [(d.code, d.name, d.tax_class, d.min_price_micro, d.max_price_micro) for d in departments],
            )
        return int(row[0]) if row else 0

    def _write(self, first: int, last: int, batch_id: int) -> int:
        """Write the items from one place of the plan to another in one transaction; return how long it was busy."""
        began_ns = self._pace.elapsed_ns()
        with saving(), self._db.atomic():
            self._db.run(self._add_items, (first, last))
            if self._plan.changed:
                self._db.run(self._change_items, (first, last))
            if not self._keeps_codes:
                if self._plan.changed:
                    self._db.run(_DROP_CODES, (first, last))
                self._db.run(_PUT_CODES, (first, last))
            self._db.run(_PUT_WORDS, (first, last))
            self._db.run(_COUNT_BATCH, (last, batch_id))
            return self._pace.elapsed_ns() - began_ns
