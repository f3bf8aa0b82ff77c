"""From a catalogue that the ERP has left to the import and back: what it is told of its file."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings
from storage.connection import LedgerDatabase
from sync.catalog_import import ImportOptions, Phase, import_catalog
from sync.catalog_text import UnreadableFile
from sync.clock import Clock
from sync.connector import CatalogFile, Settled
from sync.department_import import import_departments
from sync.errors import NotNow
from sync.import_rules import shop_rules
from sync.import_summary import summarize
from sync.push import Say
from sync.small_import import SMALL_KINDS, import_small, small_kind
from sync.watch import Stamp, stamp_of


class LeftFiles:
    """Imports catalogues by a shop's own rules, and ends between two transactions when it is to stop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Take the rules from the settings when the first file comes."""
        self._settings = settings
        self._clock = clock

    def __call__(self, db: LedgerDatabase, file: CatalogFile, say: Say) -> Settled:
        """Import a file. One that cannot be read is refused, and so is one of which nothing is good.

        Raises `SyncError` when it has to be tried again, `LedgerError` when the ledger refuses.
        """
        say(f"reading {file.path.name}")
        before = stamp_of(file.path)
        try:
            settled = self._import(db, file)
        except UnreadableFile as error:
            settled = Settled(False, (str(error),))
        self._hold_still(file.path, before)
        return settled

    def _import(self, db: LedgerDatabase, file: CatalogFile) -> Settled:
        """Import a file by what it is."""
        if file.kind == "prices" or file.kind == "promotions":
            from sync.prices import PriceOptions, import_prices, price_terms, summarize_prices  # few shops have them

            wanted = PriceOptions(price_terms(self._settings), rows=file.rows, is_guarded=True)
            prices = import_prices(db, file.path, file.kind, wanted, self._clock.now)
            return Settled(prices.is_applied, summarize_prices(prices))
        options = ImportOptions(shop_rules(self._settings), reports=file.reports, rows=file.rows)
        if file.kind in SMALL_KINDS:
            report = import_small(db, file.path, options, small_kind(file.kind, self._settings))
        elif file.kind == "balances":
            from sync.balances import import_balances  # few shops sell on account

            report = import_balances(db, file.path, options, self._settings, self._clock.now)
        elif file.kind == "departments":
            report = import_departments(db, file.path, options)
        else:
            report = import_catalog(db, file.path, options, progress=self._watch, now=self._clock.now)
        return Settled(report.refused < report.rows or not report.rows, summarize(report))

    def _hold_still(self, path: Path, before: Stamp | None) -> None:
        """Leave a file where it is that somebody has written to meanwhile: it is read again when it is whole."""
        if stamp_of(path) != before:
            raise NotNow(f"{path.name} was written to while it was read: it is read again")

    def _watch(self, phase: Phase, done: int, total: int) -> None:
        if self._clock.stop.is_set():
            raise NotNow("stopped in the middle of a catalogue: the next run does the rest")
