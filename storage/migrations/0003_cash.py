"""Cash: moves of cash without a sale, copies of a Z, slips among the papers, and totals of each operator."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE cash_move (
        move_number INTEGER PRIMARY KEY CHECK (move_number > 0),
        kind TEXT NOT NULL CHECK (kind IN ('loan', 'pickup', 'paid_in', 'paid_out')),
        shift_id INTEGER NOT NULL REFERENCES shift (shift_id),
        amount_minor INTEGER NOT NULL CHECK (amount_minor > 0), reason TEXT NOT NULL, note TEXT NOT NULL,
        at TEXT NOT NULL, operator TEXT NOT NULL, journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq)
        ) STRICT""",
    """CREATE TABLE z_copy (
        shift_id INTEGER NOT NULL REFERENCES z_report (shift_id), copy INTEGER NOT NULL CHECK (copy > 0),
        at TEXT NOT NULL, operator TEXT NOT NULL, journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq),
        PRIMARY KEY (shift_id, copy)) STRICT, WITHOUT ROWID""",
    "DROP TRIGGER print_job_stays",
    "DROP TRIGGER print_job_keeps",
    """CREATE TABLE print_job_3 (
        job_id INTEGER PRIMARY KEY, document TEXT NOT NULL CHECK (document IN ('receipt', 'x', 'z', 'slip')),
        number INTEGER NOT NULL, copy INTEGER NOT NULL DEFAULT 0, paper TEXT NOT NULL, created_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'printing', 'done', 'unknown', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0, changed_at TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '') STRICT""",
    "INSERT INTO print_job_3 SELECT job_id, document, number, copy, paper, created_at, state, attempts, changed_at,"
    " reason FROM print_job ORDER BY job_id",
    "DROP TABLE print_job",
    "ALTER TABLE print_job_3 RENAME TO print_job",
    "CREATE INDEX print_job_due ON print_job (job_id) WHERE state IN ('queued', 'printing', 'unknown', 'failed')",
    """CREATE TRIGGER print_job_stays BEFORE DELETE ON print_job
        BEGIN SELECT RAISE(ABORT, 'print_job is posted: corrections are new rows'); END""",
    """CREATE TRIGGER print_job_keeps BEFORE UPDATE OF job_id, document, number, copy, paper, created_at ON print_job
        BEGIN SELECT RAISE(ABORT, 'print_job is posted: corrections are new rows'); END""",
    """CREATE TRIGGER cash_move_keeps BEFORE UPDATE ON cash_move
        BEGIN SELECT RAISE(ABORT, 'cash_move is posted: corrections are new rows'); END""",
    """CREATE TRIGGER cash_move_stays BEFORE DELETE ON cash_move
        BEGIN SELECT RAISE(ABORT, 'cash_move is posted: corrections are new rows'); END""",
    """CREATE TRIGGER z_copy_keeps BEFORE UPDATE ON z_copy
        BEGIN SELECT RAISE(ABORT, 'z_copy is posted: corrections are new rows'); END""",
    """CREATE TRIGGER z_copy_stays BEFORE DELETE ON z_copy
        BEGIN SELECT RAISE(ABORT, 'z_copy is posted: corrections are new rows'); END""",
    """CREATE TRIGGER cash_move_in_open_shift BEFORE INSERT ON cash_move
        WHEN EXISTS (SELECT 1 FROM z_report WHERE shift_id = NEW.shift_id)
        BEGIN SELECT RAISE(ABORT, 'cash_move is posted: corrections are new rows'); END""",
    """CREATE TRIGGER cash_move_gapless BEFORE INSERT ON cash_move
        WHEN NEW.move_number <> 1 + coalesce((SELECT max(move_number) FROM cash_move), 0)
        BEGIN SELECT RAISE(ABORT, 'cash_move is posted: corrections are new rows'); END""",
    """INSERT INTO shift_total (shift_id, kind, key, count, amount_minor)
        SELECT shift_id, 'operator_return', operator, count(*), sum(total_minor) FROM sale
        WHERE is_return = 1 GROUP BY shift_id, operator""",
    """INSERT INTO shift_total (shift_id, kind, key, count, amount_minor)
        SELECT shift_id, 'operator_event', kind || ':' || operator, count(*), 0 FROM journal
        WHERE kind IN ('line_voided', 'basket_voided') AND shift_id > 0 AND operator <> ''
        GROUP BY shift_id, kind, operator""",
)


def up(migrator: Any, db: Any) -> None:
    """Make tables and guards, the printer's queue anew with all its jobs, and the totals that shifts had not kept."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
