"""The lane's application: it takes keys and scans in order, shows one screen at a time, and knows no rule of retail.

Keys are taken in `on_event`, the only ordered place in Textual (`tui.key_order`), and are done with before the next:
never a binding, never an input field, never a worker (notes on key order; tests/tui/test_bursts.py is the alarm).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from textual import events

from domain.form import Forms, format_time
from domain.intent import Intent, SignOff, Status
from domain.outcome import Answer, StatusTold
from domain.refusal import Refused
from tui.burst import Burst, answered, drop_rest, strike, surprise
from tui.driver import lane_driver
from tui.face import RegisterFace
from tui.key_order import KeyOrder
from tui.keys import KeyTable, key_facts, struck_keys
from tui.messages import CodeScanned, DeviceChanged, PaperPrinted
from tui.refusals import refusal_text
from tui.screens import openers
from tui.screens.key_screen import Deed, KeyScreen
from tui.screens.sale import SaleScreen
from tui.standing import status_lights
from tui.themes import CONSOLE, THEMES, make_inks, pick_theme
from tui.widgets.paper_roll import MAX_LINES
from tui.words import Words

LOG: Final = logging.getLogger("mostrador.tui")
SLOW_SECONDS: Final = 0.05
TICK_SECONDS: Final = 1.0


class TillApp(KeyOrder, inherit_bindings=False):
    """The screen of one lane. It ends with the word of why: `leave`, `train`."""

    CSS_PATH = Path(__file__).parent / "styles" / "base.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    deed: Deed | None = None

    def __init__(  # noqa: PLR0913  # the one place where all that a screen depends on comes together
        self,
        register: RegisterFace,
        *,
        words: Words,
        keys: KeyTable,
        theme: str = "console",
        roll: bool = False,
        training: bool = False,
        on_ready: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """Take the register and how it is to look; `clock` and `now` are the times of tests.

        `on_ready` is called once the first screen is painted: what needs drivers starts then.
        """
        super().__init__(lane_driver())
        self.animation_level = "none"
        self.register = register
        self.words = words.with_keys(key_facts(keys, words))
        self.keys = keys
        self.is_training = training
        self.has_roll = roll
        self.paper: list[str] = []
        self.refusals = 0
        self.last_refusal = ""
        self._on_ready = on_ready
        self._clock = clock
        self._now = now
        self._burst = Burst()
        self._told: StatusTold | None = None
        self._devices: dict[str, str] = {}
        self._struck_at = clock()
        self.sale = SaleScreen(self)
        look = THEMES[pick_theme(theme, {})]
        self.register_theme(look)
        self.theme = look.name
        self.inks = make_inks(look)

    # what Textual calls

    def get_default_screen(self) -> SaleScreen:
        """Begin with the sale: the first thing painted is the thing that is used."""
        return self.sale

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours of the console, so that the style sheet can be read before a theme is chosen."""
        return dict(CONSOLE.variables)

    def on_mount(self) -> None:
        """Ask for what is missing before anything can be sold."""
        self.set_interval(TICK_SECONDS, self.tick)
        self.tell_status()
        self.settle()
        self.call_after_refresh(self._on_ready)

    def take(self, struck: events.Key | CodeScanned) -> None:
        """Give a key or a scan to the screen on top."""
        self._struck_at = self._clock()
        if isinstance(struck, events.Key):
            for key, character in struck_keys(struck.key, struck.character):
                if isinstance(screen := self.screen, KeyScreen):
                    screen.press(key, character, struck.time)
        elif isinstance(screen := self.screen, KeyScreen):
            self.strike(struck.time)  # it belongs to the burst, or begins one; but it is never dropped
            screen.take_scan(struck.code)

    def on_device_changed(self, message: DeviceChanged) -> None:
        """Keep how a device is, for the status bar."""
        self._devices[message.device] = message.state
        self.show_status()

    def on_paper_printed(self, message: PaperPrinted) -> None:
        """Keep what the virtual printer printed, and show it where there is a roll."""
        self.paper = [*self.paper, *message.lines][-MAX_LINES:]
        if isinstance(self.screen, KeyScreen):
            self.screen.show_paper(self.paper)

    def tick(self) -> None:
        """Once a second: take news, move the clock on, lock an idle lane. Nothing is painted that is the same."""
        told = self.register.poll()
        if told is not None:
            self._told = told
        self.show_status()
        minutes, idle = self.register.lock_minutes, self._clock() - self._struck_at
        if minutes and self.register.operator and idle >= 60 * minutes:
            self.strike(self._clock())
            self.lock()

    # what screens call

    @property
    def forms(self) -> Forms:
        """How money and times are written."""
        return self.register.forms

    def act(self, intent: Intent) -> Answer:
        """Ask the register; whatever takes long or is refused is remembered against blind keys."""
        began = self._clock()
        answer = self.register.perform(intent)
        ended = self._clock()
        self._burst = answered(self._burst, began, ended)
        if isinstance(answer, Refused):
            self._burst = surprise(self._burst, ended)
        if ended - began > SLOW_SECONDS:
            LOG.warning("%s took %d ms", type(intent).__name__, (ended - began) * 1000)
        return answer

    def strike(self, at: float) -> bool:
        """Take a key struck at a time into the burst; say whether it may do anything (`tui.burst`)."""
        self._burst = strike(self._burst, at)
        return not self._burst.is_dropping

    @property
    def is_blind(self) -> bool:
        """Whether the key being handled was struck without a look at the last refusal."""
        return self._burst.is_blind

    def drop_rest(self) -> None:
        """Let the rest of the burst be dropped: it was meant for what was refused."""
        self._burst = drop_rest(self._burst)

    def say(self, refused: Refused) -> str:
        """Return a refusal in words."""
        return refusal_text(refused, self.words, self.forms)

    def note_refusal(self, text: str) -> None:
        """Remember that something was refused."""
        self.refusals += 1
        self.last_refusal = text
        self._burst = surprise(self._burst, self._clock())

    def beep(self) -> None:
        """Make the sound of a refusal; what is done makes none."""
        self.bell()

    def open(self, screen: KeyScreen) -> None:
        """Put a screen on top; the next key is already its own."""
        self.push_screen(screen)
        self._redraw()  # one that was kept shows what it was last about

    def close(self, screen: KeyScreen) -> None:
        """Take a screen off, and those above it; the one below has the next key."""
        while screen in self.screen_stack[1:]:
            self.pop_screen()
        self._redraw()

    def settle(self) -> None:
        """Ask for what is missing before anything can be sold: an operator, then a shift."""
        openers.open_missing(self)

    def home(self) -> None:
        """Go back to the sale, and from there to what is missing."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._redraw()
        self.settle()

    def _redraw(self) -> None:
        """Bring the screen on top in line, unless it is yet to be drawn for the first time."""
        if isinstance(self.screen, KeyScreen) and self.screen.is_mounted:
            self.screen.redraw()

    def lock(self) -> None:
        """Sign the operator off; the basket stays."""
        answer = self.act(SignOff())
        if isinstance(answer, Refused) and isinstance(self.screen, KeyScreen):
            self.screen.refuse(answer)
            return
        self.tell_status()
        self.home()

    def tell_status(self) -> None:
        """Ask how the lane stands, after an act that changed it, and show it."""
        told = self.act(Status())
        if isinstance(told, StatusTold):
            self._told = told
        self.show_status()

    def show_status(self) -> None:
        """Bring the status bar of the screen on top in line."""
        screen = self.screen
        if isinstance(screen, KeyScreen):
            left, lights = status_lights(self, self._told, self._devices)
            screen.status.show_status(left, lights, self.clock_text())

    def clock_text(self) -> str:
        """Return the time of day in the store."""
        return format_time(self._now(), self.register.zone, self.forms)
