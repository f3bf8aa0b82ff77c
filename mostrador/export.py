"""`mostrador export`: the journal with a detached signature, sales for other programs, and the public key."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from heapq import merge
from pathlib import Path

from config.durable import Disk
from config.settings import Settings
from domain.collection import Collection
from domain.instant import stamp
from domain.sale import Sale
from domain.sale_table import TABLES, columns_of, rows_of
from domain.text import safe_text
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.journal_file import beside, journal_lines, sum_line, write_file
from mostrador.wiring import read_settings
from storage.collecting import read_collections
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import LedgerError, reading
from storage.journal import read_head
from storage.sale_reading import read_sales
from storage.seal_key import NoKey
from storage.seals import OwnKey, own_key
from sync.poslog import HEAD, TAIL, collection_transaction, transaction
from sync.poslog_batch import shops_of

UNSIGNED = 1


def run_journal(arguments: argparse.Namespace) -> int:
    """Write the journal, its sum, the signature over that and the public key into a folder."""
    settings, paths = read_settings(arguments.config)
    lane = settings.lane.id
    with _exporting(arguments.folder), _ledger(paths.ledger) as db:
        newest = read_head(db).seq
        if not newest:
            return complain("the journal is empty: there is nothing to export before somebody signs on")
        first, last = arguments.first or 1, arguments.last or newest
        if not 1 <= first <= last <= newest:
            return complain(f"the journal has rows 1 to {newest}: choose --from and --to among them")
        key, why = _own_key(db, lane)
        path = arguments.folder / f"journal-{lane}-{first}-{last}.jsonl"
        with db.snapshot():
            digest = write_file(path, _lines(db, arguments, lane, (first, last), key))
        written = [path, *_sign(path, digest, lane, key)]
    _tell(arguments, written, {"first_seq": first, "last_seq": last, "sha256": digest})
    if key is None:
        complain(f"the export is not signed: {why}")
    return UNSIGNED if key is None else 0


def _lines(
    db: LedgerDatabase, arguments: argparse.Namespace, lane: str, rows: tuple[int, int], key: OwnKey | None
) -> Iterator[bytes]:
    """Return the lines of the journal, signed as by a key."""
    return journal_lines(db, lane, *rows, key.public if key else "", has_personal=not arguments.without_personal)


def _own_key(db: LedgerDatabase, lane: str) -> tuple[OwnKey | None, str]:
    """Return the lane's key, or None and why it cannot be had."""
    try:
        return own_key(db, lane, stamp(datetime.now(UTC))), ""
    except NoKey as error:
        return None, str(error)


def _sign(path: Path, digest: str, lane: str, key: OwnKey | None) -> list[Path]:
    """Write what lies beside an exported journal; without a key its sum only."""
    disk, line = Disk(), sum_line(path, digest)
    sums, signature, pem = beside(path, "sha256"), beside(path, "sig"), path.with_name(f"lane-{lane}.pem")
    disk.put(sums, line)
    if key is None:
        signature.unlink(missing_ok=True)
        return [sums]
    disk.put(signature, key.sign(line))
    disk.put(pem, key.pem)
    return [sums, signature, pem]


def run_sales(arguments: argparse.Namespace) -> int:
    """Write the sales of some business days as CSV or as POSLog into a folder."""
    settings, paths = read_settings(arguments.config)
    if wrong := next((text for text in (arguments.first, arguments.last) if text and not _is_date(text)), ""):
        return complain(f"{wrong} is no date: write it like 2026-11-24")
    with _exporting(arguments.folder), _ledger(paths.ledger) as db, db.snapshot():
        span = "-".join((arguments.first or "begin", arguments.last or "end"))
        stem = arguments.folder / f"sales-{settings.lane.id}-{span}"
        sales = _Sales(db, settings, (arguments.first or "", arguments.last or ""))
        written = sales.write_poslog(stem) if arguments.format == "poslog" else sales.write_tables(stem)
    _tell(arguments, written, {"sales": sales.count})
    return 0


def _is_date(text: str) -> bool:
    """Say whether a text is a date as business days are written."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class _Sales:
    """The sales that are exported, and how they are written."""

    def __init__(self, db: LedgerDatabase, settings: Settings, dates: tuple[str, str]) -> None:
        self._db, self._dates = db, dates
        self._shop_of = shops_of(settings)
        self.count = 0

    def write_tables(self, stem: Path) -> list[Path]:
        """Write one CSV file for each table."""
        written = []
        for table in TABLES:
            path = stem.with_name(f"{stem.name}-{table}.csv")
            write_file(path, self._rows(table))
            written.append(path)
        return written

    def write_poslog(self, stem: Path) -> list[Path]:
        """Write one XML file."""
        path = stem.with_name(f"{stem.name}.poslog.xml")
        write_file(path, self._transactions())
        return [path]

    def _rows(self, table: str) -> Iterator[bytes]:
        """Yield a table's lines; every cell is quoted."""
        yield _csv_line(columns_of(table))
        self.count = 0
        for sale in read_sales(self._db, *self._dates):
            self.count += 1
            for row in rows_of(table, sale, self._shop_of(sale.currency).exponent):
                yield _csv_line(row)

    def _transactions(self) -> Iterator[bytes]:
        """Yield a POSLog, sales and collections by the time they were posted."""
        yield HEAD.encode()
        documents: tuple[Iterator[Sale | Collection], ...] = (
            read_sales(self._db, *self._dates),
            read_collections(self._db, *self._dates),
        )
        for document in merge(*documents, key=lambda document: document.at):
            shop = self._shop_of(document.currency)
            if isinstance(document, Sale):
                self.count += 1
                yield transaction(document, shop).encode()
            else:
                yield collection_transaction(document, shop).encode()
        yield TAIL.encode()


def _csv_line(cells: tuple[str, ...]) -> bytes:
    """Return one line of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue().encode()


def run_key(arguments: argparse.Namespace) -> int:
    """Print the lane's public key, made with its private part if there is none yet."""
    settings, paths = read_settings(arguments.config)
    with _ledger(paths.ledger) as db:
        key, why = _own_key(db, settings.lane.id)
    if key is None:
        return complain(why)
    if arguments.json:
        sys.stdout.buffer.write(json_bytes({"lane": settings.lane.id, "key": key.public, "pem": key.pem.decode()}))
    else:
        sys.stdout.write(key.pem.decode())
    return 0


@contextmanager
def _ledger(path: Path) -> Iterator[LedgerDatabase]:
    """Open the lane's ledger, which may be selling meanwhile."""
    db = open_ledger(path, must_exist=True)
    try:
        with reading():
            yield db
    finally:
        db.close()


@contextmanager
def _exporting(folder: Path) -> Iterator[None]:
    """Write into a folder that is there: where a stick is not mounted, nothing is left on the lane's own disk."""
    if not folder.is_dir():
        raise LedgerError(f"there is no folder {folder}: make it, or mount the medium, and try again")
    try:
        yield
    except OSError as error:
        raise LedgerError(f"cannot write into {folder} ({error.strerror}): choose another folder") from error


def _tell(arguments: argparse.Namespace, written: list[Path], facts: dict[str, object]) -> None:
    """Say what was written."""
    if arguments.json:
        sys.stdout.buffer.write(json_bytes({"files": [str(path) for path in written], **facts}))
        return
    for path in written:
        sys.stdout.write(f"{safe_text(path.name)}\n")
