"""Questions and answers with a printer over one link, while a job goes through it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.printer import answers
from devices.printer.link import Link
from devices.printer.outcome import PrinterStatus


@dataclass(frozen=True)
class Patience:
    """How long to wait for answers, in milliseconds."""

    answer_ms: int = 1000
    """For one answer to a question that printers answer at once."""
    confirm_ms: int = 3000
    """For the confirmation, before asking whether the printer still lives."""
    print_ms: int = 30_000
    """For the confirmation of a printer that lives: a long Z takes its time."""


class Dialogue:
    """Asks over one link. Answers that come before their turn are kept: a confirmation may overtake a status."""

    def __init__(self, link: Link, patience: Patience) -> None:
        self._link = link
        self._patience = patience
        self._reader = answers.AnswerReader()
        self._heard: list[int] = []

    def forget(self) -> None:
        """Throw away what came before: late answers to an earlier job."""
        if self._link.can_answer:
            self._reader.feed(self._link.receive(0))

    def ask_status(self) -> PrinterStatus:
        """Return what DLE EOT 1 to 4 tell; not answering at all if the first is not answered."""
        live: dict[int, int] = {}
        for number in (1, 2, 3, 4):
            answer = self._ask(answers.ask_now(number), answers.is_live, self._patience.answer_ms)
            if answer is not None:
                live[number] = answer
            elif number == 1:
                break
        return answers.read_live(live)

    def ask_paper(self) -> int | None:
        """Return the answer to GS r 1 of an idle printer, `None` if it knows no such question."""
        return self._ask(answers.ASK_PAPER, answers.is_paper, self._patience.answer_ms)

    def await_confirmation(self) -> int | PrinterStatus | None:
        """Return the answer to a GS r 1 that waits behind the data.

        Else the status with which the printer says why none will come, or `None` when it falls silent or the
        time is up.
        """
        deadline = time.monotonic() + self._patience.print_ms / 1000
        question = answers.ASK_PAPER
        while True:
            confirmed = self._ask(question, answers.is_paper, self._patience.confirm_ms)
            if confirmed is not None:
                return confirmed
            status = self.ask_status()
            if status.fault is not None:
                return status
            if not status.answers or time.monotonic() >= deadline:
                return None
            question = b""

    def _ask(self, question: bytes, fits: Callable[[int], bool], wait_ms: int) -> int | None:
        """Send a question and return the first byte that answers it, `None` after the time."""
        if not self._link.can_answer:
            return None
        if question:
            self._link.send(question)
        deadline = time.monotonic() + wait_ms / 1000
        is_last = False
        while True:
            for index, byte in enumerate(self._heard):
                if fits(byte):
                    return self._heard.pop(index)
            if is_last or not self._link.can_answer:
                return None
            left_ms = round((deadline - time.monotonic()) * 1000)
            is_last = left_ms <= 0  # what has come by then still counts, however late this thread is
            self._heard += self._reader.feed(self._link.receive(max(0, left_ms)))
