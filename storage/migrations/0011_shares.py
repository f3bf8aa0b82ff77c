"""Suspended baskets that other lanes of the store may take, and those that were taken from others."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE basket_share (
        share_id TEXT PRIMARY KEY,
        basket_id TEXT NOT NULL UNIQUE REFERENCES basket (basket_id) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('wanted', 'shared')), lane TEXT NOT NULL DEFAULT '',
        document TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE basket_taken (
        share_id TEXT PRIMARY KEY, lane TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
