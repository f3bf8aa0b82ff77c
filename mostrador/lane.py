"""`mostrador`: the lane itself. Screen first; spool, scanners and sync start once it is painted."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from config.paths import LanePaths, find_settings
from config.settings import Settings
from mostrador.cli import complain
from mostrador.key_sheet import read_keys
from mostrador.logs import log_to
from mostrador.wiring import OpenLane, open_lane, read_settings
from tui.app import TillApp
from tui.messages import CodeScanned, DeviceChanged, PaperPrinted
from tui.themes import pick_theme
from tui.words import load_words

TIDY_SECONDS: Final = 0.5
COLLECT: Final = (300, 3, 3)
"""How often the collector looks: briefly and often, so that a sale's garbage does not lie among the next one's work."""


def run_command(arguments: argparse.Namespace) -> int:
    """Run the lane of the settings file until someone shuts it."""
    settings, paths = read_settings(arguments.config)
    config = find_settings(os.environ, arguments.config)
    return run_lane(settings, paths, config, is_training=arguments.training)


def run_lane(
    settings: Settings,
    paths: LanePaths,
    config: Path | None,
    signed_on: tuple[str, str] | None = None,
    *,
    is_training: bool = False,
) -> int:
    """Run a lane on its screen; whoever goes into training from the menu comes back to the lane.

    `config` is handed to the sync process; `signed_on` is the number and PIN of who is there already (the demo).
    """
    left = _run_screen(settings, paths, config, signed_on, is_training=is_training)
    while left.word == "train":
        trained = _run_screen(settings, paths, config, None, is_training=True, begun_by=left.operator)
        if trained.word != "leave":
            return trained.status
        left = _run_screen(settings, paths, config, None)
    return left.status


def _run_screen(
    settings: Settings,
    paths: LanePaths,
    config: Path | None,
    signed_on: tuple[str, str] | None,
    *,
    is_training: bool = False,
    begun_by: str = "",
) -> Left:
    """Run one ledger's lane on its screen until somebody leaves it."""
    if not has_terminal(os.environ):
        return Left(complain("the lane needs a terminal: start it on one; a program works it with `mostrador pipe`"))
    words = load_words(settings.store.language)
    keys = read_keys(settings, words)
    app: list[TillApp] = []

    def show_paper(lines: tuple[str, ...]) -> None:
        app[0].post_message(PaperPrinted(lines))

    with open_lane(settings, paths, show_paper, is_training=is_training, begun_by=begun_by) as lane:
        log_to(paths.logs / "lane.log")
        if signed_on:
            lane.register.sign_on(*signed_on)
        with Crew(lane, config) as crew:
            app.append(
                TillApp(
                    lane.register,
                    words=words,
                    keys=keys,
                    theme=pick_theme(settings.screen.theme, os.environ),
                    roll=settings.screen.roll,
                    training=is_training,
                    on_ready=lambda: crew.start(app[0]),
                )
            )
            word = app[0].run(mouse=False)
            operator = lane.register.operator
    return Left(exit_status(app[0].return_code), word or "", operator.operator if operator else "")


def exit_status(return_code: int | None) -> int:
    """Return the lane's exit status: an application that has ended without a word of its own has died.

    A service manager starts a lane again that ends with another status than 0.
    """
    return 1 if return_code is None else return_code


def has_terminal(environ: Mapping[str, str]) -> bool:
    """Say whether there is something to show a screen on: a terminal where Textual writes, or a driver of its own."""
    return bool(environ.get("TEXTUAL_DRIVER")) or (os.isatty(0) and os.isatty(2))


class Left(NamedTuple):
    """How a screen was left: the exit status, the application's last word and who was signed on."""

    status: int
    word: str = ""
    operator: str = ""


class Crew:
    """What works beside the screen: the spool, the scanners, the sync process and the look at the ledger's file."""

    def __init__(self, lane: OpenLane, config: Path | None) -> None:
        """Take the lane; nothing is started yet."""
        self._lane, self._config = lane, config
        self._stack = ExitStack()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, app: TillApp) -> None:
        """Start everything; a device that fails is told in the status bar and never stops the lane."""
        from mostrador.memory import Tidier, settle_memory  # not before the first screen

        settle_memory()
        app.set_interval(TIDY_SECONDS, Tidier(lambda: self._lane.register.lane_at_work.posted).look)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, app.exit)
        self._lane.start()
        self._start_scanners(app)
        self._start_sync(app)
        self._check_ledger(app)
        gc.collect()  # a millisecond: nothing that start-up let go of is frozen with the rest
        gc.freeze()  # what start-up made stays: a full collection looks at a day's work only
        gc.set_threshold(*COLLECT)

    def _start_scanners(self, app: TillApp) -> None:
        """Start each scanner in a thread of its own."""
        from devices.scanner.running import start_scanner
        from devices.scanner.scanned import Scanned, ScannerStatus

        def emit(scanned: Scanned) -> None:
            app.post_message(CodeScanned(scanned.with_aim))

        def tell(status: ScannerStatus) -> None:
            app.post_message(DeviceChanged("scanner", status.state))

        for settings in self._lane.settings.scanners:
            running = start_scanner(settings, emit, tell)
            self._stack.callback(running.stop)

    def _start_sync(self, app: TillApp) -> None:
        """Start the sync as a program of its own, unless a service manager does."""
        if is_synced_elsewhere(os.environ):
            return
        from mostrador.sync_keeper import SyncKeeper
        from sync.spawn import spawn_sync

        def tell(state: str) -> None:
            app.post_message(DeviceChanged("sync", state))

        keeper = SyncKeeper(
            lambda: spawn_sync(self._config, self._lane.paths),
            tell,
        )
        keeper.start()
        self._stack.callback(keeper.stop)

    def _check_ledger(self, app: TillApp) -> None:
        """Have the ledger's file read whole: damage is told in the status bar, and selling goes on act by act."""
        from mostrador.ledger_check import LedgerCheck
        from storage.soundness import PageCheck

        def tell(state: str) -> None:
            app.post_message(DeviceChanged("ledger", state))

        check = LedgerCheck(PageCheck(self._lane.db.path), tell)
        check.start()
        self._stack.callback(check.stop)


def is_synced_elsewhere(environ: Mapping[str, str]) -> bool:
    """Say whether a service manager runs the sync: its unit for the lane sets this variable."""
    return environ.get("MOSTRADOR_SYNC", "") == "external"
