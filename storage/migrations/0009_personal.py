"""Personal values beside the journal, and the purges that have deleted some."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE personal (
        seq INTEGER NOT NULL REFERENCES journal (seq), field TEXT NOT NULL, kind TEXT NOT NULL,
        salt TEXT NOT NULL CHECK (length(salt) = 32), value TEXT NOT NULL,
        PRIMARY KEY (seq, field)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE personal_purge (
        journal_seq INTEGER NOT NULL REFERENCES journal (seq), kind TEXT NOT NULL,
        first_seq INTEGER NOT NULL CHECK (first_seq > 0), last_seq INTEGER NOT NULL,
        PRIMARY KEY (journal_seq, kind, first_seq)) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER personal_purge_keeps BEFORE UPDATE ON personal_purge
        BEGIN SELECT RAISE(ABORT, 'personal_purge is posted: corrections are new rows'); END""",
    """CREATE TRIGGER personal_purge_stays BEFORE DELETE ON personal_purge
        BEGIN SELECT RAISE(ABORT, 'personal_purge is posted: corrections are new rows'); END""",
    """CREATE TRIGGER personal_keeps BEFORE UPDATE ON personal
        BEGIN SELECT RAISE(ABORT, 'personal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER personal_stays BEFORE DELETE ON personal
        WHEN NOT EXISTS (SELECT 1 FROM personal_purge
            WHERE kind = OLD.kind AND OLD.seq BETWEEN first_seq AND last_seq)
        BEGIN SELECT RAISE(ABORT, 'personal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER personal_with_record BEFORE INSERT ON personal
        WHEN NEW.seq <> coalesce((SELECT max(seq) FROM journal), 0)
        BEGIN SELECT RAISE(ABORT, 'personal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER personal_purge_with_record BEFORE INSERT ON personal_purge
        WHEN NEW.journal_seq <> coalesce((SELECT max(seq) FROM journal), 0)
        BEGIN SELECT RAISE(ABORT, 'personal_purge is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make tables and guards. Rows from before have nothing personal in them but the names of waiting baskets."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
