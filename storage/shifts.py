"""Shifts: opening with a float, closing with a numbered Z that is drawn in the closing transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from domain.journal import JournalEntry, Kind, Record, canonical, read_record
from domain.shift import CashCount, Shift
from storage import journal
from storage.connection import LedgerDatabase
from storage.errors import LedgerError, saving
from storage.events import Mark, journal_event
from storage.ledger import put_outbox, put_print_job

if TYPE_CHECKING:
    from domain.paper import Paper
    from domain.report import Correction, Report
    from storage.z_paper import ComposeReport

_OPEN = """
    SELECT s.shift_id, s.opened_at, s.opened_by, s.business_date, s.float_minor,
        CASE WHEN json_valid(j.record) THEN coalesce(json_extract(j.record, '$.body.till'), '') ELSE '' END
    FROM shift s JOIN journal j ON j.seq = s.journal_seq
    WHERE NOT EXISTS (SELECT 1 FROM z_report z WHERE z.shift_id = s.shift_id) ORDER BY s.shift_id DESC LIMIT 1"""
_TILL = """
    SELECT CASE WHEN json_valid(j.record) THEN coalesce(json_extract(j.record, '$.body.till'), '') ELSE '' END
    FROM shift s JOIN journal j ON j.seq = s.journal_seq ORDER BY s.shift_id DESC LIMIT 1"""
_LEFT_IN = """
    SELECT report FROM z_report
    WHERE CASE WHEN json_valid(report) THEN coalesce(json_extract(report, '$.shift.till'), '') ELSE '' END = ?
    ORDER BY shift_id DESC LIMIT 1"""
_INSERT = """
    INSERT INTO shift (shift_id, opened_at, opened_by, business_date, float_minor, journal_seq)
    VALUES (?, ?, ?, ?, ?, ?)"""
_COPY = "INSERT INTO z_copy (shift_id, copy, at, operator, journal_seq) VALUES (?, ?, ?, ?, ?)"
_BETWEEN = """
    SELECT z.report, z.hash FROM z_report z JOIN shift s USING (shift_id)
    WHERE s.business_date BETWEEN ? AND ? ORDER BY z.shift_id"""
_LATE = """
    SELECT o.document_id, o.kind, o.journal_seq, o.changed_at, o.reason, j.record
    FROM outbox o JOIN journal j ON j.seq = o.journal_seq
    WHERE o.state = 'rejected' AND o.journal_seq < (SELECT journal_seq FROM shift WHERE shift_id = ?)
    AND o.changed_at > (SELECT at FROM z_report ORDER BY shift_id DESC LIMIT 1) ORDER BY o.journal_seq"""
_HERE = """
    SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting' AND journal_seq >= opened)
        + (SELECT count(*) FROM outbox WHERE state = 'rejected' AND journal_seq >= opened)
    FROM (SELECT journal_seq AS opened FROM shift WHERE shift_id = ?)"""
_Z = "INSERT INTO z_report (shift_id, at, report, paper, hash, journal_seq) VALUES (?, ?, ?, ?, ?, ?)"


def read_open_shift(db: LedgerDatabase) -> Shift | None:
    """Return the shift that is open, or None."""
    row = db.one(_OPEN)
    return Shift(*row) if row else None


def read_counts(db: LedgerDatabase, shift: Shift) -> list[CashCount]:
    """Return the counts of an open shift since cash last moved: a second one is still asked for after a restart."""
    rows = db.all(
        "SELECT record FROM journal WHERE kind = ? AND seq > (SELECT journal_seq FROM shift WHERE shift_id = ?)"
        " AND seq > coalesce((SELECT journal_seq FROM sale ORDER BY receipt_number DESC LIMIT 1), 0)"
        " AND seq > coalesce((SELECT journal_seq FROM cash_move ORDER BY move_number DESC LIMIT 1), 0)"
        " AND seq > coalesce((SELECT journal_seq FROM collection ORDER BY number DESC LIMIT 1), 0)",
        (Kind.CASH_COUNTED.value, shift.shift_id),
    )
    return [msgspec.convert(read_record(record).body, CashCount) for (record,) in rows]


def newest_till(db: LedgerDatabase) -> str:
    """Return the till of the newest shift, empty where the lane has one or has had no shift."""
    row = db.one(_TILL)
    return str(row[0]) if row else ""


def left_in(db: LedgerDatabase, till: str) -> int | None:
    """Return the float that the newest Z of a till has left in it, None where it does not tell or there is none."""
    row = db.one(_LEFT_IN, (till,))
    return _LEFT(row[0]).till.next_float_minor if row else None


def open_shift(db: LedgerDatabase, lane: str, shift: Shift) -> Shift:
    """Open the next shift; its number is drawn here. Raises `NotSaved`."""
    at, operator, business_date, float_minor = shift.opened_at, shift.opened_by, shift.business_date, shift.float_minor
    with saving(), db.atomic():
        row = db.one("SELECT max(shift_id) FROM shift")
        shift = msgspec.structs.replace(shift, shift_id=int(row[0] or 0) + 1 if row else 1)
        head = journal.append(db, lane, JournalEntry(Kind.SHIFT_OPENED, at, operator, shift.shift_id, shift))
        db.run(_INSERT, (shift.shift_id, at, operator, business_date, float_minor, head.seq))
        put_outbox(db, f"{lane}-shift-{shift.shift_id}", Kind.SHIFT_OPENED, head.seq)
    return shift


def close_shift(db: LedgerDatabase, lane: str, draw: Callable[[], Report], compose: ComposeReport) -> Report:
    """Close the open shift: `draw` makes the Z inside the transaction that numbers and keeps it.

    The report's JSON and its paper are kept as they are and never worked out again. Raises `NotSaved`, `ZBeforeLast`.
    """
    from domain.paper import encode_paper  # what closes a shift is imported with the first Z
    from storage.seals import seal_z
    from storage.z_paper import seal_paper

    with saving(), db.atomic():
        report = seal_paper(draw(), compose)
        _not_before_last(db, report.at)
        shift_id = report.shift.shift_id
        if journal.tell_jump(db, lane, JournalEntry(Kind.SHIFT_CLOSED, report.at, report.operator, shift_id, None)):
            report = seal_paper(draw(), compose)
        head = journal.append(db, lane, JournalEntry(Kind.SHIFT_CLOSED, report.at, report.operator, shift_id, report))
        paper = compose(report, head.hash)
        text = canonical(report).decode()
        db.run(_Z, (shift_id, report.at, text, encode_paper(paper), head.hash, head.seq))
        put_outbox(db, f"{lane}-z-{shift_id}", Kind.SHIFT_CLOSED, head.seq)
        put_print_job(db, "z", shift_id, paper, report.at)
        seal_z(db, Mark(lane, report.at, report.operator, 0))
    return report


def read_z(db: LedgerDatabase, number: int | None = None) -> tuple[Report, str] | None:
    """Return a Z, or the newest one, with its hash; None where there is none."""
    where, params = ("WHERE shift_id = ?", (number,)) if number is not None else ("", ())
    row = db.one(f"SELECT report, hash FROM z_report {where} ORDER BY shift_id DESC LIMIT 1", params)  # noqa: S608
    return (_read_report(row[0]), row[1]) if row else None


def _read_report(text: str) -> Report:
    """Return a kept Z."""
    return _report_decoder().decode(text)


@lru_cache(maxsize=1)
def _report_decoder() -> msgspec.json.Decoder[Report]:
    """Return what reads a kept Z, made with the first one."""
    from domain.report import Report

    return msgspec.json.Decoder(Report)


def read_z_paper(db: LedgerDatabase, number: int | None = None) -> tuple[int, Paper] | None:
    """Return a Z's number and its paper as it was drawn; None where there is no such Z."""
    from domain.paper import decode_paper

    where, params = ("WHERE shift_id = ?", (number,)) if number is not None else ("", ())
    row = db.one(f"SELECT shift_id, paper FROM z_report {where} ORDER BY shift_id DESC LIMIT 1", params)  # noqa: S608
    return (int(row[0]), decode_paper(row[1])) if row else None


