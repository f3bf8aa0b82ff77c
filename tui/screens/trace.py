"""The lot, the serial or the expiry date of what is sold, typed or scanned, where its code does not say it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.widget import Widget

from domain.barcode import Gs1
from domain.form import date_text, parse_date
from domain.intent import AddItem, Scan
from domain.refusal import Reason, Refused
from domain.text import safe_text
from domain.trace import MAX_TRACE, NO_TRACE, Trace
from tui.keys import Act
from tui.screens import adding
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

MAX_CARD = 48
EXAMPLE = date(2027, 1, 31).isoformat()
FIELDS = {
    Reason.NEEDS_LOT: "lot",
    Reason.NEEDS_SERIAL: "serial",
    Reason.NEEDS_EXPIRY: "expiry",
    Reason.NEEDS_CARD: "card",
}


class TraceScreen(TypingScreen):
    """Asks until the register takes what was typed, or the operator goes back."""

    LENGTH: ClassVar[int] = MAX_CARD

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.intent: Scan | AddItem = Scan("")
        self.subject = ""
        self.wanted = "lot"
        self.title_rows = LineWidget(classes="title")

    def begin(self, refused: Refused, intent: Scan | AddItem) -> None:
        """Take what is missing, and the intent that was refused for it."""
        self.typed = ""
        self.intent = intent
        self.subject = safe_text(str(refused.facts.get("name", "")))
        self.wanted = FIELDS[refused.reason]

    def body(self) -> Iterator[Widget]:
        """Yield the item's name and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield from self.typing_acts()

    def scan(self, code: str) -> None:
        """Take a scanned lot or serial, or what a GS1 code says of them."""
        self.foot.clear()
        given = self.intent.trace or NO_TRACE
        is_long = len(code) > MAX_TRACE and self.wanted != "card"
        said = _read_gs1(code) if is_long else None
        if said is not None:
            self.offer(Trace(said.lot or given.lot, said.serial or given.serial, said.expires_on or given.expires_on))
        else:
            self.take(code)

    def enter(self) -> None:
        """Take what is typed."""
        self.take(self.take_typed().strip())

    def take(self, text: str) -> None:
        """Offer what is missing to the register."""
        given = self.intent.trace or NO_TRACE
        if self.wanted != "expiry":
            self.offer(msgspec.structs.replace(given, **{self.wanted: text}))
            return
        day = parse_date(text, self.till.forms)
        if day is None:
            self.refuse(Refused(Reason.BAD_DATE, {"text": text}))
            self.show_typed()
        else:
            self.offer(msgspec.structs.replace(given, expires_on=day))

    def offer(self, trace: Trace) -> None:
        """Do the intent with what is known now; where more is missing, that is asked for next."""
        intent = msgspec.structs.replace(self.intent, trace=trace)
        answer = self.till.act(intent)
        if isinstance(answer, Refused) and (
            answer.reason not in adding.ASKED or FIELDS.get(answer.reason) == self.wanted
        ):
            self.refuse(answer)
            self.show_typed()
            return
        self.leave()
        if isinstance(answer, Refused):
            adding.ask(self.till.sale, answer, intent)
        self.till.sale.changed()

    def label(self) -> str:
        """Return the name of the label's word."""
        return f"trace.{self.wanted}_label"

    def show(self) -> None:
        """Show what is asked and what is typed."""
        asked = self.till.words(f"trace.{self.wanted}", example=date_text(EXAMPLE, self.till.forms))
        self.title_rows.show([text_row(asked, "quiet"), text_row(self.subject, "strong")])
        self.show_typed()


def _read_gs1(code: str) -> Trace | None:
    """Return what a GS1 code says, None for another code."""
    from domain.gs1 import parse_gs1  # it brings biip, which few lanes ever need

    found = parse_gs1(code)
    if not isinstance(found, Gs1):
        return None
    return Trace(found.lot, found.serial, found.expires_on.isoformat() if found.expires_on else "")
