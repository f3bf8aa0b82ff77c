"""Wiring one lane from its parts: settings, folders, ledger, register, spool."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from config.file import load_settings
from config.lock import Taken, hold_file
from config.paths import LanePaths, find_settings, lane_paths, make_folders
from config.settings import PrinterSettings, Settings
from config.time_sync import elapsed_ms, is_synced
from config.version import software
from register.register import Register, open_register
from register.spool import PaperPrinter, Spool
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import LedgerError, NoLedger, reading

if TYPE_CHECKING:
    from domain.paper import Paper
    from register.papers import ComposeJob
    from register.sharer import Sharer
    from storage.prints import PrintJob

OnPaper = Callable[[tuple[str, ...]], None]


SPOOL_CACHE_KIB: Final = 128
"""The spool reads each document once."""
CACHE_KIB: Final = 768
"""Pages that the lane's connection keeps: the upper levels of its indexes; the rest the system keeps anyway."""


class LaneBusyError(LedgerError):
    """Another program already works this lane."""


@dataclass(frozen=True)
class OpenLane:
    """A lane that is open for business, and what belongs to it."""

    settings: Settings
    paths: LanePaths
    db: LedgerDatabase
    register: Register
    spool: Spool
    is_training: bool = False
    sharer: Sharer | None = None
    """Looks after baskets for other lanes, where the store has a folder for them."""

    def start(self) -> None:
        """Start what works beside the register."""
        self.spool.start()
        if self.sharer is not None:
            self.sharer.start()


def read_settings(named: Path | None) -> tuple[Settings, LanePaths]:
    """Return the settings of this machine's lane and where it lives; `ConfigError` says what is wrong with them."""
    settings = load_settings(find_settings(os.environ, named))
    return settings, lane_paths(settings, os.environ)


@contextmanager
def open_lane(
    settings: Settings,
    paths: LanePaths,
    on_paper: OnPaper = lambda _lines: None,
    *,
    is_training: bool = False,
    begun_by: str = "",
) -> Iterator[OpenLane]:
    """Open a lane for one program alone, and leave it in order.

    A lane in training works a ledger of its own; `begun_by` is the number of who went into it from the real one.
    """
    make_folders(paths)
    with hold(paths.data / "lane.lock"):
        if not is_training:
            with _open_lane(settings, paths, on_paper) as lane:
                yield lane
            return
        from mostrador.training import training

        with (
            training(settings, paths, begun_by) as own,
            _open_lane(settings, own, on_paper, is_training=True) as lane,
        ):
            yield lane


@contextmanager
def _open_lane(
    settings: Settings, paths: LanePaths, on_paper: OnPaper, *, is_training: bool = False
) -> Iterator[OpenLane]:
    """Open a lane whose lock is held."""
    db = open_ledger(paths.ledger)
    db.run(f"PRAGMA cache_size=-{CACHE_KIB}")
    if is_training and settings.lane.shared_folder:
        settings = msgspec.structs.replace(settings, lane=msgspec.structs.replace(settings.lane, shared_folder=""))
    try:
        with reading():
            register = open_register(db, settings)
        spool = make_spool(settings, paths, on_paper, register, is_training=is_training)
        register.watch_clock(elapsed_ms, is_synced)
        register.attach_software(software)
        register.attach_printer(spool.wake, lambda: spool.state)
        sharer = make_sharer(settings, paths, register)
        try:
            yield OpenLane(settings, paths, db, register, spool, is_training, sharer)
        finally:
            if sharer is not None:
                sharer.stop()
            spool.stop()
    finally:
        db.close()


def make_sharer(settings: Settings, paths: LanePaths, register: Register) -> Sharer | None:
    """Return what looks after the store's shared baskets, None where it shares none."""
    if not settings.lane.shared_folder:
        return None
    from register.sharer import Sharer  # few stores share baskets
    from register.sharing import folder_of

    lane = register.lane_at_work
    sharer = Sharer(LedgerDatabase(paths.ledger), folder_of(lane), lane.lane_id, lane.clock)
    lane.wake_sharer = sharer.wake
    return sharer


@contextmanager
def read_lane(settings: Settings, paths: LanePaths) -> Iterator[Register]:
    """Open a lane's ledger for a program that only looks on; the lane may be selling meanwhile."""
    db = open_ledger(paths.ledger, must_exist=True)
    try:
        with reading():
            yield open_register(db, settings)
    finally:
        db.close()


def make_spool(
    settings: Settings, paths: LanePaths, on_paper: OnPaper, register: Register, *, is_training: bool = False
) -> Spool:
    """Return the spool of the lane's first printer; the driver is imported when a paper is printed."""
    printer = settings.printers[0] if settings.printers else PrinterSettings(kind="none")
    if printer.kind == "virtual" and not printer.device:
        printer = msgspec.structs.replace(printer, device=str(paths.receipts))

    def open_it() -> PaperPrinter:
        from devices.printer.open import open_printer

        opened = open_printer(printer, lambda lines: on_paper(tuple(lines)))
        return mark_printer(settings, register, opened) if is_training else opened

    @cache
    def composer() -> ComposeJob:
        return register.receipt_composer()

    def compose(db: LedgerDatabase, job: PrintJob) -> Paper | None:
        return composer()(db, job)

    @cache
    def finder() -> Callable[[LedgerDatabase], int]:
        return register.drawer_finder()

    def drawer(db: LedgerDatabase) -> int:
        return finder()(db) if settings.tills else 1

    return Spool(
        LedgerDatabase(paths.ledger, cache_kib=SPOOL_CACHE_KIB),
        open_it,
        lambda: datetime.now(UTC),
        compose=compose,
        drawer=drawer,
    )


def mark_printer(settings: Settings, register: Register, printer: PaperPrinter) -> PaperPrinter:
    """Return a printer that marks each paper as training's."""
    from mostrador.training import MarkedPrinter

    word = register.style.texts["training"]
    return MarkedPrinter(printer, word, opens_drawer=settings.lane.training_drawer)


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold a lane's lock file; `LaneBusyError` where another program holds it. A dead one holds nothing."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_file(path))
        except Taken as error:
            raise LaneBusyError("this lane is already open in another program: close that one first") from error
        except OSError as error:
            raise NoLedger(
                f"cannot lock {path} ({error.strerror}): set lane.data to a folder on a local disk"
            ) from error
        yield
