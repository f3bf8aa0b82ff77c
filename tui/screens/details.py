"""What was sold, as figures and bars: by hour, department, item, people or kind of tender, for a day or more.

It is added up in a thread; meanwhile every key works, and Esc stops it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from domain.bar import draw_bar
from domain.form import format_money
from domain.report_detail import DetailBy, DetailReport, DetailRow
from domain.text import safe_text
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.reading_screen import ReadingScreen
from tui.widgets.line_widget import LineWidget, Row, fit, text_row

if TYPE_CHECKING:
    from register.job import Job
    from tui.app import TillApp

LOOK_SECONDS: Final = 0.1
MOST: Final = 300
"""Rows that are shown, the largest; an export has all."""
NAME_WIDTH: Final = 24
BAR_WIDTH: Final = 24
SPANS: Final = {"1": 1, "2": 7, "3": 30, "4": 0}
"""Days back from the last one by digit; 0 is all there are."""
FIRST_EVER: Final = "0001-01-01"


class DetailsScreen(ReadingScreen):
    """One detailed report, another one by Tab, digits, + and -."""

    def __init__(self, till: TillApp) -> None:
        self.desk = till.register.open_desk()
        self.by = DetailBy.HOUR
        self.last_day = self.desk.business_day
        self.span = "1"
        self.report: DetailReport | None = None
        self.job: Job[DetailReport] | None = None
        super().__init__(till)
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield what is shown and the rows."""
        yield self.title_rows
        yield self.page

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.SWITCH, Live(self.turn, "legend.by_next")
        yield from self.step_acts()
        yield from self.page_acts()
        yield Act.TENDER, Live(self.export, "legend.export", False, lambda: self.report is not None)
        yield Act.BACK, Live(self.leave, "legend.close")

    def on_mount(self) -> None:
        """Begin to add up, and look now and then how far it is."""
        self.set_interval(LOOK_SECONDS, self.look)
        self.begin()

    def on_unmount(self) -> None:
        """Stop what nobody will see."""
        self.stop()

    def type_character(self, character: str) -> bool:
        """Choose the days: a digit says how many, `+` and `-` move them."""
        if character in SPANS:
            self.span = character
        elif character in "+-" and self.span != "4":
            days = SPANS[self.span] * (1 if character == "+" else -1)
            self.last_day = (date.fromisoformat(self.last_day) + timedelta(days)).isoformat()
        else:
            return False
        self.begin()
        return True

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last business day."""
        if not (span := SPANS[self.span]):
            return FIRST_EVER, "9999-12-31"
        return (date.fromisoformat(self.last_day) - timedelta(span - 1)).isoformat(), self.last_day

    def turn(self) -> None:
        """Add up by the next thing."""
        kinds = list(DetailBy)
        self.by = kinds[(kinds.index(self.by) + 1) % len(kinds)]
        self.begin()

    def begin(self) -> None:
        """Begin to add up what is wanted now."""
        self.stop()
        self.report = None
        self.job = self.desk.start_details(self.by, *self.days)
        self.show()

    def stop(self) -> None:
        """Let what is being added up end."""
        if self.job is not None:
            self.job.cancel()
            self.job = None

    def look(self) -> None:
        """Show how far it is, or what came of it."""
        job = self.job
        if job is None:
            return
        if job.is_ended:
            self.job, self.report = None, job.result
            if job.result is None:
                self.refuse_text(self.till.words("details.failed", error=safe_text(job.problem, 60)))
        self.show()
        if self.is_top:
            self.show_legend()

    def export(self) -> None:
        """Ask where the report is to be written."""
        if self.report is not None:
            from tui.screens.export import ExportScreen

            self.till.open(ExportScreen(self.till, self.desk, self.report))

    def show(self) -> None:
        """Show the report, or how far it is."""
        words = self.till.words
        days = words("details.all") if self.span == "4" else " – ".join(dict.fromkeys(self.days))
        title = words("details.title", by=words(f"details.{self.by}"), days=days)
        self.title_rows.show([text_row(title, "strong"), text_row(words("details.how"), "quiet")])
        if self.report is None:
            self.page.show([text_row(self._progress(), "plain")])
        else:
            self.page.show(list(self._rows(self.report)))

    def _progress(self) -> str:
        """Return how far it is."""
        job = self.job
        if job is None or not job.total:
            return self.till.words("details.counting", percent=0)
        return self.till.words("details.counting", percent=job.done * 100 // job.total)

    def _rows(self, report: DetailReport) -> Iterator[Row]:
        """Yield the rows with their bars, and what they come to."""
        rows = report.rows
        if report.by is not DetailBy.HOUR:
            rows = tuple(sorted(rows, key=lambda row: -row.amount_minor))
        largest = max((abs(row.amount_minor) for row in rows), default=0)
        for row in rows[:MOST]:
            yield self._row(row, largest)
        if len(rows) > MOST:
            yield text_row(self.till.words("details.more", count=len(rows) - MOST), "quiet")
        yield Row(ink="faint", fill="─")
        total = format_money(report.total_minor, self.till.forms)
        yield Row(((self.till.words("details.total"), "strong"),), ((f"{total} ", "strong"),))

    def _row(self, row: DetailRow, largest: int) -> Row:
        """Return one row: name, bar, how many, how much."""
        name = fit(safe_text(row.name, NAME_WIDTH), NAME_WIDTH)
        bar = draw_bar(row.amount_minor, largest, BAR_WIDTH)
        amount = format_money(row.amount_minor, self.till.forms)
        figures = ((f"{row.count:>7} ", "quiet"), (f"{amount:>15} ", "plain"))
        return Row(((f"{name} ", "plain"), (bar, "accent")), figures)
