"""An X or a Z to read: the same rows in the same order as on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from domain.intent import PrintZ, ReadX, ReadZ
from domain.outcome import XRead, ZCopyPrinted, ZRead
from domain.paper import Columns, Element, Rule, Text
from domain.receipt import StoreHead
from domain.refusal import Refused
from domain.report import Report
from domain.report_paper import compose_report
from tui.keys import Act
from tui.screens.key_screen import KeyScreen, Live
from tui.screens.reading_screen import ReadingScreen
from tui.widgets.line_widget import Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class ReportScreen(ReadingScreen):
    """A report, read by arrows and pages."""

    PAGE_ID: ClassVar[str] = "report"

    def __init__(self, till: TillApp, report: Report, row_hash: str = "") -> None:
        """Take a report, and the hash of a Z's journal row."""
        self.report = report
        self.row_hash = row_hash
        super().__init__(till)

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here; a Z is on paper already, and is printed again as a copy."""
        yield from self.step_acts()
        yield from self.page_acts()
        yield Act.COPY, Live(self.print_it if self.report.kind == "x" else self.copy_it, "legend.print")
        yield from self.close_acts()

    def print_it(self) -> None:
        """Read the X again, onto paper."""
        answer = self.till.act(ReadX(paper=True))
        if isinstance(answer, Refused):
            self.refuse(answer)
            return
        self.till.tell_status()
        self.foot.tell(self.till.words("notice.printing"))

    def copy_it(self) -> None:
        """Print a copy of the Z, from its own paper."""
        answer = self.till.act(PrintZ(self.report.number))
        if isinstance(answer, ZCopyPrinted):
            self.till.tell_status()
            self.foot.tell(self.till.words("notice.z_copied", number=answer.number, copy=answer.copy))
        elif isinstance(answer, Refused):
            self.refuse(answer)

    def leave(self) -> None:
        """Close; behind the Z of a shift that has just ended, the next one is to be opened."""
        super().leave()
        self.till.settle()

    def show(self) -> None:
        """Show the report from its beginning."""
        head = StoreHead(self.report.store)
        paper = compose_report(self.report, self.row_hash, head, self.till.register.style)
        words, is_training = self.till.words, self.till.is_training
        mark = [Row(((words("status.training"), "strong"),), is_centred=True)] if is_training else []
        self.page.show([*mark, *(row for element in paper for row in report_rows(element)), *mark])


def report_rows(element: Element) -> Iterator[Row]:
    """Yield the rows of one element of a report; what has no value on a screen is left out."""
    match element:
        case Columns(left=left, right=right) if right:
            ink = "strong" if element.bold else "plain"
            yield Row(((f"  {left}", ink),), ((f"{right}  ", ink),))
        case Text(text=text):
            if element.align == "center":
                yield Row(((text, "strong" if element.bold else "quiet"),), is_centred=True)
            else:
                yield text_row(f"  {text}", "accent" if element.bold else "plain")
        case Rule():
            yield Row(ink="faint", fill="─")
        case _:
            return


def read_z(below: KeyScreen) -> None:
    """Show the newest Z again."""
    answer = below.till.act(ReadZ())
    match answer:
        case Refused():
            below.refuse(answer)
        case ZRead(report=report, hash=row_hash):
            below.till.open(ReportScreen(below.till, report, row_hash))
        case _:
            return


def read_x(below: KeyScreen) -> None:
    """Read an X and show it."""
    answer = below.till.act(ReadX())
    match answer:
        case Refused():
            below.refuse(answer)
        case XRead(report=report):
            below.till.open(ReportScreen(below.till, report))
        case _:
            return
