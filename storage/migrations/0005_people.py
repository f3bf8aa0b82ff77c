"""People: badges, rights that an ERP gives one operator, and the attempts at PINs that make everybody wait."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE operator ADD COLUMN badge_hash TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operator ADD COLUMN rights TEXT NOT NULL DEFAULT ''",
    "CREATE UNIQUE INDEX operator_badge ON operator (badge_hash) WHERE badge_hash <> ''",
    """CREATE TABLE pin_attempt (
        subject TEXT PRIMARY KEY, failures INTEGER NOT NULL CHECK (failures >= 0),
        wait_ms INTEGER NOT NULL CHECK (wait_ms >= 0), boot TEXT NOT NULL, at_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the columns and the table; operators from before have no badge and the rights of their role."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
