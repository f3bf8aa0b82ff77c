"""Schema 2 with sales, voids, returns, a Z and papers in it, brought to today's: nothing is lost, and it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import apsw
import pytest

from storage import connection, migrate
from storage.connection import LedgerDatabase, open_ledger
from storage.migrate import MIGRATIONS
from storage.verify import verify

BEFORE: Final = 2
SALES: Final = (
    # shift, operator, is_return, total
    (1, "1", 0, 1_000),
    (1, "1", 1, -400),
    (1, "2", 1, -100),
    (2, "2", 0, 300),
)

FORBIDDEN: Final = (
    "DELETE FROM print_job",
    "UPDATE print_job SET paper = 'x'",
    "INSERT INTO cash_move VALUES (7, 'loan', 2, 1, '', '', '', '', 9)",
    "INSERT INTO cash_move VALUES (1, 'loan', 1, 1, '', '', '', '', 9)",
)
"""What no row may suffer: the last two are a number that is not the next, and a move in a shift that is closed."""


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of schema 2, its rows written by hand."""
    steps = tmp_path / "steps"
    steps.mkdir()
    for path in sorted(MIGRATIONS.glob("000[12]_*.py")):
        (steps / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "ledger.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "MIGRATIONS", steps)
        for module in (connection, migrate):
            patch.setattr(module, "SCHEMA_VERSION", BEFORE)
        open_ledger(path).close()
    fill(path)
    return path


def fill(path: Path) -> None:
    """Write shifts, sales, voids and papers."""
    raw = apsw.Connection(str(path))
    events = ["shift_opened", "line_voided", "line_voided", "basket_voided", *["sale_posted"] * 4, "shift_opened"]
    for seq, kind in enumerate(events, 1):
        operator = "2" if seq == 3 else "1"
        row = (seq, "E", kind, "2026-11-24T18:00:00.000Z", operator, 1, 0, 0, "{}", "0" * 64)
        raw.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    raw.execute("INSERT INTO shift VALUES (1, 'a', '1', '2026-11-24', 500, 1)")
    for number, (shift, operator, is_return, total) in enumerate(SALES, 1):
        if shift == 2 and number == 4:
            raw.execute("INSERT INTO z_report VALUES (1, 'b', '{}', '', 'h', 8)")
            raw.execute("INSERT INTO shift VALUES (2, 'c', '1', '2026-11-25', 500, 9)")
        raw.execute(
            "INSERT INTO sale (receipt_number, sale_id, shift_id, journal_seq, at, business_date, operator, is_return,"
            " line_count, net_minor, total_minor, change_minor) VALUES (?, ?, ?, ?, 'x', 'x', ?, ?, 1, 0, ?, 0)",
            (number, f"s{number}", shift, 4 + number, operator, is_return, total),
        )
    for job, state in enumerate(("done", "queued", "unknown"), 1):
        raw.execute(
            "INSERT INTO print_job (job_id, document, number, copy, paper, created_at, state, attempts, changed_at,"
            " reason) VALUES (?, 'receipt', ?, 0, '', 'x', ?, 2, 'y', 'z')",
            (job, job, state),
        )
    raw.close()


def opened(path: Path) -> LedgerDatabase:
    return open_ledger(path)


def test_every_paper_of_the_queue_is_still_there_as_it_was(old: Path) -> None:
    db = opened(old)
    assert db.all("SELECT job_id, number, state, attempts, changed_at, reason FROM print_job ORDER BY job_id") == [
        (1, 1, "done", 2, "y", "z"),
        (2, 2, "queued", 2, "y", "z"),
        (3, 3, "unknown", 2, "y", "z"),
    ]
    with db.atomic():
        db.run("INSERT INTO print_job (document, number, paper, created_at) VALUES ('slip', 1, '', 'x')")
    db.close()


def test_the_queue_is_guarded_as_before(old: Path) -> None:
    opened(old).close()
    raw = apsw.Connection(str(old))
    for sql in FORBIDDEN:
        with pytest.raises(apsw.ConstraintError, match="posted"):
            raw.execute(sql)
    raw.close()


def test_totals_that_shifts_had_not_kept_are_added_up_from_their_sales_and_events(old: Path) -> None:
    db = opened(old)
    rows = db.all("SELECT shift_id, kind, key, count, amount_minor FROM shift_total ORDER BY kind, key")
    assert rows == [
        (1, "operator_event", "basket_voided:1", 1, 0),
        (1, "operator_event", "line_voided:1", 1, 0),
        (1, "operator_event", "line_voided:2", 1, 0),
        (1, "operator_return", "1", 1, -400),
        (1, "operator_return", "2", 1, -100),
    ]
    assert not [d for d in verify(db).discrepancies if "cash_move" in d.detail or "z_copy" in d.detail]
    db.close()


def test_a_copy_of_the_old_ledger_is_kept(old: Path) -> None:
    opened(old).close()
    (copy,) = old.parent.glob("ledger-before-*.db")
    raw = apsw.Connection(str(copy))
    assert raw.execute("PRAGMA user_version").fetchone() == (BEFORE,)
    assert raw.execute("SELECT count(*) FROM print_job").fetchone() == (3,)
    raw.close()
