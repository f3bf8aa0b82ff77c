"""What managers read at a lane that goes on selling: details of sales, the journal, and reports for a stick."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from config.durable import Disk
from domain.inbox import Inbox
from domain.journal_filter import JournalFilter, JournalPage
from domain.refusal import Refused
from domain.report_detail import DetailBy, DetailReport
from domain.report_table import write_csv
from register import inbox
from register.job import Job, Progress
from register.keeping import answering, keep
from register.lane import Lane
from register.reporting import draw_details
from storage.connection import LedgerDatabase
from storage.errors import asking
from storage.journal_browse import browse_journal

MOUNTS: Final = Path("/proc/self/mounts")
STICKS: Final = ("/media/", "/run/media/", "/mnt/")
"""Where sticks are mounted."""
Form = Literal["csv", "json"]


class Desk:
    """Reads the ledger beside a lane at work; nothing here writes to it but that rejected documents wait again."""

    def __init__(self, lane: Lane) -> None:
        """Take the lane."""
        self._lane = lane

    @property
    def business_day(self) -> str:
        """The open shift's business day, else today in the store."""
        return self._lane.shift.business_date if self._lane.shift else self._lane.today()

    def start_details(self, by: DetailBy, first_date: str, last_date: str) -> Job[DetailReport]:
        """Begin to add up what was sold, on a connection of its own."""
        lane = dataclasses.replace(self._lane)

        def work(tell: Progress) -> DetailReport | None:
            db = LedgerDatabase(lane.db.path)
            with asking():
                db.connect()
                try:
                    lane.db = db
                    return draw_details(lane, by, first_date, last_date, tell)
                finally:
                    db.close()

        return Job("details", work).start()

    def browse(self, wanted: JournalFilter, before: int, limit: int) -> JournalPage | Refused:
        """Return what fits among some thousand rows before one; see `storage.journal_browse`."""
        return answering(browse_journal)(self._lane.db, wanted, before, limit)

    def start_export(self, report: DetailReport, folder: Path, form: Form) -> Job[Path]:
        """Begin to write a report into a folder that is there, durably: a stick may take its time."""
        content = write_csv(report).encode() if form == "csv" else msgspec.json.encode(report)
        name = f"sales-by-{report.by}-{report.first_date}-{report.last_date}.{form}"

        def work(tell: Progress) -> Path:
            path = folder.expanduser() / f"lane-{self._lane.lane_id}-{name}"
            Disk().put(path, content)
            tell(1, 1)
            return path

        return Job("export", work).start()

    def read_inbox(self) -> Inbox | Refused:
        """Return what the ERP has refused, what waits for others, and the newest comparisons."""
        return answering(inbox.read_inbox)(self._lane)

    def put_back(self, document_ids: Sequence[str] | None) -> int | Refused:
        """Let rejected documents wait again, all for None; return how many there were."""
        counted: list[int] = []
        refused = keep(self._lane, lambda: counted.append(inbox.put_back(self._lane, document_ids)))
        return refused or sum(counted)

    def start_inbox_export(self, document_ids: Sequence[str], folder: Path) -> Job[Path]:
        """Begin to write rejected documents into a folder that is there."""
        lane = dataclasses.replace(self._lane)

        def work(tell: Progress) -> Path:
            db = LedgerDatabase(lane.db.path)
            with asking():
                db.connect()
                try:
                    lane.db = db
                    return inbox.write_documents(lane, document_ids, folder)
                finally:
                    db.close()

        return Job("inbox", work).start()

    def find_stick(self) -> str:
        """Return where a stick is mounted, the newest one; an empty text where there is none."""
        return stick_among(MOUNTS)


def stick_among(mounts: Path) -> str:
    """Return where the newest stick of a table of mounts lies."""
    try:
        rows = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    places = [row.split(" ")[1].replace("\\040", " ") for row in rows if row.count(" ") > 1]
    return next((place for place in reversed(places) if place.startswith(STICKS)), "")
