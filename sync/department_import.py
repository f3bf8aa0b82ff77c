"""Importing departments: a short file, judged whole, then written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from domain.catalog_flaw import Flaw, RowFlaw
from domain.department_row import DEPARTMENT_CELLS, judge_department, settle_parents
from domain.item import Department
from storage.catalog import read_departments
from storage.connection import LedgerDatabase
from storage.department_apply import apply_departments
from storage.pace import Pace
from sync.catalog_columns import DEPARTMENT_COLUMNS
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

MAX_ROWS = 5_000

Flawed = tuple[int, Flaw, str]


def import_departments(
    db: LedgerDatabase, path: Path, options: ImportOptions, *, pace: Pace = USUAL_PACE
) -> ImportReport:
    """Take departments from a file. Raises as `sync.catalog_import.import_catalog` does."""
    with import_lock(db), open_table(path, DEPARTMENT_COLUMNS, "departments", options.encoding) as file:
        need_columns(file, ("name",))
        known = {department.code: department for department in read_departments(db)}
        rows, sound, flawed = _judge(file, options, known)
        need_rows(path.name, rows, options.rows)
        changed = [department for code, department in sound.items() if known.get(code) != department]
        renamed = [d for d in changed if d.code in known and known[d.code].name != d.name]
        report = begin_report(db, file, options, flawed)
        if report.is_applied and changed:
            apply_departments(db, changed, renamed, pace)
        new = [department for department in changed if department.code not in known]
        return msgspec.structs.replace(
            report,
            rows=rows,
            new=len(new),
            changed=len(changed) - len(new),
            unchanged=len(sound) - len(changed),
            repeated=rows - len(sound) - len(flawed),
            departments=tuple(department.name for department in new),
        )


def _judge(
    file: CatalogTable, options: ImportOptions, known: Mapping[str, Department]
) -> tuple[int, dict[str, Department], list[Flawed]]:
    """Judge every row; of rows that say different things of one department none is taken."""
    said: dict[str, list[tuple[int, Department]]] = {}
    flawed: list[Flawed] = []
    rows = 0
    for line, cells in file.rows(DEPARTMENT_CELLS):
        rows += 1
        if rows > MAX_ROWS:
            raise UnreadableFile(f"{file.path.name} has more than {MAX_ROWS} rows: is it a file of departments?")
        judged = judge_department(cells, options.rules) if cells is not None else RowFlaw(file.unfit)
        if isinstance(judged, RowFlaw):
            flawed.append((line, judged.flaw, judged.text))
        else:
            said.setdefault(judged.code, []).append((line, judged))
    sound = {code: found[0][1] for code, found in said.items() if all(other == found[0][1] for _, other in found)}
    flawed += [(line, Flaw.ITEM_TWICE, code) for code, found in said.items() if code not in sound for line, _ in found]
    if "parent" not in file.columns.indexes:
        return rows, {code: _keep_parent(one, known.get(code)) for code, one in sound.items()}, sorted(flawed)
    settled, lost = settle_parents(sound, known.values())
    flawed += [(line, flaw.flaw, flaw.text) for code, flaw in lost.items() for line, _ in said[code]]
    return rows, settled, sorted(flawed)


def _keep_parent(department: Department, known: Department | None) -> Department:
    """Return a department below the one that the catalogue has it below."""
    return msgspec.structs.replace(department, parent=known.parent) if known else department
