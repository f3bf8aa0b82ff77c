"""Training: the same lane on a ledger of its own. The real journal says when it began and ended, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.instant import stamp
from domain.journal import Kind
from domain.paper import Paper
from domain.training import mark_training
from register.lane import Clock
from register.spool import PaperPrinter, PrinterCondition, PrintOutcome
from storage.connection import open_ledger
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.shifts import read_open_shift
from storage.training import take_over, take_wrong_pins

FOLDER: Final = "training"
"""Where the virtual printer leaves training's paper, inside the folder of the real one's."""


def training_paths(paths: LanePaths) -> LanePaths:
    """Return where a training lane keeps everything: its ledger and paper apart, the rest where the lane has it."""
    return msgspec.structs.replace(paths, ledger=paths.training, receipts=paths.receipts / FOLDER)


@contextmanager
def training(
    settings: Settings, paths: LanePaths, begun_by: str, clock: Clock = lambda: datetime.now(UTC)
) -> Iterator[LanePaths]:
    """Journal in the real ledger that training begins, bring the other one in line, and journal the end.

    `begun_by` is the number of who began it on the real lane, empty for the command line: both events bear it.
    Raises `LedgerError`.
    """
    _tell(settings, paths.ledger, Kind.TRAINING_ENTERED, stamp(clock()), begun_by)
    try:
        take_over(paths.ledger, paths.training)
        yield training_paths(paths)
    finally:
        _tell(settings, paths.ledger, Kind.TRAINING_LEFT, stamp(clock()), begun_by)
        take_wrong_pins(paths.ledger, paths.training)


def _tell(settings: Settings, ledger: Path, kind: Kind, at: str, operator: str) -> None:
    """Journal an event in the real ledger, in the shift that is open there."""
    db = open_ledger(ledger)
    try:
        shift = read_open_shift(db)
        mark = Mark(settings.lane.id, at, operator, shift.shift_id if shift else 0)
        with saving(), db.atomic():
            journal_event(db, mark, kind, {})
    finally:
        db.close()


class MarkedPrinter:
    """A printer whose every paper bears the mark of training."""

    def __init__(self, printer: PaperPrinter, word: str, *, opens_drawer: bool) -> None:
        """Take a printer, the word of training, and whether its papers may open the drawer."""
        self._printer, self._word, self._opens_drawer = printer, word, opens_drawer

    def print_paper(self, paper: Paper, job: int = 0) -> PrintOutcome:
        """Print a paper with its marks."""
        return self._printer.print_paper(mark_training(paper, self._word, opens_drawer=self._opens_drawer), job)

    def status(self) -> PrinterCondition:
        """Ask the printer how it is."""
        return self._printer.status()

    def close(self) -> None:
        """Let go of the printer."""
        self._printer.close()
