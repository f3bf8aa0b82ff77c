"""Writing a report into a folder, or onto a stick: the folder is typed or already there, Enter writes CSV, F12 JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.keys import Act
from tui.screens.folder_screen import FolderScreen
from tui.screens.key_screen import Live

if TYPE_CHECKING:
    from domain.report_detail import DetailReport
    from register.desk import Desk, Form
    from tui.app import TillApp


class ExportScreen(FolderScreen):
    """Writes a report."""

    def __init__(self, till: TillApp, desk: Desk, report: DetailReport) -> None:
        """Take what is to be written."""
        super().__init__(till, desk)
        self.report = report

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(lambda: self.write("csv"), "legend.write_csv")
        yield Act.TENDER, Live(lambda: self.write("json"), "legend.write_json")
        yield from self.typing_acts()

    def write(self, form: Form) -> None:
        """Begin to write in a form."""
        self.write_by(lambda folder: self.desk.start_export(self.report, folder, form))
