"""The journal, newest first: what is typed narrows it, Enter shows a record whole. One page is in memory, never all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec
from textual.widget import Widget

from domain.instant import read_stamp
from domain.journal_filter import JournalFilter, JournalLine, read_filter
from domain.refusal import Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.reading_screen import ReadingScreen
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, Row, fit, text_row
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from tui.app import TillApp

PAGE: Final = 100
"""Rows in memory."""
LOOK_SECONDS: Final = 0.05
KIND_WIDTH: Final = 30


class JournalScreen(TypingScreen):
    """Rows that fit what is typed. It goes on looking between keys until a page is full, or the journal ends."""

    LENGTH: ClassVar[int] = 60

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.desk = till.register.open_desk()
        self.wanted = JournalFilter()
        self.lines: list[JournalLine] = []
        self.before = 0
        self.is_looking = True
        self.pages: list[int] = [0]
        """Before which row each page begins that was gone through, the last one being shown."""
        self.title_rows = LineWidget(classes="short-title")
        self.hits = PickList(id="hits", is_numbered=False)

    def body(self) -> Iterator[Widget]:
        """Yield the title, the entry line and the rows."""
        yield self.title_rows
        yield self.line
        yield self.hits

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.open_record, "legend.choose_this")
        yield Act.UP, Live(lambda: self.hits.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.hits.move(1), "legend.choose")
        yield Act.PAGE_UP, Live(self.newer, "legend.page")
        yield Act.PAGE_DOWN, Live(self.older, "legend.page")
        yield from self.typing_acts()

    def on_mount(self) -> None:
        """Look further now and then: each look is short."""
        self.set_interval(LOOK_SECONDS, self.look)
        self.look()

    def retyped(self) -> None:
        """Look anew for what is typed now, if it means something."""
        self.show_typed()
        found = read_filter(self.typed, self.till.register.style.zone)
        if isinstance(found, str):
            self.foot.refuse(self.till.words("journal.not_meant", part=safe_text(found, 30)))
            return
        self.foot.clear()
        if found != self.wanted:
            self.wanted, self.pages = found, [0]
            self.begin()

    def begin(self) -> None:
        """Begin the page at hand."""
        self.lines, self.before, self.is_looking = [], self.pages[-1], True
        self.look()

    def look(self) -> None:
        """Look at some thousand rows more, while the page has room."""
        if not self.is_looking:
            return
        found = self.desk.browse(self.wanted, self.before, PAGE - len(self.lines))
        if isinstance(found, Refused):
            self.is_looking = False
            self.refuse(found)
            return
        self.lines += found.lines
        self.before = found.before
        self.is_looking = bool(found.before) and len(self.lines) < PAGE
        self.show_lines()

    def older(self) -> None:
        """Go down a screen; behind the page's last row, to the next page."""
        if self.hits.selected < len(self.lines) - 1:
            self.hits.move(self.hits.size.height or 1)
        elif self.before and not self.is_looking:
            self.pages.append(self.before)
            self.hits.select(0)
            self.begin()
        else:
            self.till.beep()

    def newer(self) -> None:
        """Go up a screen; above the page's first row, to the page before."""
        if self.hits.selected:
            self.hits.move(-(self.hits.size.height or 1))
        elif len(self.pages) > 1:
            self.pages.pop()
            self.begin()
        else:
            self.till.beep()

    def open_record(self) -> None:
        """Show the marked record whole."""
        if self.lines:
            self.till.open(RecordScreen(self.till, self.lines[self.hits.selected]))
        else:
            self.till.beep()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "journal.label"

    def show(self) -> None:
        """Show everything."""
        self.show_typed()
        self.show_lines()

    def show_lines(self) -> None:
        """Show the rows, and whether more are being looked for."""
        words = self.till.words
        state = "journal.looking" if self.is_looking else "journal.more" if self.before else "journal.end"
        title = words("journal.title", count=len(self.lines), state=words(state))
        self.title_rows.show([Row(((f"{title}   ", "strong"), (words("journal.how"), "quiet")))])
        self.hits.show_items([self._row(line) for line in self.lines], self.hits.selected)

    def _row(self, line: JournalLine) -> Row:
        """Return one row: number, when, what, who."""
        style = self.till.register.style
        at = read_stamp(line.at).astimezone(style.zone).strftime("%Y-%m-%d %H:%M:%S")
        kind = safe_text(style.texts.get(line.kind, line.kind), KIND_WIDTH)
        who = safe_text(line.operator, 12)
        return Row(((f"{line.seq:>9}  {at}  ", "quiet"), (fit(kind, KIND_WIDTH), "plain")), ((f"{who} ", "plain"),))


class RecordScreen(ReadingScreen):
    """One record, field by field."""

    def __init__(self, till: TillApp, line: JournalLine) -> None:
        """Take the row."""
        self.journal_line = line
        super().__init__(till)

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from self.step_acts()
        yield from self.page_acts()
        yield from self.close_acts()

    def show(self) -> None:
        """Show the record from its beginning."""
        try:
            record = msgspec.json.decode(self.journal_line.record)
        except msgspec.DecodeError:
            record = self.journal_line.record
        self.page.show([text_row(f"  {text}") for text in record_lines(record)])


def record_lines(value: Any, name: str = "") -> Iterator[str]:
    """Yield the fields of a record, one a line, with the path to each."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from record_lines(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from record_lines(part, f"{name}.{number}")
    elif value not in ("", None):
        yield f"{name}: {value}"
