"""What managers read: the journal page by page, details in a thread that can be stopped, files on a stick."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path

import pytest

from domain.journal_filter import JournalFilter, JournalLine
from domain.refusal import Refused
from domain.report_detail import DetailBy, DetailReport
from register import desk as desk_module
from register.desk import stick_among
from register.job import Job, Progress
from storage import journal_browse
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, make_shop

PATIENCE = 60
"""Only a thread that hangs reaches it."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = make_shop(tmp_path)
    for _ in range(12):
        shop.register.scan(COFFEE)
        shop.register.add_tender("cash", 10_000)
    return shop


def read_all(shop: Shop, wanted: JournalFilter, limit: int = 4) -> list[JournalLine]:
    """Go through the whole journal page by page."""
    desk, before, asked = shop.register.open_desk(), 0, 0
    lines: list[JournalLine] = []
    while True:
        page = desk.browse(wanted, before, limit)
        assert not isinstance(page, Refused)
        assert len(page.lines) <= limit
        lines += page.lines
        asked += 1
        assert asked < 1_000
        if not page.before:
            return lines
        before = page.before


@pytest.mark.parametrize("window", [1, 3, 2_000])
@pytest.mark.parametrize("limit", [1, 4, 500])
def test_pages_of_any_size_together_are_the_journal(
    shop: Shop, window: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_browse, "WINDOW", window)
    rows = shop.db.all("SELECT seq, at, kind, operator, shift_id, record FROM journal ORDER BY seq DESC")
    assert [
        tuple(getattr(line, name) for name in line.__struct_fields__) for line in read_all(shop, JournalFilter(), limit)
    ] == rows
    sold = read_all(shop, JournalFilter(kind="sale_posted"), limit)
    assert [line.seq for line in sold] == [row[0] for row in rows if row[2] == "sale_posted"]


def test_each_filter_narrows_and_signs_of_sql_are_letters(shop: Shop) -> None:
    middle = shop.db.all("SELECT at FROM journal ORDER BY seq")[8][0]
    late, early = read_all(shop, JournalFilter(from_at=middle)), read_all(shop, JournalFilter(until_at=middle))
    assert all(line.at >= middle for line in late)
    assert all(line.at < middle for line in early)
    assert len(late) + len(early) == len(read_all(shop, JournalFilter()))
    assert {line.operator for line in read_all(shop, JournalFilter(operator="1"))} == {"1"}
    assert read_all(shop, JournalFilter(operator="nobody")) == []
    assert {line.kind for line in read_all(shop, JournalFilter(text="CAFé Ñandú"))} == {"sale_posted"}
    for text in ("%Ñandú%", "Caf_", "\\", "' OR 1=1 --"):
        assert read_all(shop, JournalFilter(text=text)) == []


@pytest.mark.parametrize("by", list(DetailBy))
def test_details_from_a_thread_are_those_of_the_register(by: DetailBy, shop: Shop) -> None:
    job = shop.register.open_desk().start_details(by, "", "9999")
    assert job.wait(PATIENCE)
    assert job.problem == ""
    assert job.result == shop.register.draw_details(by, "", "9999")
    assert (job.done, job.total) == (12, 12)
    shop.register.scan(COFFEE)  # the lane's own connection is as it was
    assert not isinstance(shop.register.add_tender("cash", 10_000), Refused)


def test_a_job_that_is_stopped_has_no_result() -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def work(tell: Progress) -> str | None:
        at_work.set()
        assert go_on.wait(PATIENCE)
        return "all of it" if tell(1, 2) else None

    job = Job("report", work).start()
    assert at_work.wait(PATIENCE)
    assert not job.is_ended
    job.cancel()
    go_on.set()
    assert job.wait(PATIENCE)
    assert (job.result, job.problem, job.done, job.total) == (None, "", 1, 2)


def details(shop: Shop) -> DetailReport:
    drawn = shop.register.draw_details(DetailBy.ITEM, "2026-11-24", "2026-11-24")
    assert isinstance(drawn, DetailReport)
    return drawn


def test_a_report_is_written_whole_or_its_failure_told(shop: Shop, tmp_path: Path) -> None:
    desk, report, folder = shop.register.open_desk(), details(shop), tmp_path / "stick"
    failed = desk.start_export(report, folder, "csv")
    assert failed.wait(PATIENCE)
    assert failed.result is None
    assert "stick" in failed.problem
    folder.mkdir()
    for form in ("csv", "json"):
        job = desk.start_export(report, folder, form)
        assert job.wait(PATIENCE)
        assert job.result == folder / f"lane-1-sales-by-item-2026-11-24-2026-11-24.{form}"
    table = (folder / "lane-1-sales-by-item-2026-11-24-2026-11-24.csv").read_text().splitlines()
    rows = list(csv.DictReader(table))
    assert [row["value"] for row in rows if row["field"] == "amount_minor"] == [str(report.total_minor)]
    written = json.loads((folder / "lane-1-sales-by-item-2026-11-24-2026-11-24.json").read_bytes())
    assert written["rows"][0]["amount_minor"] == report.total_minor
    assert len(list(folder.iterdir())) == 2


def test_the_stick_that_was_mounted_last_is_proposed(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    assert stick_among(mounts) == ""
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/ana/A vfat rw 0 0\n/dev/sdc1 /media/ana/Mi\\040USB vfat rw 0 0\n"
    )
    assert stick_among(mounts) == "/media/ana/Mi USB"
    assert desk_module.MOUNTS.name == "mounts"
