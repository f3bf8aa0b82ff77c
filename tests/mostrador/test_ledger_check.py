"""The look at the ledger beside the lane: who is told what, and that nothing waits for it."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from mostrador.ledger_check import LedgerCheck
from storage.soundness import PageCheck, Pages
from tests.kit.damage import erase_page, pages_of
from tests.kit.lane import make_shop

PATIENCE = 30.0


class Slow:
    """A check that ends only when it is stopped."""

    def __init__(self) -> None:
        self.began, self.stopped = threading.Event(), threading.Event()

    def run(self) -> tuple[Pages, str]:
        self.began.set()
        assert self.stopped.wait(PATIENCE)
        return Pages.UNKNOWN, "interrupted"

    def stop(self) -> None:
        self.stopped.set()


class Found:
    """A check that is done at once, and says what it is told to."""

    def __init__(self, found: Pages, why: str = "") -> None:
        self._said = (found, why)

    def run(self) -> tuple[Pages, str]:
        return self._said

    def stop(self) -> None:
        """Nothing is left to break off."""


def told(check: Found | PageCheck, caplog: pytest.LogCaptureFixture) -> tuple[list[str], str]:
    """Run a check to its end; return what the lane was told and what stands in the log."""
    states: list[str] = []
    with caplog.at_level(logging.INFO, "mostrador.ledger_check"):
        running = LedgerCheck(check, states.append)
        running.start()
        running._thread.join(PATIENCE)
    return states, caplog.text


def test_a_sound_ledger_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert told(Found(Pages.OK), caplog)[0] == ["ok"]
    assert "INFO" in caplog.text


def test_one_without_an_outcome_is_logged_and_no_news(caplog: pytest.LogCaptureFixture) -> None:
    states, text = told(Found(Pages.UNKNOWN, "locked"), caplog)
    assert states == []
    assert "came to no end: locked" in text


def test_real_damage_is_told_with_sqlites_words_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shop = make_shop(tmp_path)
    shop.db.close()
    erase_page(shop.path, pages_of(shop.path, "receipt_copy")[0])
    states, text = told(PageCheck(shop.path), caplog)
    assert states == ["damaged"]
    assert "mostrador verify" in text
    assert "malformed" in text


def test_nothing_waits_for_a_check_that_does_not_end_and_leaving_breaks_it_off() -> None:
    slow, states = Slow(), list[str]()
    check = LedgerCheck(slow, states.append)
    check.start()
    assert slow.began.wait(PATIENCE)
    assert check._thread.is_alive()
    check.stop()
    assert not check._thread.is_alive()
    assert states == []
