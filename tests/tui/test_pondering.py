"""While a PIN is worked out the loop goes on, and what is struck meanwhile comes after it, in order."""

from __future__ import annotations

import threading
from collections.abc import Callable

from domain.intent import Intent, Scan, SignOn
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import running

PATIENCE = 60


class SlowRegister(FakeRegister):
    """A register whose PINs take until somebody says so."""

    def __init__(self) -> None:
        super().__init__()
        self.at_work, self.go_on = threading.Event(), threading.Event()
        self.is_broken = False

    def ponder(self, intent: Intent) -> Callable[[], None] | None:
        """Let a sign-on take its time."""
        return self._work if isinstance(intent, SignOn) and intent.pin else None

    def _work(self) -> None:
        self.at_work.set()
        assert self.go_on.wait(PATIENCE)
        if self.is_broken:
            raise MemoryError


SIGN_ON = ("ctrl+l", "1", "enter", "1234", "enter")


async def test_keys_and_scans_struck_meanwhile_are_taken_after_it_in_order() -> None:
    register = SlowRegister()
    async with running(register) as lane:
        register.done.clear()
        lane.post(*SIGN_ON, "111", "enter", "scan:222", "333", "enter")
        await lane.pilot.pause()
        assert register.at_work.wait(PATIENCE)
        await lane.pilot.pause()
        assert lane.app.is_pondering
        assert "Comprobando" in lane.text
        assert not [intent for intent in register.done if isinstance(intent, SignOn | Scan)]
        register.go_on.set()
        await lane.drain()
        assert [intent for intent in register.done if isinstance(intent, SignOn | Scan)] == [
            SignOn("1", "1234"),
            Scan("111", None, "typed"),
            Scan("222", None, "scanner"),
            Scan("333", None, "typed"),
        ]
        assert lane.screen == "SaleScreen"


async def test_what_is_put_aside_may_ponder_again() -> None:
    register = SlowRegister()
    register.go_on.set()
    async with running(register) as lane:
        register.done.clear()
        lane.post(*SIGN_ON, "111", "enter", *SIGN_ON, "222", "enter")
        await lane.drain()
        asked = [type(intent) for intent in register.done if isinstance(intent, SignOn | Scan)]
        assert asked == [SignOn, Scan, SignOn, Scan]


async def test_a_thread_that_fails_leaves_the_act_to_the_register() -> None:
    register = SlowRegister()
    register.is_broken = True
    register.go_on.set()
    async with running(register) as lane:
        await lane.press(*SIGN_ON)
        assert register.done.count(SignOn("1", "1234")) == 1
        assert lane.screen == "SaleScreen"
