"""The sync inbox: what the ERP has refused, why in its own words, and what to do; let one or all wait again, or export.

Below the documents stand what the ERP does not bring, and the newest comparisons of a shift with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.form import format_money
from domain.inbox import FeedProblem, Inbox, InboxDocument
from domain.instant import read_stamp
from domain.paper import wrap
from domain.reconciliation import Difference, KeptReconciliation
from domain.refusal import Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens.folder_screen import FolderScreen
from tui.screens.key_screen import KeyScreen, Live
from tui.screens.reading_screen import ReadingScreen
from tui.widgets.line_widget import LineWidget, Row, fit, text_row
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from register.desk import Desk
    from tui.app import TillApp

NAME_WIDTH: Final = 18
KIND_WIDTH: Final = 20
REASON_WIDTH: Final = 78


class InboxScreen(KeyScreen):
    """One row for each document that needs a look, each feed that does not come, and each shift that was compared."""

    def __init__(self, till: TillApp) -> None:
        self.desk = till.register.open_desk()
        self.inbox = Inbox()
        super().__init__(till)
        self.title_rows = LineWidget(classes="title")
        self.rows = PickList(id="hits", is_numbered=False)

    def body(self) -> Iterator[Widget]:
        """Yield the title and the rows."""
        yield self.title_rows
        yield self.rows

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.UP, Live(lambda: self.rows.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.rows.move(1), "legend.choose")
        yield Act.ENTER, Live(self.open_row, "legend.choose_this")
        yield Act.TENDER, Live(self.retry_one, "legend.retry")
        yield Act.SWITCH, Live(self.retry_all, "legend.retry_all")
        yield Act.COPY, Live(self.export, "legend.export")
        yield Act.BACK, Live(self.leave, "legend.close")

    def on_mount(self) -> None:
        """Read what there is."""
        self.read()

    def read(self) -> None:
        """Read the inbox and show it."""
        found = self.desk.read_inbox()
        if isinstance(found, Refused):
            self.refuse(found)
        else:
            self.inbox = found
        self.show()

    @property
    def chosen(self) -> InboxDocument | None:
        """The marked document; none where something else is marked."""
        documents = self.inbox.documents
        return documents[self.rows.selected] if self.rows.selected < len(documents) else None

    def open_row(self) -> None:
        """Show the marked document, feed or comparison whole."""
        inbox = self.inbox
        pages = [
            *(partial(self._document_lines, document) for document in inbox.documents),
            *(partial(self._feed_lines, feed) for feed in inbox.feeds),
            *(partial(self._compared_lines, kept) for kept in inbox.compared),
        ]
        if self.rows.selected < len(pages):
            self.till.open(PageScreen(self.till, list(pages[self.rows.selected]())))
        else:
            self.till.beep()

    def retry_one(self) -> None:
        """Let the marked document wait again; one that is held waits already."""
        document = self.chosen
        if document is None or document.is_held:
            self.till.beep()
        else:
            self.put_back([document.document_id])

    def retry_all(self) -> None:
        """Let every rejected document wait again."""
        self.put_back(None)

    def put_back(self, document_ids: list[str] | None) -> None:
        """Let documents wait again and say how many there were."""
        answer = self.desk.put_back(document_ids)
        if isinstance(answer, Refused):
            self.refuse(answer)
            return
        self.read()
        self.foot.tell(self.till.words("inbox.waits_again", count=answer))

    def export(self) -> None:
        """Ask where the rejected documents are to be written."""
        ids = [document.document_id for document in self.inbox.documents if not document.is_held]
        if ids:
            self.till.open(InboxExportScreen(self.till, self.desk, ids))
        else:
            self.till.beep()

    def show(self) -> None:
        """Show everything."""
        words = self.till.words
        rejected = sum(not document.is_held for document in self.inbox.documents)
        title = words("inbox.title", rejected=rejected, held=len(self.inbox.documents) - rejected)
        self.title_rows.show([text_row(title, "strong"), text_row(words("inbox.how"), "quiet")])
        rows = [self._row(document) for document in self.inbox.documents]
        rows += [text_row(self._feed_title(feed), "strong") for feed in self.inbox.feeds]
        rows += [self._compared_row(kept) for kept in self.inbox.compared]
        self.rows.show_items(rows or [text_row(words("inbox.empty"), "quiet")], self.rows.selected)

    def _row(self, document: InboxDocument) -> Row:
        """Return one document: what it is, and the beginning of why it is here."""
        name = fit(safe_text(document.name or document.document_id, NAME_WIDTH), NAME_WIDTH)
        kind = fit(self._kind(document), KIND_WIDTH)
        reason = safe_text(document.reason, 36)
        ink = "quiet" if document.is_held else "plain"
        return Row(((f"{name} ", ink), (f"{kind} ", "quiet"), (reason, ink)))

    def _kind(self, document: InboxDocument) -> str:
        return safe_text(self.till.register.style.texts.get(document.kind, document.kind), KIND_WIDTH)

    def _compared_row(self, kept: KeptReconciliation) -> Row:
        """Return one comparison."""
        return text_row(self._compared_title(kept), "quiet" if kept.result.is_even else "strong")

    def _compared_title(self, kept: KeptReconciliation) -> str:
        word = "inbox.even" if kept.result.is_even else "inbox.uneven"
        facts = {"shift": kept.shift_id, "documents": kept.result.documents}
        return self.till.words(word, **facts, count=len(kept.result.differences))

    def _feed_title(self, one: FeedProblem) -> str:
        word = "inbox.shrunk" if one.has_shrunk else "inbox.absent"
        return self.till.words(word, feed=safe_text(one.feed, NAME_WIDTH))

    def _feed_lines(self, one: FeedProblem) -> Iterator[Row]:
        """Yield what there is to say of a feed that does not come."""
        words = self.till.words
        yield text_row(self._feed_title(one), "strong")
        yield text_row("")
        for line in wrap(safe_text(one.problem, 500), REASON_WIDTH - 4):
            yield text_row(f"  {line}")
        yield text_row("")
        yield text_row(words("inbox.do"), "quiet")
        word = "inbox.accept" if one.has_shrunk else "inbox.feed_wait"
        for line in wrap(words(word, feed=safe_text(one.feed, NAME_WIDTH)), REASON_WIDTH - 4):
            yield text_row(f"  {line}")

    def _document_lines(self, document: InboxDocument) -> Iterator[Row]:
        """Yield what there is to say of a document."""
        words, style = self.till.words, self.till.register.style
        at = (
            read_stamp(document.changed_at).astimezone(style.zone).strftime("%Y-%m-%d %H:%M")
            if document.changed_at
            else ""
        )
        yield text_row(f"{safe_text(document.name or document.document_id)}   {self._kind(document)}", "strong")
        if document.amount_minor is not None:
            yield text_row(format_money(document.amount_minor, self.till.forms))
        yield text_row(words("inbox.when", at=at, seq=document.seq), "quiet")
        yield text_row("")
        yield text_row(words("inbox.said"), "quiet")
        for line in wrap(safe_text(document.reason, 500), REASON_WIDTH - 4):
            yield text_row(f"  {line}")
        yield text_row("")
        yield text_row(words("inbox.do"), "quiet")
        yield text_row(f"  {words(f'inbox.{document.remedy}')}")

    def _compared_lines(self, kept: KeptReconciliation) -> Iterator[Row]:
        """Yield the differences of a comparison."""
        yield text_row(self._compared_title(kept), "strong")
        for one in kept.result.differences:
            yield text_row(f"  {self._difference(one)}")
        for dimension in kept.result.not_compared:
            yield text_row(self.till.words("inbox.not_compared", dimension=dimension), "quiet")

    def _difference(self, one: Difference) -> str:
        """Return a difference in words, with both amounts where there are any."""
        forms = self.till.forms
        lane = "" if one.lane_minor is None else format_money(one.lane_minor, forms)
        erp = "" if one.erp_minor is None else format_money(one.erp_minor, forms)
        return self.till.words(f"inbox.{one.kind}", name=safe_text(one.name, 44), lane=lane, erp=erp)


class PageScreen(ReadingScreen):
    """Some lines to read."""

    def __init__(self, till: TillApp, lines: list[Row]) -> None:
        self.page_rows = lines
        super().__init__(till)

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from self.step_acts()
        yield from self.close_acts()

    def show(self) -> None:
        """Show the lines from their beginning."""
        self.page.show(self.page_rows)


class InboxExportScreen(FolderScreen):
    """Writes documents of the inbox."""

    TITLE: ClassVar[str] = "inbox.export"
    HOW: ClassVar[str] = "inbox.export_how"

    def __init__(self, till: TillApp, desk: Desk, document_ids: list[str]) -> None:
        super().__init__(till, desk)
        self.document_ids = document_ids

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.write, "legend.write_json")
        yield from self.typing_acts()

    def write(self) -> None:
        """Begin to write."""
        self.write_by(lambda folder: self.desk.start_inbox_export(self.document_ids, folder))
