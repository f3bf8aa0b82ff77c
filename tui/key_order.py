"""Keys and scans in the order in which they were struck, also while something is worked out in a thread.

Textual gives keys to `on_event` one after the other; a worker's answer would come between any two of them. So while
something that takes long is worked out (the hash of a PIN), what is struck is put aside, and after the answer each is
taken as it would have been: by the same screens, in the same order, of the same burst (notes on Textual).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from textual import events
from textual.app import App
from textual.driver import Driver

from domain.intent import Intent
from domain.outcome import Answer
from tui.burst import Burst, answered
from tui.face import RegisterFace
from tui.messages import CodeScanned, Pondered
from tui.screens.key_screen import KeyScreen

Then = Callable[[Answer], None]
"""Is told the register's answer, in the loop."""


class KeyOrder(App[str], inherit_bindings=False):
    """The part of the application that takes keys and scans."""

    register: RegisterFace
    _clock: Callable[[], float]
    _burst: Burst
    _wanted: tuple[Intent, Then, float] | None = None
    """What is being worked out, who wants to know, and since when."""

    def __init__(self, driver: type[Driver] | None) -> None:
        """Begin with nothing put aside."""
        super().__init__(driver)
        self._aside: deque[events.Key | CodeScanned] = deque()

    def act(self, intent: Intent) -> Answer:
        """Ask the register."""
        raise NotImplementedError

    def take(self, struck: events.Key | CodeScanned) -> None:
        """Give a key or a scan to the screen on top."""
        raise NotImplementedError

    @property
    def is_pondering(self) -> bool:
        """Whether something is being worked out."""
        return self._wanted is not None

    def ponder(self, intent: Intent, then: Then) -> None:
        """Ask the register for what takes long to work out: in a thread, while keys are put aside and all else goes on.

        Where nothing takes long the answer is there at once.
        """
        work = self.register.ponder(intent)
        if work is None:
            then(self.act(intent))
            return
        self._wanted = intent, then, self._clock()

        def ponder() -> None:
            with suppress(Exception):  # the act meets it again, in the loop, where failures are told
                work()
            self.post_message(Pondered())

        threading.Thread(target=ponder, name="ponder", daemon=True).start()

    def on_pondered(self, message: Pondered) -> None:
        """Act, tell whoever wanted to know, and take what was put aside meanwhile; some of it may ponder again."""
        if self._wanted is None:
            return
        (intent, then, began), self._wanted = self._wanted, None
        self._burst = answered(self._burst, began, self._clock())
        then(self.act(intent))
        while self._aside and not self.is_pondering:
            self.take(self._aside.popleft())

    async def on_event(self, event: events.Event) -> None:
        """Give keys to the screen on top, in the order in which they were struck; nothing else sees them."""
        if isinstance(event, events.Key) and isinstance(self.screen, KeyScreen):
            self._take_in_turn(event)
            return
        await super().on_event(event)

    def on_code_scanned(self, message: CodeScanned) -> None:
        """Give a scan to the screen on top."""
        self._take_in_turn(message)

    def _take_in_turn(self, struck: events.Key | CodeScanned) -> None:
        """Take a key or a scan, or put it aside while something is worked out."""
        if self.is_pondering:
            self._aside.append(struck)
        else:
            self.take(struck)
