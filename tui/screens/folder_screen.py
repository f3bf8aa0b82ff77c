"""Writing something into a folder, or onto a stick: the folder is typed or already there, a thread writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.intent import Consult
from domain.refusal import Refused
from domain.text import safe_text
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from register.desk import Desk
    from register.job import Job
    from tui.app import TillApp

LOOK_SECONDS: Final = 0.1
SHOWN: Final = 60


class FolderScreen(TypingScreen):
    """Asks for the folder, and tells when the file is there."""

    LENGTH: ClassVar[int] = 60
    TITLE: ClassVar[str] = "export.title"
    HOW: ClassVar[str] = "export.how"

    def __init__(self, till: TillApp, desk: Desk) -> None:
        """Take who writes; a stick that is there is the folder."""
        super().__init__(till)
        self.desk = desk
        self.typed = desk.find_stick()
        self.job: Job[Path] | None = None
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield the question and the entry line."""
        yield self.title_rows
        yield self.line

    def on_mount(self) -> None:
        """Look now and then whether the file is there."""
        self.set_interval(LOOK_SECONDS, self.look)

    def label(self) -> str:
        """Return the name of the label's word."""
        return "export.label"

    def write_by(self, start: Callable[[Path], Job[Path]]) -> None:
        """Begin to write; one file at a time."""
        if not self.typed.startswith(("/", "~")):
            self.refuse_text(self.till.words("export.no_folder"))
        elif self.job is None:
            answer = self.till.act(Consult("export"))
            if isinstance(answer, Refused):
                self.refuse(answer)
                return
            self.job = start(Path(self.typed))
            self.foot.tell(self.till.words("export.writing"))
        else:
            self.till.beep()

    def look(self) -> None:
        """Tell what became of the file."""
        job = self.job
        if job is None or not job.is_ended:
            return
        self.job = None
        if job.result is None:
            self.refuse_text(self.till.words("export.failed", error=safe_text(job.problem, SHOWN)))
        else:
            self.foot.tell(self.till.words("export.done", path=safe_text(str(job.result), SHOWN)))

    def show(self) -> None:
        """Show the question and what is typed."""
        words = self.till.words
        self.title_rows.show([text_row(words(self.TITLE), "strong"), text_row(words(self.HOW), "quiet")])
        self.show_typed()
