"""Salespeople, and whose each line of a sale is."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE salesperson (
        code TEXT PRIMARY KEY, name TEXT NOT NULL, is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))
        ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE sale_line ADD COLUMN salesperson TEXT NOT NULL DEFAULT ''",
)


def up(migrator: Any, db: Any) -> None:
    """Make the table and the column; sales from before are nobody's."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
