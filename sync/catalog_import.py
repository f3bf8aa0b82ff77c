"""Importing a catalogue: read and judge a file whole, then apply what is new or different.

Nothing is applied from a file that cannot be read, or that has a bad row where `is_strict` says so. Otherwise bad
rows are refused, each with its line and reason, and the others are applied in short transactions with pauses. What a
break leaves is found by the next run, because every run compares the file with the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

import msgspec

from domain.catalog_flaw import Flaw, Mend, RowFlaw
from domain.catalog_row import COLUMNS, CatalogRow, RowJudge, RowRules
from domain.instant import stamp
from domain.item import Department
from domain.text import fold, safe_text
from storage.catalog import read_departments
from storage.catalog_apply import CatalogApply, Plan, Source, plan_catalog
from storage.catalog_stage import CatalogStage, Staged, open_stage
from storage.connection import LedgerDatabase
from storage.pace import Pace
from sync.catalog_columns import ITEM_COLUMNS
from sync.catalog_table import CatalogTable, open_table
from sync.catalog_text import UnreadableFile
from sync.lock import holding
from sync.refused_rows import write_refused

SHOWN_REFUSALS = 20
LOCK_NAME = "import.lock"
USUAL_PACE = Pace()
_CHUNK_ROWS = 4_000


class Phase(StrEnum):
    """What an import is at. Judging counts bytes of the file, applying counts items."""

    JUDGING = "judging"
    APPLYING = "applying"


Progress = Callable[[Phase, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class ImportOptions(msgspec.Struct, frozen=True):
    """How a catalogue is to be taken.

    `rules` are those of the shop (`sync.import_rules`); the departments in the ledger are added to them. `encoding`
    is the file's where its bytes do not show it. `reports` is the folder for refused rows; the ledger's if None.
    """

    rules: RowRules
    is_strict: bool = False
    is_dry_run: bool = False
    encoding: str = ""
    reports: Path | None = None
    rows: int | None = None
    """How many rows the file must have; None says nothing of it."""


class Refusal(msgspec.Struct, frozen=True):
    """One refused row."""

    line: int
    flaw: Flaw
    text: str


class ImportReport(msgspec.Struct, frozen=True):
    """What an import found and did. `new`, `changed` and `unchanged` count sound rows, applied or not.

    `own_codes` counts codes that are no GTIN; `free` items of price zero. `refused_file` holds all refused rows.
    """

    source: str
    digest: str
    encoding: str
    is_encoding_guessed: bool
    delimiter: str
    columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    is_applied: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    repeated: int
    refused: int
    refused_by: Mapping[Flaw, int] = {}
    refusals: tuple[Refusal, ...] = ()
    refused_file: str = ""
    mended: Mapping[Mend, int] = {}
    departments: tuple[str, ...] = ()
    own_codes: int = 0
    free: int = 0


def import_catalog(  # the last three are for those who watch, pause and date: screens and tests
    db: LedgerDatabase,
    path: Path,
    options: ImportOptions,
    *,
    progress: Progress = lambda _phase, _done, _total: None,
    pace: Pace = USUAL_PACE,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ImportReport:
    """Take a catalogue of items from a file of CSV or JSON.

    Raises `UnreadableFile` when the file cannot be read (nothing has changed), `SyncBusy` while another import is at
    work, and `NotSaved` when the ledger refuses: what was written before stays, and the next run does the rest.
    """
    with import_lock(db), open_table(path, ITEM_COLUMNS, "items", options.encoding) as file, open_stage(db) as stage:
        need_columns(file, ("name",), ("code", "sku"))
        run = _Run(file, stage, options, progress)
        report = run.judge()
        need_rows(file.path.name, report.rows, options.rows)
        if options.is_dry_run or (options.is_strict and report.refused):
            return report
        run.apply(pace, now)
        return msgspec.structs.replace(report, is_applied=True)


class _Run:
    """One import, from the first row to the last transaction."""

    def __init__(self, file: CatalogTable, stage: CatalogStage, options: ImportOptions, progress: Progress) -> None:
        self._file = file
        self._stage = stage
        self._options = options
        self._progress = progress
        self._judge = RowJudge(with_departments(options.rules, read_departments(stage.db)))
        self._missing = tuple(name for name in COLUMNS if name not in file.columns.indexes)
        self._keeps_codes = "code" in self._missing
        self._mends: Counter[Mend] = Counter()
        self._plan = Plan()

    def judge(self) -> ImportReport:
        """Judge every row, alone and together, and compare with the catalogue."""
        rows = self._judge_rows()
        staged = self._stage.complete(self._missing)
        self._plan = plan_catalog(self._stage, keeps_codes=self._keeps_codes)
        folder = self._options.reports or self._stage.db.path.parent
        refused_file = write_refused(self._file, folder, self._stage.flaws())
        return self._report(rows, staged, refused_file)

    def apply(self, pace: Pace, now: Callable[[], datetime]) -> None:
        """Write what the plan says."""
        total = self._plan.total
        if not total:
            return
        source = Source(self._file.path.name, self._file.survey.digest, stamp(now()))
        work = CatalogApply(self._stage, self._plan, pace, keeps_codes=self._keeps_codes)
        departments = tuple(self._judge.new_departments.values())
        batch_id = work.run(source, departments, lambda done: self._progress(Phase.APPLYING, done, total))
        work.finish(batch_id, stamp(now()))

    def _judge_rows(self) -> int:
        """Judge row after row, lay them out in the stage, and return how many there were."""
        count = 0
        rows = self._file.rows(COLUMNS)
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            sound: list[CatalogRow] = []
            flawed: list[tuple[int, Flaw, str]] = []
            for line, cells in chunk:
                row = self._judge.judge(line, cells) if cells is not None else RowFlaw(self._file.unfit)
                if isinstance(row, RowFlaw):
                    flawed.append((line, row.flaw, row.text))
                    continue
                sound.append(row)
                if row.mends:
                    self._mends.update(row.mends)
            self._stage.add(sound, flawed)
            count += len(chunk)
            self._progress(Phase.JUDGING, self._file.position, self._file.size)
        return count

    def _report(self, rows: int, staged: Staged, refused_file: Path | None) -> ImportReport:
        survey, columns, plan = self._file.survey, self._file.columns, self._plan
        return ImportReport(
            source=self._file.path.name,
            digest=survey.digest,
            encoding=survey.encoding,
            is_encoding_guessed=survey.is_guessed,
            delimiter=self._file.delimiter,
            columns=tuple(columns.indexes),
            ignored_columns=columns.ignored,
            is_applied=False,
            rows=rows,
            new=plan.new,
            changed=plan.changed,
            unchanged=staged.sound - plan.total,
            repeated=staged.repeated,
            refused=staged.flawed,
            refused_by=self._stage.count_flaws(),
            refusals=tuple(Refusal(*flaw) for flaw in islice(self._stage.flaws(), SHOWN_REFUSALS)),
            refused_file=str(refused_file or ""),
            mended=dict(self._mends),
            departments=tuple(department.name for department in self._judge.new_departments.values()),
            own_codes=staged.own_codes,
            free=staged.free,
        )


def begin_report(
    db: LedgerDatabase, file: CatalogTable, options: ImportOptions, flawed: Sequence[tuple[int, Flaw, str]]
) -> ImportReport:
    """Return what is to be said of a short file once all of it is judged: its form and its refused rows.

    These are written out. The rows are not counted yet; `is_applied` says whether the sound ones are to be taken.
    """
    refused_file = write_refused(file, options.reports or db.path.parent, flawed)
    return ImportReport(
        source=file.path.name,
        digest=file.survey.digest,
        encoding=file.survey.encoding,
        is_encoding_guessed=file.survey.is_guessed,
        delimiter=file.delimiter,
        columns=tuple(file.columns.indexes),
        ignored_columns=file.columns.ignored,
        is_applied=not options.is_dry_run and not (options.is_strict and flawed),
        rows=0,
        new=0,
        changed=0,
        unchanged=0,
        repeated=0,
        refused=len(flawed),
        refused_by=dict(Counter(flaw for _, flaw, _ in flawed).most_common()),
        refusals=tuple(Refusal(*row) for row in flawed[:SHOWN_REFUSALS]),
        refused_file=str(refused_file or ""),
    )


def need_columns(file: CatalogTable, *wanted: tuple[str, ...]) -> None:
    """Raise `UnreadableFile` unless the header names a column for each thing wanted; each may be one of several."""
    for names in wanted:
        if not any(name in file.columns.indexes for name in names):
            heads = ", ".join(safe_text(heading) for heading in file.columns.header if heading.strip())
            what = f"the first line of {file.path.name} names no column for {' or '.join(names)}"
            raise UnreadableFile(f"{what} (it has: {heads[:200]}): see docs/import.md for the headings")


def need_rows(name: str, rows: int, wanted: int | None) -> None:
    """Raise `UnreadableFile` where a file has not as many rows as whoever sent it has counted."""
    if wanted is not None and rows != wanted:
        raise UnreadableFile(f"{name} has {rows} rows where its manifest says {wanted}: export it again")


def with_departments(rules: RowRules, departments: tuple[Department, ...]) -> RowRules:
    """Return rules that know the departments of a ledger, by code and by name."""
    by_name = {fold(department.name): department.code for department in departments}
    by_code = {fold(department.code): department.code for department in departments}
    taxes = {department.code: department.tax_class for department in departments}
    return msgspec.structs.replace(rules, departments=by_name | by_code, department_taxes=taxes)


@contextmanager
def import_lock(db: LedgerDatabase) -> Iterator[None]:
    """Hold the lock of imports into a ledger; `SyncBusy` while another import is at work."""
    busy = "another import into this ledger is at work: wait until it has ended"
    with holding(db.path.with_name(LOCK_NAME), busy):
        yield
