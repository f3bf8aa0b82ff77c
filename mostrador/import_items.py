"""`mostrador import items` and what else comes in files of rows: with a bar while it works and a report after it.

Exit status: 0 the file was taken whole, 1 rows were refused (or the file, with --strict), 2 it could not be read and
nothing was changed, 130 interrupted: what was written stays, the rest is for the next run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from config.paths import make_folders
from config.settings import Settings
from domain.catalog_value import DecimalMark
from mostrador.cli import INTERRUPTED, complain
from mostrador.escapes import json_bytes
from mostrador.progress_bar import ProgressBar
from mostrador.wiring import read_settings
from storage.connection import LedgerDatabase, open_ledger
from sync.catalog_import import ImportOptions, ImportReport, import_catalog
from sync.catalog_table import is_json
from sync.catalog_text import UnreadableFile
from sync.department_import import import_departments
from sync.import_rules import shop_rules
from sync.import_summary import summarize
from sync.small_import import SMALL_KINDS, import_small, small_kind

Kind = Literal["items", "departments", "stock", "salespeople", "cards", "points", "customers", "balances", "returned"]

TAKEN = 0
REFUSED = 1


def run_items(arguments: argparse.Namespace) -> int:
    """Take items from a file."""
    return _run(arguments, "items")


def run_departments(arguments: argparse.Namespace) -> int:
    """Take departments from a file."""
    return _run(arguments, "departments")


def run_salespeople(arguments: argparse.Namespace) -> int:
    """Take salespeople from a file."""
    return _run(arguments, "salespeople")


def run_cards(arguments: argparse.Namespace) -> int:
    """Take balances of gift cards and vouchers from a file."""
    return _run(arguments, "cards")


def run_customers(arguments: argparse.Namespace) -> int:
    """Take customers from a file."""
    return _run(arguments, "customers")


def run_balances(arguments: argparse.Namespace) -> int:
    """Take balances and open documents from a file."""
    return _run(arguments, "balances")


def run_stock(arguments: argparse.Namespace) -> int:
    """Take what is on hand from a file."""
    return _run(arguments, "stock")


def run_points(arguments: argparse.Namespace) -> int:
    """Take balances of loyalty points from a file."""
    return _run(arguments, "points")


def run_returned(arguments: argparse.Namespace) -> int:
    """Take what came back at other places from a file."""
    return _run(arguments, "returned")


def import_file(
    db: LedgerDatabase, settings: Settings, kind: Kind, path: Path, bar: ProgressBar | None = None
) -> ImportReport:
    """Take a file with a shop's usual rules. Raises `SyncError`, `LedgerError`."""
    return _import(db, settings, kind, path, ImportOptions(shop_rules(settings)), bar or ProgressBar(None))


def _run(arguments: argparse.Namespace, kind: Kind) -> int:
    """Import a file into this lane's ledger and say what came of it."""
    settings, paths = read_settings(arguments.config)
    options = _options(arguments, settings)
    make_folders(paths)
    bar = ProgressBar(sys.stderr if sys.stderr.isatty() else None)
    db = open_ledger(paths.ledger)
    try:
        report = _import(db, settings, kind, arguments.file, options, bar)
    except KeyboardInterrupt:
        bar.clear()
        complain(_interrupted(bar))
        return INTERRUPTED
    finally:
        bar.clear()
        db.close()
    _say(report, as_json=arguments.json)
    return REFUSED if report.refused else TAKEN


def _import(
    db: LedgerDatabase, settings: Settings, kind: Kind, path: Path, options: ImportOptions, bar: ProgressBar
) -> ImportReport:
    if kind == "departments":
        return import_departments(db, path, options)
    if kind == "balances":
        from sync.balances import import_balances  # few shops sell on account

        return import_balances(db, path, options, settings, lambda: datetime.now(UTC))
    if kind in SMALL_KINDS:
        return import_small(db, path, options, small_kind(kind, settings))
    return import_catalog(db, path, options, progress=bar.show)


def _options(arguments: argparse.Namespace, settings: Settings) -> ImportOptions:
    """Return what a command line asks for; the last three options may be missing from it."""
    asked = vars(arguments)
    mark = cast("DecimalMark", asked.get("decimal") or "")
    if mark == "," and is_json(arguments.file):
        raise UnreadableFile("numbers in JSON have a point: leave --decimal out")
    rules = shop_rules(settings, tax_map=read_tax_map(asked.get("tax_map") or ()), mark=mark)
    return ImportOptions(rules, arguments.strict, arguments.dry_run, asked.get("encoding") or "")


def read_tax_map(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return what options `--tax-map WORD=CLASS` say. Raises `UnreadableFile` for one without both."""
    words: dict[str, str] = {}
    for pair in pairs:
        word, _, tax_class = pair.rpartition("=")
        if not word or not tax_class:
            raise UnreadableFile(f"--tax-map {pair!r} is no WORD=CLASS, such as food0=zero")
        words[word] = tax_class
    return words


def _interrupted(bar: ProgressBar) -> str:
    """Say how far an interrupted import has come."""
    if not bar.applied:
        return "interrupted before anything was changed"
    return f"interrupted: {bar.applied} of {bar.to_apply} items are written; import the file again for the rest"


def _say(report: ImportReport, *, as_json: bool) -> None:
    """Print a report."""
    if as_json:
        sys.stdout.buffer.write(json_bytes(report, indent=2))
        return
    for number, line in enumerate(summarize(report)):
        sys.stdout.write(f"{'  ' if number else ''}{line}\n")
