"""`mostrador demo`: a store to try everything in, on a folder of its own. Its prices are invented.

A real catalogue (Open Food Facts, see demo_data/LICENSE.md), some promotions, an operator signed on, paper on the
screen, and an ERP made of folders. `--fresh` begins again. A folder is a demo store by a mark that nothing else
writes: in any other one that is not empty nothing is changed, for it may be a real lane.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Literal

from config.file import load_settings, write_settings
from config.paths import LanePaths, lane_paths, make_folders
from config.settings import (
    CreditSettings,
    InvoiceSettings,
    LaneSettings,
    PrinterSettings,
    ScreenSettings,
    Settings,
    StoreSettings,
)
from domain.shift import Operator, Role
from mostrador.wiring import hold
from register.register import open_register
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import LedgerError

DATA: Final = Path(__file__).with_name("demo_data")
OPERATOR: Final = Operator("1", "Ana", Role.SUPERVISOR)
PIN: Final = "1234"
SETTINGS: Final = "mostrador.toml"
MARK: Final = ".mostrador-demo"
"""The file that makes a folder a demo store."""


class NoDemoError(LedgerError):
    """A folder that is no demo store, or cannot be made one; nothing was changed in it."""


def run_command(arguments: argparse.Namespace) -> int:
    """Make the demo store where there is none, and run its lane."""
    folder = (arguments.folder or demo_folder()).absolute()
    if arguments.fresh:
        clear(folder)
    settings, paths = prepare(folder, arguments.language or locale_language())
    if arguments.prepare:
        sys.stdout.write(f"the demo store is in {folder}; operator {OPERATOR.operator}, PIN {PIN}\n")
        return 0
    from mostrador.lane import run_lane

    return run_lane(settings, paths, folder / SETTINGS, (OPERATOR.operator, PIN), is_training=arguments.training)


def demo_folder() -> Path:
    """Return where the demo store lives unless it is told: beside the lanes, in the user's data folder."""
    return lane_paths(Settings(), os.environ).data.parent / "demo"


def locale_language() -> Literal["es", "en"]:
    """Return English where the locale is English, Spanish otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return "en" if value.lower().startswith("en") else "es"
    return "es"


def prepare(folder: Path, language: Literal["es", "en"]) -> tuple[Settings, LanePaths]:
    """Return the demo's settings and folders, with catalogue and operator in its ledger."""
    mark(folder)
    path = folder / SETTINGS
    settings = load_settings(path) if path.exists() else demo_settings(folder, language)
    paths = lane_paths(settings, os.environ)
    if folder not in paths.data.parents:
        raise NoDemoError(f"{path} names {paths.data}, which is not in the demo store: run `mostrador demo --fresh`")
    make_folders(paths)
    if not path.exists():
        write_settings(path, settings)
    db = open_ledger(paths.ledger)
    try:
        if db.one("SELECT 1 FROM item LIMIT 1") is None:
            fill(db, settings)
    finally:
        db.close()
    return settings, paths


def mark(folder: Path) -> None:
    """Make a folder a demo store, if it is new or empty or one already; `NoDemoError` if it is anything else."""
    require_demo(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
    except OSError as error:
        raise NoDemoError(f"cannot write to {folder} ({error.strerror}): name another --folder") from error


def clear(folder: Path) -> None:
    """Empty a demo store of which no lane is at work; the mark stays, so that a half removed one still is one."""
    require_demo(folder)
    try:
        with ExitStack() as locks:
            for lock in folder.rglob("lane.lock"):
                locks.enter_context(hold(lock))
            for path in folder.glob("*"):
                if path.name != MARK:
                    _remove(path)
    except OSError as error:
        raise NoDemoError(f"cannot empty {folder} ({error.strerror}): name another --folder") from error


def require_demo(folder: Path) -> None:
    """Raise `NoDemoError` for a folder with something in it that no demo has put there."""
    try:
        is_free = not folder.exists() or (folder / MARK).exists() or next(folder.iterdir(), None) is None
    except OSError as error:
        raise NoDemoError(f"cannot use {folder} ({error.strerror}): name another --folder") from error
    if not is_free:
        raise NoDemoError(f"{folder} is not empty and no demo store: nothing was changed, name another --folder")


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def demo_settings(folder: Path, language: Literal["es", "en"]) -> Settings:
    """Return the settings of a demo store."""
    address = ("Calle Hidalgo 12, Centro", "Oaxaca, Oax. C.P. 68000")
    return Settings(
        store=StoreSettings(name="Abarrotes La Esquina", address=address, tax_id="XAXX010101000", language=language),
        lane=LaneSettings(id="1", data=str(folder / "lane"), lock_minutes=0),
        credit=CreditSettings(stale_hours=0),  # nobody tells new balances here
        invoice=InvoiceSettings("https://facturas.example/?f={folio}&t={total}&d={date}&c={code}"),
        printers=(PrinterSettings(kind="virtual"),),
        screen=ScreenSettings(roll=True),
    )


def fill(db: LedgerDatabase, settings: Settings) -> None:
    """Give a new ledger the demo's departments, items, customers, promotions and operator."""
    from mostrador.import_items import import_file
    from mostrador.import_prices import import_document

    for kind in ("departments", "items", "customers", "balances"):
        import_file(db, settings, kind, DATA / f"{kind}.csv")
    import_document(db, settings, "promotions", DATA / "promotions.toml")
    open_register(db, settings).add_operator(OPERATOR, PIN, is_any_pin=True)
