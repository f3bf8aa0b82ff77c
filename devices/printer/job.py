"""One paper to one printer: ask how it is, send, and have it confirmed where the printer answers.

A printer without paper takes bytes happily and prints them when it gets some, so silence after the data is no
failure: it is unknown. Most cheap printers never answer; for them to have taken the bytes is all there is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from config.settings import PrinterSettings
from devices.errors import BadSettingsError, LinkError
from devices.printer.bytes import compose, compose_code_pages
from devices.printer.dialogue import Dialogue, Patience
from devices.printer.link import Link
from devices.printer.outcome import PrinterStatus, PrintFault, PrintResult, done, failed, unknown
from domain.paper import Paper


class EscposPrinter:
    """A printer that speaks ESC/POS over a link.

    It remembers whether the printer answers and whether it confirms: one that never did is not waited for, one
    that did and is silent now is offline.
    """

    def __init__(
        self,
        settings: PrinterSettings,
        open_link: Callable[[PrinterSettings], Link],
        patience: Patience | None = None,
    ) -> None:
        self._settings = settings
        self._open_link = open_link
        self._patience = patience or Patience()
        self._answers: bool | None = None
        self._confirms: bool | None = None

    def print_paper(self, paper: Paper, job: int = 0) -> PrintResult:
        """Print one paper; never raises."""
        return self._print(lambda: compose(paper, self._settings))

    def print_code_pages(self, numbers: range = range(256)) -> PrintResult:
        """Print the technician's test page of code pages: docs/devices.md says how it is asked for and read."""
        return self._print(lambda: compose_code_pages(self._settings, numbers))

    def status(self) -> PrinterStatus:
        """Ask the printer how it is, also one that never answered yet."""
        try:
            with contextlib.closing(self._open_link(self._settings)) as link:
                return self._check(Dialogue(link, self._patience))
        except LinkError as error:
            return PrinterStatus(error.fault, answers=bool(self._answers))

    def close(self) -> None:
        """Do nothing: a link lives no longer than its job."""

    def _print(self, make: Callable[[], bytes]) -> PrintResult:
        """Make the bytes of a job, then send them over a link of their own."""
        try:
            data = make()
            with contextlib.closing(self._open_link(self._settings)) as link:
                return self._deliver(link, data)
        except BadSettingsError:
            return failed(PrintFault.BAD_SETTINGS)
        except ImportError:
            return failed(PrintFault.NO_DRIVER)
        except LinkError as error:  # before any byte of the paper
            return failed(error.fault)

    def _deliver(self, link: Link, data: bytes) -> PrintResult:
        """Send a job's bytes if the printer is ready, and have them confirmed; `LinkError` before the first."""
        dialogue = Dialogue(link, self._patience)
        status = PrinterStatus() if self._answers is False else self._check(dialogue)
        if status.fault is not None:
            return failed(status.fault)
        try:
            link.send(data)
        except LinkError as error:
            return unknown(error.fault) if error.sent else failed(error.fault)
        if not status.answers:
            return done()
        try:
            return self._confirm(dialogue)
        except LinkError as error:
            return unknown(error.fault)

    def _check(self, dialogue: Dialogue) -> PrinterStatus:
        """Return the status of an idle printer, and learn how far it answers."""
        dialogue.forget()
        status = dialogue.ask_status()
        if self._answers and not status.answers:
            return PrinterStatus(PrintFault.OFFLINE, answers=True)
        self._answers = status.answers
        if status.answers and status.fault is None and self._confirms is None:
            self._confirms = dialogue.ask_paper() is not None
        return status

    def _confirm(self, dialogue: Dialogue) -> PrintResult:
        """Return what the printer says about the bytes it was sent.

        One that knows no GS r is asked for its status: the answer comes behind the data on the same link, so it
        has at least taken them.
        """
        answer = dialogue.await_confirmation() if self._confirms else dialogue.ask_status()
        if answer is None:
            return unknown(PrintFault.TIMEOUT)
        if isinstance(answer, int):
            return unknown(PrintFault.NO_PAPER) if answer & 0x0C else done(is_paper_low=bool(answer & 0x03))
        if answer.fault is not None or not answer.answers:
            return unknown(answer.fault or PrintFault.TIMEOUT)
        return done(answer.is_paper_low)
