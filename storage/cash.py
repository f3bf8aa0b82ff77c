"""Cash that moves without a sale: its row, its journal record, its slip and its document, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.cash import CashMove
from domain.journal import Kind
from domain.paper import Paper
from domain.tally import TallyKind
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.ledger import put_outbox, put_print_job

ComposeSlip = Callable[[CashMove], Paper]

_INSERT = """
    INSERT INTO cash_move (move_number, kind, shift_id, amount_minor, reason, note, at, operator, journal_seq)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_CASH_TOTALS = """
    SELECT kind, key, amount_minor FROM shift_total
    WHERE shift_id = ? AND kind IN ('tendered', 'change', 'refund', 'collected', 'cash')"""


def move_cash(db: LedgerDatabase, mark: Mark, move: CashMove, compose: ComposeSlip) -> CashMove:
    """Keep a move under the lane's next number, and queue its slip. Raises `NotSaved`; then nothing has moved."""
    with saving(), db.atomic():
        row = db.one("SELECT max(move_number) FROM cash_move")
        numbered = msgspec.structs.replace(move, number=int(row[0] or 0) + 1 if row else 1)
        kind = Kind(numbered.kind.value)
        head = journal_event(db, mark, kind, msgspec.structs.asdict(numbered))
        db.run(_INSERT, cash_row(numbered, mark, head.seq))
        put_outbox(db, f"{mark.lane}-cash-{numbered.number}", kind, head.seq)
        put_print_job(db, "slip", numbered.number, compose(numbered), mark.at)
    return numbered


def cash_row(move: CashMove, mark: Mark, journal_seq: int) -> tuple[int | str, ...]:
    """Return the row of a move."""
    return (
        move.number,
        move.kind.value,
        mark.shift_id,
        move.amount_minor,
        move.reason,
        move.note,
        mark.at,
        mark.operator,
        journal_seq,
    )


def open_drawer(db: LedgerDatabase, mark: Mark, reason: str, paper: Paper) -> None:
    """Journal a drawer that is opened without a sale, and queue the slip that opens it. Raises `NotSaved`."""
    with saving(), db.atomic():
        head = journal_event(db, mark, Kind.NO_SALE, {"reason": reason})
        put_print_job(db, "slip", head.seq, paper, mark.at)


def moved_cash(db: LedgerDatabase, shift_id: int, cash_kinds: frozenset[str]) -> int:
    """Return by how much a shift's till has changed since its float, from the running totals."""
    moved = 0
    for kind, key, amount in db.all(_CASH_TOTALS, (shift_id,)):
        if kind == TallyKind.CASH.value:
            moved += amount
        elif key in cash_kinds:
            moved += -amount if kind == TallyKind.CHANGE.value else amount
    return moved
