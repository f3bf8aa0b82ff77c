"""What the ERP has brought: its ids of our things, and what it says is on hand."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE erp_row (
        feed TEXT NOT NULL, erp_id TEXT NOT NULL, key TEXT NOT NULL, stamp TEXT NOT NULL DEFAULT '',
        document TEXT NOT NULL DEFAULT '', is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1)),
        seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (feed, erp_id)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX erp_row_feed_key ON erp_row (feed, key)",
    """CREATE TABLE erp_former_key (
        feed TEXT NOT NULL, key TEXT NOT NULL, erp_id TEXT NOT NULL, PRIMARY KEY (feed, key)
        ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE stock_level (
        sku TEXT PRIMARY KEY, on_hand_micro INTEGER NOT NULL, told_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