def copy_z(db: LedgerDatabase, mark: Mark, number: int, mark_copy: Callable[[int], Paper]) -> int:
    """Queue a copy of a Z's own paper, journalled, and return the copy's number. Raises `NotSaved`."""
    with saving(), db.atomic():
        row = db.one("SELECT max(copy) FROM z_copy WHERE shift_id = ?", (number,))
        copy = int(row[0] or 0) + 1 if row else 1
        head = journal_event(db, mark, Kind.Z_COPIED, {"number": number, "copy": copy})
        db.run(_COPY, (number, copy, mark.at, mark.operator, head.seq))
        put_print_job(db, "z", number, mark_copy(copy), mark.at, copy)
    return copy


def read_zs(db: LedgerDatabase, first_date: str, last_date: str) -> list[tuple[Report, str]]:
    """Return the Zs of the business days from one date to another, oldest first, each with its hash."""
    rows = db.all(_BETWEEN, (first_date, last_date))
    return [(_read_report(report), row_hash) for report, row_hash in rows]


class ZBeforeLast(LedgerError):
    """The clock stands before the newest Z: a Z is never dated before the one that it follows."""

    def __init__(self, last_at: str) -> None:
        super().__init__(f"the clock stands before the newest Z, of {last_at}: set it right")
        self.last_at = last_at


