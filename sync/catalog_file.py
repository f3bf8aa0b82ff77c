"""Taking a catalogue that an ERP has left in a folder: as `mostrador import` does, with a report for the ERP."""

from __future__ import annotations

from collections.abc import Callable

from config.settings import Settings
from storage.connection import LedgerDatabase
from sync.catalog_import import ImportOptions, ImportReport, import_catalog
from sync.catalog_text import UnreadableFile
from sync.connector import CatalogFile, Settled
from sync.department_import import import_departments
from sync.import_rules import shop_rules
from sync.import_summary import summarize

Say = Callable[[str], None]
ImportFile = Callable[[LedgerDatabase, CatalogFile, Say], Settled]


def catalog_importer(settings: Settings) -> ImportFile:
    """Return what takes a shop's catalogues.

    A file that cannot be read is refused; one with bad rows is taken without them, and the report names them. It
    raises `SyncBusy` while another import is at work, and `NotSaved`: the file is to be offered again then.
    """
    options = ImportOptions(shop_rules(settings))

    def import_file(db: LedgerDatabase, file: CatalogFile, say: Say) -> Settled:
        say(f"importing {file.path.name}")
        try:
            report = _import(db, file, options)
        except UnreadableFile as error:
            return Settled(False, (str(error),))
        return Settled(report.is_applied, summarize(report))

    return import_file


def _import(db: LedgerDatabase, file: CatalogFile, options: ImportOptions) -> ImportReport:
    if file.kind == "departments":
        return import_departments(db, file.path, options)
    return import_catalog(db, file.path, options)
