"""The base of every screen: one table of live keys, which is also what the legend shows.

Keys come from `TillApp.on_event`, in order, and are done with before the next one is looked at. So nothing here
waits: a screen is pushed and popped at once, answers come back by plain calls, and a screen may get keys before
Textual has drawn it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from domain.refusal import Reason, Refused
from tui.driver import UNREADABLE
from tui.keys import LANE, PAD, Act, Context, key_label
from tui.widgets.foot import Foot, LegendItem
from tui.widgets.paper_roll import PaperRoll
from tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from tui.app import TillApp


ROLL_FROM: Final = 120
"""The width of a screen that has room for the paper roll."""


class Live(NamedTuple):
    """What an act does on this screen. A grave one (tender, void, close) is never done blindly (`tui.burst`)."""

    do: Callable[[], None]
    word: str = ""
    """The legend's word; "" takes the act's own."""
    is_grave: bool = False
    is_shown: Callable[[], bool] | None = None
    """Whether it works just now; None is always. Meanwhile its place in the legend stays empty."""
    is_floating: bool = False
    """In the legend's last places: no place is kept for it while it does not work."""
    is_hidden: bool = False
    """Never in the legend: what everybody expects of a key (Enter behind digits, Backspace)."""


class Deed(NamedTuple):
    """What a key was about to do, and how to bring back what was typed before it: to be done again once approved."""

    do: Callable[[], object]
    restore: Callable[[], None]


class KeyScreen(Screen[None], inherit_bindings=False):
    """A screen driven by keys alone."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    CONTEXT: ClassVar[Context] = LANE
    TYPED: ClassVar[tuple[str, ...]] = ()
    """Attributes that hold what is typed and chosen."""

    def __init__(self, till: TillApp) -> None:
        super().__init__()
        self.till = till
        self.status = StatusBar(id="status")
        self.foot = Foot(id="foot")
        self.roll: PaperRoll | None = None
        self.live: dict[Act, Live] = dict(self.acts())

    def acts(self) -> Iterable[tuple[Act, Live]]:
        """Return what each act does here, in the order of the legend."""
        raise NotImplementedError

    def body(self) -> Iterator[Widget]:
        """Yield what stands between the status bar and the foot."""
        raise NotImplementedError

    def show(self) -> None:
        """Bring the widgets in line with the register and with what was typed."""

    def type_character(self, character: str) -> bool:
        """Take a printable character; False if this screen has no use for it."""
        del character
        return False

    def scan(self, code: str) -> None:
        """Take a scanned code. Only where something can be sold or looked up does a screen do anything with it."""
        del code
        self.refuse(Refused(Reason.SCAN_NOT_HERE))

    def compose(self) -> ComposeResult:
        """Stack the status bar, the body and the foot."""
        yield self.status
        yield from self.body()
        yield self.foot

    def on_mount(self) -> None:
        """Draw for the first time."""
        self.redraw()

    def redraw(self) -> None:
        """Bring everything on the screen in line."""
        self.till.show_status()
        self.show()
        self.show_paper(self.till.paper)
        self.show_legend()

    def press(self, key: str, character: str | None, at: float) -> None:
        """Do what a key means here. `at` is when it was struck, in seconds of the application's clock."""
        if not self.till.strike(at):
            self.till.beep()
            return
        act = self.till.keys.act_of(key, self.CONTEXT)
        live = self.live.get(act) if act is not None else None
        if live is not None:
            self.do(live)
            return
        typed = character if character is not None and character.isprintable() else PAD.get(key, "")
        self.foot.clear()
        self.keep_deed(partial(self.type_character, typed))
        if len(typed) != 1 or typed == UNREADABLE or not self.type_character(typed):
            self.till.beep()

    def take_scan(self, code: str) -> None:
        """Take a scanned code, as a key is taken."""
        self.keep_deed(partial(self.scan, code))
        self.scan(code)

    def keep_deed(self, do: Callable[[], object]) -> None:
        """Remember what is about to be done, and what is typed before it."""
        kept = {name: getattr(self, name) for name in self.TYPED}

        def restore() -> None:
            for name, value in kept.items():
                setattr(self, name, value)

        self.till.deed = Deed(do, restore)

    def do(self, live: Live) -> None:
        """Do an act. A grave one is not done blindly; and when it is refused, the keys behind it go too."""
        if live.is_grave and self.till.is_blind:
            self.stop_blind()
            return
        self.foot.clear()
        refusals = self.till.refusals
        self.keep_deed(live.do)
        live.do()
        if live.is_grave and self.till.refusals != refusals:
            self.till.drop_rest()
        if self.is_top:
            self.show_legend()

    def stop_blind(self) -> None:
        """Refuse a grave key struck before the operator could have read the notice."""
        self.foot.refuse(self.till.words("notice.read_first", notice=self.till.last_refusal))
        self.till.drop_rest()
        self.till.beep()

    @property
    def is_top(self) -> bool:
        """Whether this is the screen the keys go to."""
        return self.till.screen is self

    def refuse(self, refused: Refused) -> None:
        """Show why something was refused, and beep; what needs an approval asks for it."""
        self.refuse_text(self.till.say(refused))
        if refused.reason is Reason.NEEDS_APPROVAL and self.till.deed is not None:
            from tui.screens import openers  # it knows this class

            openers.open_approve(self, refused, self.till.deed)

    def refuse_text(self, text: str) -> None:
        """Show a refusal of the screen's own, and beep."""
        self.till.note_refusal(text)
        self.foot.refuse(text)
        self.till.beep()

    def leave(self) -> None:
        """Go back to the screen below."""
        self.till.close(self)

    def show_legend(self) -> None:
        """Show the keys that are live now."""
        self.foot.show_keys(list(self.legend_items()))

    def legend_items(self) -> Iterator[LegendItem]:
        """Yield what the legend shows; keys beside each other that mean the same stand together."""
        words, keys = self.till.words, self.till.keys
        item: LegendItem | None = None
        for act, live in self.live.items():
            key = keys.spec(act).key
            is_on = live.is_shown is None or live.is_shown()
            if not key or live.is_hidden or not (is_on or not live.is_floating):
                continue
            label, word = key_label(key, words), words(live.word or f"legend.{act}")
            if item is not None and item.word == word:
                item = item._replace(label=f"{item.label} {label}")
                continue
            if item is not None:
                yield item
            item = LegendItem(label, word, is_on)
        if item is not None:
            yield item

    def show_paper(self, paper: Sequence[str]) -> None:
        """Show the virtual printer's paper, where this screen has a roll."""
        if self.roll is not None:
            self.roll.show_paper(paper)

    def on_resize(self) -> None:
        """Show the roll where there is room for it."""
        if self.roll is not None:
            self.roll.display = self.size.width >= ROLL_FROM