def _not_before_last(db: LedgerDatabase, at: str) -> None:
    """Raise `ZBeforeLast` for an instant before the newest Z."""
    row = db.one("SELECT at FROM z_report ORDER BY shift_id DESC LIMIT 1")
    if row and at < row[0]:
        raise ZBeforeLast(str(row[0]))


class LastZ(msgspec.Struct, frozen=True):
    """The newest Z: its number and hash, and the float that was left at it; 0 and empty before the first."""

    number: int = 0
    hash: str = ""
    next_float_minor: int | None = None


class _Left(msgspec.Struct):
    """The part of a kept Z that the next shift asks for."""

    class Till(msgspec.Struct):
        """What was left in the till."""

        next_float_minor: int | None = None

    till: Till


_LEFT = msgspec.json.Decoder(_Left).decode


def last_closed(db: LedgerDatabase) -> LastZ:
    """Return the newest Z in short."""
    row = db.one("SELECT shift_id, hash, report FROM z_report ORDER BY shift_id DESC LIMIT 1")
    return LastZ(int(row[0]), str(row[1]), _LEFT(row[2]).till.next_float_minor) if row else LastZ()


def late_rejections(db: LedgerDatabase, shift_id: int) -> tuple[Correction, ...]:
    """Return the documents of earlier shifts that the ERP has refused since the Z before, oldest first."""
    from domain.report import Correction

    rows = db.all(_LATE, (shift_id,))
    return tuple(
        Correction(document, kind, seq, _amount(read_record(record)), at, reason)
        for document, kind, seq, at, reason, record in rows
    )


def _amount(record: Record) -> int:
    """Return the money of a document: a sale's total, a move's amount, 0 of what has none."""
    if record.amount_minor or not isinstance(record.body, dict):
        return record.amount_minor
    amount = record.body.get("amount_minor", 0)
    return amount if isinstance(amount, int) else 0


def open_documents(db: LedgerDatabase, shift_id: int) -> int:
    """Return how many documents of a shift wait for the ERP or were refused by it."""
    row = db.one(_HERE, (shift_id,))
    return int(row[0]) if row else 0


def first_receipt(db: LedgerDatabase, shift_id: int) -> int | None:
    """Return the number of a shift's first receipt, or None."""
    row = db.one("SELECT min(receipt_number) FROM sale WHERE shift_id = ?", (shift_id,))
    return int(row[0]) if row and row[0] else None
