"""What the tests of the screens share: a running application, keys that are posted and not awaited, and its text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from textual import events
from textual.pilot import Pilot

from tests.tui.fake_register import at_noon
from tui.app import TillApp
from tui.face import RegisterFace
from tui.keys import KeyTable, build_key_table
from tui.messages import CodeScanned
from tui.words import load_words

SMALL: Final = (80, 25)
LARGE: Final = (120, 40)
CHARACTERS: Final = {"asterisk": "*"}
PERSON_SECONDS: Final = 0.04
"""Between two keys of a quick person; a scanner that types takes `WEDGE_SECONDS`."""
WEDGE_SECONDS: Final = 0.004


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.at


def table(**remap: str) -> KeyTable:
    """Return the key table."""
    keys = build_key_table(remap)
    assert isinstance(keys, KeyTable)
    return keys


class LaneScreen:
    """A running application and the hands on its keyboard."""

    def __init__(self, app: TillApp, pilot: Pilot[str], watch: Watch) -> None:
        self.app, self.pilot, self.watch = app, pilot, watch
        self.beeps = 0

    def post(self, *keys: str, gap: float = PERSON_SECONDS) -> None:
        """Strike keys without waiting: `f12`, `enter`, or a text of characters. `scan:CODE` is a scanner.

        The clock runs on by the gap for each key, as quickly as a person types ahead.
        """
        for key in keys:
            if key.startswith("scan:"):
                scanned = CodeScanned(key.removeprefix("scan:"))
                scanned.time = self.watch.at
                self.app.post_message(scanned)
            elif key in NAMED or key.startswith("ctrl+"):
                self._strike(key, None, gap)
            else:
                for character in key:
                    self._strike(character, character, gap)

    def _strike(self, key: str, character: str | None, gap: float) -> None:
        self.watch.at += gap
        event = events.Key(key, character)
        event.time = self.watch.at
        self.app.post_message(event)

    async def press(self, *keys: str) -> None:
        """Strike keys after a pause long enough to have read the screen, and wait until all is done."""
        self.watch.at += 10
        self.post(*keys)
        await self.settle()

    async def wedge(self, *keys: str) -> None:
        """Let a scanner type keys as quickly as it does, after a pause, and wait until all is done."""
        self.watch.at += 10
        self.post(*keys, gap=WEDGE_SECONDS)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the application has nothing left to do, and nothing is worked out in a thread."""
        await self.pilot.pause()
        while self.app.is_pondering:
            await self.pilot.pause()

    async def drain(self) -> None:
        """Wait until the application has taken every key, whether or not it has drawn anything."""
        await self._take()
        while self.app.is_pondering:
            await self._take()

    async def _take(self) -> None:
        """Wait until the application has taken every message that it has now."""
        taken = asyncio.Event()
        self.app.call_later(taken.set)
        await taken.wait()

    @property
    def screen(self) -> str:
        """The class of the screen on top."""
        return type(self.app.screen).__name__

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        """What is on the screen, as one text."""
        return "\n".join(self.lines)


NAMED: Final = frozenset(
    [
        *(f"f{n}" for n in range(1, 13)),
        *("enter", "escape", "backspace", "delete", "up", "down", "tab", "pageup", "pagedown", "insert"),
    ]
)


def screen_lines(app: TillApp) -> list[str]:
    """Return the characters of every line that is painted now."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@asynccontextmanager
async def running(
    register: RegisterFace, *, size: tuple[int, int] = SMALL, language: str = "es", **look: Any
) -> AsyncIterator[LaneScreen]:
    """Run the application headless on a register, with a clock that stands still; `look` goes to `TillApp`."""
    watch = Watch()
    parts = {"keys": table(), "theme": "console", "clock": watch, "now": at_noon, **look}
    app = TillApp(register, words=load_words(language), **parts)
    async with app.run_test(size=size) as pilot:
        lane = LaneScreen(app, pilot, watch)

        def beep() -> None:
            lane.beeps += 1

        app.bell = beep  # type: ignore[method-assign]
        await pilot.pause()
        yield lane
