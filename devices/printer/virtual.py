"""The virtual printer: each paper as a text file and a picture in a folder, and as lines for the screen's roll.

A file named `fault` in the folder that holds a fault's name (`no_paper`) makes it fail, for demos and tests.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from config.settings import PrinterSettings
from devices.errors import BadSettingsError
from devices.printer.link import fault_of
from devices.printer.outcome import OnPaper, PrinterStatus, PrintFault, PrintResult, done, failed
from devices.printer.printable import CodePage
from devices.printer.strips import MIN_COLUMNS, Strip, lay_strips, lines_of
from domain.paper import Paper

FAULT_FILE = "fault"
_NAME = re.compile(r"receipt-([0-9]{6,})\.txt\Z")


class VirtualPrinter:
    """A printer of kind `virtual`; without a folder in the settings only the roll gets its papers."""

    def __init__(self, settings: PrinterSettings, on_paper: OnPaper | None = None) -> None:
        self._settings = settings
        self._on_paper = on_paper
        self._folder = Path(settings.device).expanduser() if settings.device else None

    def print_paper(self, paper: Paper, job: int = 0) -> PrintResult:
        """Write one paper as `receipt-<job>.txt` and `.png`; job 0 takes the next free number."""
        if fault := self._find_fault():
            return failed(fault)
        try:
            strips = lay_strips(paper, self._settings.columns, CodePage(self._settings.encoding))
            if self._folder is not None:
                self._write(self._folder, strips, job)
        except BadSettingsError:
            return failed(PrintFault.BAD_SETTINGS)
        except OSError as error:
            return failed(fault_of(error))
        if self._on_paper is not None:
            self._on_paper(lines_of(strips, self._settings.columns))
        return done()

    def status(self) -> PrinterStatus:
        """Return the fault that the folder's `fault` file asks for, else ready."""
        return PrinterStatus(self._find_fault(), answers=True)

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _find_fault(self) -> PrintFault | None:
        """Return what the `fault` file says, `None` without one."""
        if self._settings.columns < MIN_COLUMNS:
            return PrintFault.BAD_SETTINGS
        if self._folder is None:
            return None
        try:
            name = (self._folder / FAULT_FILE).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return PrintFault(name) if name in set(PrintFault) else PrintFault.DEVICE_ERROR

    def _write(self, folder: Path, strips: list[Strip], job: int) -> None:
        """Write a paper's two files; each appears whole or not at all."""
        from devices.printer.picture import draw_paper

        folder.mkdir(parents=True, exist_ok=True)
        name = f"receipt-{job or _next_number(folder):06}"
        picture = folder / f".{name}.png"
        draw_paper(strips, self._settings.columns).save(picture, format="PNG")
        os.replace(picture, folder / f"{name}.png")
        text = folder / f".{name}.txt"
        text.write_text("\n".join(lines_of(strips, self._settings.columns)) + "\n", encoding="utf-8")
        os.replace(text, folder / f"{name}.txt")


def _next_number(folder: Path) -> int:
    """Return the number after the highest receipt in a folder."""
    numbers = [int(found[1]) for path in folder.iterdir() if (found := _NAME.match(path.name))]
    return max(numbers, default=0) + 1


class NoPrinter:
    """The printer of kind `none`: a lane that prints nothing, and misses nothing."""

    def print_paper(self, paper: Paper, job: int = 0) -> PrintResult:
        """Print nothing, and say that it is done."""
        return done()

    def status(self) -> PrinterStatus:
        """Say that nothing is wrong."""
        return PrinterStatus()

    def close(self) -> None:
        """Do nothing."""
