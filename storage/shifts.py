"""Shifts: opening with a float, closing with a numbered Z that is drawn in the closing transaction."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.journal import JournalEntry, Kind, canonical, read_record
from domain.paper import encode_paper
from domain.report import Report
from domain.shift import CashCount, Shift
from storage import journal
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.ledger import put_outbox, put_print_job
from storage.z_paper import ComposeReport, seal_paper

_REPORT = msgspec.json.Decoder(Report).decode

_OPEN = """
    SELECT shift_id, opened_at, opened_by, business_date, float_minor FROM shift s
    WHERE NOT EXISTS (SELECT 1 FROM z_report z WHERE z.shift_id = s.shift_id) ORDER BY shift_id DESC LIMIT 1"""
_INSERT = """
    INSERT INTO shift (shift_id, opened_at, opened_by, business_date, float_minor, journal_seq)
    VALUES (?, ?, ?, ?, ?, ?)"""
_Z = "INSERT INTO z_report (shift_id, at, report, paper, hash, journal_seq) VALUES (?, ?, ?, ?, ?, ?)"


def read_open_shift(db: LedgerDatabase) -> Shift | None:
    """Return the shift that is open, or None."""
    row = db.one(_OPEN)
    return Shift(*row) if row else None


def read_counts(db: LedgerDatabase, shift: Shift) -> list[CashCount]:
    """Return the counts of an open shift since its last sale: a second one is still asked for after a restart."""
    rows = db.all(
        "SELECT record FROM journal WHERE kind = ? AND seq > (SELECT journal_seq FROM shift WHERE shift_id = ?)"
        " AND seq > coalesce((SELECT journal_seq FROM sale ORDER BY receipt_number DESC LIMIT 1), 0)",
        (Kind.CASH_COUNTED.value, shift.shift_id),
    )
    return [msgspec.convert(read_record(record).body, CashCount) for (record,) in rows]


def open_shift(db: LedgerDatabase, lane: str, *, at: str, operator: str, business_date: str, float_minor: int) -> Shift:
    """Open the next shift. Raises `NotSaved`."""
    with saving(), db.atomic():
        row = db.one("SELECT max(shift_id) FROM shift")
        shift = Shift(int(row[0] or 0) + 1 if row else 1, at, operator, business_date, float_minor)
        head = journal.append(db, lane, JournalEntry(Kind.SHIFT_OPENED, at, operator, shift.shift_id, shift))
        db.run(_INSERT, (shift.shift_id, at, operator, business_date, float_minor, head.seq))
        put_outbox(db, f"{lane}-shift-{shift.shift_id}", Kind.SHIFT_OPENED, head.seq)
    return shift


def close_shift(db: LedgerDatabase, lane: str, draw: Callable[[], Report], compose: ComposeReport) -> Report:
    """Close the open shift: `draw` makes the Z inside the transaction that numbers and keeps it.

    The report's JSON and its paper are kept as they are and never worked out again. Raises `NotSaved`.
    """
    with saving(), db.atomic():
        report = seal_paper(draw(), compose)
        shift_id = report.shift.shift_id
        head = journal.append(db, lane, JournalEntry(Kind.SHIFT_CLOSED, report.at, report.operator, shift_id, report))
        paper = compose(report, head.hash)
        text = canonical(report).decode()
        db.run(_Z, (shift_id, report.at, text, encode_paper(paper), head.hash, head.seq))
        put_outbox(db, f"{lane}-z-{shift_id}", Kind.SHIFT_CLOSED, head.seq)
        put_print_job(db, "z", shift_id, paper, report.at)
    return report


def read_z(db: LedgerDatabase, number: int | None = None) -> tuple[Report, str] | None:
    """Return a Z, or the newest one, with its hash; None where there is none."""
    where, params = ("WHERE shift_id = ?", (number,)) if number is not None else ("", ())
    row = db.one(f"SELECT report, hash FROM z_report {where} ORDER BY shift_id DESC LIMIT 1", params)  # noqa: S608
    return (_REPORT(row[0]), row[1]) if row else None


def last_z_hash(db: LedgerDatabase) -> str:
    """Return the hash of the newest Z, empty before the first."""
    row = db.one("SELECT hash FROM z_report ORDER BY shift_id DESC LIMIT 1")
    return str(row[0]) if row else ""


def first_receipt(db: LedgerDatabase, shift_id: int) -> int | None:
    """Return the number of a shift's first receipt, or None."""
    row = db.one("SELECT min(receipt_number) FROM sale WHERE shift_id = ?", (shift_id,))
    return int(row[0]) if row and row[0] else None
