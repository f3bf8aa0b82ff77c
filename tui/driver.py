"""The terminal as the lane reads it: a byte that is no UTF-8 is a key that means nothing, never the end of the lane."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import partial
from typing import Final

from textual import constants
from textual.driver import Driver
from textual.drivers import linux_driver

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
"""What stands for a byte that cannot be read. No keyboard, no code and no name of ours has it."""


class ForgivingDriver(linux_driver.LinuxDriver):
    """Textual's own driver, whose input does not die of a Latin-1 `ñ` or a line's noise."""

    def run_input_thread(self) -> None:
        """Read keys. The decoder is a name of Textual's module; tests/journeys/test_keys.py is its alarm."""
        setattr(linux_driver, "getincrementaldecoder", _forgiving_decoder)  # noqa: B010  # it is not for export
        super().run_input_thread()


def _forgiving_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Return what makes a decoder that puts `UNREADABLE` where it cannot read."""
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def lane_driver() -> type[Driver] | None:
    """Return the driver of a lane; None where the environment names one (`TEXTUAL_DRIVER`), which Textual finds."""
    return None if constants.DRIVER is not None else ForgivingDriver
