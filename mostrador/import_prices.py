"""`mostrador import promotions|prices`: from a TOML or JSON document, in place of all that the lane had of the kind.

Exit status: 0 the document was taken whole, 1 something of it was refused (or all of it, with --strict), 2 it could
not be read and nothing was changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.paths import make_folders
from config.settings import Settings
from mostrador.escapes import json_bytes
from mostrador.wiring import read_settings
from storage.connection import LedgerDatabase, open_ledger
from sync.prices import SHOWN, PriceKind, PriceOptions, PriceReport, import_prices, price_terms, summarize_prices

TAKEN = 0
REFUSED = 1


def run_promotions(arguments: argparse.Namespace) -> int:
    """Take promotions from a document."""
    return _run(arguments, "promotions")


def run_prices(arguments: argparse.Namespace) -> int:
    """Take price lists from a document."""
    return _run(arguments, "prices")


def import_document(db: LedgerDatabase, settings: Settings, kind: PriceKind, path: Path) -> PriceReport:
    """Take a document with a shop's usual terms. Raises `SyncError`, `LedgerError`."""
    return import_prices(db, path, kind, PriceOptions(price_terms(settings)))


def _run(arguments: argparse.Namespace, kind: PriceKind) -> int:
    """Take a document into this lane's ledger and say what came of it."""
    settings, paths = read_settings(arguments.config)
    options = PriceOptions(price_terms(settings), arguments.strict, arguments.dry_run)
    make_folders(paths)
    db = open_ledger(paths.ledger)
    try:
        report = import_prices(db, arguments.file, kind, options)
    finally:
        db.close()
    if arguments.json:
        sys.stdout.buffer.write(json_bytes(report, indent=2))
    else:
        for number, line in enumerate(summarize_prices(report, SHOWN)):
            sys.stdout.write(f"{'  ' if number else ''}{line}\n")
    return REFUSED if report.problems else TAKEN
