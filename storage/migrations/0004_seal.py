"""Seals: the lane's signature over a row of the journal, and by the chain over every row before it."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE seal (
        seq INTEGER PRIMARY KEY REFERENCES journal (seq), key TEXT NOT NULL CHECK (length(key) = 64),
        statement TEXT NOT NULL, signature TEXT NOT NULL CHECK (length(signature) = 128)) STRICT""",
    """CREATE TRIGGER seal_keeps BEFORE UPDATE ON seal
        BEGIN SELECT RAISE(ABORT, 'seal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER seal_stays BEFORE DELETE ON seal
        BEGIN SELECT RAISE(ABORT, 'seal is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the table and its guards; rows from before are covered by the first seal that is made."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
